"""What the listener is asked for, tells on the way, and gives back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from audio.completeness import Completeness
from audio.endpointing import EndpointPatience
from audio.transcriber import Clause, HeardWord, looks_english

CUT_IN_MS = 4_000.0
"""Somebody who is cut in on may speak on for so long: over the sentence that is said to them, and
to the end of their own."""


class EndedBy(StrEnum):
    """Why listening ended. The first seven are the endpointer's reasons under the same names."""

    HANDED_OVER = "handed_over"
    COMPLETE = "complete"
    DOUBTFUL = "doubtful"
    INCOMPLETE = "incomplete"
    THINKING = "thinking"
    SILENCE = "silence"
    """No words within the silence limit."""
    NOT_UNDERSTOOD = "not_understood"
    """Speech, but no usable words."""
    STOPPED = "stopped"
    """The caller's flag: a key that is not "done"."""
    DONE = "done"
    """The candidate pressed the key."""
    LIMIT = "limit"
    """max_ms was reached."""
    CUT_IN = "cut_in"
    """The interviewer has cut in."""
    SOURCE_ENDED = "source_ended"
    """The recording has no more frames."""


class Flag(Protocol):
    """Something that is set from elsewhere, such as a threading.Event."""

    def is_set(self) -> bool:
        """Whether it has been set."""
        ...


@dataclass(frozen=True, slots=True)
class HeardClause:
    """A clause with the times of its speech, without the rolls around it."""

    clause: Clause
    speech_start_ms: float
    speech_end_ms: float

    @property
    def speech_ms(self) -> float:
        """Length of the speech, milliseconds."""
        return self.speech_end_ms - self.speech_start_ms


@dataclass(frozen=True, slots=True)
class Timing:
    """When the end of the turn was reached, session clock in milliseconds.

    `speech_end ≤ transcribed ≤ decided` on the clock of the sound. In a recording that is not
    played in real time, transcription takes no time on that clock.
    """

    speech_end_ms: float
    """The last speech ended."""
    transcribed_ms: float
    """The words of all speech were known."""
    decided_ms: float
    """The turn was declared over."""
    audible_end_ms: float
    """The last audible sound; the voice detector ends up to 0.1 s before or after it. In steady
    noise, where speech ended."""
    transcription_ms: float = field(default=0.0, compare=False)
    """What the last transcription took by the wall clock; not part of the outcome."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn of the candidate, or the part of it heard so far."""

    clauses: tuple[HeardClause, ...]
    """All speech in order, the dropped clauses included."""
    start_ms: int
    """Session clock where speech began; where listening began when there was none."""
    end_ms: int
    """Session clock where speech ended; where listening ended when there was none."""
    ended_by: EndedBy
    wait_ms: float
    """The silence that the decision asked for, milliseconds."""
    timing: Timing

    @classmethod
    def of(
        cls,
        clauses: Sequence[HeardClause],
        began_ms: float,
        ended_by: EndedBy,
        wait_ms: float,
        timing: Timing,
    ) -> Heard:
        """What was heard since listening began at `began_ms`."""
        first = clauses[0].speech_start_ms if clauses else began_ms
        last = timing.speech_end_ms
        return cls(tuple(clauses), round(first), round(last), ended_by, wait_ms, timing)

    @property
    def text(self) -> str:
        """The words of all clauses; empty when nothing usable was said."""
        return joined(self.clauses)

    @property
    def words(self) -> tuple[HeardWord, ...]:
        """All words with their confidence, in order."""
        return tuple(word for heard in self.clauses for word in heard.clause.words)

    @property
    def dropped(self) -> tuple[Clause, ...]:
        """Clauses of which words were thrown away as invented; their dropped_reason says why."""
        return tuple(heard.clause for heard in self.clauses if heard.clause.dropped_reason)

    @property
    def speech_ms(self) -> float:
        """How long the candidate spoke, pauses left out, milliseconds."""
        return sum(heard.speech_ms for heard in self.clauses)

    @property
    def longest_pause_ms(self) -> float:
        """The longest silence inside the turn, milliseconds; 0 without one."""
        pairs = zip(self.clauses, self.clauses[1:], strict=False)
        return max((b.speech_start_ms - a.speech_end_ms for a, b in pairs), default=0.0)

    @property
    def other_language(self) -> bool:
        """Whether the words do not fit the sound: another language, or too unclear to use."""
        return other_language(self.clauses)


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """One turn to listen to."""

    patience: EndpointPatience = field(default_factory=EndpointPatience)
    hotwords: tuple[str, ...] = ()
    """Terms to expect, the most important first: the question's own, then general ones."""
    silence_limit_ms: float = 12_000
    """Without any words, listening ends here; the silence ladder's first rung is at 10 to 12 s."""
    max_ms: float = 15 * 60_000
    """Listening ends here whatever is said."""
    done: Flag | None = None
    """Set when the candidate says by key that the answer is finished."""
    stop: Flag | None = None
    """Set to end listening for another reason; what was said is still put into words."""
    cut_in: Flag | None = None
    """Set when the interviewer has cut in: the turn ends with the next pause of cut_in_pause_ms, at
    the latest after cut_in_ms."""
    cut_in_ms: float = CUT_IN_MS
    cut_in_pause_ms: float = 1_200
    begin_ms: float = 0.0
    """Earlier frames are recorded, not heard: what was captured while the interviewer spoke."""
    noticed_ms: float = 0.0
    """Something was heard of the candidate until here, while the interviewer spoke."""
    lead_ms: float = math.inf
    """A reply takes this long to be ready: `Settled` is told so long before patience ends."""
    earlier: Heard | None = None
    """The turn so far, when the candidate went on after all: it is one turn again, and the pause
    in which it was cut in on is learned at once."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The candidate began to speak, or went on after a pause."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The candidate paused; the turn may not be over."""

    at_ms: float


@dataclass(frozen=True, slots=True)
class ClauseHeard:
    """Words for the caption. `clause.text` may be empty when all was dropped."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class ClausePartly:
    """Words for the caption of a clause that may go on; a later one or ClauseHeard replaces it."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is, for a level meter."""

    at_ms: float
    dbfs: float


@dataclass(frozen=True, slots=True)
class Settled:
    """All speech so far has its words, and silence goes on: told once in a pause, not before
    `lead_ms` are left of the patience, and not when the turn is over at that moment.

    Speech may go on after it: with SpeechStarted, or, after a short pause, without. Either way the
    turn has other words then, and what was begun on these is void.
    """

    at_ms: float
    heard: Heard
    """The turn as it would be if it ended here; `ended_by` is what it waits for."""
    completeness: Completeness
    """What the words say."""
    silence_ms: float
    """Silence that has passed."""
    wait_ms: float
    """Silence that is asked for, counted from the same moment."""


HearingEvent = SpeechStarted | SpeechStopped | ClausePartly | ClauseHeard | Level | Settled


def other_language(clauses: Sequence[HeardClause]) -> bool:
    """Whether the words do not fit the sound: another language, or too unclear to use.

    False without any words: then nothing was understood, in whatever language.
    """
    kept = [heard for heard in clauses if heard.clause.words]
    words = [word for heard in kept for word in heard.clause.words]
    speech_ms = sum(heard.speech_ms for heard in kept)
    doubted_ms = sum(heard.speech_ms for heard in kept if heard.clause.doubtful)
    return not looks_english(words, speech_ms, doubtful=doubted_ms > speech_ms / 2)


def joined(clauses: Sequence[HeardClause]) -> str:
    """The text of the clauses with single spaces between."""
    return " ".join(heard.clause.text for heard in clauses if heard.clause.text)
