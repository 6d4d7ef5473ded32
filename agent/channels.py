"""Ways to talk with a candidate. The graph knows none of them; `interview.py` says and listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from agent.state import Ask
from evaluation.record import Word

Prepare = Callable[[str], None]
"""Called with each clause as it is heard, so that it can be read ahead."""


class Speech:
    """An utterance on its way: sentences that may still be phrased while it is being said."""

    def __init__(self, sentences: Iterator[str]) -> None:
        self.sentences = sentences

    def drop(self) -> None:
        """It will not be said (any further); returns when nothing works on it any more."""
        close = getattr(self.sentences, "close", None)
        if close is not None:
            close()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the candidate got to hear of an utterance."""

    text: str
    start_ms: int
    """Session clock of the first sound."""
    end_ms: int
    interrupted: bool = False
    """The candidate spoke over it; `text` holds what was heard."""
    withdrawn: bool = False
    """The candidate had not finished: it counts as never said."""
    onset_ms: int | None = None
    """Session clock where the candidate began to speak over it, if so."""
    timings: dict[str, float] = field(default_factory=dict)
    """Named phases in milliseconds."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back. Empty `text` is silence, a command or a candidate who left."""

    text: str
    start_ms: int
    end_ms: int
    """Session clock when the last word ended."""
    now_ms: int
    """Session clock when the turn was declared over."""
    words: tuple[Word, ...] = ()
    silent_ms: int = 0
    """Silence in a row when nothing was said."""
    command: str = ""
    """hint, skip, repeat, stop; or empty."""
    other_language: bool = False
    cut_in: bool = False
    """The interviewer had to cut in; the reply cannot be withdrawn."""
    unclear: bool = False
    """Speech without a single usable word."""
    left: bool = False
    source: str = ""
    """The sound file that was played, for a recorded candidate; so that a resume goes on behind."""
    timings: dict[str, float] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """What went wrong with the sound, one sentence each."""


class Guess(Protocol):
    """What may be begun before a turn is declared over."""

    def settled(self, heard: Heard) -> None:
        """`heard` will be the turn unless the candidate goes on."""
        ...

    def resumed(self) -> None:
        """The candidate went on: what was begun is void."""
        ...


class Channel(Protocol):
    """One way to say and to listen, on one clock that starts at 0 with the session."""

    name: str

    def now_ms(self) -> int:
        """Session clock in milliseconds; on after a resume where the session stopped."""
        ...

    def speech(self, sentences: Iterator[str]) -> Speech:
        """An utterance to be said, perhaps worked on at once; it may yet be dropped."""
        ...

    def say(self, speech: Speech, *, undoable: bool, watched: bool = True) -> Spoken:
        """Say it; returns when the last sentence was heard or the candidate took the floor.

        `undoable`: speech within the first moments withdraws it, as the answer was not over; else
        it interrupts as later speech does. `watched` False: nobody can speak over it.
        """
        ...

    def listen(
        self, ask: Ask, prepare: Prepare, guess: Guess | None = None, *, again: bool = False
    ) -> Heard:
        """One turn of the candidate, or the silence after `ask.silence_limit_ms`.

        `guess` is told when the turn seems over; `again` continues the turn that was cut in on.
        """
        ...

    def close(self) -> None:
        """Finish the recording and free devices; called once, also after an error."""
        ...
