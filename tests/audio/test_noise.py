"""Sounds without words never become words, and speech over them is still heard.

The whole path: voice activity, segments, Whisper with the question's vocabulary.
"""

from __future__ import annotations

import numpy as np
import pytest
from candidate_voice import say
from noises import NOISES, at_level, babble, mixed
from word_errors import errors, words_of

from audio.frame import SAMPLE_RATE, Samples
from audio.hearing import EndedBy, ListenRequest
from audio.listener import Listener
from audio.sources import RecordedSource
from audio.transcript import transcribe_recording
from audio.vad import SpeechDetector
from audio.whisper import WhisperTranscriber

TERMS = ("ROC-AUC", "F1", "precision", "feature store", "XGBoost", "chargeback", "threshold")
SENTENCES = (
    "For the baseline I would use gradient boosted trees on the existing click features.",
    "A chargeback arrives weeks later, so the labels are delayed and incomplete.",
)
NOISE_S = 20
SPEECH_DBFS = {"near": -25.0, "quiet": -45.0}


@pytest.mark.parametrize("kind", sorted(NOISES))
def test_noise_never_becomes_words(
    detector: SpeechDetector, whisper: WhisperTranscriber, kind: str
) -> None:
    request = ListenRequest(hotwords=TERMS, silence_limit_ms=(NOISE_S - 5) * 1_000)
    with Listener(detector, whisper) as listener:
        heard = listener.listen(RecordedSource(NOISES[kind](NOISE_S)), request)
    assert (heard.text, heard.words) == ("", ())
    assert heard.ended_by in {EndedBy.SILENCE, EndedBy.NOT_UNDERSTOOD}


@pytest.mark.parametrize("kind", ["white noise", "keyboard", "heavy breathing", "music: song"])
def test_whisper_alone_invents_nothing_where_the_detector_would_let_noise_through(
    whisper: WhisperTranscriber, kind: str
) -> None:
    assert whisper.transcribe(NOISES[kind](10), 0, TERMS).words == ()


@pytest.mark.parametrize(("talkers", "dbfs"), [(4, -28), (8, -38), (12, -28)])
def test_voices_that_nobody_could_follow_never_become_words(
    detector: SpeechDetector, whisper: WhisperTranscriber, talkers: int, dbfs: float
) -> None:
    crowd = at_level(babble(NOISE_S, talkers).astype(np.float64), dbfs)
    assert heard_words(crowd, detector, whisper) == []


@pytest.mark.parametrize("distance", sorted(SPEECH_DBFS))
@pytest.mark.parametrize("kind", ["white noise", "pink noise", "fan", "babble", "music: chords"])
def test_speech_over_moderate_noise_is_heard_word_for_word(
    detector: SpeechDetector, whisper: WhisperTranscriber, kind: str, distance: str
) -> None:
    speech = at_level(spoken().astype(np.float64), SPEECH_DBFS[distance])
    noise = NOISES[kind](speech.size / SAMPLE_RATE)
    for snr_db, allowed in ((20, 0), (10, 1)):
        heard = heard_words(mixed(speech, noise, snr_db), detector, whisper)
        assert errors(words_of(" ".join(SENTENCES)), heard) <= allowed, (snr_db, heard)


def test_speech_as_loud_as_the_noise_loses_words_but_gains_none(
    detector: SpeechDetector, whisper: WhisperTranscriber
) -> None:
    speech = spoken()
    wanted = words_of(" ".join(SENTENCES))
    for kind in ("white noise", "babble"):
        noise = NOISES[kind](speech.size / SAMPLE_RATE)
        heard = heard_words(mixed(speech, noise, 0), detector, whisper)
        # A misheard word may fall apart: "boosted" became "at v 6".
        assert len(heard) <= len(wanted) + 3
        assert len(set(heard) & set(wanted)) >= 10


def spoken() -> Samples:
    """The sentences with half a second between."""
    pause = np.zeros(SAMPLE_RATE // 2, np.float32)
    return np.concatenate([part for text in SENTENCES for part in (say(text), pause)])


def heard_words(sound: Samples, detector: SpeechDetector, whisper: WhisperTranscriber) -> list[str]:
    """The words of all clauses."""
    clauses = transcribe_recording(sound, detector, whisper, TERMS)
    return words_of(" ".join(heard.clause.text for heard in clauses))
