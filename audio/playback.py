"""Playing speech: through the speaker, or only keeping its time where there is no device."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from audio.devices import Device, find_output
from audio.echo import EchoCanceller, FarSound
from audio.errors import DeviceError
from audio.frame import Samples, SpeechChunk
from audio.resampling import resample
from audio.streams import open_stream, start_stream

__all__ = [
    "NullPlayer",
    "Playback",
    "Player",
    "SpeakerPlayer",
    "play",
    "resample",
]

OUTPUT_LATENCY_S = 0.06
"""Buffering asked of the device (seconds): what a reply waits at least. Longer after underruns."""
LONGEST_LATENCY_S = 0.15
"""Without a gap at a load of 10 on two cores, where 0.04 lost most of a signal."""
DEVICE_PATIENCE_S = 4.0
"""A playing device that asks for nothing for this long is gone (seconds). A virtual speaker that
just woke up was seen to ask for nothing for 1.7 s."""


STOPPED_S = 1.0
"""A look at the device this long after the last one: the process was stopped meanwhile, or had
nothing to play, and the device has its patience anew (seconds)."""
POLL_S = 0.005
"""How often a waiting `finish` looks whether it is done or was told to stop (seconds)."""


class Playback(Protocol):
    """One utterance on its way to the listener."""

    rate_hz: int

    @property
    def started_at(self) -> float | None:
        """`time.monotonic()` of the first audible sample; None before there is one."""
        ...

    @property
    def played(self) -> int:
        """Samples the listener has heard so far, at `rate_hz`."""
        ...

    def write(self, samples: Samples) -> None:
        """Append sound; returns at once."""
        ...

    def check(self) -> None:
        """Raises DeviceError when the device went away while there is sound to be played."""
        ...

    def finish(self, stop: threading.Event | None = None) -> int:
        """Wait until everything written is heard, or abort when `stop` is set; samples played.

        Raises DeviceError when the device went away meanwhile.
        """
        ...

    def abort(self) -> int:
        """Be silent at once (barge-in), from any thread; samples played. May be called again."""
        ...


class Player(Protocol):
    """Opens playbacks. Only one is open at a time."""

    def start(self, rate_hz: int) -> Playback:
        """A new utterance at that sample rate. Raises DeviceError."""
        ...


def play(player: Player, chunks: Iterable[SpeechChunk], stop: threading.Event | None = None) -> int:
    """Play `chunks` (all of one rate) until they end or `stop` is set; the samples really played.

    Later chunks are synthesized while earlier ones are heard.
    """
    playback: Playback | None = None
    try:
        for chunk in chunks:
            if stop is not None and stop.is_set():
                break
            playback = playback or player.start(chunk.rate_hz)
            playback.write(chunk.samples)
        return playback.finish(stop) if playback else 0
    except BaseException:
        if playback is not None:
            playback.abort()
        raise


class NullPlayer:
    """Plays nothing, for machines without a device; in real time it keeps the time of the sound."""

    def __init__(self, real_time: bool = True) -> None:
        self.real_time = real_time

    def start(self, rate_hz: int) -> NullPlayback:
        """A silent utterance; never fails."""
        return NullPlayback(rate_hz, self.real_time)


class NullPlayback:
    """An utterance nobody hears."""

    def __init__(self, rate_hz: int, real_time: bool) -> None:
        self.rate_hz, self.real_time = rate_hz, real_time
        self.started_at: float | None = None
        self.written = 0
        self.heard_until = 0.0
        """`time.monotonic()` at which the last sample written would have been heard."""
        self.stopped_with: int | None = None

    @property
    def played(self) -> int:
        """What a speaker would have played by now; in fast mode everything written."""
        if self.stopped_with is not None:
            return self.stopped_with
        if not self.real_time:
            return self.written
        waiting = max(0.0, self.heard_until - time.monotonic()) * self.rate_hz
        return max(0, self.written - round(waiting))

    def write(self, samples: Samples) -> None:
        """Count the samples; the clock starts with the first ones and waits for late ones."""
        now = time.monotonic()
        if self.started_at is None:
            self.started_at = now
        self.heard_until = max(now, self.heard_until) + len(samples) / self.rate_hz
        self.written += len(samples)

    def check(self) -> None:
        """Nothing can go away."""

    def finish(self, stop: threading.Event | None = None) -> int:
        """Wait for the time of the sound that is left; in fast mode return at once."""
        stop = stop or threading.Event()
        while self.played < self.written and self.stopped_with is None:
            left = (self.written - self.played) / self.rate_hz
            if stop.wait(min(left, POLL_S)):
                break
        return self.abort()

    def abort(self) -> int:
        """Stop the clock."""
        self.stopped_with = self.played
        return self.stopped_with


class SpeakerPlayer:
    """Plays through an output device of PortAudio; a new stream for every utterance (3-20 ms)."""

    def __init__(
        self,
        device: str | int | None = None,
        latency_s: float = OUTPUT_LATENCY_S,
        echo: EchoCanceller | None = None,
        rates: Sequence[int] = (),
    ) -> None:
        """`device`: name, part of a name or number; None = the default. Raises DeviceError.

        `echo` is told what is played; the microphone has the same one. `rates` (Hz) are asked of
        the device, () = that of the sound; what it does not take is resampled.
        """
        self.wanted = device
        self.device: Device = find_output(device)
        self.latency_s = latency_s
        self.echo = echo
        self.rates = rates
        self.last: SpeakerPlayback | None = None

    def start(self, rate_hz: int) -> SpeakerPlayback:
        """Open the device for sound at `rate_hz`. Raises DeviceError when it is gone or taken."""
        # Its number changes when something else is plugged in.
        self.device = find_output(self.wanted)
        if self.last is not None and self.last.gaps:
            self.latency_s = min(2 * self.latency_s, max(self.latency_s, LONGEST_LATENCY_S))
        self.last = SpeakerPlayback(self.device, rate_hz, self.latency_s, self.echo, self.rates)
        return self.last


class SpeakerPlayback:
    """An utterance in a callback stream: the device asks for blocks in its own thread."""

    def __init__(
        self,
        device: Device,
        rate_hz: int,
        latency_s: float,
        echo: EchoCanceller | None = None,
        rates: Sequence[int] = (),
    ) -> None:
        self.device, self.rate_hz = device, rate_hz
        self.started_at: float | None = None
        self.queue: deque[Samples] = deque()
        self.lock = threading.Lock()
        self.written = 0
        """Samples that were written, at `rate_hz`."""
        self.taken = 0
        """Samples handed to the device, at `device_hz`; some of them are still in its buffer."""
        self.heard_until = 0.0
        """`time.monotonic()` at which the last sample taken will have been heard."""
        self.asked_at = self.looked_at = time.monotonic()
        self.gaps = 0
        """How often the device ran out of sound in the middle of some."""
        self.ended = threading.Event()
        self.stopped_with: int | None = None
        self.opened = open_stream(
            "output",
            device,
            rates or (rate_hz,),
            latency=latency_s,
            callback=self.fill,
            finished_callback=self.ended.set,
        )
        self.stream: Any = self.opened.stream
        self.device_hz = self.opened.rate_hz
        self.far = None if echo is None else FarSound(echo, self.device_hz)
        start_stream("output", device, self.opened)

    def fill(self, block: Samples, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: the next `frames` samples into `block`, shape (frames, channels),
        the same on each channel."""
        with self.lock:
            sound = self.take(frames)
            block[:] = 0
            block[: len(sound)] = sound[:, None]
            self.asked_at = time.monotonic()
            if len(sound):
                self.gaps += bool(status.output_underflow and self.taken)
                ahead = times.outputBufferDacTime - times.currentTime
                begins = self.asked_at + (ahead if ahead > 0 else float(self.stream.latency))
                self.started_at = self.started_at or begins
                self.heard_until = begins + len(sound) / self.device_hz
                self.taken += len(sound)
                if self.far is not None:
                    self.far.played(self.taken)

    def take(self, frames: int) -> Samples:
        """Up to `frames` samples from the queue."""
        parts: list[Samples] = []
        while frames > 0 and self.queue:
            head = self.queue.popleft()
            parts.append(head[:frames])
            if len(head) > frames:
                self.queue.appendleft(head[frames:])
            frames -= len(parts[-1])
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    @property
    def played(self) -> int:
        """Samples heard: those taken, less those still in the device's buffer."""
        if self.stopped_with is not None:
            return self.stopped_with
        with self.lock:
            waiting_s = max(0.0, self.heard_until - time.monotonic())
            if not self.queue and not waiting_s:
                return self.written  # resampling rounds
            heard_s = max(0.0, self.taken / self.device_hz - waiting_s)
            return min(self.written, round(heard_s * self.rate_hz))

    def write(self, samples: Samples) -> None:
        """Append mono float32 samples at `rate_hz`."""
        chunk = SpeechChunk(np.asarray(samples, np.float32), self.rate_hz)
        sound = resample(chunk, self.device_hz).samples
        if self.far is not None:
            self.far.write(sound)
        with self.lock:
            self.queue.append(sound)
            self.written += len(chunk.samples)

    def check(self) -> None:
        """Raises DeviceError when the device stopped asking while there is sound to be played."""
        if self.gone() and self.queue and self.stopped_with is None:
            self.abort()
            raise lost(self.device)

    def gone(self) -> bool:
        """Whether the device has ended the stream, or asked for nothing for too long."""
        now = time.monotonic()
        if now - self.looked_at > STOPPED_S:
            self.asked_at = now
        self.looked_at = now
        return self.ended.is_set() or now - self.asked_at > DEVICE_PATIENCE_S

    def finish(self, stop: threading.Event | None = None) -> int:
        """Wait for the end as heard. Silence is played behind it: a stream that ends by itself was
        seen to drop what its device had buffered, a quarter of a second."""
        stop = stop or threading.Event()
        while self.played < self.written and not stop.wait(POLL_S):
            if self.stopped_with is not None:
                break
            self.check()
        return self.abort()

    def abort(self) -> int:
        """Drop what is buffered: silent in about 20 ms, where zeros would take the latency."""
        if self.stopped_with is None:
            self.stopped_with = self.played
            self.opened.close()
        return self.stopped_with


def lost(device: Device, cause: object = "") -> DeviceError:
    """The error for an output device that is gone or cannot be opened."""
    reason = f" ({cause})" if str(cause) else ""
    return DeviceError(
        f"the speaker is gone{reason}",
        where=device.name,
        todo="Plug it in again, or choose another with --speaker; `viva doctor` lists them.",
    )
