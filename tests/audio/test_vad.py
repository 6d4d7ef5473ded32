"""Voice activity with the real weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from audio.frame import FRAME_SAMPLES, Samples
from audio.vad import SileroStream, SpeechDetector

SENTENCE = "I would start with the business goal."


def probabilities(stream: SileroStream, samples: Samples) -> list[float]:
    whole = samples[: samples.size // FRAME_SAMPLES * FRAME_SAMPLES]
    return [stream.probability(frame) for frame in whole.reshape(-1, FRAME_SAMPLES)]


def test_speech_is_heard_and_noise_is_not(
    say: Callable[[str], Samples], detector: SpeechDetector
) -> None:
    random = np.random.default_rng(1)
    noise = (0.05 * random.standard_normal(32_000)).astype(np.float32)
    speech = probabilities(detector.stream(), say(SENTENCE))
    assert np.mean(np.array(speech) > 0.5) > 0.6
    assert max(probabilities(detector.stream(), noise)) < 0.5
    assert max(probabilities(detector.stream(), np.zeros(32_000, dtype=np.float32))) < 0.1


def test_streams_of_one_model_do_not_disturb_each_other(
    say: Callable[[str], Samples], detector: SpeechDetector
) -> None:
    samples = say(SENTENCE)
    alone = probabilities(detector.stream(), samples)
    first, second = detector.stream(), detector.stream()
    mixed = []
    for frame in samples[: len(alone) * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
        mixed.append(first.probability(frame))
        second.probability(frame[::-1].copy())
    assert mixed == alone


def test_frame_by_frame_is_the_same_as_all_at_once(
    say: Callable[[str], Samples], detector: SpeechDetector
) -> None:
    from faster_whisper.vad import get_vad_model

    samples = say(SENTENCE)
    whole = samples[: samples.size // FRAME_SAMPLES * FRAME_SAMPLES].copy()
    at_once = get_vad_model()(whole.copy()).reshape(-1)
    np.testing.assert_allclose(probabilities(detector.stream(), whole), at_once, atol=1e-5)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(480, np.float32), np.zeros(512, np.int16), np.zeros((512, 1), np.float32)],
)
def test_anything_but_a_frame_is_refused(detector: SpeechDetector, samples: Samples) -> None:
    with pytest.raises(ValueError, match="a frame is 512 float32 samples"):
        detector.stream().probability(samples)
