"""Single key presses while an interview runs in a terminal.

    Enter, space   "I'm done"           h   a hint           p   pause, and go on
    r              the question again   s   skip it          q   stop and save        ?   these keys

`Commands` is what the presses mean and is safe to ask from any thread; `Keys` reads them from the
terminal and leaves it as it found it, whatever happens.
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
from typing import Any, Literal, TextIO

Press = Literal["done", "pause", "go_on", "repeat", "hint", "skip", "stop", "help"]
"""What a key meant when it was pressed."""

KEYS: dict[str, Press] = {
    "\r": "done",
    "\n": "done",
    " ": "done",
    "p": "pause",
    "r": "repeat",
    "h": "hint",
    "s": "skip",
    "q": "stop",
    "?": "help",
}
HELP: tuple[tuple[str, str], ...] = (
    ("Enter", "I'm done"),
    ("p", "pause"),
    ("r", "repeat"),
    ("h", "hint"),
    ("s", "skip"),
    ("q", "stop, save"),
    ("?", "help"),
)
"""Each key with its meaning in a few words, for a line of help."""
EXPLAINED: tuple[tuple[str, str], ...] = (
    ("Enter, space", "I have said what I wanted to say"),
    ("p", "pause; p or Enter goes on"),
    ("r", "repeat the question"),
    ("h", "a hint: it helps, and is noted in the report"),
    ("s", "skip this question"),
    ("q", "stop and save; `viva resume` goes on"),
)
"""The same in sentences, for whoever asks by ?."""
TYPED_AT_ONCE = 3
"""More different characters than this in one read are a paste, not a person pressing keys."""
READ_BYTES = 1024
ESCAPE = "\x1b"

OnPress = Callable[[Press], None]


def untold(_: Press) -> None:
    """For callers that show nothing."""


def nothing() -> None:
    """For callers that need not know of Ctrl-Z."""


class Commands:
    """What the candidate wants, set by key presses and taken by the interview."""

    def __init__(self) -> None:
        self.done = threading.Event()
        """"I'm done", for `ListenRequest.done`; cleared by whoever begins to listen."""
        self.break_off = threading.Event()
        """Set while a command waits to be taken or the interview is paused, for
        `ListenRequest.stop`."""
        self._changed = threading.Condition()
        self._command = ""
        self._paused = False

    def press(self, pressed: Press) -> Press:
        """One key press; returns what it came to mean: any key but ? and q ends a pause."""
        with self._changed:
            if self._paused and pressed in {"done", "pause"}:
                pressed = "go_on"
            if pressed == "done":
                self.done.set()
            elif pressed == "pause":
                self._paused = True
            elif pressed != "help":
                self._paused = False
            # Nothing may overtake the wish to stop.
            if pressed in {"repeat", "hint", "skip", "stop"} and self._command != "stop":
                self._command = pressed
            self._settle()
        return pressed

    def take(self) -> str:
        """The waiting command (hint, skip, repeat, stop), which waits no longer; "" = none."""
        with self._changed:
            taken, self._command = self._command, ""
            self._settle()
        return taken

    @property
    def paused(self) -> bool:
        """Whether the candidate has asked for a pause."""
        with self._changed:
            return self._paused

    def wait_while_paused(self, timeout_s: float | None = None) -> bool:
        """Until the pause is over; False when `timeout_s` passed before."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._paused, timeout_s)

    def _settle(self) -> None:
        if self._paused or self._command:
            self.break_off.set()
        else:
            self.break_off.clear()
        self._changed.notify_all()


def presses(text: str) -> Iterator[Press]:
    """The key presses in what one read gave.

    Arrow and function keys come as an escape sequence, whose letters are no commands; a key held
    down counts once; a paste counts as nothing.
    """
    plain = without_escapes(text)
    if len(set(plain)) > TYPED_AT_ONCE:
        return
    for character in dict.fromkeys(plain):
        pressed = KEYS.get(character.lower())
        if pressed is not None:
            yield pressed


def without_escapes(text: str) -> str:
    """`text` without escape sequences: ESC, perhaps `[` or `O`, parameters, one final letter."""
    kept, position = [], 0
    while position < len(text):
        if text[position] != ESCAPE:
            kept.append(text[position])
            position += 1
            continue
        position += 1
        if text[position : position + 1] in {"[", "O"}:
            position += 1
            while position < len(text) and not "@" <= text[position] <= "~":
                position += 1
        position += 1
    return "".join(kept)


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

    def __enter__(self) -> Keys:
        import termios

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
                self.on_press(self.commands.press(pressed))

    def _take_terminal(self) -> None:
        """Single keys without echo; signals by key stay. Not from the background."""
        import termios

        if not in_foreground(self.terminal):
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
