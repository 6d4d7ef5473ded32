"""Ctrl-C and SIGTERM: the first ends in order, the second at once; the terminal is left as it was.

Ending in order closes devices, recording and checkpoints and may wait for a step of the graph or a
request. Nothing depends on it: what was said is on the disk before the next step begins, and a
header left stale is mended when the recording is opened. So the second signal need not wait, and
must not be raised in the middle of the closing: it left a traceback and a wrong exit code.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, ClassVar

STOPPED_BY_USER = 130
"""Exit code after Ctrl-C."""
TERMINATED = 128 + signal.SIGTERM
"""Exit code after SIGTERM."""
AGAIN_S = 0.005
"""A signal that came while an object was being freed is looked at again after this (seconds)."""
SHOW_CURSOR = "\x1b[?25h"


class Ending:
    """Handles both signals while the context lasts, and on after the first: the end has begun."""

    def __init__(self, line: str = "Stopped.") -> None:
        """`line` is told by the second signal; empty = nothing, for instance told already."""
        self.line = line
        self.code = 0
        """The exit code that the first signal asks for; 0 = none came."""
        self._handlers: dict[int, Any] = {}
        self._terminal = saved_terminal()

    _asked: ClassVar[bool] = False

    @classmethod
    def raise_if_asked(cls) -> None:
        """KeyboardInterrupt once more where a library has swallowed the one of the first signal;
        called by the main thread between two steps of what may take long."""
        if cls._asked and threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt

    def __enter__(self) -> Ending:
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            # A shell's background job ignores Ctrl-C, and is to go on doing so.
            if before is not signal.SIG_IGN:
                with suppress(ValueError):  # not the main thread: whoever began it handles them
                    signal.signal(number, self._come)
                    self._handlers[number] = before
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        Ending._asked = False
        if self.code == 0:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def all_done(self) -> None:
        """Only the interpreter has to go down: a Ctrl-C now ends it at once, without a traceback
        out of its shutdown."""
        if self.code == 0 and signal.SIGINT in self._handlers:
            signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _come(self, number: int, frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt the first time; end the process the second time."""
        if self.code:
            self._end_at_once()
        if swallows(frame) and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, lambda _, later: self._come(number, later))
            signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
            return
        self.code = STOPPED_BY_USER if number == signal.SIGINT else TERMINATED
        outer = getattr(self._handlers[number], "__self__", None)
        if isinstance(outer, Ending):
            outer.code = self.code
        Ending._asked = True
        # The last thing Python does is to put SIGINT's default back, which would be the exit code.
        atexit.register(self._deaf)
        raise KeyboardInterrupt

    def _deaf(self) -> None:
        for number in self._handlers:
            signal.signal(number, signal.SIG_IGN)

    def _end_at_once(self) -> None:
        for descriptor, mode in self._terminal:
            restore(descriptor, mode)
        with suppress(OSError, ValueError):
            if sys.stdout.isatty():
                os.write(sys.stdout.fileno(), SHOW_CURSOR.encode())
            if self.line:
                os.write(sys.stderr.fileno(), f"{self.line}\n".encode())
        os._exit(self.code)


def swallows(frame: FrameType | None) -> bool:
    """Whether an exception raised here would be printed and forgotten, and the signal with it."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "__del__" or code.co_filename.endswith("weakref.py"):
            return True
        frame = frame.f_back
    return False


def saved_terminal() -> list[tuple[int, Any]]:
    """Descriptor and mode of the terminal; empty where there is none."""
    try:
        import termios
    except ImportError:
        return []
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError, termios.error):
            return [(stream.fileno(), termios.tcgetattr(stream.fileno()))]
    return []


def restore(descriptor: int, mode: Any) -> None:
    """The terminal as it was; keys typed ahead do not become commands of the shell."""
    import termios

    with suppress(OSError, termios.error):
        # From the background this would stop the process instead of ending it.
        if os.tcgetpgrp(descriptor) == os.getpgrp():
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, mode)
