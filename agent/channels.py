"""Ways to talk with a candidate. The graph knows none of them; `interview.py` says and listens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from agent.state import Ask
from evaluation.record import Word

Prepare = Callable[[str], None]
"""Called with each clause as it is heard, so that it can be read ahead."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the candidate got to hear of an utterance."""

    text: str
    start_ms: int
    """Session clock of the first sound."""
    end_ms: int
    interrupted: bool = False
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
    unclear: bool = False
    """Speech without a single usable word."""
    left: bool = False
    source: str = ""
    """The sound file that was played, for a recorded candidate; so that a resume goes on behind."""
    timings: dict[str, float] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """What went wrong with the sound, one sentence each."""


class Channel(Protocol):
    """One way to say and to listen, on one clock that starts at 0 with the session."""

    name: str

    def now_ms(self) -> int:
        """Session clock in milliseconds; on after a resume where the session stopped."""
        ...

    def say(self, sentences: Iterable[str]) -> Spoken:
        """Say each sentence as it arrives; returns when the last one was heard."""
        ...

    def listen(self, ask: Ask, prepare: Prepare) -> Heard:
        """One turn of the candidate, or the silence after `ask.silence_limit_ms`."""
        ...

    def close(self) -> None:
        """Finish the recording and free devices; called once, also after an error."""
        ...
