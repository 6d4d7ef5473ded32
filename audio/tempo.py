"""Slower and faster at the same pitch, by the atempo filter of the codec library."""

from __future__ import annotations

import numpy as np

from audio.frame import SAMPLE_RATE, Samples

SLOWEST, FASTEST = 0.5, 2.0
"""What one pass of the filter does well; speech beyond is hardly understood."""
BLOCK_SAMPLES = SAMPLE_RATE


def at_tempo(samples: Samples, tempo: float) -> Samples:
    """`samples` (16 kHz mono, shape (n,)) at `tempo` times the speed; the pitch stays.

    Raises ValueError outside SLOWEST to FASTEST.
    """
    if not SLOWEST <= tempo <= FASTEST:
        raise ValueError(f"a tempo lies between {SLOWEST} and {FASTEST}, not {tempo}")
    if tempo == 1.0 or not len(samples):
        return samples
    import av
    import av.error
    import av.filter

    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="flt", layout="mono")
    tempo_filter = graph.add("atempo", str(tempo))
    sink = graph.add("abuffersink")
    source.link_to(tempo_filter)
    tempo_filter.link_to(sink)
    graph.configure()
    parts: list[Samples] = []

    def drain() -> None:
        while True:
            try:
                frame = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            parts.append(np.asarray(frame.to_ndarray(), np.float32).reshape(-1))

    for first in range(0, len(samples), BLOCK_SAMPLES):
        block = np.ascontiguousarray(samples[first : first + BLOCK_SAMPLES], np.float32)
        frame = av.AudioFrame.from_ndarray(block[np.newaxis, :], format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = first
        graph.push(frame)
        drain()
    graph.push(None)
    drain()
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
