"""Sound to words: the port, what it gives back, and the strict fake that answers from a script.

`audio/whisper.py` holds the engine.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from audio.frame import Samples, milliseconds_of

JUDGED_SPEECH_MS = 2_000
"""Less speech than this is not enough to doubt its language: a lone "hmm" scores low as well."""
ENGLISH_CONFIDENCE = 0.5
"""Mean word probability below which tiny.en did not hear English. Measured with and without
hotwords on synthetic speech: eight sentences in seven other languages 0.05-0.49 (one looped and was
dropped), English in the same robotic voice, which it hears at 32 % word errors, 0.53-0.89."""
DOUBTFUL_CONFIDENCE = 0.7
"""The same where most of the speech gave doubtful clauses. French once became "Thank you for
watching" with a mean of 0.57; no English clause of these measurements was doubtful."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One recognised word."""

    word: str
    start_ms: int
    """Session clock, milliseconds."""
    end_ms: int
    """Session clock, milliseconds."""
    confidence: float
    """The recogniser's probability, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What was heard in one stretch of speech between two pauses."""

    text: str
    """Empty when nothing usable was heard."""
    words: tuple[HeardWord, ...]
    start_ms: int
    """Session clock where the stretch begins, milliseconds."""
    end_ms: int
    """Session clock where it ends, milliseconds."""
    dropped_reason: str = ""
    """Why words, or all of it, were thrown away as invented; empty when nothing was."""
    doubtful: bool = False
    """Whether the recogniser itself found its first reading unlikely."""


class Transcriber(Protocol):
    """Turns one stretch of speech into words. Called from one thread at a time."""

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """The words in `samples` (16 kHz mono, shape (n,), float32 in [-1, 1]).

        `start_ms` is the session clock of the first sample. `hotwords` are terms to expect, the
        most important first. Speech only: silence and noise belong to the detector before.
        Raises EngineError when the engine fails.
        """
        ...


@runtime_checkable
class BatchTranscriber(Transcriber, Protocol):
    """One that reads several stretches at a time more quickly than one after the other."""

    batch: int
    """How many it wants at a time."""

    def transcribe_all(
        self, sounds: Sequence[Samples], starts_ms: Sequence[float], hotwords: Sequence[str]
    ) -> list[Clause]:
        """A clause for each of `sounds`, as `transcribe` would give it with its `starts_ms`."""
        ...


def looks_english(words: Sequence[HeardWord], speech_ms: float, doubtful: bool = False) -> bool:
    """Whether these words can be the English words of `speech_ms` of speech.

    An English-only recogniser writes fluent English whatever it hears, so the words themselves say
    nothing (function words are as frequent as in real English); its own probability does.
    `doubtful`: most of the speech is in clauses that the recogniser doubts. Below
    JUDGED_SPEECH_MS, or without words, the answer is yes: nothing speaks against it.
    """
    if speech_ms < JUDGED_SPEECH_MS or not words:
        return True
    letters = "".join(word.word for word in words)
    if sum(not letter.isascii() and letter.isalpha() for letter in letters) > len(letters) / 4:
        return False  # a multilingual model may well write what it hears
    needed = DOUBTFUL_CONFIDENCE if doubtful else ENGLISH_CONFIDENCE
    return sum(word.confidence for word in words) / len(words) >= needed


@dataclass(slots=True)
class ScriptedTranscriber:
    """Answers from a script, for tests and demonstrations without weights.

    One entry per call: the text, or a Clause to be returned with its own times. Raises
    AssertionError on a call too many; `finish` raises when entries are left over.
    """

    script: list[str | Clause]
    calls: list[tuple[float, int, tuple[str, ...]]] = field(default_factory=list)
    """What was asked: (start_ms, number of samples, hotwords)."""
    takes_s: float = 0.0
    """How long each answer takes, as on a slow machine (seconds)."""

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """The next entry; a text is spread evenly over the duration, confidence 1."""
        if len(self.calls) >= len(self.script):
            raise AssertionError(f"call {len(self.calls) + 1} at {start_ms:.0f} ms is not scripted")
        entry = self.script[len(self.calls)]
        self.calls.append((start_ms, samples.size, tuple(hotwords)))
        time.sleep(self.takes_s)
        if isinstance(entry, Clause):
            return entry
        return evenly_timed(entry, start_ms, samples)

    def finish(self) -> None:
        """AssertionError when the script has entries that nobody asked for."""
        left = self.script[len(self.calls) :]
        if left:
            raise AssertionError(f"{len(left)} scripted clauses were never asked for: {left}")


def evenly_timed(text: str, start_ms: float, samples: Samples) -> Clause:
    """`text` as a clause whose words share the duration of `samples` equally."""
    spoken = text.split()
    step = milliseconds_of(samples.size) / max(1, len(spoken))
    words = tuple(
        HeardWord(word, round(start_ms + i * step), round(start_ms + (i + 1) * step), 1.0)
        for i, word in enumerate(spoken)
    )
    return Clause(text, words, round(start_ms), round(start_ms + milliseconds_of(samples.size)))
