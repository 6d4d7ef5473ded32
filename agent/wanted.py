"""Whether the reply that is being worked on is still wanted.

A reply is begun before it is certain that the turn is over. When the candidate goes on, whoever
listens must not wait for an endpoint that is still thinking about words nobody will hear.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


class Unwanted(Exception):
    """The reply was dropped: the work on it ends where it is. Nobody waits for its result."""


class Wanted:
    """One reply in work; `drop` may be called from any thread, more than once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: list[Callable[[], object]] = []
        self.dropped = False

    def drop(self) -> None:
        """Nobody wants it any more: everything that waits for something is stopped."""
        with self._lock:
            self.dropped = True
            stops, self._stops = self._stops, []
        for stop in stops:
            stop()

    def on_drop(self, stop: Callable[[], object]) -> None:
        """Call `stop` when the reply is dropped; at once when it has been."""
        with self._lock:
            if not self.dropped:
                self._stops.append(stop)
                return
        stop()


IN_WORK: ContextVar[Wanted | None] = ContextVar("reply in work", default=None)
"""The reply that this thread works on; graph nodes inherit it with the context they run in."""


def go_on() -> None:
    """Raises Unwanted when the reply in work was dropped."""
    wanted = IN_WORK.get()
    if wanted is not None and wanted.dropped:
        raise Unwanted


def result(future: Future[T], *, timeout_s: float) -> T:
    """The result of `future`, waited for while the reply in work is wanted.

    Raises Unwanted when it is dropped, TimeoutError after `timeout_s`, else what the work raised.
    """
    woken = threading.Event()
    future.add_done_callback(lambda _: woken.set())
    wanted = IN_WORK.get()
    if wanted is not None:
        wanted.on_drop(woken.set)
    woken.wait(timeout_s)
    go_on()
    return future.result(timeout=0)
