"""What the listener tells on the way: captions, clauses to read ahead, guesses, cutting in."""

from __future__ import annotations

import threading
from collections.abc import Callable

from agent.channels import Guess, Heard, Prepare
from agent.monologue import Monologue
from agent.state import Ask
from agent.view import View
from audio.endpointing import Completeness
from audio.hearing import (
    ClauseHeard,
    ClausePartly,
    EndedBy,
    HearingEvent,
    Level,
    Settled,
    SpeechStarted,
    SpeechStopped,
)
from audio.hearing import Heard as HeardSpeech
from evaluation.record import Word

SURE_ENOUGH = frozenset({Completeness.COMPLETE, Completeness.DOUBTFUL, Completeness.HANDED_OVER})
"""Turns that sound like this are answered ahead of their end."""


class Telling:
    """The listener's events, as captions, clauses to read ahead and guesses."""

    def __init__(
        self,
        view: View,
        ask: Ask,
        prepare: Prepare,
        guess: Guess | None,
        began_ms: float,
        *,
        cut_in_on: Callable[[float], None],
        playing: str,
    ) -> None:
        """`cut_in_on` says the sentence that stops somebody, given the clock of the latest frame;
        `playing` is the sound file of the turn, if it is one."""
        self.view, self.prepare, self.guess = view, prepare, guess
        self.say_cut_in, self.playing = cut_in_on, playing
        self.began_ms = self.latest_ms = began_ms
        self.monologue = Monologue(ask.monologue_ms)
        self.cut_in = threading.Event()

    def __call__(self, event: HearingEvent) -> None:
        """One event."""
        view = self.view
        if isinstance(event, Level):
            self.latest_ms = event.at_ms
            view.level(event.dbfs)
        elif isinstance(event, SpeechStarted | SpeechStopped):
            view.voice(isinstance(event, SpeechStarted))
        elif isinstance(event, ClausePartly):
            view.partly(event.clause.text)
        if isinstance(event, ClauseHeard) and event.clause.text:
            self.prepare(event.clause.text)
            view.caption(event.clause.text, event.clause.start_ms)
            if not self.cut_in.is_set() and self.monologue.too_long(event.clause):
                self.say_cut_in(self.latest_ms)
                self.cut_in.set()
        elif self.guess is None:
            return
        elif isinstance(event, SpeechStarted):
            self.guess.resumed()
        elif isinstance(event, Settled) and event.completeness in SURE_ENOUGH:
            self.guess.settled(heard_turn(event.heard, self.began_ms, self.playing))


def heard_turn(heard: HeardSpeech, began_ms: float, source: str) -> Heard:
    """What the listener heard, in the interview's terms."""
    timing = heard.timing
    return Heard(
        heard.text,
        heard.start_ms,
        heard.end_ms,
        round(timing.decided_ms),
        words=tuple(
            Word(word=w.word, start_ms=w.start_ms, end_ms=w.end_ms, confidence=w.confidence)
            for w in heard.words
        ),
        silent_ms=0 if heard.text else max(0, round(timing.decided_ms - began_ms)),
        other_language=heard.other_language,
        unclear=heard.ended_by == EndedBy.NOT_UNDERSTOOD,
        source=source,
        timings={
            "transcription_ms": round(timing.transcription_ms, 1),
            "patience_ms": round(heard.wait_ms, 1),
            "longest_pause_ms": round(heard.longest_pause_ms, 1),
        },
        notices=tuple(f"Left out as noise: {c.dropped_reason}" for c in heard.dropped),
    )
