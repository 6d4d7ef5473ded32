"""Single key presses while an interview runs in a terminal.

    Enter, space   "I'm done"           h   a hint           p   pause, and go on
    r              the question again   s   skip it          q   stop and save        ?   these keys
    k              type from here on

`agent/key_commands.py` says what the presses mean; `Keys` reads them from the terminal and leaves
it as it found it, whatever happens.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, TextIO

from agent.key_commands import Commands, Press, presses

READ_BYTES = 1024

OnPress = Callable[[Press], None]


def untold(_: Press) -> None:
    """For callers that show nothing."""


def nothing() -> None:
    """For callers that need not know of Ctrl-Z."""


class NoKeys:
    """Where no single keys can be read: not a terminal, in the background, or Windows."""

    reading = False

    def __init__(self, commands: Commands) -> None:
        self.commands = commands

    def __enter__(self) -> NoKeys:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def open_keys(
    commands: Commands,
    on_press: OnPress = untold,
    *,
    on_suspend: Callable[[], None] = nothing,
    on_continue: Callable[[], None] = nothing,
    terminal: TextIO | None = None,
) -> Keys | NoKeys:
    """`Keys` on `terminal` (standard input by default), or `NoKeys` where that cannot be."""
    stream = terminal or sys.stdin
    try:
        import termios

    except ImportError:
        return NoKeys(commands)  # Windows
    try:
        number = stream.fileno()
        termios.tcgetattr(number)
    except (OSError, ValueError, AttributeError, termios.error):
        return NoKeys(commands)  # no terminal, or closed
    if not in_foreground(number):
        return NoKeys(commands)
    return Keys(commands, number, on_press, on_suspend, on_continue)


def in_foreground(terminal: int) -> bool:
    """Whether the terminal is ours: changing it from the background would stop the program."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False


class Keys:
    """Reads single keys in a thread of its own for as long as the context lasts.

    The terminal's line editing and echo are off meanwhile and come back at the end, on Ctrl-C, on
    SIGTERM and for the time of a Ctrl-Z. Ctrl-C and Ctrl-Z keep their meaning.
    """

    reading = True

    def __init__(
        self,
        commands: Commands,
        terminal: int,
        on_press: OnPress = untold,
        on_suspend: Callable[[], None] = nothing,
        on_continue: Callable[[], None] = nothing,
    ) -> None:
        """`terminal`: its file descriptor. `on_press` is called in the reader's thread.

        `on_suspend` and `on_continue` are called in the main thread around a Ctrl-Z, so that what
        is drawn can be taken off the screen and put back.
        """
        self.commands, self.terminal, self.on_press = commands, terminal, on_press
        self.on_suspend, self.on_continue = on_suspend, on_continue
        self._before: list[Any] = []
        self._handlers: dict[int, Any] = {}
        self._wake_read, self._wake_write = -1, -1
        self._reader: threading.Thread | None = None
        self._released = False

    def __enter__(self) -> Keys:
        import termios

        self.commands.read = True
        self._before = termios.tcgetattr(self.terminal)
        self._wake_read, self._wake_write = os.pipe()
        self._watch_signals()
        self._take_terminal()
        self._reader = threading.Thread(target=self._read, name="keys", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._give_back()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            os.write(self._wake_write, b"x")
            if self._reader is not None:
                self._reader.join()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self.terminal, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            try:
                data = os.read(self.terminal, READ_BYTES)
            except OSError:
                return  # the terminal is gone; the interview goes on without keys
            if not data:
                return
            for pressed in presses(data.decode("utf-8", "replace")):
                if pressed == "type":
                    # Lines are read from now on, and not by us.
                    self._released = True
                    self._give_back()
                self.on_press(self.commands.press(pressed))
            if self._released:
                return

    def _take_terminal(self) -> None:
        """Single keys without echo; signals by key stay. Not from the background."""
        import termios

        if self._released or not in_foreground(self.terminal):
            return
        mode = termios.tcgetattr(self.terminal)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self.terminal, termios.TCSADRAIN, mode)

    def _give_back(self) -> None:
        """The terminal as it was; keys typed ahead do not become commands of the shell."""
        import termios

        if not in_foreground(self.terminal):
            return
        with quiet_terminal_errors():
            termios.tcsetattr(self.terminal, termios.TCSAFLUSH, self._before)

    def _watch_signals(self) -> None:
        """Python sets signal handlers in the main thread only; elsewhere the context must do."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in (
            (signal.SIGTERM, self._terminated),
            (signal.SIGTSTP, self._suspended),
            (signal.SIGCONT, self._continued),
        ):
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:
                self._handlers[number] = before
                signal.signal(number, handler)

    def _terminated(self, number: int, frame: FrameType | None) -> None:
        """SIGTERM: end as after Ctrl-C, with everything closed; a second one ends at once."""
        self._give_back()
        signal.signal(number, self._handlers[number])
        if self._handlers[number] is signal.SIG_DFL:
            raise SystemExit(128 + number)
        os.kill(os.getpid(), number)

    def _suspended(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-Z: the shell gets its terminal, and we stop here until we are continued."""
        self.on_suspend()
        self._give_back()
        signal.signal(number, signal.SIG_DFL)
        # To this thread: sent to the process, it might take effect some instructions later.
        signal.pthread_kill(threading.get_ident(), number)
        signal.signal(number, self._suspended)
        self.on_continue()

    def _continued(self, number: int, frame: FrameType | None) -> None:
        """SIGCONT: back in the foreground, also after a SIGSTOP that nobody could see coming."""
        self._take_terminal()


@contextmanager
def quiet_terminal_errors() -> Iterator[None]:
    """A terminal that was closed meanwhile needs no restoring."""
    import termios

    try:
        yield
    except (OSError, termios.error):
        return
