"""Walking through a recorded session: each turn with the interviewer's note and the findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from agent.view import NAME_WIDTH, PHASE_NAMES, clock
from evaluation.walkthrough import Finding, Habit, Step
from prompts.rubric import load_rubric

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

REMARK_INDENT = 8
"""Columns before a remark under a turn."""
MARKS = {"for": ("+", "green"), "against": ("-", "yellow")}
MOST_PASSAGES = 9
"""Passages of a turn that have a key of their own, 1 to 9."""


class Walk:
    """Prints steps and knows which comes before and after which."""

    def __init__(
        self, console: Console, steps: Sequence[Step], *, interviewer: str, keys: bool = False
    ) -> None:
        """`keys`: the passages of a turn are numbered, because they can be asked for."""
        self.console, self.steps = console, tuple(steps)
        self.interviewer, self.keys = interviewer, keys
        self.only_mine = False
        """Only the candidate's turns are gone to."""
        self.phase = ""

    def show(self, index: int) -> None:
        """One turn with everything that belongs to it."""
        from rich.markup import escape
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        step = self.steps[index]
        if step.phase and step.phase != self.phase:
            self.phase = step.phase
            heading = PHASE_NAMES.get(step.phase, step.phase)
            self.console.rule(f"[dim]{escape(heading)}[/]", style="dim")
        mine = step.speaker == "candidate"
        name, colour = ("You", "green") if mine else (self.interviewer, "cyan")
        row = Table.grid(padding=(0, 1))
        row.add_column(width=6)
        row.add_column(width=NAME_WIDTH)
        row.add_column(ratio=1)
        at = clock(step.start_ms) if step.start_ms is not None else str(step.turn)
        row.add_row(Text(at, style="dim"), Text(name, style=f"bold {colour}"), marked(step))
        self.console.print(row)
        for line, style in remarks(step, passages(step) if self.keys else ()):
            self.console.print(Padding(Text(line, style=style), (0, 0, 0, REMARK_INDENT)))
        self.console.print()

    def following(self, index: int) -> int:
        """The turn to go to after `index`; len(steps) behind the last."""
        return self.search(index, 1, lambda step: step.speaker == "candidate" or not self.only_mine)

    def before(self, index: int) -> int:
        """The turn to go back to; the first one when there is none before."""
        found = self.search(
            index, -1, lambda step: step.speaker == "candidate" or not self.only_mine
        )
        return max(0, found)

    def next_finding(self, index: int) -> int:
        """The next step with a finding after `index`; `index` itself when there is none."""
        found = self.search(index, 1, lambda step: step.has_finding)
        return found if found < len(self.steps) else index

    def search(self, index: int, way: int, fits: Callable[[Step], bool]) -> int:
        """The nearest step that fits, going `way`; one beyond the end when none does."""
        index += way
        while 0 <= index < len(self.steps) and not fits(self.steps[index]):
            index += way
        return index


def passages(step: Step) -> tuple[Finding, ...]:
    """The findings of a turn that can be listened to by themselves."""
    timed = [
        each for each in step.findings if each.start_ms is not None and each.end_ms is not None
    ]
    return tuple(timed[:MOST_PASSAGES])


def marked(step: Step) -> Text:
    """The words: evidence in colour, what the recogniser was unsure about underlined."""
    from rich.text import Text

    text = Text(step.text)
    for finding in step.findings:
        at = step.text.find(finding.text) if finding.side == "for" else -1
        if at >= 0:
            text.stylize("green", at, at + len(finding.text))
    for start, end in step.unsure:
        text.stylize("underline", start, end)
    return text


def remarks(step: Step, numbered: Sequence[Finding] = ()) -> list[tuple[str, str]]:
    """The lines under a turn with their styles; `numbered` passages carry their key."""
    lines: list[tuple[str, str]] = []
    for note in step.notes:
        lines.append((f"{note.what}: {note.why}", "italic dim"))
        if note.trigger:
            lines.append((f"after: “{note.trigger}”", "italic dim"))
    lines += [(f"hoped for: {text}", "italic dim") for text in step.hoped_for]
    if said := [say for say in step.facts_told if say in step.text]:
        lines.append((f"told {len(said)} of the sheet's facts", "dim"))
    lines += [(f"told: {say}", "dim") for say in step.facts_told if say not in step.text]
    if step.heard:
        lines.append((f"put right by you; recognised was: “{step.heard}”", "dim"))
    for finding in step.findings:
        line, style = finding_line(finding)
        key = f"[{numbered.index(finding) + 1}] " if finding in numbered else ""
        lines.append((key + line, style))
    lines += [habit_line(habit) for habit in step.habits]
    lines += [(line, "dim") for line in delivery_lines(step)]
    lines += [(f"never asked for: {say}", "yellow") for say in step.facts_missed]
    return lines


def delivery_lines(step: Step) -> list[str]:
    """Speed, fillers where they are many, pauses, and words that were hard to hear."""
    told = []
    spoken = step.delivery
    if spoken and spoken.words_per_minute is not None:
        told.append(f"{spoken.words} words, {spoken.words_per_minute:.0f} a minute")
    if spoken and spoken.many_fillers:
        told.append(f"{spoken.fillers} fillers that were heard")
    if step.unsure:
        words = "word" if len(step.unsure) == 1 else "words"
        told.append(f"{len(step.unsure)} {words} hard to recognise (underlined)")
    lines = [", ".join(told)] if told else []
    for pause in step.pauses:
        length = (pause.end_ms - pause.start_ms) / 1000
        lines.append(f"pause of {length:.1f} s at {clock(pause.start_ms)}")
    return lines


def habit_line(habit: Habit) -> tuple[str, str]:
    """`! M1 Jumps to a solution: “…”`, `+ H3 Gives reasons: “…”`."""
    rubric = load_rubric()
    text = next((s.text for s in (*rubric.habits, *rubric.mistakes) if s.id == habit.id), "")
    text = text.rstrip(".")
    mark, colour = ("!", "yellow") if habit.mistake else ("+", "green")
    quote = f": “{habit.quote}”" if habit.quote else ""
    return f"{mark} {habit.id} {text}{quote}", colour


def finding_line(finding: Finding) -> tuple[str, str]:
    """`+ C2 Requirement clarification (4.1): “…”`."""
    mark, colour = MARKS[finding.side]
    criterion = load_rubric().criterion(finding.criterion)
    score = f" ({finding.score:.1f})" if finding.score is not None else ""
    text = f"“{finding.text}”" if finding.side == "for" else finding.text
    return f"{mark} {criterion.short} {criterion.name}{score}: {text}", colour
