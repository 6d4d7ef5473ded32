"""Single key presses from a terminal, waited for as long as the caller likes."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections import deque
from types import FrameType, TracebackType
from typing import Any

NAMED = {"\r": "enter", "\n": "enter", " ": "space", "\x1b[C": "right", "\x1b[D": "left"}
"""Keys that have no letter; every other character stands for itself, Escape for `q`."""
READ_BYTES = 64
WAIT_S = 0.5
"""Without a limit the terminal is looked at this often, so that signals are dealt with."""


class SingleKeys:
    """Reads keys without Enter; the terminal is as it was when the context ends.

    Ctrl-C and Ctrl-Z keep their meaning. Where there is no such terminal (Windows) `read` waits for
    a key however short the limit.
    """

    def __enter__(self) -> SingleKeys:
        self._waiting: deque[str] = deque()
        self._before: list[Any] | None = None
        self._continued: Any = None
        try:
            import termios
        except ImportError:
            return self
        self._number = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._number)
        self._take()
        self._continued = signal.signal(signal.SIGCONT, self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is None:
            return
        import termios

        signal.signal(signal.SIGCONT, self._continued)
        termios.tcsetattr(self._number, termios.TCSADRAIN, self._before)

    def _take(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Single keys without echo; also after a Ctrl-Z."""
        import tty

        tty.setcbreak(self._number)

    def read(self, timeout_s: float | None = None) -> str:
        """The next key: a character, or a name of NAMED; "" when none came in time."""
        if self._waiting:
            return self._waiting.popleft()
        if self._before is None:
            import click

            return NAMED.get(key := click.getchar(), key)
        while not select.select([self._number], [], [], timeout_s or WAIT_S)[0]:
            if timeout_s is not None:
                return ""
        data = os.read(self._number, READ_BYTES)
        self._waiting.extend(keys_in(data.decode("utf-8", "replace")) if data else ["q"])
        return self._waiting.popleft() if self._waiting else ""


def keys_in(typed: str) -> list[str]:
    """What was pressed; sequences that mean nothing here are passed over."""
    found: list[str] = []
    while typed:
        if typed == "\x1b":
            return [*found, "q"]
        if typed[0] == "\x1b":
            sequence = next((s for s in NAMED if len(s) > 1 and typed.startswith(s)), "")
            if not sequence:
                return found
            found.append(NAMED[sequence])
            typed = typed[len(sequence) :]
            continue
        found.append(NAMED.get(typed[0], typed[0]))
        typed = typed[1:]
    return found
