"""Speech synthesized ahead of its need, while somebody still speaks or earlier speech is heard."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Iterable, Iterator

from audio.frame import SpeechChunk


class Ahead(Iterator[SpeechChunk]):
    """Draws `chunks` in a thread of its own from the start; iterate it to take them in order.

    What has been begun on suspicion is dropped with `cancel`; `wait` tells when it has really
    ended. An error of `chunks` is raised to whoever takes the next chunk.
    """

    def __init__(self, chunks: Iterable[SpeechChunk]) -> None:
        self._chunks = iter(chunks)
        self._queue: queue.SimpleQueue[SpeechChunk | BaseException | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._ended = False
        context = contextvars.copy_context()
        # Not a daemon: a native library must not be at work while the interpreter goes down.
        self._thread = threading.Thread(target=context.run, args=(self._draw,), name="ahead")
        self._thread.start()

    @property
    def exhausted(self) -> bool:
        """Whether the last chunk has been taken."""
        return self._ended

    def ready(self) -> list[SpeechChunk]:
        """The chunks that are there already; does not wait. Raises the error of `chunks`."""
        found: list[SpeechChunk] = []
        while not self._ended:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            chunk = self._taken(item)
            if chunk is not None:
                found.append(chunk)
        return found

    def cancel(self) -> None:
        """Ask for the end; the generator is closed in its own thread when it next yields."""
        self._cancelled.set()

    def close(self) -> None:
        """As `cancel`: what a generator is ended by."""
        self.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the generator has ended, its `finally` included; whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def __next__(self) -> SpeechChunk:
        if self._ended:
            raise StopIteration
        chunk = self._taken(self._queue.get())
        if chunk is None:
            raise StopIteration
        return chunk

    def _taken(self, item: SpeechChunk | BaseException | None) -> SpeechChunk | None:
        if isinstance(item, SpeechChunk):
            return item
        self._ended = True
        if item is not None:
            raise item
        return None

    def _draw(self) -> None:
        error: BaseException | None = None
        try:
            self._draw_all()
        except BaseException as raised:  # noqa: BLE001 (handed to the thread that takes chunks)
            error = raised
        self._queue.put(error)

    def _draw_all(self) -> None:
        try:
            while not self._cancelled.is_set():
                chunk = next(self._chunks, None)
                if chunk is None:
                    return
                self._queue.put(chunk)
        finally:
            close_chunks(self._chunks)


def close_chunks(chunks: Iterable[SpeechChunk]) -> None:
    """End a generator now, so that its `finally` runs; other iterables have nothing to end."""
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
