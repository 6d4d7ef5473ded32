"""Several stretches of a recording read at a time: the same words as one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from candidate_voice import say
from noises import NOISES

from agent.weights import folder
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.transcriber import BatchTranscriber
from audio.transcript import transcribe_recording
from audio.vad import SpeechDetector
from audio.whisper_batches import UnhurriedWhisper

TERMS = ("chargeback", "XGBoost", "feature store")
SENTENCES = (
    "A chargeback arrives weeks later, so the labels are delayed.",
    "I would start with XGBoost.",
    "Features come from the feature store, and they are the same at training and at serving time.",
    "Then two weeks of shadow traffic before anything is blocked.",
    "That is all.",
)
"""One more than a batch."""
PAUSE = np.zeros(SAMPLE_RATE, np.float32)


@pytest.fixture(scope="module")
def unhurried() -> UnhurriedWhisper:
    return UnhurriedWhisper(folder("whisper-tiny.en"), threads=1)


@pytest.fixture(scope="module")
def said() -> list[Samples]:
    return [say(sentence) for sentence in SENTENCES]


class OneByOne:
    """The same engine without its batches."""

    def __init__(self, engine: UnhurriedWhisper) -> None:
        self.transcribe = engine.transcribe


def test_a_recording_in_batches_has_the_words_and_times_of_single_readings(
    unhurried: UnhurriedWhisper, detector: SpeechDetector, said: list[Samples]
) -> None:
    sound = np.concatenate([part for each in said for part in (each, PAUSE)])
    batched = list(transcribe_recording(sound, detector, unhurried, TERMS))
    single = list(transcribe_recording(sound, detector, OneByOne(unhurried), TERMS))
    assert len(batched) > unhurried.batch
    assert [each.clause.text for each in batched] == [each.clause.text for each in single]
    for one, other in zip(batched, single, strict=True):
        assert (one.clause.start_ms, one.clause.end_ms) == (
            other.clause.start_ms,
            other.clause.end_ms,
        )
        pairs = list(zip(one.clause.words, other.clause.words, strict=True))
        assert all(abs(a.start_ms - b.start_ms) <= 400 for a, b in pairs)
        assert all(abs(a.confidence - b.confidence) < 0.02 for a, b in pairs)


def test_noise_in_a_batch_gives_no_words_and_leaves_its_neighbours_alone(
    unhurried: UnhurriedWhisper, said: list[Samples]
) -> None:
    sounds = [said[0], NOISES["keyboard"](5), said[1]]
    first, noise, last = unhurried.transcribe_all(sounds, [0, 10_000, 20_000], TERMS)
    assert noise.words == ()
    assert (first.text, last.text) == (
        unhurried.transcribe(said[0], 0, TERMS).text,
        unhurried.transcribe(said[1], 0, TERMS).text,
    )
    assert 20_000 <= last.words[0].start_ms <= last.words[-1].end_ms
    assert last.words[-1].end_ms <= 20_000 + milliseconds_of(said[1].size)


def test_what_is_longer_than_a_window_is_read_to_its_end(
    unhurried: UnhurriedWhisper, said: list[Samples]
) -> None:
    spoken = np.concatenate([part for _ in range(3) for each in said for part in (each, PAUSE)])
    assert spoken.size > 30 * SAMPLE_RATE
    long, short = unhurried.transcribe_all([spoken, said[0]], [0, 0], TERMS)
    assert long.words[-1].end_ms > 30_000
    assert "chargeback" in short.text.lower()


def test_an_empty_batch_has_no_clauses(unhurried: UnhurriedWhisper) -> None:
    assert isinstance(unhurried, BatchTranscriber)
    assert unhurried.transcribe_all([], [], TERMS) == []


def test_a_fault_of_the_engine_is_one_error_that_names_the_model(
    unhurried: UnhurriedWhisper, said: list[Samples]
) -> None:
    unreadable = np.array(["no sound", "no sound"])
    with pytest.raises(EngineError, match="speech recognition failed"):
        unhurried.transcribe_all([said[0], unreadable], [0, 0], TERMS)
