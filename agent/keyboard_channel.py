"""The interview by keyboard: utterances are printed, answers are typed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from agent.channels import Guess, Heard, Prepare, Speech, Spoken
from agent.state import Ask

COMMANDS = {"/hint": "hint", "/skip": "skip", "/repeat": "repeat", "/stop": "stop", "/quit": "stop"}
"""Typed instead of an answer."""
HELP = "Type your answer, an empty line sends it.  /hint  /skip  /repeat  /stop"


class KeyboardChannel:
    """Reads lines until an empty one. No silence ladder: typing takes as long as it takes."""

    name = "keyboard"

    def __init__(
        self,
        *,
        offset_ms: int = 0,
        lines: TextIO | None = None,
        show_prompt: Callable[[str], None] | None = None,
    ) -> None:
        """`offset_ms` is where the session clock goes on; `lines` is standard input by default."""
        self.lines = lines or sys.stdin
        self.started = time.monotonic() - offset_ms / 1000
        self.show_prompt = show_prompt or (lambda _text: None)
        self.helped = False
        self.command = ""
        """Typed behind an answer; carried out next."""

    def now_ms(self) -> int:
        """Wall clock since the session began."""
        return round((time.monotonic() - self.started) * 1000)

    def speech(self, sentences: Iterator[str]) -> Speech:
        """Nothing is worked on ahead: nobody waits for a printed sentence."""
        return Speech(sentences)

    def say(self, speech: Speech, *, undoable: bool, watched: bool = True) -> Spoken:
        """Collects the sentences; the view prints them."""
        start = self.now_ms()
        text = " ".join(speech.sentences)
        return Spoken(text, start, self.now_ms())

    def listen(
        self, ask: Ask, prepare: Prepare, guess: Guess | None = None, *, again: bool = False
    ) -> Heard:
        """Lines up to an empty one, or a command; the end of the input ends the interview."""
        self.show_prompt("> " if self.helped else f"{HELP}\n> ")
        self.helped = True
        start = self.now_ms()
        if self.command:
            command, self.command = self.command, ""
            return self.answer([], start, command=command)
        typed: list[str] = []
        while True:
            line = self.lines.readline()
            if not line:
                return self.answer(typed, start, left=not typed)
            command = COMMANDS.get(line.strip().casefold(), "")
            if command:
                # What was typed before it is sent all the same; the command follows.
                self.command = command if typed else ""
                return self.answer(typed, start, command="" if typed else command)
            if line.strip():
                typed.append(line.strip())
                prepare(line.strip())
            elif typed:
                return self.answer(typed, start)

    def answer(
        self, typed: list[str], start_ms: int, *, command: str = "", left: bool = False
    ) -> Heard:
        """What was typed, as a turn that ends now."""
        now = self.now_ms()
        return Heard(" ".join(typed), start_ms, now, now, command=command, left=left)

    def close(self) -> None:
        """Nothing is held."""
