"""What can be heard: above -50 dBFS in blocks of 10 ms, as voice-to-voice times are measured."""

from __future__ import annotations

import numpy as np

from audio.frame import FRAME_MS, AudioFrame, Samples

AUDIBLE_DBFS = -50.0
"""A block whose root mean square is above is audible."""
BLOCK_MS = 10.0
FADE_MS = 400.0
"""The end of a word is heard at most so long after the detector has heard the last of it."""


def first_audible(samples: Samples, rate_hz: int) -> int:
    """Index of the first sample of the first audible block; 0 when there is none."""
    heard = np.flatnonzero(audible_blocks(samples, rate_hz))
    return int(heard[0]) * block_size(rate_hz) if heard.size else 0


def audible_blocks(samples: Samples, rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each whole block of `samples`, shape (n,), is audible."""
    size = block_size(rate_hz)
    whole = samples[: samples.size // size * size].reshape(-1, size)
    return np.asarray(np.mean(np.square(whole), axis=1) > 10 ** (AUDIBLE_DBFS / 10))


def block_size(rate_hz: int) -> int:
    """Samples in a block."""
    return round(rate_hz * BLOCK_MS / 1000)


class AudibleEnd:
    """Where the candidate was last heard, frame by frame."""

    def __init__(self) -> None:
        self._last_ms = 0.0
        self._now_ms = 0.0

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame."""
        self._now_ms = frame.end_ms
        blocks = np.array_split(frame.samples, round(FRAME_MS / BLOCK_MS))
        for index, block in enumerate(blocks, start=1):
            if np.mean(np.square(block)) > 10 ** (AUDIBLE_DBFS / 10):
                self._last_ms = frame.start_ms + FRAME_MS * index / len(blocks)

    def near(self, speech_end_ms: float) -> float:
        """The last audible moment at the end of speech; `speech_end_ms` itself in steady noise."""
        noisy = self._last_ms > self._now_ms - FRAME_MS
        far = abs(self._last_ms - speech_end_ms) > FADE_MS
        return speech_end_ms if noisy or far else self._last_ms
