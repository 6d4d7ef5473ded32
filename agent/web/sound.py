"""The page as microphone and speaker: the same ports that the sound card has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np

from agent.web.link import Link
from audio.errors import DeviceError
from audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples, SpeechChunk
from audio.microphone import FIRST_FRAME_S, Microphone
from audio.playback import DEVICE_PATIENCE_S, POLL_S
from audio.resampling import StreamResampler, resample

BLOCK_MS = 20
"""Sound to the page comes in blocks of this length (milliseconds)."""
AHEAD_S = 2.0
"""Sound is sent so far ahead of what has sounded (seconds): enough for a page that is busy, and
little enough that a barge-in does not wait behind sound on a slow network."""
GUESSED_S = 0.15
"""So far beyond the latest word from the page it is taken to have gone on playing (seconds); it
reports ten times a second."""
FULL_SCALE = 32_767


class SocketMicrophone(Microphone):
    """Frames from the page, placed on the session clock as those of a sound card are."""

    def __init__(self, link: Link, session_clock_ms: Callable[[], float]) -> None:
        super().__init__(session_clock_ms)
        self._link = link
        self._connection = 0
        self._is_open = False

    def open(self) -> None:
        """Listen to the present page; returns with the first sound at hand. Raises DeviceError."""
        link = self._link
        with link.lock:
            link.check()
            self._connection, self._is_open = link.connection, True
            if link.rate_hz != SAMPLE_RATE:
                self._resampler = StreamResampler(link.rate_hz, SAMPLE_RATE)
            link.on_sound, link.on_lost = self.take, self._ended
        if not self._first.wait(FIRST_FRAME_S):
            self.close()
            raise self._gone(f"no sound within {FIRST_FRAME_S:.0f} s")
        link.check(self._connection)

    @property
    def is_open(self) -> bool:
        """Whether the page is listened to."""
        return self._is_open

    def take(self, sound: bytes) -> None:
        """A block from the page: 16-bit little-endian samples at the rate of its hello."""
        samples = np.frombuffer(sound, "<i2").astype(np.float32) / FULL_SCALE
        if samples.size:
            self._take(samples[:, np.newaxis], samples.size, None, None)

    def close(self) -> None:
        """Listen no more; closing twice is allowed."""
        super().close()
        self._is_open = False

    def _frames_of(self, block: Samples) -> Iterator[Samples]:
        sound = block if self._resampler is None else self._resampler.push(block)
        self._rest = np.concatenate([self._rest, sound])
        while self._rest.size >= FRAME_SAMPLES:
            frame, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
            yield frame

    def _gone(self, what: str) -> DeviceError:
        self._link.check(self._connection)
        return DeviceError(
            f"no sound comes from the page: {what}", todo="Allow the microphone in the browser."
        )

    def _ended(self) -> None:
        if not self._closing:
            self._first.set()
            self._put(None)


class SocketPlayer:
    """Plays in the page."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def start(self, rate_hz: int) -> SocketPlayback:
        """A new utterance. Raises DeviceError while there is no page."""
        return SocketPlayback(self.link, rate_hz)


class SocketPlayback:
    """An utterance on its way to the page, which says how much of it has sounded."""

    def __init__(self, link: Link, rate_hz: int) -> None:
        """Raises DeviceError while there is no page."""
        self.link, self.rate_hz = link, rate_hz
        self.lock = link.lock
        with self.lock:
            link.check()
            self.connection, self.page_hz = link.connection, link.rate_hz
            self.number = link.next_utterance()
            link.on_played = self.acknowledge
        self.started_at: float | None = None
        self.queue: list[Samples] = []
        """Not sent yet, at `page_hz`."""
        self.written = 0
        """Samples that were written, at `rate_hz`."""
        self.accepted = self.sent = self.sounded = 0
        """Samples at `page_hz` that were written, sent, and have sounded for certain."""
        self.told_at = self.began_at = time.monotonic()
        """When the page last told, or sound was written that nothing waited before."""
        self.stopped_with: int | None = None

    @property
    def played(self) -> int:
        """Samples the candidate has heard."""
        with self.lock:
            if self.stopped_with is not None:
                return self.stopped_with
            if self.sounded >= self.accepted:
                return self.written
            if self.started_at is None:
                return 0
            since = min(time.monotonic() - self.told_at, GUESSED_S) * self.page_hz
            # The last sample is never guessed: the page tells when it has played out.
            guessed = min(self.sounded + round(since), self.sent, self.accepted - 1)
            heard = max(self.sounded, guessed) * self.rate_hz // self.page_hz
            return min(self.written, heard)

    def write(self, samples: Samples) -> None:
        """Append mono float32 samples at `rate_hz`."""
        sound = resample(SpeechChunk(np.asarray(samples, np.float32), self.rate_hz), self.page_hz)
        with self.lock:
            self.written += len(samples)
            if self.sounded >= self.accepted:
                self.told_at = time.monotonic()  # nothing was outstanding
            if self.accepted == 0:
                self.began_at = self.told_at
            self.accepted += len(sound.samples)
            self.queue.append(sound.samples)
            self.pump()

    def pump(self) -> None:
        """Send what may be sent by now."""
        block = self.page_hz * BLOCK_MS // 1000
        ahead = round(AHEAD_S * self.page_hz)
        while self.queue and self.sent - self.sounded < ahead and self.stopped_with is None:
            if self.sent == 0:
                self.link.send("speech", utterance=self.number)
            head = self.queue.pop(0)
            if len(head) > block:
                self.queue.insert(0, head[block:])
            self.link.send_sound(packed(head[:block]))
            self.sent += len(head[:block])

    def acknowledge(self, utterance: int, samples: int) -> None:
        """The page has played so many samples."""
        with self.lock:
            if utterance != self.number or self.stopped_with is not None:
                return
            now = self.told_at = time.monotonic()
            self.sounded = max(self.sounded, min(samples, self.sent))
            if self.started_at is None and self.sounded:
                self.started_at = max(self.began_at, now - self.sounded / self.page_hz)
            self.pump()

    def check(self) -> None:
        """Raises DeviceError when the page is gone or plays nothing, Abandoned when none comes."""
        with self.lock:
            outstanding = self.sounded < self.accepted and self.stopped_with is None
            self.link.check(self.connection if outstanding else self.link.connection)
            if outstanding and time.monotonic() - self.told_at > DEVICE_PATIENCE_S:
                self.abort()
                raise DeviceError("the page plays no sound")

    def finish(self, stop: threading.Event | None = None) -> int:
        """Wait until everything was heard, or `stop` is set; samples played."""
        stop = stop or threading.Event()
        while self.played < self.written and not stop.wait(POLL_S):
            self.check()
        return self.abort()

    def abort(self) -> int:
        """Be silent at once, from any thread; samples played. May be called again."""
        with self.lock:
            if self.stopped_with is None:
                self.stopped_with = self.played
                self.queue.clear()
                if self.sounded < self.sent and self.connection == self.link.connection:
                    self.link.send("stop_playback", utterance=self.number)
            return self.stopped_with


def packed(samples: Samples) -> bytes:
    """Samples as they go over the wire."""
    whole = np.clip(samples, -1.0, 1.0) * FULL_SCALE
    return whole.round().astype("<i2").tobytes()
