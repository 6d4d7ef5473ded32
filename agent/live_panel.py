"""The four lines at the bottom of the terminal: whose turn it is, and whether one is heard.

    ━━ deep dive ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 12:41 of 45 min ━━
      ● YOUR TURN   I hear you        mic ████████░░░░░░  -24 dB  good
     … the second stage is a gradient boosted model on two hundred features
     Enter I'm done  p pause  r repeat  h hint  s skip  k type  q stop  ? help

A picture of its input and nothing else, so that it can be looked at in tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.key_commands import HELP
from agent.level_meter import Reading

if TYPE_CHECKING:
    from rich.text import Text

LiveState = Literal[
    "starting",
    "listening",
    "thinking",
    "speaking",
    "evaluating",
    "paused",
    "no_microphone",
    "no_speaker",
    "typing",
]
STILL: frozenset[LiveState] = frozenset({"paused", "no_microphone", "no_speaker"})
"""States in which the session clock stands."""

LINES = 4
WIDEST = 80
"""Columns. A wider panel is harder to take in, and breaks when the window is narrowed."""
METER_CELLS = 14
LEAST_CELLS = 4
STATE_COLUMNS = 38
"""Where the meter begins; what stands before it is cut."""
MUTED_HINT = "no sound: muted?"
CAPTION_HINT = "What I understand of your answer appears here."


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown. A badge has its own background: readable on dark and on light."""

    symbol: str
    plain: str
    """The symbol for terminals without Unicode."""
    title: str
    badge: str
    """A style with both colours named."""


LOOKS: dict[LiveState, Look] = {
    "starting": Look("○", "o", "GETTING READY", "black on white"),
    "listening": Look("●", "*", "YOUR TURN", "bold black on green"),
    "thinking": Look("○", "o", "ONE MOMENT", "black on yellow"),
    "speaking": Look("▶", ">", "", "black on cyan"),
    "paused": Look("‖", "=", "PAUSED", "bold black on magenta"),
    "no_microphone": Look("‖", "=", "NO MICROPHONE", "bold white on red"),
    "no_speaker": Look("‖", "=", "NO SPEAKER", "bold white on red"),
    "typing": Look("●", "*", "YOU TYPE", "bold black on green"),
    "evaluating": Look("○", "o", "READING YOUR ANSWERS", "black on yellow"),
}
REMARKS: dict[LiveState, tuple[str, str]] = {
    "paused": ("p or Enter to go on", ""),
    "no_microphone": ("I wait; k to type", "I wait for it"),
    "no_speaker": ("I wait for it", "I wait for it"),
}
"""What stands beside a state, with keys and without."""
LOUDNESS_STYLES = {
    "too quiet": "bold black on yellow",
    "too loud": "bold black on yellow",
    "muted": "bold white on red",
}
BAR_STYLES = {"too quiet": "yellow", "too loud": "red"}


@dataclass(frozen=True, slots=True)
class Picture:
    """All there is to see. Two equal pictures look the same, so only changes are drawn."""

    state: LiveState
    interviewer: str
    phase: str
    clock: str
    """mm:ss of the session clock."""
    minutes: float | None
    """Planned length of the session."""
    meter: Reading
    speaking: bool
    """Whether the detector hears the candidate just now."""
    caption: str
    """What was understood of the open turn so far."""
    note: str
    """An answer to the last key press; empty = none."""
    keys: bool
    """Whether keys are read."""
    judged: int = 0


def drawn(picture: Picture, width: int, *, unicode: bool = True) -> Text:
    """The picture as LINES lines of at most WIDEST columns."""
    from rich.text import Text

    columns = min(width, WIDEST)
    lines = [
        heading(picture, columns, unicode),
        situation(picture, columns, unicode),
        words(picture, columns, unicode),
        keys_line(columns) if picture.keys else Text(" Ctrl-C stops and saves", style="dim"),
    ]
    for line in lines:
        line.truncate(columns, overflow="crop")
    return Text("\n", no_wrap=True, end="").join(lines)


def heading(picture: Picture, columns: int, unicode: bool) -> Text:
    """Phase on the left, clock on the right; a heavier rule than those in the transcript."""
    from rich.text import Text

    dash = "━" if unicode else "="
    planned = f" of {picture.minutes:g} min" if picture.minutes else ""
    left = f"{dash}{dash} {picture.phase} "
    right = f" {picture.clock}{planned} {dash}{dash}"
    gap = dash * max(1, columns - len(left) - len(right))
    return Text.assemble(
        (dash * 2, "dim"), (left[2:], "bold"), (gap, "dim"), right[:-2], (dash * 2, "dim")
    )


def situation(picture: Picture, columns: int, unicode: bool) -> Text:
    """State and remark, then the meter while the microphone is listened to."""
    from rich.text import Text

    look = LOOKS[picture.state]
    title = look.title or f"{picture.interviewer.upper()} SPEAKS"
    symbol = look.symbol if unicode else look.plain
    line = Text.assemble(" ", (f" {symbol} {title} ", look.badge), "  ", remark(picture))
    if picture.state == "listening":
        line.truncate(STATE_COLUMNS - 1, pad=True)
        line.append(" ")
        line.append_text(meter_text(picture.meter, columns - len(line), unicode))
    return line


def remark(picture: Picture) -> str:
    """One short sentence beside the state, for somebody who is nervous."""
    if picture.note:
        return picture.note
    if picture.state == "listening":
        if picture.speaking:
            return "I hear you"
        return "go on, or Enter" if picture.caption and picture.keys else "take your time"
    if picture.state == "evaluating":
        return f"{picture.judged} criteria read" if picture.judged else ""
    with_keys, without = REMARKS.get(picture.state, ("", ""))
    return with_keys if picture.keys else without


def meter_text(meter: Reading, room: int, unicode: bool) -> Text:
    """`mic ████░░░░  -24 dB  good` in `room` columns; the number goes before the judgement does."""
    from rich.text import Text

    if meter.loudness == "muted":
        return Text.assemble("mic ", (f" {MUTED_HINT} ", LOUDNESS_STYLES["muted"]))
    judged = "" if meter.loudness == "unknown" else f" {meter.loudness} "
    number = "" if meter.dbfs is None else f" {round(meter.dbfs):>4} dB "
    if room < len("mic ") + METER_CELLS + len(number) + len(" too quiet "):
        number = " "
    full, empty = ("█", "░") if unicode else ("#", ".")
    taken = len("mic ") + len(number) + len(judged)
    cells = min(METER_CELLS, max(LEAST_CELLS, room - taken))
    filled = round(meter.filled * cells)
    return Text.assemble(
        "mic ",
        (full * filled, BAR_STYLES.get(meter.loudness, "green")),
        (empty * (cells - filled), "dim"),
        number,
        (judged, LOUDNESS_STYLES.get(meter.loudness, "")),
    )


def words(picture: Picture, columns: int, unicode: bool) -> Text:
    """The end of what was understood: the last words are the ones one looks for."""
    from rich.text import Text

    mark = "…" if unicode else "..."
    room = columns - 2
    text = picture.caption
    if picture.state == "listening" and not text:
        return Text(f" {CAPTION_HINT}", style="dim")
    if len(text) > room:
        tail = text[-(room - len(mark) - 1) :]
        text = f"{mark} {tail.partition(' ')[2] or tail}"
    return Text(f" {text}", style="italic")


def keys_line(columns: int) -> Text:
    """The keys with their meanings; whole entries only."""
    from rich.text import Text

    line = Text()
    for key, meaning in HELP:
        entry = Text.assemble(" ", (key, "bold"), " ", meaning, " ")
        if len(line) + len(entry) <= columns:
            line.append_text(entry)
    return line
