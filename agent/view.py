"""What a person sees while the interview runs. Views print; they decide nothing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from agent.moves import Move
from agent.state import Ask

if TYPE_CHECKING:
    from rich.console import Console


class View(Protocol):
    """Told of everything as it happens. Times are the session clock in milliseconds."""

    def moved(self, move: Move) -> None:
        """The policy chose `move`; its words follow."""
        ...

    def saying(self, sentence: str, at_ms: int) -> None:
        """The interviewer begins a sentence."""
        ...

    def listening(self, ask: Ask) -> None:
        """The floor is the candidate's."""
        ...

    def caption(self, text: str, at_ms: int) -> None:
        """A clause of the candidate as soon as it is recognised."""
        ...

    def heard(self, text: str, at_ms: int) -> None:
        """The candidate's whole turn."""
        ...

    def waiting_on(self, text: str) -> None:
        """After a resume: what was asked before and still waits for an answer."""
        ...

    def judging(self, done: int) -> None:
        """So many more criteria have been read."""
        ...

    def withdrawn(self) -> None:
        """The candidate had not finished: what was just said counts as never said."""
        ...

    def notice(self, text: str) -> None:
        """Something went wrong and was replaced."""
        ...


PHASE_NAMES = {
    "open": "opening",
    "framing": "framing",
    "outline": "outline",
    "data_and_model": "data and model",
    "deep_dive": "deep dive",
    "twist": "twist",
    "production": "production",
    "close": "closing",
}


class ConsoleView:
    """A running transcript: clock, phase and speaker in front of what is said."""

    def __init__(
        self, console: Console, *, interviewer: str, candidate: str = "You", notes: bool = False
    ) -> None:
        """`notes` also prints why each move was made; only where nobody is being examined."""
        self.console, self.interviewer, self.candidate = console, interviewer, candidate
        self.notes = notes
        self.phase = "open"
        self.speaker = ""
        self.judged = 0

    def moved(self, move: Move) -> None:
        """A new phase is announced by a rule across the page."""
        if move.phase != self.phase:
            self.phase = move.phase
            self.speaker = ""
            self.console.rule(f"[dim]{PHASE_NAMES[move.phase]}[/]", style="dim")
        if self.notes:
            from rich.markup import escape

            self.console.print(f"        [dim italic]why: {escape(move.reason)}[/]")

    def saying(self, sentence: str, at_ms: int) -> None:
        """One line for each sentence, the speaker named once."""
        self.line(self.interviewer, sentence, at_ms, "cyan")

    def listening(self, ask: Ask) -> None:
        """The next interviewer line names the speaker again."""
        self.speaker = ""

    def caption(self, text: str, at_ms: int) -> None:
        """The candidate's words, clause by clause."""
        self.line(self.candidate, text, at_ms, "green")

    def heard(self, text: str, at_ms: int) -> None:
        """Captions have shown it already, unless it was typed."""
        self.speaker = ""

    def line(self, speaker: str, text: str, at_ms: int, colour: str) -> None:
        """`mm:ss  Speaker  text`, hanging indent under the text."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        row = Table.grid(padding=(0, 1))
        row.add_column(width=6)
        row.add_column(width=NAME_WIDTH)
        row.add_column(ratio=1)
        named = speaker if speaker != self.speaker else ""
        self.speaker = speaker
        row.add_row(
            Text(clock(at_ms), style="dim"), Text(named, style=f"bold {colour}"), text_of(text)
        )
        self.console.print(Padding(row, (0, 0)))

    def waiting_on(self, text: str) -> None:
        """The open question, marked as already asked."""
        self.console.print("[dim]Taken up again. The last thing you were asked:[/]")
        self.console.print(text_of(text))

    def judging(self, done: int) -> None:
        """One line when the evaluation begins."""
        if self.judged == 0:
            self.console.rule("[dim]evaluation[/]", style="dim")
        self.judged += done

    def withdrawn(self) -> None:
        """Said in one line, so that the page is not misread."""
        self.console.print("        [dim]… sorry, go on.[/]")
        self.speaker = ""

    def notice(self, text: str) -> None:
        """Shown in yellow, never spoken."""
        from rich.markup import escape

        self.console.print(f"[yellow]{escape(text)}[/]")


NAME_WIDTH = 12
"""Columns for the speaker's name; the text keeps 60 of 80."""


def text_of(text: str) -> Any:
    """Plain text: brackets in what people say are no mark-up."""
    from rich.text import Text

    return Text(text)


def clock(at_ms: float) -> str:
    """mm:ss of the session clock."""
    seconds = int(at_ms // 1000)
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


class JsonView:
    """One JSON object a line on standard output, for other programs."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout

    def put(self, event: str, **fields: Any) -> None:
        """Write one line and flush it."""
        self.out.write(json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n")
        self.out.flush()

    def moved(self, move: Move) -> None:
        """{"event": "move", …}"""
        self.put("move", **move.model_dump(mode="json", exclude_defaults=True))

    def saying(self, sentence: str, at_ms: int) -> None:
        """{"event": "saying", "text", "at_ms"}"""
        self.put("saying", text=sentence, at_ms=at_ms)

    def listening(self, ask: Ask) -> None:
        """{"event": "listening", "turn"}"""
        self.put("listening", turn=ask.turn)

    def caption(self, text: str, at_ms: int) -> None:
        """{"event": "caption", "text", "at_ms"}"""
        self.put("caption", text=text, at_ms=at_ms)

    def heard(self, text: str, at_ms: int) -> None:
        """{"event": "heard", "text", "at_ms"}"""
        self.put("heard", text=text, at_ms=at_ms)

    def waiting_on(self, text: str) -> None:
        """{"event": "waiting_on", "text"}"""
        self.put("waiting_on", text=text)

    def judging(self, done: int) -> None:
        """{"event": "judging", "done"}"""
        self.put("judging", done=done)

    def withdrawn(self) -> None:
        """{"event": "withdrawn"}"""
        self.put("withdrawn")

    def notice(self, text: str) -> None:
        """{"event": "notice", "text"}"""
        self.put("notice", text=text)
