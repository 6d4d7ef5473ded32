"""The live microphone through PortAudio (sounddevice)."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from audio.devices import find_input
from audio.echo import EchoCanceller
from audio.errors import DeviceError
from audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples
from audio.pulse import SourceWatch
from audio.resampling import StreamResampler
from audio.sources import level_dbfs
from audio.streams import OpenStream, open_stream, start_stream

FIRST_FRAME_S = 5.0
"""Patience for the first callback: 0.3 to 2.1 s were measured on virtual devices."""
SILENT_DEVICE_S = 1.0
"""Without a callback for this long the device is gone: PortAudio does not tell."""
WAITS = 4
"""SILENT_DEVICE_S is waited in so many parts: one that lasted a minute because the process was
stopped says nothing about the device."""
LATENCY_S = 0.06
"""Capture buffer. Half the delay of 0.15, and no sound lost beside two busy processes either; 0.04
and PortAudio's "low" lost most of it at a load of 11."""
QUEUED_FRAMES = 3_750
"""Two minutes wait for a reader; then the oldest go, and `lost_frames` says so."""
CLOCK_SLACK_MS = 250.0
"""A frame further behind the session clock came late, or after lost sound; one further ahead was
captured while the clock stood still."""
LATE_FRAMES = 16
"""So many late frames in a row, at the device's pace, are not a burst that a busy machine has held
back: sound was lost before them."""

NO_MICROPHONE = "the sound system has only the speaker's own sound to offer"


@dataclass(frozen=True, slots=True)
class _Captured:
    """A frame with what the player played at that time."""

    frame: AudioFrame
    far: Samples | None


class Microphone:
    """Frames from an input device; open it once and keep it open for the session.

    The callback runs in PortAudio's own thread, so `session_clock_ms` must be cheap and safe to
    call from there.
    """

    realtime = True

    def __init__(
        self,
        session_clock_ms: Callable[[], float],
        device: int | str | None = None,
        echo: EchoCanceller | None = None,
        rates: Sequence[int] = (SAMPLE_RATE,),
    ) -> None:
        """`device`: PortAudio index or a part of its name, None for the system's default.

        `echo`: what the player plays is taken out of the frames; the player has the same one.
        `rates` (Hz) are asked of the device before its own; what is not SAMPLE_RATE is resampled.
        """
        self.device = device
        self.echo = echo
        self.rates = rates
        self.lost_frames = 0
        self._clock_ms = session_clock_ms
        self._queue: queue.Queue[_Captured | None] = queue.Queue(QUEUED_FRAMES)
        self._first = threading.Event()
        self._closing = False
        self._stream: OpenStream | None = None
        self._source = SourceWatch()
        self._resampler: StreamResampler | None = None
        self._rest = np.zeros(0, np.float32)
        """Resampled sound that does not fill a frame yet."""
        self._next_ms: float | None = None
        """Where the next frame belongs; None before the first."""
        self._late = 0
        """Late frames in a row."""
        self._alive_s = 0.0
        """`time.monotonic()` of the latest callback."""
        self._level_dbfs = level_dbfs(np.zeros(0, dtype=np.float32))

    @property
    def level_dbfs(self) -> float:
        """Level of the latest frame, dB below full scale."""
        return self._level_dbfs

    def open(self) -> None:
        """Start capturing; returns with the first sound at hand.

        Raises DeviceError: no PortAudio, no such device, device taken, or nothing comes from it.
        """
        found = find_input(self.device)
        opened = open_stream(
            "input",
            found,
            self.rates,
            FRAME_MS,
            latency=LATENCY_S,
            callback=self._take,
            finished_callback=self._ended,
        )
        if opened.rate_hz != SAMPLE_RATE:
            self._resampler = StreamResampler(opened.rate_hz, SAMPLE_RATE)
        start_stream("input", found, opened)
        self._stream = opened
        if not self._first.wait(FIRST_FRAME_S):
            self.close()
            raise self._gone(f"no sound within {FIRST_FRAME_S:.0f} s of opening it")
        self._source.open()
        if self._source.lost.is_set():
            self.close()
            raise DeviceError(
                f"there is no microphone: {NO_MICROPHONE}",
                where=self._name(),
                todo="Plug one in, or use `--text`.",
            )

    @property
    def rate_hz(self) -> int:
        """What the device captures at; 0 while it is closed."""
        return 0 if self._stream is None else self._stream.rate_hz

    @property
    def is_open(self) -> bool:
        """Whether it captures."""
        return self._stream is not None

    def close(self) -> None:
        """Stop capturing; closing twice is allowed."""
        self._closing = True
        self._source.close()
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def drain(self) -> list[AudioFrame]:
        """The frames captured and not read yet: what was said while nobody listened."""
        frames: list[AudioFrame] = []
        while True:
            try:
                frame = self._queue.get_nowait()
            except queue.Empty:
                return frames
            if frame is None:
                self._queue.put(None)
                return frames
            frames.append(self._cleaned(frame))

    def __iter__(self) -> Microphone:
        return self

    def __next__(self) -> AudioFrame:
        if not self.is_open and self._queue.empty():
            raise StopIteration
        if self._source.lost.is_set():
            raise self._gone(NO_MICROPHONE)
        frame = self._waited_for()
        if frame is None:
            self._queue.put(None)  # asking again must not wait
            raise self._gone("the device has stopped")
        return self._cleaned(frame)

    def _waited_for(self) -> _Captured | None:
        """The next of the queue. Raises DeviceError when no callback comes any more."""
        for _ in range(WAITS):
            while True:
                try:
                    return self._queue.get(timeout=SILENT_DEVICE_S / WAITS)
                except queue.Empty:
                    # It may be alive and the clock stand still; then nothing is queued.
                    if time.monotonic() - self._alive_s > SILENT_DEVICE_S / WAITS:
                        break
        raise self._gone(f"no sound for {SILENT_DEVICE_S:.0f} s")

    def __enter__(self) -> Microphone:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self, data: Any, frames: int, when: Any, status: Any) -> None:
        """PortAudio's callback: must not block and must not raise."""
        before_s, self._alive_s = self._alive_s, time.monotonic()
        in_burst = (self._alive_s - before_s) * 1000 < FRAME_MS / 2
        began_ms = self._clock_ms() - FRAME_MS
        for samples in self._frames_of(np.array(data[:, 0], dtype=np.float32)):
            self._place(samples, began_ms, in_burst)
        self._first.set()

    def _frames_of(self, block: Samples) -> Iterator[Samples]:
        """The frames that a block of the device completes."""
        if self._resampler is None:
            if block.size == FRAME_SAMPLES:
                yield block
            return
        self._rest = np.concatenate([self._rest, self._resampler.push(block)])
        while self._rest.size >= FRAME_SAMPLES:
            frame, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
            yield frame

    def _place(self, samples: Samples, began_ms: float, in_burst: bool) -> None:
        """Queue a frame in its place on the session clock, behind the last one where it can be."""
        # Taken here, at the pace of the device: the reader may be late.
        far = None if self.echo is None else self.echo.reference(FRAME_SAMPLES)
        start_ms = max(0.0, began_ms) if self._next_ms is None else self._next_ms
        late_ms = began_ms - start_ms
        if late_ms < -CLOCK_SLACK_MS:
            return  # said in a pause, or held back while the process was stopped
        if late_ms <= CLOCK_SLACK_MS:
            self._late = 0
        elif not in_burst:
            self._late += 1
            if self._late == LATE_FRAMES:
                start_ms, self._late = began_ms, 0
        self._put(_Captured(AudioFrame(samples, start_ms), far))
        self._next_ms = start_ms + FRAME_MS
        self._level_dbfs = level_dbfs(samples)

    def _cleaned(self, captured: _Captured) -> AudioFrame:
        frame, far = captured.frame, captured.far
        if self.echo is None or far is None:
            return frame
        return AudioFrame(self.echo.clean(frame.samples, far), frame.start_ms)

    def _put(self, item: _Captured | None) -> None:
        while True:
            try:
                self._queue.put_nowait(item)
                return
            except queue.Full:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        try:
            self._queue.get_nowait()
        except queue.Empty:
            return  # the reader was quicker
        self.lost_frames += 1

    def _ended(self) -> None:
        """PortAudio's finished callback: without our own close the device has gone."""
        if not self._closing:
            self._put(None)

    def _gone(self, what: str) -> DeviceError:
        return DeviceError(
            f"the microphone is gone: {what}",
            where=self._name(),
            todo="Check that it is plugged in; `viva resume` goes on.",
        )

    def _name(self) -> str:
        return "default microphone" if self.device is None else f"microphone {self.device}"
