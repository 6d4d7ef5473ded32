"""What is judged: turns with words and times, and the interview they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from prompts.rubric import CriterionKey, Level, QuestionType

Speaker = Literal["interviewer", "candidate"]
MAX_CLOCK_MS = 7 * 24 * 3600 * 1000
"""Behind this (a week, milliseconds) a time is damage: no interview lasts so long."""


class Word(BaseModel):
    """One recognised word."""

    model_config = ConfigDict(frozen=True)

    word: str
    start_ms: int = Field(ge=0, le=MAX_CLOCK_MS, description="Session clock, milliseconds.")
    end_ms: int = Field(ge=0, le=MAX_CLOCK_MS, description="Session clock, milliseconds.")
    confidence: float = Field(ge=0, le=1, description="The recogniser's probability.")


class Turn(BaseModel):
    """One line of `turns.jsonl`: who said what, when."""

    model_config = ConfigDict(frozen=True)

    turn: int = Field(ge=0, description="Index from 0.")
    speaker: Speaker
    text: str
    start_ms: int | None = Field(
        default=None, ge=0, le=MAX_CLOCK_MS, description="Session clock, milliseconds."
    )
    end_ms: int | None = Field(
        default=None, ge=0, le=MAX_CLOCK_MS, description="Session clock, milliseconds."
    )
    words: tuple[Word, ...] = ()
    interrupted: bool = Field(default=False, description="Stopped by the other's speech.")
    question_id: str = ""


class Event(BaseModel):
    """One line of `events.jsonl`. Fields beyond the three named ones depend on `event`.

    question: question_id, reason · move: the fields of `agent.moves.Move` · fact_released: fact,
    say · fact_invented: say, asked · hint: rung, point, criterion · twist: twist ·
    contradiction: before, now, reconciled · reading: what was understood of a turn ·
    timing: phases in ms · undo: said, onset_ms · error, fallback, keyboard, difficulty,
    material: what · device: what, device · asleep: what, seconds · too_slow: what, factor, step
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    event: str
    at_ms: int = Field(ge=0, le=MAX_CLOCK_MS, description="Session clock, milliseconds.")
    turn: int | None = Field(default=None, description="The turn it belongs to, if any.")

    def get(self, name: str, default: Any = None) -> Any:
        """A field of this kind of event, or `default`."""
        return (self.__pydantic_extra__ or {}).get(name, default)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was put in this interview."""

    id: str
    """Bank id, or a slug of the text when the bank has no such question."""
    text: str
    type: QuestionType
    known: bool
    """True when the bank has the question, so that its sheet and points can be used."""


@dataclass(frozen=True, slots=True)
class InterviewRecord:
    """A finished or interrupted interview as the judges see it."""

    source: str
    """The path as the user gave it."""
    level: Level
    questions: tuple[AskedQuestion, ...]
    turns: tuple[Turn, ...]
    events: tuple[Event, ...] = ()
    criteria: tuple[CriterionKey, ...] = ()
    """Only these are scored; empty: all that belong to the questions."""
    warnings: tuple[str, ...] = ()
    """What had to be repaired or assumed while reading, one sentence each."""
    extra: dict[str, Any] = field(default_factory=dict)
    heard: dict[int, str] = field(default_factory=dict)
    """Turn → what had been recognised, for turns that the user put right."""

    def turns_of(self, question_id: str) -> tuple[Turn, ...]:
        """The turns that belong to one question; all turns when only one question was asked."""
        if len(self.questions) == 1:
            return self.turns
        return tuple(turn for turn in self.turns if turn.question_id == question_id)
