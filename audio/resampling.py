"""Sound at another rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from audio.frame import Samples, SpeechChunk


def resample(chunk: SpeechChunk, to_hz: int) -> SpeechChunk:
    """`chunk` at another rate, band-limited (FFmpeg's resampler); same length in time."""
    if chunk.rate_hz == to_hz or not len(chunk.samples):
        return SpeechChunk(chunk.samples, to_hz)
    import av

    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(chunk.samples, np.float32)[None, :], format="fltp", layout="mono"
    )
    frame.sample_rate = chunk.rate_hz
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=to_hz)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    sound = np.concatenate([part.to_ndarray()[0] for part in frames] or [np.zeros(0, np.float32)])
    wanted = round(len(chunk.samples) * to_hz / chunk.rate_hz)
    fitted = np.zeros(wanted, np.float32)
    fitted[: min(wanted, len(sound))] = sound[:wanted]
    return SpeechChunk(np.clip(fitted, -1.0, 1.0), to_hz)


class StreamResampler:
    """Sound that comes in blocks, at another rate; nothing is lost or heard twice between them."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        import av

        self._av: Any = av
        self._from_hz = from_hz
        self._resampler: Any = av.AudioResampler(format="fltp", layout="mono", rate=to_hz)

    def push(self, samples: Samples) -> Samples:
        """The next block, shape (n,); what of it is ready, shape (m,). A few milliseconds stay
        behind."""
        frame = self._av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32)[None, :], format="fltp", layout="mono"
        )
        frame.sample_rate = self._from_hz
        ready = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        return np.concatenate([*ready, np.zeros(0, np.float32)])
