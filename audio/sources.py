"""Where frames come from: the port, and recorded sound as if somebody were speaking now.

`audio/microphone.py` holds the live source.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np

from audio.frame import FRAME_MS, FRAME_SAMPLES, AudioFrame, Samples

SILENT_DBFS = -120.0
"""Level reported for digital silence."""


class FrameSource(Protocol):
    """A stream of frames on the session clock, taken up again wherever it was left."""

    @property
    def realtime(self) -> bool:
        """Whether frames come at the pace of the clock.

        If not, the listener waits for each transcription, so that what it hears depends on the
        sound alone and not on the speed of the machine.
        """
        ...

    def __iter__(self) -> Iterator[AudioFrame]:
        """The source itself: iterating again goes on behind the last frame given."""
        ...

    def __next__(self) -> AudioFrame:
        """The next frame; StopIteration when nothing will come any more. Raises DeviceError."""
        ...


class RecordedSource:
    """Recorded sound as frames, followed by silence.

    The silence lets the endpointer decide as it would with a person who has stopped talking.
    """

    def __init__(
        self,
        samples: Samples,
        start_ms: float = 0.0,
        *,
        realtime: bool = False,
        trailing_silence_ms: float = math.inf,
    ) -> None:
        """Feed `samples` (16 kHz mono, shape (n,), float32) from session clock `start_ms` on.

        `realtime`: a frame comes when its last sample would have been spoken, counted from the
        first frame asked for; else as quickly as asked. `trailing_silence_ms`: silence after the
        sound, endless by default.
        """
        self._samples = np.asarray(samples, dtype=np.float32)
        self._start_ms = start_ms
        self._realtime = realtime
        sound_frames = math.ceil(self._samples.size / FRAME_SAMPLES)
        self._frames = sound_frames + trailing_silence_ms / FRAME_MS
        self._given = 0
        self._began_s: float | None = None

    @property
    def realtime(self) -> bool:
        """Whether frames come at the pace of the clock."""
        return self._realtime

    @property
    def position_ms(self) -> float:
        """Session clock just after the last frame given."""
        return self._start_ms + self._given * FRAME_MS

    @property
    def spoken_out(self) -> bool:
        """Whether all of the sound has been given; False after a turn means it was cut short."""
        return self._given * FRAME_SAMPLES >= self._samples.size

    def __iter__(self) -> RecordedSource:
        return self

    def __next__(self) -> AudioFrame:
        if self._given >= self._frames:
            raise StopIteration
        if self._realtime:
            self._wait_for_turn()
        first = self._given * FRAME_SAMPLES
        part = self._samples[first : first + FRAME_SAMPLES]
        frame = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        frame[: part.size] = part
        self._given += 1
        return AudioFrame(frame, self._start_ms + (self._given - 1) * FRAME_MS)

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if self._began_s is None:
            self._began_s = now
        due = self._began_s + (self._given + 1) * FRAME_MS / 1000
        if due > now:
            time.sleep(due - now)


class Prefixed:
    """Frames that were captured already, then those of a source: a turn taken up again."""

    def __init__(self, frames: Iterable[AudioFrame], source: FrameSource) -> None:
        self._frames = iter(frames)
        self._source = source

    @property
    def realtime(self) -> bool:
        """As the source."""
        return self._source.realtime

    def __iter__(self) -> Prefixed:
        return self

    def __next__(self) -> AudioFrame:
        for frame in self._frames:
            return frame
        return next(self._source)


def level_dbfs(samples: Samples) -> float:
    """Root mean square level in dB below full scale: 0 is the loudest, SILENT_DBFS nothing."""
    if samples.size == 0:
        return SILENT_DBFS
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENT_DBFS, 10 * math.log10(power)) if power > 0 else SILENT_DBFS
