"""The live microphone through PortAudio (sounddevice)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from audio.devices import find_input, load_sounddevice
from audio.echo import EchoCanceller
from audio.errors import DeviceError
from audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples
from audio.sources import level_dbfs

FIRST_FRAME_S = 5.0
"""Patience for the first callback: 0.3 to 2.1 s were measured on virtual devices."""
SILENT_DEVICE_S = 1.0
"""Without a callback for this long the device is gone: PortAudio does not tell."""
LATENCY_S = 0.06
"""Capture buffer. Half the delay of 0.15, and no sound lost beside two busy processes either; 0.04
and PortAudio's "low" lost most of it at a load of 11."""
QUEUED_FRAMES = 3_750
"""Two minutes wait for a reader; then the oldest go, and `lost_frames` says so."""
CLOCK_SLACK_MS = 250.0
"""A frame further off the session clock than this came after a gap: sleep, or lost sound."""


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
    ) -> None:
        """`device`: PortAudio index or a part of its name, None for the system's default.

        `echo`: what the player plays is taken out of the frames; the player has the same one.
        """
        self.device = device
        self.echo = echo
        self.lost_frames = 0
        self._clock_ms = session_clock_ms
        self._queue: queue.Queue[_Captured | None] = queue.Queue(QUEUED_FRAMES)
        self._first = threading.Event()
        self._closing = False
        self._stream: Any = None
        self._next_ms = 0.0
        self._level_dbfs = level_dbfs(np.zeros(0, dtype=np.float32))

    @property
    def level_dbfs(self) -> float:
        """Level of the latest frame, dB below full scale."""
        return self._level_dbfs

    def open(self) -> None:
        """Start capturing; returns with the first frame at hand.

        Raises DeviceError: no PortAudio, no such device, device taken, or nothing comes from it.
        """
        sounddevice = load_sounddevice()
        found = find_input(self.device)
        try:
            self._stream = sounddevice.InputStream(
                samplerate=SAMPLE_RATE,
                blocksize=FRAME_SAMPLES,
                channels=1,
                dtype="float32",
                latency=LATENCY_S,
                device=found.index,
                callback=self._take,
                finished_callback=self._ended,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise DeviceError(
                f"the microphone cannot be opened ({error})",
                where=self._name(),
                todo="Choose another one with --microphone, or check that it is plugged in.",
            ) from error
        if not self._first.wait(FIRST_FRAME_S):
            self.close()
            raise self._gone(f"no sound within {FIRST_FRAME_S:.0f} s of opening it")

    def close(self) -> None:
        """Stop capturing; closing twice is allowed."""
        self._closing = True
        if self._stream is not None:
            self._stream.abort()
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
        if self._stream is None and self._queue.empty():
            raise StopIteration
        try:
            frame = self._queue.get(timeout=SILENT_DEVICE_S)
        except queue.Empty:
            raise self._gone(f"no sound for {SILENT_DEVICE_S:.0f} s") from None
        if frame is None:
            self._queue.put(None)  # asking again must not wait
            raise self._gone("the device has stopped")
        return self._cleaned(frame)

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
        samples = np.array(data[:, 0], dtype=np.float32)
        if samples.size != FRAME_SAMPLES:
            return
        began_ms = self._clock_ms() - FRAME_MS
        if not self._first.is_set() or abs(began_ms - self._next_ms) > CLOCK_SLACK_MS:
            self._next_ms = max(0.0, began_ms)
        # Taken here, at the pace of the device: the reader may be late.
        far = None if self.echo is None else self.echo.reference(FRAME_SAMPLES)
        self._put(_Captured(AudioFrame(samples, self._next_ms), far))
        self._next_ms += FRAME_MS
        self._level_dbfs = level_dbfs(samples)
        self._first.set()

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
            todo="Plug it in again and resume the session.",
        )

    def _name(self) -> str:
        return "default microphone" if self.device is None else f"microphone {self.device}"
