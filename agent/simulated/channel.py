"""The channel of a simulated candidate: words take their time on a clock that costs none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.channels import Guess, Heard, Prepare, Speech, Spoken
from agent.simulated.candidate import Candidate, Utterance
from agent.state import Ask
from evaluation.record import Event, Word

END_OF_TURN_MS = 1_200
"""Silence after the last word until a turn is declared over."""
FOREVER_MS = 10**9
TRUSTED = 0.9
"""Word probability from which single words are not kept: they tell the reader nothing then."""
LONG_ENOUGH_WORDS = 10
"""Shorter utterances are over before somebody can talk over them."""


class SimulatedChannel:
    """Speech takes time by words a minute, thinking by the candidate; nothing is heard."""

    name = "simulated"

    def __init__(self, candidate: Candidate, *, words_per_minute: int, patience_ms: int) -> None:
        """`words_per_minute` is the interviewer's; at `patience_ms` the candidate is gone."""
        self.candidate, self.words_per_minute = candidate, words_per_minute
        self.patience_ms = patience_ms
        self.clock_ms = 0
        self.said = ""
        self.silent_ms = 0
        self.thought: Utterance | None = None
        """What the candidate is about to say, when its thinking outlasted the silence allowed."""
        self.meant: list[Event] = []
        """What each turn was meant to do: kept with the session, for the checks."""

    def now_ms(self) -> int:
        """The simulated clock."""
        return self.clock_ms

    def speech(self, sentences: Iterator[str]) -> Speech:
        """Nothing is worked on ahead."""
        return Speech(sentences)

    def say(self, speech: Speech, *, undoable: bool, watched: bool = True) -> Spoken:
        """The candidate hears it, or the first half when it talks over it."""
        start = self.clock_ms
        words = " ".join(speech.sentences).split()
        cut = len(words) >= LONG_ENOUGH_WORDS and self.candidate.may(self.candidate.cuts_in)
        self.said = " ".join(words[: len(words) // 2] if cut else words)
        self.clock_ms += duration_ms(self.said, self.words_per_minute)
        return Spoken(self.said, start, self.clock_ms, interrupted=cut)

    def listen(
        self, ask: Ask, prepare: Prepare, guess: Guess | None = None, *, again: bool = False
    ) -> Heard:
        """The candidate's turn, or the silence until the interviewer's patience ends."""
        start = self.clock_ms
        if start >= self.patience_ms:
            return Heard("", start, start, start, left=True)
        utterance = self.thought or self.candidate.reply(self.said)
        self.thought = None
        if utterance.think_ms > ask.silence_limit_ms:
            self.thought = replace(utterance, think_ms=utterance.think_ms - ask.silence_limit_ms)
            self.clock_ms += ask.silence_limit_ms
            self.silent_ms += ask.silence_limit_ms
            return Heard("", start, start, self.clock_ms, silent_ms=self.silent_ms)
        self.silent_ms = 0
        return self.heard(utterance, ask)

    def heard(self, utterance: Utterance, ask: Ask) -> Heard:
        """The words with their times, as far as they were let run, or the key."""
        start = self.clock_ms + utterance.think_ms
        pace = self.candidate.words_per_minute
        doubted = utterance.confidence < TRUSTED
        limit = round((ask.monologue_ms or FOREVER_MS) * pace / 60_000)
        spoken = utterance.text.split()
        cut_in = len(spoken) > limit
        if cut_in:
            utterance = replace(utterance, text=" ".join(spoken[:limit]))
        words = spoken_words(utterance, start, pace) if doubted else ()
        end = start + duration_ms(utterance.text, pace)
        self.clock_ms = end + END_OF_TURN_MS
        stored = bool(utterance.text.strip())
        self.meant.append(
            Event.model_validate(
                {
                    "event": "meant",
                    "at_ms": start,
                    "turn": ask.turn + 1 if stored else None,
                    "reply": ask.turn + 2 if stored else ask.turn + 1,
                    "asks": utterance.asks,
                    "wants": utterance.wants,
                    "plants": utterance.plants,
                }
            )
        )
        return Heard(
            utterance.text,
            start,
            end,
            self.clock_ms,
            words=words,
            cut_in=cut_in,
            command=utterance.key,
            other_language=utterance.other_language,
            unclear=utterance.unclear,
        )

    def close(self) -> None:
        """Nothing is held."""


def duration_ms(text: str, words_per_minute: int) -> int:
    """How long `text` takes to say."""
    return round(len(text.split()) * 60_000 / words_per_minute)


def spoken_words(utterance: Utterance, start_ms: int, words_per_minute: int) -> tuple[Word, ...]:
    """The words of a turn, evenly spaced."""
    each = 60_000 / words_per_minute
    return tuple(
        Word(
            word=word,
            start_ms=round(start_ms + n * each),
            end_ms=round(start_ms + (n + 1) * each),
            confidence=utterance.confidence,
        )
        for n, word in enumerate(utterance.text.split())
    )
