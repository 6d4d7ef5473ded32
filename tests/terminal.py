"""A terminal for tests: a program on a real pty, and the screen that its output gives.

with Terminal(code) as terminal:
    terminal.wait_for("ready")
    terminal.type("p")
    terminal.screen.lines
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent
PATIENCE_S = 30.0
"""A busy machine needs seconds to start an interpreter."""
QUIET_S = 0.03
CONTROL = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")
BECOME_FOREGROUND = """
import os, sys
os.setsid()
number = os.open(sys.argv[1], os.O_RDWR)  # a session leader's first terminal is its own
for target in (0, 1, 2):
    os.dup2(number, target)
del number, target
"""


class Screen:
    """What is to be seen after the output so far: the control sequences that rich uses."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.columns, self.rows = columns, rows
        self.cells: list[list[str]] = [[]]
        """Everything printed, line by line; the last `rows` of it are visible."""
        self.row = self.column = 0
        self.cursor_shown = True
        self.unread = ""

    @property
    def lines(self) -> list[str]:
        """All lines without spaces at their ends, those scrolled off too."""
        return ["".join(line).rstrip() for line in self.cells]

    @property
    def text(self) -> str:
        """All lines as one text."""
        return "\n".join(self.lines)

    def feed(self, text: str) -> None:
        """Take output."""
        text = self.unread + text
        self.unread = ""
        position = 0
        while position < len(text):
            character = text[position]
            if character == "\x1b":
                found = CONTROL.match(text, position)
                if found is None:
                    self.unread = text[position:]
                    return
                self.control(found[1], found[2])
                position = found.end()
                continue
            self.put(character)
            position += 1

    def put(self, character: str) -> None:
        """One character at the cursor."""
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.cells):
                self.cells.append([])
        elif character >= " ":
            if self.column == self.columns:
                self.column = 0
                self.put("\n")
            line = self.cells[self.row]
            line.extend(" " * (self.column + 1 - len(line)))
            line[self.column] = character
            self.column += 1

    def control(self, given: str, letter: str) -> None:
        """One control sequence; an unknown one is a reason to extend this class."""
        if letter == "A":
            top = max(0, len(self.cells) - self.rows)
            self.row = max(top, self.row - int(given or 1))
        elif letter == "K" and given == "2":
            self.cells[self.row] = []
        elif letter in "hl" and given == "?25":
            self.cursor_shown = letter == "h"
        elif letter != "m":
            raise AssertionError(f"control sequence {given}{letter} is not known here")


class Terminal:
    """Python code on a pty as its controlling terminal; ends with the context."""

    def __init__(self, code: str, *, columns: int = 80, rows: int = 24, **env: str) -> None:
        self.screen = Screen(columns, rows)
        self.output = ""
        """All that was written to the terminal, control sequences included."""
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
        self.process = subprocess.Popen(
            [sys.executable, "-c", BECOME_FOREGROUND + code, os.ttyname(self.slave)],
            env={**kept, "TERM": "xterm-256color", "PYTHONUTF8": "1", **env},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def read(self, seconds: float) -> None:
        """Feed the screen with what comes within that time."""
        if select.select([self.master], [], [], seconds)[0]:
            text = self.decoder.decode(os.read(self.master, 65_536))
            self.output += text
            self.screen.feed(text)

    def wait_for(self, text: str) -> None:
        """Until `text` stands on the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.screen.text:
            if time.monotonic() > deadline:
                raise AssertionError(f"{text!r} never came:\n{self.screen.text}")
            self.read(0.05)
        self.settle()

    def settle(self) -> None:
        """Until nothing has come for a moment: a picture may arrive in two pieces."""
        while select.select([self.master], [], [], QUIET_S)[0]:
            self.read(0)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """Wait for the program; its exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.05)
        while select.select([self.master], [], [], 0.05)[0]:
            self.read(0)
        return self.process.wait(timeout=1)

    @property
    def by_line(self) -> bool:
        """Whether lines are edited and echoed, as a shell expects its terminal."""
        flags = int(termios.tcgetattr(self.slave)[3])
        return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)
