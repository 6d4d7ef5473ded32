"""Slower and faster speech keeps its pitch."""

from __future__ import annotations

import numpy as np
import pytest

from audio.frame import SAMPLE_RATE, Samples
from audio.tempo import at_tempo


def tone(seconds: float, hertz: float = 440.0) -> Samples:
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def pitch(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize("tempo", [0.5, 0.75, 1.3, 2.0])
def test_the_length_changes_and_the_pitch_does_not(tempo: float) -> None:
    changed = at_tempo(tone(4), tempo)
    assert len(changed) / SAMPLE_RATE == pytest.approx(4 / tempo, rel=0.03)
    assert pitch(changed) == pytest.approx(440, rel=0.01)


def test_at_normal_speed_the_sound_is_untouched() -> None:
    sound = tone(1)
    assert at_tempo(sound, 1.0) is sound
    assert len(at_tempo(np.zeros(0, np.float32), 1.5)) == 0


@pytest.mark.parametrize("tempo", [0.0, 0.49, 2.01, -1.0])
def test_a_tempo_nobody_understands_is_refused(tempo: float) -> None:
    with pytest.raises(ValueError, match="between"):
        at_tempo(tone(1), tempo)
