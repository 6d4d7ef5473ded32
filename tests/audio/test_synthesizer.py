"""Cutting text for speech, the cache, the timed silence, and choosing an engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.clauses import LONG_SENTENCE_WORDS, SHORT_CLAUSE_WORDS, clauses
from audio.errors import EngineError
from audio.frame import SpeechChunk
from audio.synthesizer import (
    CachedSynthesizer,
    SilentSynthesizer,
    open_synthesizer,
)


class CountingEngine:
    """A scripted engine: 10 samples of a given level per call; notes what was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None]] = []

    def synthesize(self, text: str, words_per_minute: int | None = None) -> Iterator[SpeechChunk]:
        self.asked.append((text, words_per_minute))
        yield SpeechChunk(np.full(10, 0.5, np.float32), 8_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \n ", []),
        ("Hello there", ["Hello there"]),
        ("Good morning. Shall we begin?", ["Good morning.", "Shall we begin?"]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("Take 1.5 percent. Then what?", ["Take 1.5 percent.", "Then what?"]),
        ("Ask Dr. Smith, e.g. about F1. Fine.", ["Ask Dr. Smith, e.g. about F1.", "Fine."]),
        ("First line\nSecond line", ["First line", "Second line"]),
    ],
)
def test_text_is_cut_at_sentence_ends_only(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_a_long_sentence_is_cut_at_commas_into_pieces_one_can_say() -> None:
    sentence = (
        "You told me that fraud is rare, that the labels arrive weeks later, yes, and that the "
        "analysts can look at two thousand cases a day, so which of them would you send there?"
    )
    pieces = clauses(sentence)
    assert len(pieces) > 1
    assert all(SHORT_CLAUSE_WORDS <= len(piece.split()) <= LONG_SENTENCE_WORDS for piece in pieces)
    assert " ".join(pieces) == sentence


@given(st.text(alphabet="aB ,.?!\n\"'1", max_size=200))
def test_cutting_never_loses_or_invents_a_word(text: str) -> None:
    assert " ".join(clauses(text)).split() == text.split()


def test_a_repeated_clause_is_synthesized_once_per_pace() -> None:
    engine = CountingEngine()
    cached = CachedSynthesizer(engine, words_per_minute=150)
    first = list(cached.synthesize("Take your time. Go on."))
    again = list(cached.synthesize("Take your time."))
    list(cached.synthesize("Take your time.", 200))
    assert engine.asked == [("Take your time.", 150), ("Go on.", 150), ("Take your time.", 200)]
    assert again[0] is first[0]


def test_the_cache_forgets_the_longest_unused_clause_first() -> None:
    engine = CountingEngine()
    cached = CachedSynthesizer(engine, size=2)
    for text in ("One.", "Two.", "One.", "Three.", "One.", "Two."):
        list(cached.synthesize(text))
    assert [text for text, _ in engine.asked] == ["One.", "Two.", "Three.", "Two."]


def test_stopping_after_the_first_clause_leaves_the_second_unspoken() -> None:
    engine = CountingEngine()
    next(CachedSynthesizer(engine).synthesize("One. Two."))
    assert [text for text, _ in engine.asked] == ["One."]


def test_silence_lasts_as_long_as_the_words_would() -> None:
    silent = SilentSynthesizer(rate_hz=1_000)
    slow = sum(len(chunk.samples) for chunk in silent.synthesize("one two three. Four.", 60))
    fast = sum(len(chunk.samples) for chunk in silent.synthesize("one two three. Four.", 240))
    assert (slow, fast) == (4_000, 1_000)
    assert silent.spoken == ["one two three. Four."] * 2


def test_auto_takes_the_natural_voice_where_it_is_installed() -> None:
    pytest.importorskip("hibari")
    assert open_synthesizer("auto").name == "natural"


def test_pyttsx3_is_opened_with_the_persona_voice_and_pace() -> None:
    synthesizer = open_synthesizer("pyttsx3", "gmw/en-us+m3", 200)
    assert synthesizer.name == "pyttsx3"
    assert synthesizer.words_per_minute == 200
    with pytest.raises(EngineError, match="no-such-voice"):
        open_synthesizer("pyttsx3", "no-such-voice")
