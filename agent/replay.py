"""Walking through a recorded session: each turn with the interviewer's note and the findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.view import NAME_WIDTH, PHASE_NAMES, clock
from evaluation.walkthrough import Finding, Step
from prompts.rubric import load_rubric

if TYPE_CHECKING:
    from rich.console import Console

    from audio.playback import Player

REMARK_INDENT = 8
"""Columns before a remark under a turn."""
MARKS = {"for": ("+", "green"), "against": ("-", "yellow")}


class Walk:
    """Prints steps one after another and knows where the next finding is."""

    def __init__(
        self, console: Console, steps: Sequence[Step], *, interviewer: str, width: int = 80
    ) -> None:
        self.console, self.steps = console, tuple(steps)
        self.interviewer, self.width = interviewer, width
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
        at = clock(step.start_ms) if step.start_ms is not None else ""
        row.add_row(Text(at, style="dim"), Text(name, style=f"bold {colour}"), Text(step.text))
        self.console.print(row)
        for line, style in remarks(step):
            self.console.print(Padding(Text(line, style=style), (0, 0, 0, REMARK_INDENT)))
        self.console.print()

    def next_finding(self, index: int) -> int:
        """The next step with a finding after `index`; the last one when there is none."""
        for later in range(index + 1, len(self.steps)):
            if self.steps[later].has_finding:
                return later
        return len(self.steps) - 1


def remarks(step: Step) -> list[tuple[str, str]]:
    """The lines under a turn with their styles."""
    lines: list[tuple[str, str]] = []
    for note in step.notes:
        lines.append((f"{note.what}: {note.why}", "italic dim"))
        if note.trigger:
            lines.append((f"after: “{note.trigger}”", "italic dim"))
    lines += [(f"hoped for: {text}", "italic dim") for text in step.hoped_for]
    lines += [(f"told: {say}", "dim") for say in step.facts_told]
    lines += [finding_line(finding) for finding in step.findings]
    for pause in step.pauses:
        length = (pause.end_ms - pause.start_ms) / 1000
        lines.append((f"pause of {length:.1f} s at {clock(pause.start_ms)}", "dim"))
    lines += [(f"never asked for: {say}", "yellow") for say in step.facts_missed]
    return lines


def finding_line(finding: Finding) -> tuple[str, str]:
    """`+ C2 Requirement clarification (4.1): “…”`."""
    mark, colour = MARKS[finding.side]
    criterion = load_rubric().criterion(finding.criterion)
    score = f" ({finding.score:.1f})" if finding.score is not None else ""
    text = f"“{finding.text}”" if finding.side == "for" else finding.text
    return f"{mark} {criterion.short} {criterion.name}{score}: {text}", colour


def play_turn(player: Player, recording: Path, step: Step) -> None:
    """The turn's own sound, both sides mixed."""
    from audio.frame import SAMPLE_RATE, SpeechChunk
    from audio.playback import play
    from audio.wav import clip

    if step.start_ms is None or step.end_ms is None:
        return
    left, right = clip(recording, step.start_ms, step.end_ms)
    play(player, [SpeechChunk(left + right, SAMPLE_RATE)])
