"""Work in a thread whose results are waited for until a deadline and no longer.

A read timeout bounds the wait for the next bytes only: name resolution, a slow drip and several
tries add up. Here the one who waits gives up at the deadline, whatever the worker is doing.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.wanted import IN_WORK, go_on
from prompts.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


_DONE = object()


class BoundedStream(Iterator[str]):
    """The pieces that `produce` yields in a thread of its own, until `budget_s` seconds are over.

    `produce` gets an event that is set when nobody waits any more, and looks at it between pieces.
    What it raises is raised to the one who waits; ModelUnavailable, told to `on_late` first, when
    the seconds are over. `stop()` may be called from any thread; iteration then simply ends, or
    raises Unwanted when it was the reply in work that was dropped.
    """

    def __init__(
        self,
        produce: Callable[[threading.Event], Iterator[str]],
        *,
        budget_s: float,
        where: str,
        on_late: Callable[[ModelUnavailable], None],
    ) -> None:
        self._produce, self._on_late, self._where = produce, on_late, where
        self._budget_s, self._deadline = budget_s, time.monotonic() + budget_s
        self._queue: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._over = False
        wanted = IN_WORK.get()
        if wanted is not None:
            wanted.on_drop(self.stop)
        threading.Thread(target=self._work, name="viva-model-call", daemon=True).start()

    def _work(self) -> None:
        try:
            for piece in self._produce(self._cancelled):
                self._queue.put(piece)
                if self._cancelled.is_set():
                    break
        except BaseException as error:  # noqa: BLE001 raised again in the thread that waits
            self._queue.put(_Failed(error))
        else:
            self._queue.put(_DONE)

    def __next__(self) -> str:
        go_on()
        if self._over or self._cancelled.is_set():
            raise StopIteration
        try:
            item = self._queue.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except queue.Empty:
            error = ModelUnavailable(
                f"did not finish its reply within {self._budget_s:g} s", where=self._where
            )
            self._end()
            self._on_late(error)
            raise error from None
        go_on()
        if isinstance(item, str):
            return item
        self._end()
        if isinstance(item, _Failed):
            raise item.error
        raise StopIteration

    def _end(self) -> None:
        self._over = True
        self._cancelled.set()

    def stop(self) -> None:
        """Nobody listens any more: end the iteration now, and the request at its next piece."""
        self._cancelled.set()
        self._queue.put(_DONE)

    def close(self) -> None:
        """The name under which generators offer it."""
        self.stop()
