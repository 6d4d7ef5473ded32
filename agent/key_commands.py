"""What single keys mean while an interview runs, and what of it waits to be done.

`agent/keys.py` reads them from the terminal.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Literal

Press = Literal["done", "pause", "go_on", "repeat", "hint", "skip", "stop", "type", "help"]
"""What a key meant when it was pressed."""

KEYS: dict[str, Press] = {
    "\r": "done",
    "\n": "done",
    " ": "done",
    "p": "pause",
    "r": "repeat",
    "h": "hint",
    "s": "skip",
    "k": "type",
    "q": "stop",
    "?": "help",
}
HELP: tuple[tuple[str, str], ...] = (
    ("Enter", "I'm done"),
    ("p", "pause"),
    ("r", "repeat"),
    ("h", "hint"),
    ("s", "skip"),
    ("k", "type"),
    ("q", "stop"),
    ("?", "help"),
)
"""Each key with its meaning in a few words, for a line of help."""
EXPLAINED: tuple[tuple[str, str], ...] = (
    ("Enter, space", "I have said what I wanted to say"),
    ("p", "pause; p or Enter goes on"),
    ("r", "repeat the question"),
    ("h", "a hint: it helps, and is noted in the report"),
    ("s", "skip this question"),
    ("k", "type from here on instead of speaking"),
    ("q", "stop and save; `viva resume` goes on"),
)
"""The same in sentences, for whoever asks by ?."""
TYPED_AT_ONCE = 3
"""More different characters than this in one read are a paste, not a person pressing keys."""
ESCAPE = "\x1b"


class Commands:
    """What the candidate wants, set by key presses and taken by the interview."""

    def __init__(self) -> None:
        self.done = threading.Event()
        """"I'm done", for `ListenRequest.done`; cleared by whoever begins to listen."""
        self.break_off = threading.Event()
        """Set while a command waits to be taken, the interview is paused, or the candidate wants to
        type; for `ListenRequest.stop`."""
        self.interrupt = threading.Event()
        """Set while a command waits: what the interviewer says is broken off for nothing less."""
        self.typing = threading.Event()
        """The candidate types from here on."""
        self.read = False
        """Whether keys are read, so that one may be offered."""
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
            elif pressed == "type":
                self.typing.set()
            elif pressed == "pause":
                self._paused = True
            if pressed not in {"pause", "help"}:
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

    def wait_for_wish(self, timeout_s: float) -> bool:
        """Until a command waits or the candidate wants to type; False when `timeout_s` passed
        before."""
        with self._changed:
            return self._changed.wait_for(self._wished, timeout_s)

    def _wished(self) -> bool:
        return bool(self._command) or self.typing.is_set()

    def _settle(self) -> None:
        put(self.interrupt, bool(self._command))
        put(self.break_off, self._paused or self._wished())
        self._changed.notify_all()


def put(event: threading.Event, on: bool) -> None:
    """Set it, or clear it."""
    if on:
        event.set()
    else:
        event.clear()


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
