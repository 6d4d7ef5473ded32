"""The live view on a real terminal: who has the floor, whether one is heard, and what was said."""

from __future__ import annotations

import time

import pytest
from rich.console import Console
from terminal import Terminal

from agent.level_meter import LevelMeter, Loudness, Reading
from agent.live_panel import LINES, LOOKS, LiveState, Picture, drawn
from agent.live_view import LiveView, open_view
from agent.view import ConsoleView

PROGRAM = """
import sys, time
from rich.console import Console
from agent.keys import Commands
from agent.live_view import keys_with, open_view
from agent.moves import Move
from agent.state import Ask
position = [0.0]
view = open_view(
    Console(), interviewer="Morgan", minutes=20, now_ms=lambda: position[0]
)
move = Move(kind="fact", reason="r", question_id="fraud-detection", phase="framing")
ask = Ask(move=move, utterance="u", turn=1, silence_limit_ms=12000)
def until_key():
    commands.done.wait()
    commands.done.clear()
def sound(dbfs, seconds):
    for _ in range(int(seconds * 10)):
        view.level(dbfs)
        time.sleep(0.1)
def microphone(dbfs):
    while not commands.done.is_set():
        sound(dbfs, 0.1)
    commands.done.clear()
commands = Commands()
try:
    with keys_with(view, commands):
{body}
finally:
    view.close()
print("END")
"""
CLAUSES = (
    "Then I would build two stages:",
    "fast rules first,",
    "and behind them boosted trees on two hundred features.",
)


def program(body: str, *, columns: int = 80, **env: str) -> Terminal:
    indented = "\n".join(" " * 8 + line for line in body.strip().splitlines())
    return Terminal(PROGRAM.format(body=indented), columns=columns, **env)


def test_the_panel_says_whose_turn_it_is_in_which_phase_and_how_late_it_is() -> None:
    body = """
view.moved(move)
position[0] = 754_000
view.saying("How would you begin?", 754_000)
until_key()
view.listening(ask)
until_key()
view.heard("With the metric.", 760_000)
until_key()
view.judging(1)
until_key()
"""
    with program(body) as terminal:
        for badge in ("MORGAN SPEAKS", "YOUR TURN", "ONE MOMENT", "READING YOUR ANSWERS"):
            terminal.wait_for(badge)
            panel = terminal.screen.lines[-LINES:]
            assert panel[0].startswith("━━ framing ━")
            assert panel[0].endswith("━ 12:34 of 20 min ━━")
            assert "p pause  r repeat  h hint  s skip  k type  q stop  ? help" in panel[3]
            terminal.type(" ")
        assert terminal.end() == 0


def test_a_turn_is_seen_as_it_is_understood_and_stays_above_as_one_paragraph() -> None:
    body = f"""
view.listening(ask)
for clause in {CLAUSES!r}:
    view.caption(clause, 61_000)
view.partly("And I would")
view.partly("And I would cache them.")
until_key()
view.heard(" ".join({CLAUSES!r}), 61_000)
"""
    with program(body) as terminal:
        terminal.wait_for("two hundred features. And I would cache them.")
        shown = terminal.screen.lines
        assert len(shown) == LINES, "the open turn is in the panel, not yet above it"
        assert shown[2].startswith(" … ")
        terminal.type("\n")
        assert terminal.end() == 0
        assert terminal.screen.text.strip().splitlines() == [
            "01:01  You          Then I would build two stages: fast rules first, and behind",
            "                    them boosted trees on two hundred features.",
            "END",
        ]


def test_the_panel_leaves_nothing_behind_even_after_an_exception() -> None:
    body = """
view.saying("[Bracketed] words are words.", 5_000)
until_key()
raise SystemExit(3)
"""
    with program(body) as terminal:
        terminal.wait_for("MORGAN SPEAKS")
        assert not terminal.screen.cursor_shown
        terminal.type("\n")
        assert terminal.end() == 3
        assert terminal.screen.cursor_shown
        assert terminal.by_line
        assert terminal.screen.text.strip() == "00:05  Morgan       [Bracketed] words are words."


@pytest.mark.parametrize(
    ("dbfs", "speaking", "shown"),
    [
        (-24.0, True, "-24 dB  good"),
        (-55.0, True, "too quiet"),
        (-4.0, True, "too loud"),
        (-120.0, False, "no sound: muted?"),
    ],
)
def test_the_meter_says_what_is_wrong_with_the_sound(
    dbfs: float, speaking: bool, shown: str
) -> None:
    body = f"""
view.listening(ask)
view.voice({speaking})
microphone({dbfs})
"""
    with program(body) as terminal:
        terminal.wait_for(shown)
        state = terminal.screen.lines[1]
        assert ("I hear you" in state) == speaking
        terminal.type(" ")
        assert terminal.end() == 0


def test_while_the_interview_stands_still_so_does_its_clock() -> None:
    body = """
view.now_ms = None
view.clock(60_000)
view.listening(ask)
view.state("no_microphone")
time.sleep(1.6)
until_key()
view.clock(60_500)
view.state("listening")
until_key()
"""
    with program(body) as terminal:
        terminal.wait_for("NO MICROPHONE")
        time.sleep(1.5)
        terminal.settle()
        assert "01:00 of 20 min" in terminal.screen.lines[-LINES]
        assert "k to type" in terminal.screen.lines[-LINES + 1]
        terminal.type(" ")
        terminal.wait_for("YOUR TURN")
        assert "01:00 of 20 min" in terminal.screen.lines[-LINES]
        terminal.type(" ")
        assert terminal.end() == 0


def test_whoever_types_has_the_whole_screen_and_reads_what_was_understood_before() -> None:
    body = """
view.listening(ask)
view.caption("I would shard", 1_000)
commands.typing.wait()
view.state("typing")
answer = input("> ")
view.heard("I would shard " + answer, 1_000)
"""
    with program(body) as terminal:
        terminal.wait_for("YOUR TURN")
        terminal.type("k")
        terminal.wait_for("From here on you type")
        terminal.wait_for(">")
        assert terminal.by_line
        assert "YOUR TURN" not in terminal.screen.text
        terminal.type("by user\n")
        assert terminal.end() == 0
        assert terminal.screen.text.count("I would shard") == 1
        assert terminal.screen.text.count("by user") == 1


def test_every_key_is_answered_before_the_interview_has_acted_on_it() -> None:
    with program("view.listening(ask)\nwhile commands.take() != 'stop': time.sleep(0.01)") as shown:
        shown.wait_for("YOUR TURN")
        for key, answer in (
            ("h", "a hint is coming"),
            ("p", "PAUSED"),
            ("p", "YOUR TURN"),
            ("?", "repeat the question"),
            ("q", "stop and save"),
        ):
            shown.type(key)
            shown.wait_for(answer)
        assert shown.end() == 0


def test_what_was_cut_in_on_is_not_printed_twice_when_the_turn_goes_on() -> None:
    body = """
view.listening(ask)
view.caption("I would shard", 1_000)
view.heard("I would shard", 1_000)
view.saying("By which key?", 4_000)
view.withdrawn()
view.listening(ask)
view.caption("by language.", 5_000)
view.heard("I would shard by language.", 1_000)
"""
    with program(body) as terminal:
        assert terminal.end() == 0
        assert terminal.screen.lines[:4] == [
            "00:01  You          I would shard",
            "00:04  Morgan       By which key?",
            "                    … sorry, go on.",
            "00:05  You          by language.",
        ]


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_panel_gets_the_running_transcript(env: dict[str, str]) -> None:
    body = """
view.listening(ask)
view.caption("I would begin", 1_000)
view.caption("with the metric.", 3_000)
view.level(-20.0)
view.heard("I would begin with the metric.", 1_000)
"""
    with program(body, **env) as terminal:
        assert terminal.end() == 0
        assert terminal.screen.lines[0] == ("00:01  You          I would begin with the metric.")
        assert "YOUR TURN" not in terminal.screen.text


def test_a_file_and_a_small_window_get_the_running_transcript() -> None:
    for console in (
        Console(force_terminal=False, width=80, height=24),
        Console(force_terminal=True, width=50, height=24),
        Console(force_terminal=True, width=80, height=8),
    ):
        view = open_view(console, interviewer="Morgan")
        assert type(view) is ConsoleView
        view.close()


def test_no_more_than_ten_pictures_are_drawn_in_a_second() -> None:
    with program("view.listening(ask)\nuntil_key()") as idle:
        idle.wait_for("YOUR TURN")
        for _ in range(10):
            idle.read(0.05)
        before = len(idle.output)
        for _ in range(20):
            idle.read(0.05)
        assert len(idle.output) == before, "nothing changed, so nothing is drawn"
    flood = """
view.listening(ask)
end = time.monotonic() + 2
while time.monotonic() < end:
    view.level(-20.0 - time.monotonic() * 1000 % 30)
    time.sleep(0.001)
"""
    with program(flood) as terminal:
        assert terminal.end() == 0
        pictures = terminal.output.count("opening")
        assert 5 < pictures <= 2 * 10 + 3, "the first, two seconds' worth, and the last"


def picture(state: LiveState, **changed: object) -> Picture:
    fields: dict[str, object] = {
        "state": state,
        "interviewer": "Alexandra-Konstantina",
        "phase": "data and model",
        "clock": "59:59",
        "minutes": 60.0,
        "meter": Reading(-55.0, 0.1, "too quiet"),
        "speaking": True,
        "caption": "日本語 " * 60,
        "note": "repeating the question",
        "keys": True,
    }
    return Picture(**{**fields, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(LOOKS))
@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_a_picture_is_four_lines_that_fit(state: LiveState, width: int, unicode: bool) -> None:
    for shown in (picture(state), picture(state, meter=Reading(None, 0.0, "muted"), judged=7)):
        lines = drawn(shown, width, unicode=unicode).split("\n")
        assert len(lines) == LINES
        assert max(line.cell_len for line in lines) <= min(width, 80)
        if not unicode:
            assert drawn(picture(state, caption="a " * 99), width, unicode=False).plain.isascii()


@pytest.mark.parametrize("width", [60, 80])
def test_the_judgement_of_the_sound_is_never_cut(width: int) -> None:
    levels: tuple[Loudness, ...] = ("too quiet", "good", "too loud")
    for loudness in levels:
        shown = picture("listening", meter=Reading(-55.0, 0.1, loudness))
        assert loudness in drawn(shown, width).plain
    muted = picture("listening", meter=Reading(-120.0, 0.0, "muted"))
    assert "muted?" in drawn(muted, width).plain


def test_a_hint_about_the_sound_outlasts_the_gaps_between_words_and_no_longer() -> None:
    meter = LevelMeter()
    for tenth in range(10):
        meter.push(-55.0, tenth / 10, speaking=True)
    for tenth in range(10, 40):
        meter.push(-65.0, tenth / 10, speaking=False)
        if tenth != 29:  # two seconds, give or take a rounding
            expected = "too quiet" if tenth < 29 else "unknown"
            assert meter.read(tenth / 10).loudness == expected
    assert meter.read(9.0) == Reading(None, 0.0, "unknown")


def test_close_may_be_called_twice_and_the_view_told_of_things_afterwards() -> None:
    view = LiveView(Console(force_terminal=True, quiet=True), interviewer="Morgan")
    view.level(-20.0)
    time.sleep(0.05)
    view.close()
    view.close()
    view.notice("too late")
    view.close()
