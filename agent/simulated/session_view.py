"""A stored session as the invariants look at it: what was said, why, and what was meant by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from agent.case import case_of
from agent.saying_back import split_anchor
from evaluation.record import Event, Turn
from evaluation.session import SessionFolder
from prompts.phrasebook import normalise
from prompts.question_bank import Question, QuestionBank

SENTENCE = re.compile(r"(?<=[.?!])[\"”]?\s+")


class Violation(NamedTuple):
    """Something that must not have happened."""

    invariant: str
    turn: int
    quote: str
    why: str


@dataclass(frozen=True)
class SessionView:
    """Turns and events of one session; everything derived from what is on the disk."""

    turns: tuple[Turn, ...]
    events: tuple[Event, ...]
    minutes: float
    ended: str
    bank: QuestionBank

    @classmethod
    def of(cls, session: SessionFolder, bank: QuestionBank) -> SessionView:
        """The view of a stored session."""
        meta = session.meta
        return cls(session.turns(), session.events(), meta.minutes, meta.ended, bank)

    @cached_property
    def moves(self) -> dict[int, Event]:
        """The move of each interviewer turn, in order."""
        return {e.turn: e for e in self.events if e.event == "move" and e.turn is not None}

    @cached_property
    def readings(self) -> dict[int, Event]:
        """What was understood of each candidate turn."""
        return {e.turn: e for e in self.events if e.event == "reading" and e.turn is not None}

    @cached_property
    def meant(self) -> dict[int, Event]:
        """What the candidate wanted, by the index of the interviewer's turn that follows."""
        return {e.get("reply"): e for e in self.events if e.event == "meant"}

    @property
    def spoken(self) -> tuple[Turn, ...]:
        """The interviewer's turns."""
        return tuple(turn for turn in self.turns if turn.speaker == "interviewer")

    def question(self, turn: Turn) -> Question:
        """The question that a turn belongs to."""
        return self.bank.get(turn.question_id)

    def meant_wait(self, index: int) -> bool:
        """Whether the candidate had asked for time before the interviewer's turn `index`."""
        meant = self.meant.get(index)
        return meant is not None and meant.get("wants") == "wait"


def sentences(text: str) -> list[str]:
    """The sentences of an utterance, as spoken."""
    return [part for part in SENTENCE.split(text.strip()) if part]


def words(text: str) -> list[str]:
    """Lower-case words only."""
    return normalise(text).split()


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Every run of `length` words in `text`."""
    found = words(text)
    return {tuple(found[n : n + length]) for n in range(len(found) - length + 1)}


def speakable(question: Question) -> Iterator[str]:
    """What the bank means to be said."""
    yield case_of(question)
    yield from (question.prompt, question.rephrased, question.reflect, *question.hints)
    yield from (twist.say for twist in question.twists)
    for point in question.points:
        for probe in point.probes:
            yield from (probe.ask, probe.deeper, *split_anchor(probe.deeper))


def told_by(move: Event, question: Question) -> list[str]:
    """The sheet's words that a move tells or holds on to; made-up details are not among them."""
    known = {fact.id: fact.say for fact in question.facts}
    return [known[each] for each in move.get("fact_ids") or () if each in known]
