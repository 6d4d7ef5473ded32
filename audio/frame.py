"""The only home of rates and sizes: what a piece of sound is in Viva."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples per second of everything that is heard and recorded (Hz)."""
FRAME_SAMPLES = 512
"""Samples in one frame: what Silero VAD takes at a time (32 ms)."""
FRAME_MS = FRAME_SAMPLES * 1000 / SAMPLE_RATE

Samples = NDArray[np.float32]
"""Mono sound, float32 in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """FRAME_SAMPLES samples at SAMPLE_RATE with their place on the session clock."""

    samples: Samples
    """Shape (FRAME_SAMPLES,), float32 in [-1, 1]."""
    start_ms: float
    """Session clock of the first sample, milliseconds."""

    @property
    def end_ms(self) -> float:
        """Session clock just after the last sample, milliseconds."""
        return self.start_ms + FRAME_MS


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A piece of synthesized speech at the engine's own rate."""

    samples: Samples
    """Shape (n,), float32 in [-1, 1]."""
    rate_hz: int


def samples_of(milliseconds: float) -> int:
    """Samples in that many milliseconds at SAMPLE_RATE."""
    return round(milliseconds * SAMPLE_RATE / 1000)


def milliseconds_of(samples: int) -> float:
    """Milliseconds in that many samples at SAMPLE_RATE."""
    return samples * 1000 / SAMPLE_RATE
