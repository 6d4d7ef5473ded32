"""Whether the two channels of a recording hold one speaker each."""

from __future__ import annotations

import numpy as np

from audio.frame import SAMPLE_RATE, Samples

CHANNEL_FRAME = SAMPLE_RATE // 10
"""Samples over which the channels are compared (0.1 s)."""
ACTIVE_SHARE = 0.1
"""A frame is active from this share of the loud ones: -20 dB."""
APART_DB = 10.0
"""One channel is far louder than the other from here; crosstalk of two headsets is weaker."""
MOSTLY = 0.6
"""Share of active frames in which one channel must be far louder; the rest is both at once."""
LEAST_OF_EACH = 0.03
"""Share of active frames that each of the channels must win."""
QUIET = 1e-5
"""Added to levels, so that digital silence has a ratio."""


def one_each(left: Samples, right: Samples) -> bool:
    """Whether each channel holds a speaker of its own, some crosstalk allowed.

    Then one channel is far louder than the other most of the time, now this one and now that one. A
    stereo microphone in the room hears both speakers on both channels about equally.
    """
    frames = len(left) // CHANNEL_FRAME
    shape = (frames, CHANNEL_FRAME)
    loud = [
        np.sqrt(np.mean(np.square(side[: frames * CHANNEL_FRAME].reshape(shape)), axis=1))
        for side in (left, right)
    ]
    louder = np.maximum(*loud)
    if not frames or not np.any(louder):
        return False
    active = louder > ACTIVE_SHARE * np.percentile(louder, 95)
    ratio = 20 * np.log10((loud[0][active] + QUIET) / (loud[1][active] + QUIET))
    shares = float(np.mean(ratio > APART_DB)), float(np.mean(ratio < -APART_DB))
    return min(shares) >= LEAST_OF_EACH and sum(shares) >= MOSTLY
