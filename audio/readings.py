"""Putting stretches into words while listening goes on, and a little before it is certain.

A stretch whose pause may close it is read early: if it does, the words are there sooner; if speech
goes on, the reading is dropped. The samples are the same either way, and so are the words.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from audio.hearing import HeardClause
from audio.segmenter import Stretch
from audio.transcriber import Clause, Transcriber


def heard_clause(
    transcriber: Transcriber, stretch: Stretch, hotwords: Sequence[str]
) -> HeardClause:
    """Transcribe one stretch; the clause then has the times of the speech, without the rolls."""
    return placed(transcriber.transcribe(stretch.samples, stretch.start_ms, hotwords), stretch)


def placed(clause: Clause, stretch: Stretch) -> HeardClause:
    """The clause of a stretch with the times of the speech in it."""
    first, last = stretch.speech_start_ms, stretch.speech_end_ms
    spoken = replace(clause, start_ms=round(first), end_ms=round(last))
    return HeardClause(spoken, first, last)


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What the worker gives back, with the wall time it took in milliseconds."""

    heard: HeardClause
    took_ms: float


def timed_clause(
    transcriber: Transcriber, stretch: Stretch, hotwords: Sequence[str]
) -> Transcribed:
    """`heard_clause` with the time it took."""
    began = time.perf_counter()
    heard = heard_clause(transcriber, stretch, hotwords)
    return Transcribed(heard, (time.perf_counter() - began) * 1000)


class Readings:
    """The readings of one turn, in order."""

    def __init__(self, submit: Callable[[Stretch], Future[Transcribed]]) -> None:
        self._submit = submit
        self._pending: deque[Future[Transcribed]] = deque()
        self._early: tuple[Stretch, Future[Transcribed]] | None = None

    def __bool__(self) -> bool:
        """Whether words are missing."""
        return bool(self._pending)

    @property
    def early(self) -> Transcribed | None:
        """The early reading, if it is done. Raises what the transcriber raised."""
        if self._early is None or not self._early[1].done() or self._early[1].cancelled():
            return None
        return self._early[1].result()

    def read(self, stretch: Stretch | None) -> None:
        """Queue a closed stretch, or take over its early reading."""
        if stretch is None:
            return
        early, self._early = self._early, None
        if early is not None and same(early[0], stretch):
            self._pending.append(early[1])
            return
        if early is not None:
            early[1].cancel()
        self._pending.append(self._submit(stretch))

    def read_early(self, stretch: Stretch | None) -> None:
        """Begin with a stretch that may still go on."""
        if stretch is None:
            return
        if self._early is not None:
            self._early[1].cancel()
        self._early = stretch, self._submit(stretch)

    def finished(self, *, wait: bool) -> Iterator[Transcribed]:
        """Finished readings in order; with `wait`, all of them."""
        while self._pending and (wait or self._pending[0].done()):
            yield self._pending.popleft().result()

    def abandon(self) -> None:
        """Drop what has not been begun."""
        for future in self._pending:
            future.cancel()
        if self._early is not None:
            self._early[1].cancel()


def same(early: Stretch, closed: Stretch) -> bool:
    """Whether a stretch read early is the one that was closed in the end."""
    return (early.start_ms, early.speech_end_ms, early.samples.size) == (
        closed.start_ms,
        closed.speech_end_ms,
        closed.samples.size,
    )
