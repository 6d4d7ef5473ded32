"""The interview by keyboard: utterances are printed, answers are typed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from agent.channels import Guess, Heard, Prepare, Speech, Spoken
from agent.state import Ask

COMMANDS = {"/hint": "hint", "/skip": "skip", "/repeat": "repeat", "/stop": "stop", "/quit": "stop"}
"""Typed instead of an answer."""
HELP = "Type your answer, an empty line sends it.  /hint  /skip  /repeat  /stop"


class Lines(Protocol):
    """Where typed lines come from."""

    def readline(self) -> str:
        """The next line with its end; empty when nothing will come any more."""
        ...


class KeyboardChannel:
    """Reads lines until an empty one. No silence ladder: typing takes as long as it takes."""

    name = "keyboard"

    def __init__(
        self,
        *,
        offset_ms: int = 0,
        lines: Lines | None = None,
        show_prompt: Callable[[str], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`offset_ms` is where the session clock goes on; `lines` is standard input by default.

        `clock`: the session clock in milliseconds, where somebody else has it.
        """
        self.lines: Lines = lines or sys.stdin
        self.started = time.monotonic() - offset_ms / 1000
        self.clock = clock
        self.show_prompt = show_prompt or (lambda _text: None)
        self.helped = False
        self.command = ""
        """Typed behind an answer; carried out next."""

    def now_ms(self) -> int:
        """Wall clock since the session began."""
        if self.clock is not None:
            return round(self.clock())
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
        start = self.now_ms()
        return self.completed(Heard("", start, start, start), prepare)

    def completed(self, begun: Heard, prepare: Prepare) -> Heard:
        """As `listen`, for a turn of which something may have been said before."""
        self.show_prompt("> " if self.helped else f"{HELP}\n> ")
        self.helped = True
        if self.command:
            command, self.command = self.command, ""
            return self.answer(begun, [], command=command)
        typed: list[str] = []
        while True:
            line = self.lines.readline()
            something = bool(typed or begun.text)
            if not line:
                return self.answer(begun, typed, left=not something)
            command = COMMANDS.get(line.strip().casefold(), "")
            if command:
                # What was typed before it is sent all the same; the command follows.
                self.command = command if something else ""
                return self.answer(begun, typed, command="" if something else command)
            if line.strip():
                typed.append(line.strip())
                prepare(line.strip())
            elif something:
                return self.answer(begun, typed)

    def answer(
        self, begun: Heard, typed: list[str], *, command: str = "", left: bool = False
    ) -> Heard:
        """What was said and typed, as a turn that ends now."""
        now = self.now_ms()
        text = " ".join([begun.text, *typed]).strip()
        return replace(begun, text=text, end_ms=now, now_ms=now, command=command, left=left)

    def close(self) -> None:
        """Nothing is held."""
