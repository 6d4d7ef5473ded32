"""One utterance of the interviewer: which of its samples were heard, and when.

`LiveUtterance` goes through a player by the clock; `LockstepUtterance` exists on the clock of a
recording only, frame by frame, so that the same recording gives the same outcome on any machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from audio.ahead import Ahead, close_chunks
from audio.frame import FRAME_MS, SAMPLE_RATE, Samples, SpeechChunk, milliseconds_of
from audio.playback import Playback, Player
from audio.resampling import resample

LOOK_AHEAD_MS = 1_000
"""A recording's utterance is synthesized so far ahead, so that its end is known before it comes."""

Clock = Callable[[float], float]
"""`time.monotonic()` in seconds to the session clock in milliseconds."""


@dataclass(frozen=True, slots=True)
class HeardPiece:
    """Sound that was heard without a break."""

    start_ms: float
    """Session clock of the first sample."""
    samples: Samples
    """Shape (n,), SAMPLE_RATE."""

    @property
    def end_ms(self) -> float:
        """Session clock just after the last sample, milliseconds."""
        return self.start_ms + milliseconds_of(self.samples.size)


@dataclass(frozen=True, slots=True)
class Span:
    """Samples [first, last) of the utterance, at its own rate, heard from `start_ms` on."""

    start_ms: float
    first: int
    last: int


class Script:
    """The chunks of an utterance, all of one rate, and the spans of them that were heard."""

    def __init__(self) -> None:
        self.chunks: list[SpeechChunk] = []
        self.spans: list[Span] = []
        self.written = 0
        """Samples of all chunks."""

    @property
    def rate_hz(self) -> int:
        """Rate of all chunks; SAMPLE_RATE before the first."""
        return self.chunks[0].rate_hz if self.chunks else SAMPLE_RATE

    def add(self, chunk: SpeechChunk) -> None:
        """Append a chunk; ValueError when it has another rate than the first."""
        if self.chunks and chunk.rate_hz != self.rate_hz:
            raise ValueError(f"a chunk at {chunk.rate_hz} Hz after one at {self.rate_hz} Hz")
        self.chunks.append(chunk)
        self.written += len(chunk.samples)

    @property
    def end_ms(self) -> float:
        """Session clock where the last span ended; 0 before there is one."""
        if not self.spans:
            return 0.0
        last = self.spans[-1]
        return last.start_ms + (last.last - last.first) * 1000 / self.rate_hz

    def samples(self, first: int, last: int | None = None) -> Samples:
        """Samples [first, last) over all chunks."""
        whole = [chunk.samples for chunk in self.chunks] or [np.zeros(0, np.float32)]
        return np.concatenate(whole)[first:last]

    def heard(self, position: int) -> tuple[int, ...]:
        """The first `position` samples divided among the chunks."""
        counts: list[int] = []
        for chunk in self.chunks:
            counts.append(min(len(chunk.samples), position))
            position -= counts[-1]
        return tuple(counts)

    def pieces(self) -> tuple[HeardPiece, ...]:
        """What was heard, at SAMPLE_RATE."""
        return tuple(
            HeardPiece(
                part.start_ms,
                resample(
                    SpeechChunk(self.samples(part.first, part.last), self.rate_hz), SAMPLE_RATE
                ).samples,
            )
            for part in self.spans
            if part.last > part.first
        )


class Utterance(Protocol):
    """The interviewer's sound while the candidate is watched."""

    script: Script

    @property
    def started_ms(self) -> float | None:
        """Session clock of the first audible sample; None before there is one."""
        ...

    @property
    def position(self) -> int:
        """Samples heard so far."""
        ...

    @property
    def exhausted(self) -> bool:
        """Whether the last chunk is known."""
        ...

    @property
    def finished(self) -> bool:
        """Whether everything there will ever be was heard."""
        ...

    def advance(self, now_ms: float) -> None:
        """A frame of the source that ends at `now_ms` has passed. Raises what the chunks raise."""
        ...

    def pause(self, now_ms: float) -> None:
        """Silent at once; pausing twice is allowed."""
        ...

    def resume(self, now_ms: float) -> None:
        """On from where it paused; nothing happens when it has not."""
        ...

    def end(self) -> None:
        """No more chunks are wanted."""
        ...


class LiveUtterance:
    """Through a player; chunks are written as soon as they are there."""

    def __init__(self, chunks: Ahead | None, player: Player, at: Clock) -> None:
        """`chunks` None: the caller adds them itself and says `complete`."""
        self.script = Script()
        self.complete = False
        self._chunks, self._player, self._at = chunks, player, at
        self._playback: Playback | None = None
        self._base = 0
        """Samples heard before the present playback began."""
        self._paused = False
        self._first_ms: float | None = None

    @property
    def started_ms(self) -> float | None:
        """Session clock of the first audible sample; None before there is one."""
        if self._first_ms is None and self._playback and self._playback.started_at is not None:
            self._first_ms = self._at(self._playback.started_at)
        return self._first_ms

    @property
    def position(self) -> int:
        """Samples heard so far."""
        return self._base + (self._playback.played if self._playback else 0)

    @property
    def exhausted(self) -> bool:
        """Whether the last chunk is known."""
        return self.complete or (self._chunks is not None and self._chunks.exhausted)

    @property
    def finished(self) -> bool:
        """Whether everything there will ever be was heard."""
        return self.exhausted and self.position >= self.script.written

    def advance(self, now_ms: float) -> None:
        """Hand over what has been synthesized meanwhile. Raises DeviceError."""
        for chunk in self._chunks.ready() if self._chunks else ():
            self.add(chunk)
        if self._playback is not None and self.position < self.script.written:
            self._playback.check()

    def add(self, chunk: SpeechChunk) -> None:
        """Play a chunk behind the others, or keep it while paused."""
        late = self.position >= self.script.written > 0
        if late and not self._paused:
            # A new stream knows when it is heard; in the old one the gap would go unnoticed.
            self._close_span()
        self.script.add(chunk)
        if not self._paused:
            self._write(chunk.samples)

    def pause(self, now_ms: float) -> None:
        """Silent at once; pausing twice is allowed."""
        self._paused = True
        self._close_span()

    def resume(self, now_ms: float) -> None:
        """On from where it paused, in a new stream; nothing happens when it has not."""
        if not self._paused:
            return
        self._paused = False
        rest = self.script.samples(self._base)
        if rest.size:
            self._write(rest)

    def end(self) -> None:
        """No more chunks are wanted."""
        if self._chunks is not None:
            self._chunks.cancel()

    def _close_span(self) -> None:
        playback, self._playback = self._playback, None
        if playback is None:
            return
        played = playback.abort()
        if playback.started_at is not None and played:
            start_ms = max(self._at(playback.started_at), self.script.end_ms)
            if self._first_ms is None:
                self._first_ms = start_ms
            self.script.spans.append(Span(start_ms, self._base, self._base + played))
        self._base += played

    def _write(self, samples: Samples) -> None:
        if self._playback is None:
            self._playback = self._player.start(self.script.rate_hz)
        self._playback.write(samples)


class LockstepUtterance:
    """Played to nobody: each frame of the source is FRAME_MS of speech; synthesis takes no time."""

    def __init__(self, chunks: Iterable[SpeechChunk]) -> None:
        self.script = Script()
        self.started_ms: float | None = None
        self.position = 0
        self._source, self._chunks = chunks, iter(chunks)
        self.exhausted = self._paused = False
        self._since_ms = 0.0
        self._from = 0

    @property
    def finished(self) -> bool:
        """Whether everything there will ever be was heard."""
        return self.exhausted and self.position >= self.script.written

    def advance(self, now_ms: float) -> None:
        """Play FRAME_MS more, up to `now_ms`."""
        if self._paused:
            return
        if not self.script.chunks:
            self._draw()
        wanted = self.position + round(FRAME_MS * self.script.rate_hz / 1000)
        ahead = self.script.rate_hz * LOOK_AHEAD_MS // 1000
        while not self.exhausted and self.script.written < wanted + ahead:
            self._draw()
        if self.started_ms is None and self.script.written:
            self.started_ms = now_ms - FRAME_MS
        if self.position == self._from:
            self._since_ms = now_ms - FRAME_MS
        self.position = min(wanted, self.script.written)

    def pause(self, now_ms: float) -> None:
        """Silent at once; pausing twice is allowed."""
        if not self._paused and self.position > self._from:
            self.script.spans.append(Span(self._since_ms, self._from, self.position))
        self._paused, self._from = True, self.position

    def resume(self, now_ms: float) -> None:
        """On from where it paused, with the next frame; nothing happens when it has not."""
        self._paused = False

    def end(self) -> None:
        """No more chunks are wanted."""
        close_chunks(self._source)

    def _draw(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            self.exhausted = True
        else:
            self.script.add(chunk)


def play_out(utterance: LiveUtterance, poll_s: float, stopped: Callable[[], bool]) -> bool:
    """Play the rest with nobody watched; False when `stopped` said so before the end."""
    while not utterance.finished:
        if stopped():
            return False
        utterance.advance(0.0)
        time.sleep(poll_s)
    return True
