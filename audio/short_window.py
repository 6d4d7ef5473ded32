"""Whisper on less than its 30 seconds: two thirds of the time of a short stretch are silence.

CTranslate2 takes a shorter mel spectrogram, faster-whisper pads to 30 s all the same. So the
padding is cut off again on the way into the encoder, for one model instance and nothing else. A
model was never trained on that: `misread` says when a result must be read again in full.

Measured on 109 stretches (mean 4.1 s) of the demo answers, tiny.en, one thread: 0.60 to 0.23 s a
stretch, word errors 7.4 to 7.5 %, 4 stretches read again. A shorter least window was worse: 10 s
7.9 %, 5 s 10.9 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FRAMES_PER_SECOND = 100
"""Mel frames (fixed by the model)."""
LEAST_FRAMES = 1_200
MARGIN_FRAMES = 300
"""Silence that stays behind the sound: cut any closer, words at the end are lost."""
WINDOW_FRAMES = 3_000
"""Mel frames of the full window (fixed by the model)."""
FASTEST_WORDS_PER_S = 5.5
"""More words a second are a loop ("first, first, …" fourteen times in 1.0 s); the fastest stretch
of the measurement had 4.6."""
LIKELY_LOG_PROBABILITY = -0.6
"""Mean log probability below which the short reading is not trusted: English in a clear voice was
above -0.5 in all but the lost words."""


class ShortWindow:
    """Cuts the window of one model down to the sound it is given."""

    def __init__(self, model: Any) -> None:
        """Takes the place of `encode` in this instance of faster-whisper's WhisperModel."""
        self._encode = model.encode
        self._frames = WINDOW_FRAMES
        model.encode = self._encode_short

    def fit(self, seconds: float) -> None:
        """The next readings are of so much sound."""
        frames = round(seconds * FRAMES_PER_SECOND) + MARGIN_FRAMES
        self._frames = min(WINDOW_FRAMES, max(LEAST_FRAMES, frames))

    def full(self) -> None:
        """The next readings have the full window."""
        self._frames = WINDOW_FRAMES

    @property
    def is_short(self) -> bool:
        """Whether the next reading has less than the full window."""
        return self._frames < WINDOW_FRAMES

    def _encode_short(self, features: NDArray[np.float32]) -> Any:
        return self._encode(np.ascontiguousarray(features[..., : self._frames]))


def misread(segments: Sequence[Any], seconds: float) -> bool:
    """Whether a short reading of so much speech is empty, a loop, or unlikely."""
    words = sum(len(segment.words or ()) for segment in segments)
    return (
        words == 0
        or words > FASTEST_WORDS_PER_S * seconds
        or min(segment.avg_logprob for segment in segments) < LIKELY_LOG_PROBABILITY
    )
