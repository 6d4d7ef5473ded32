"""What a person sees while the interview runs. Views print; they decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from agent.key_commands import EXPLAINED
from agent.moves import Move
from agent.state import Ask

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from agent.key_commands import Press
    from agent.live_panel import LiveState


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

    def partly(self, text: str) -> None:
        """What was understood of the clause being spoken, until `partly` or `caption` is called."""
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

    def state(self, state: LiveState) -> None:
        """What is going on, where the other calls do not tell it: a pause, the evaluation."""
        ...

    def clock(self, now_ms: int) -> None:
        """The session clock is at `now_ms`; told when it begins, is taken up or has stood still."""
        ...

    def level(self, dbfs: float) -> None:
        """How loud the microphone is: root mean square of one frame, dB below full scale."""
        ...

    def voice(self, speaking: bool) -> None:
        """The detector hears the candidate begin to speak, or stop."""
        ...

    def pressed(self, press: Press) -> None:
        """The candidate pressed a key; called from the thread that reads them."""
        ...

    def close(self) -> None:
        """Nothing more will be told; ends what is drawn. Called always, also twice."""
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
    """A running transcript: clock, phase and speaker in front of what is said.

    The candidate's clauses are joined to one paragraph word by word, by appending only, so that it
    is as good in a file as on a terminal.
    """

    def __init__(
        self, console: Console, *, interviewer: str, candidate: str = "You", notes: bool = False
    ) -> None:
        """`notes` also prints why each move was made; only where nobody is being examined."""
        self.console, self.interviewer, self.candidate = console, interviewer, candidate
        self.notes = notes
        self.phase = "open"
        self.speaker = ""
        self.judged = 0
        self.column = 0
        """Where the open paragraph has come to; 0 = none is open."""

    def moved(self, move: Move) -> None:
        """A new phase is announced by a rule across the page."""
        from rich.text import Text

        if move.phase != self.phase:
            self.phase = move.phase
            self.rule(PHASE_NAMES[move.phase])
        if self.notes:
            self.put(Text(f"{' ' * TEXT_COLUMN}why: {move.reason}", style="dim italic"))

    def saying(self, sentence: str, at_ms: int) -> None:
        """One line for each sentence; speaker and clock stand before the first."""
        self.line(self.interviewer, sentence, at_ms, "cyan")

    def listening(self, ask: Ask) -> None:
        """The next interviewer line names the speaker again."""
        self.end_paragraph()
        self.speaker = ""

    def partly(self, text: str) -> None:
        """Nothing: what is printed stays."""

    def caption(self, text: str, at_ms: int) -> None:
        """The candidate's words as they come, clause after clause in one paragraph."""
        if not self.column:
            self.speaker = self.candidate
            self.console.print(margin(self.candidate, at_ms, "green"), end="")
            self.column = TEXT_COLUMN
        for word in text.split():
            self.flow(word)

    def heard(self, text: str, at_ms: int) -> None:
        """Captions have shown it already, unless it was typed."""
        self.end_paragraph()
        self.speaker = ""

    def flow(self, word: str) -> None:
        """Append one word to the open paragraph, on a new line where it does not fit any more."""
        from rich.cells import cell_len

        length = cell_len(word)
        if self.column == TEXT_COLUMN:
            before = ""
        elif self.column + 1 + length < self.console.width:
            before = " "
        else:
            before, self.column = "\n" + " " * TEXT_COLUMN, TEXT_COLUMN - 1
        self.console.out(before + word, end="", highlight=False)
        self.column += length + (before != "")

    def end_paragraph(self) -> None:
        """What is printed next begins a line."""
        if self.column:
            self.column = 0
            self.console.print()

    def put(self, *what: Any) -> None:
        """Print below everything else."""
        self.end_paragraph()
        self.console.print(*what)

    def rule(self, title: str) -> None:
        """A rule across the page; the next speaker is named again."""
        self.end_paragraph()
        self.speaker = ""
        self.console.rule(f"[dim]{title}[/]", style="dim")

    def line(self, speaker: str, text: str, at_ms: int, colour: str) -> None:
        """`mm:ss  Speaker  text`, hanging indent under the text; the first two only once."""
        from rich.table import Table

        first = speaker != self.speaker
        self.speaker = speaker
        row = Table.grid()
        row.add_column(width=TEXT_COLUMN)
        row.add_column(ratio=1)
        row.add_row(margin(speaker, at_ms, colour) if first else "", text_of(text))
        self.put(row)

    def waiting_on(self, text: str) -> None:
        """The open question, marked as already asked."""
        self.put("[dim]Taken up again. The last thing you were asked:[/]")
        self.put(text_of(text))

    def judging(self, done: int) -> None:
        """One line when the evaluation begins."""
        if self.judged == 0:
            self.rule("evaluation")
        self.judged += done

    def withdrawn(self) -> None:
        """Said in one line, so that the page is not misread."""
        from rich.text import Text

        self.put(Text(f"{' ' * TEXT_COLUMN}{WITHDRAWN}", style="dim"))
        self.speaker = ""

    def notice(self, text: str) -> None:
        """Marked by a badge that can be read on dark and on light, never spoken."""
        from rich.text import Text

        self.put(Text.assemble((" ! ", "black on yellow"), " ", text))

    def state(self, state: LiveState) -> None:
        """A pause is said, so that nobody waits for the other; the rest is seen anyway."""
        if state in SAID:
            self.put(f"[dim]{SAID[state]}[/]")

    def clock(self, now_ms: int) -> None:
        """Every line has its own."""

    def level(self, dbfs: float) -> None:
        """No meter in a running text."""

    def voice(self, speaking: bool) -> None:
        """The words will show it."""

    def pressed(self, press: Press) -> None:
        """Only help is answered here."""
        if press == "help":
            self.put(keys_explained())

    def close(self) -> None:
        """An open paragraph ends."""
        self.end_paragraph()


NAME_WIDTH = 12
"""Columns for the speaker's name; the text keeps 60 of 80."""
TEXT_COLUMN = 6 + 1 + NAME_WIDTH + 1
"""Where text begins: behind the clock and the name."""
SAID: dict[LiveState, str] = {
    "paused": "Paused.",
    "typing": "From here on you type your answers.",
}
"""States that are told in a line."""
WITHDRAWN = "… sorry, go on."
"""Under what the interviewer began to say to somebody who had not finished."""


def margin(speaker: str, at_ms: float, colour: str) -> Text:
    """`mm:ss  Speaker` in TEXT_COLUMN columns; a long name is cut."""
    from rich.text import Text

    name = Text(speaker, style=f"bold {colour}")
    name.truncate(NAME_WIDTH, overflow="ellipsis", pad=True)
    return Text.assemble((f"{clock(at_ms):<6} ", "dim"), name, " ")


def keys_explained() -> Text:
    """What each key does, a line each."""
    from rich.text import Text

    lines = [
        Text.assemble(" " * TEXT_COLUMN, (f"{key:<14}", "bold"), means) for key, means in EXPLAINED
    ]
    return Text("\n").join(lines)


def text_of(text: str) -> Text:
    """Plain text: brackets in what people say are no mark-up."""
    from rich.text import Text

    return Text(text)


def clock(at_ms: float) -> str:
    """mm:ss of the session clock."""
    seconds = int(at_ms // 1000)
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
