"""A candidate's voice for tests and benchmarks: text with written pauses to 16 kHz sound.

The natural voice that Viva ships speaks; "[1.2 s]" in the text is true silence of that length. The
same text gives the same samples.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

from audio.frame import SAMPLE_RATE, Samples, SpeechChunk
from audio.resampling import resample

PAUSE = re.compile(r"\s*\[(\d+(?:\.\d+)?) s\]\s*")
AUDIBLE = 10 ** (-50 / 20)
"""What the voice leaves around its words below -50 dBFS is cut off, so that pauses are as long as
they are written."""
SEED = 1


def say(text: str) -> Samples:
    """`text` spoken: shape (n,), float32, 16 kHz, without silence at its ends."""
    parts = []
    for number, piece in enumerate(PAUSE.split(text)):
        if number % 2:
            parts.append(np.zeros(round(float(piece) * SAMPLE_RATE), np.float32))
        elif piece.strip():
            parts.append(spoken(piece.strip()))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def spoken(text: str) -> Samples:
    """One piece without pauses of our own."""
    voice, rate_hz = engine()
    sound = np.concatenate(list(voice.stream(text, seed=SEED))).astype(np.float32)
    sound = resample(SpeechChunk(sound, rate_hz), SAMPLE_RATE).samples
    loud = np.flatnonzero(np.abs(sound) > AUDIBLE)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound


@cache
def engine() -> tuple[Any, int]:
    """The voice, loaded once, and its sample rate."""
    import hibari

    return hibari.Hibari(threads=1), int(hibari.SAMPLE_RATE)
