"""Short sounds over the interviewer, as the real recogniser hears them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from audio.backchannel import ShortSound, short_sound
from audio.frame import SAMPLE_RATE, Samples
from audio.transcriber import HeardWord
from audio.whisper import WhisperTranscriber

Say = Callable[[str], Samples]


def words(text: str, confidence: float = 0.9) -> list[HeardWord]:
    return [HeardWord(word, 0, 0, confidence) for word in text.split()]


def cough(seed: int) -> Samples:
    """Two bursts of noise that die away."""
    rng = np.random.default_rng(seed)
    at = np.arange(int(0.3 * SAMPLE_RATE)) / SAMPLE_RATE
    burst = 0.2 * rng.standard_normal(at.size) * np.exp(-at / 0.07)
    return np.concatenate([burst, burst]).astype(np.float32)


def heard(whisper: WhisperTranscriber, sound: Samples) -> ShortSound:
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    clause = whisper.transcribe(np.concatenate([quiet, sound, quiet[:4_800]]), 0.0, ())
    return short_sound(clause.words)


@pytest.mark.parametrize(
    "text", ["Mm-hmm.", "Uh-huh.", "Yeah.", "Okay.", "Right.", "Yeah, okay.", "I see.", "Got it."]
)
def test_who_only_listens_does_not_take_the_floor(
    text: str, say: Say, whisper: WhisperTranscriber
) -> None:
    assert heard(whisper, say(text)) in {ShortSound.BACKCHANNEL, ShortSound.NOTHING}


@pytest.mark.parametrize("text", ["Wait.", "Sorry?", "Stop.", "No.", "Hold on.", "Can you repeat?"])
def test_one_short_word_is_enough_to_take_the_floor(
    text: str, say: Say, whisper: WhisperTranscriber
) -> None:
    assert heard(whisper, say(text)) is ShortSound.WORDS


def test_a_cough_has_no_words(whisper: WhisperTranscriber) -> None:
    assert {heard(whisper, cough(seed)) for seed in range(3)} == {ShortSound.NOTHING}


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("", ShortSound.NOTHING),
        ("Okay, makes sense.", ShortSound.BACKCHANNEL),
        ("Thank you.", ShortSound.BACKCHANNEL),
        ("Um, so", ShortSound.HESITATION),
        ("and also rules", ShortSound.ADDITION),
        ("but the latency", ShortSound.WORDS),
        ("yeah but why", ShortSound.WORDS),
        ("okay I would shard", ShortSound.WORDS),
    ],
)
def test_what_a_short_sound_means(text: str, sound: ShortSound) -> None:
    assert short_sound(words(text)) is sound


def test_an_unlikely_reading_of_one_or_two_words_is_a_guess() -> None:
    assert short_sound(words("the tea", 0.45)) is ShortSound.NOTHING
    assert short_sound(words("wait", 0.3)) is ShortSound.WORDS
    assert short_sound(words("the cost of labels", 0.45)) is ShortSound.WORDS
