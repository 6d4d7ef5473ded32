"""Text to speech: the port, the cache, the choice of an engine, and a timed fake of silence."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Literal, Protocol

import numpy as np

from audio.clauses import clauses
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, SpeechChunk

Engine = Literal["auto", "natural", "pyttsx3"]

DEFAULT_WORDS_PER_MINUTE = 165
"""An unhurried conversational pace."""
CACHED_SENTENCES = 64
"""Clauses kept ready. At 24 kHz and 4 s each that is about 25 MB."""


class Synthesizer(Protocol):
    """Turns text into sound."""

    name: str

    def synthesize(self, text: str, words_per_minute: int | None = None) -> Iterator[SpeechChunk]:
        """One chunk per clause, each computed when it is asked for; to stop, stop iterating.

        `words_per_minute` None means the synthesizer's own default. Text without anything to say
        yields nothing. Raises EngineError.
        """
        ...


class CachedSynthesizer:
    """Keeps the sound of clauses already spoken: prompts, bridges and nudges come back often."""

    def __init__(
        self,
        engine: Synthesizer,
        words_per_minute: int = DEFAULT_WORDS_PER_MINUTE,
        size: int = CACHED_SENTENCES,
    ) -> None:
        self.name, self.engine = engine.name, engine
        self.words_per_minute, self.size = words_per_minute, size
        self.kept: OrderedDict[tuple[str, int], tuple[SpeechChunk, ...]] = OrderedDict()
        self.lock = threading.Lock()

    def synthesize(self, text: str, words_per_minute: int | None = None) -> Iterator[SpeechChunk]:
        """As the engine's own, clause by clause, from the cache where it can be."""
        pace = words_per_minute or self.words_per_minute
        for clause in clauses(text):
            key = (clause, pace)
            with self.lock:
                ready = self.kept.get(key)
                if ready is not None:
                    self.kept.move_to_end(key)
            if ready is None:
                ready = tuple(self.engine.synthesize(clause, pace))
                self.keep(key, ready)
            yield from ready

    def keep(self, key: tuple[str, int], chunks: tuple[SpeechChunk, ...]) -> None:
        """Store a whole clause and drop the longest unused one when the cache is full."""
        with self.lock:
            self.kept[key] = chunks
            while len(self.kept) > self.size:
                self.kept.popitem(last=False)


class SilentSynthesizer:
    """Silence that lasts as long as the words would: for `--text` timing, tests and benchmarks.

    `spoken` records every text that was asked for, in order.
    """

    name = "silent"

    def __init__(self, rate_hz: int = SAMPLE_RATE) -> None:
        self.rate_hz = rate_hz
        self.spoken: list[str] = []

    def synthesize(self, text: str, words_per_minute: int | None = None) -> Iterator[SpeechChunk]:
        """One silent chunk per clause, 60 / words_per_minute seconds a word."""
        self.spoken.append(text)
        pace = words_per_minute or DEFAULT_WORDS_PER_MINUTE
        for clause in clauses(text):
            seconds = len(clause.split()) * 60 / pace
            yield SpeechChunk(np.zeros(round(seconds * self.rate_hz), np.float32), self.rate_hz)


def open_synthesizer(
    choice: Engine = "auto", voice: str = "", words_per_minute: int = DEFAULT_WORDS_PER_MINUTE
) -> CachedSynthesizer:
    """The engine of `choice`, warmed up, behind a cache, speaking at `words_per_minute`.

    "pyttsx3" needs nothing but the project's dependencies; "natural" needs the neural voice;
    "auto" takes the natural voice where it is installed and works, else pyttsx3. `voice` names a
    pyttsx3 voice such as "gmw/en-us+f3"; the natural engine has one voice and ignores it.
    Raises EngineError when the chosen engine (with "auto": every engine) cannot speak.
    """
    return CachedSynthesizer(open_engine(choice, voice), words_per_minute)


def open_engine(choice: Engine, voice: str) -> Synthesizer:
    """The bare engine of `choice`; "auto" falls back to pyttsx3."""
    if choice == "natural" or (choice == "auto" and find_spec("hibari") is not None):
        try:
            return open_natural()
        except EngineError:
            # A broken optional voice must not silence the interviewer; `viva doctor` names it.
            if choice == "natural":
                raise
    return open_pyttsx3(voice)


def open_natural() -> Synthesizer:
    """The neural voice; its library is loaded here and not before."""
    from audio.natural_engine import NaturalEngine

    return NaturalEngine()


def open_pyttsx3(voice: str) -> Synthesizer:
    """The classic voice; its library is loaded here and not before."""
    from audio.pyttsx3_engine import Pyttsx3Engine

    return Pyttsx3Engine(voice)
