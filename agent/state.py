"""The graph's state: what the interviewer knows, a sentence per field."""

from __future__ import annotations

import operator
from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from agent.moves import Move
from agent.reading import Contradiction, Hook, Reading
from evaluation.judge import CriterionReading
from evaluation.record import Word
from evaluation.result import PointVerdict
from prompts.conduct import Phase
from prompts.question_bank import Area
from prompts.rubric import CriterionKey, Level

STATE_VERSION = 1
"""Raised when a field changes meaning; a checkpoint of another version is not resumed."""


class Answer(BaseModel):
    """What came back from the candidate: the value the interrupt is resumed with."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    words: tuple[Word, ...] = ()
    turn: int | None = Field(default=None, description="Index in turns.jsonl; None for silence.")
    start_ms: int = Field(default=0, ge=0, description="Session clock.")
    end_ms: int = Field(default=0, ge=0, description="Session clock: the last word ended.")
    now_ms: int = Field(default=0, ge=0, description="Session clock: the turn was declared over.")
    silent_ms: int = Field(default=0, ge=0, description="Silence in a row when nothing was said.")
    command: str = Field(default="", description="A key: hint, skip, repeat, stop; else empty.")
    other_language: bool = Field(default=False, description="Speech, but not in English.")
    told: str = Field(default="", description="What the candidate heard of the utterance before.")
    cut_in: bool = Field(default=False, description="The interviewer had to cut in.")
    unclear: bool = Field(default=False, description="Speech without a single usable word.")
    left: bool = Field(default=False, description="The candidate is gone (end of the recording).")


class Said(BaseModel):
    """A turn as later readings need it."""

    model_config = ConfigDict(frozen=True)

    turn: int
    speaker: str
    text: str
    question_id: str


class Released(BaseModel):
    """A fact the candidate has been told; it stays true for the whole session."""

    model_config = ConfigDict(frozen=True)

    fact_id: str
    say: str
    question_id: str
    after_turn: int = Field(description="The candidate turn that asked for it.")
    asked: str = Field(default="", description="Of a made-up detail: the words that asked for it.")


class Owed(BaseModel):
    """A fact that was asked for and not told yet, because a reply holds only a few."""

    model_config = ConfigDict(frozen=True)

    fact_id: str
    quote: str = Field(description="The words that asked for it, verbatim.")
    part: str = Field(default="", description="The part of them that named it, verbatim.")


class Covered(BaseModel):
    """A rubric point heard, with the words that cover it."""

    model_config = ConfigDict(frozen=True)

    question_id: str
    point_id: str
    quote: str
    turn: int


class Judged(BaseModel):
    """One criterion of one question, read by the judge."""

    model_config = ConfigDict(frozen=True)

    question_id: str
    criterion: CriterionKey
    points: tuple[PointVerdict, ...]
    could_not_judge: str = ""
    usage: dict[str, int] = {}
    raw: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    judged_by: str = ""
    beside_judge: str = Field(default="", description="Another judge of the same words, if any.")
    beside_points: tuple[PointVerdict, ...] = ()
    beside_reason: str = Field(default="", description="Why that one could not judge.")

    @classmethod
    def of(cls, question_id: str, criterion: CriterionKey, reading: CriterionReading) -> Judged:
        """The reading as it is kept in a checkpoint."""
        second = reading.beside or CriterionReading(())
        return cls(
            question_id=question_id,
            criterion=criterion,
            points=reading.points,
            could_not_judge=reading.could_not_judge,
            usage=reading.usage,
            raw=reading.raw,
            notes=reading.notes,
            judged_by=reading.judged_by,
            beside_judge=reading.beside_judge,
            beside_points=second.points,
            beside_reason=second.could_not_judge,
        )

    @property
    def reading(self) -> CriterionReading:
        """The reading again."""
        second = CriterionReading(self.beside_points, self.beside_reason)
        return CriterionReading(
            self.points,
            self.could_not_judge,
            self.usage,
            self.raw,
            self.notes,
            self.judged_by,
            second if self.beside_judge else None,
            self.beside_judge,
        )


class Ask(BaseModel):
    """What the graph waits with: everything needed to say a move and to listen for its answer.

    It is also the interrupt's value, so that a killed session can be taken up from it.
    """

    model_config = ConfigDict(frozen=True)

    move: Move
    utterance: str = Field(description="What the interviewer says.")
    turn: int = Field(ge=0, description="Index the interviewer's turn gets in turns.jsonl.")
    reading: Reading | None = Field(default=None, description="What was understood just before.")
    silence_limit_ms: int = Field(description="Silence after which listening returns.")
    vocabulary: tuple[str, ...] = Field(default=(), description="Terms to bias the recogniser.")
    monologue_ms: int = Field(
        default=0, description="Speech without a signpost that is cut in on; 0 = never."
    )
    cut_in: str = Field(default="", description="What is said for that.")
    notices: tuple[str, ...] = Field(default=(), description="What failed and was replaced.")


class JudgeItem(TypedDict):
    """What one branch of the evaluation's fan-out gets."""

    question_id: str
    criterion: CriterionKey


class InterviewState(TypedDict, total=False):
    """All that is checkpointed. Run-time dependencies live in `agent/context.py`."""

    version: int
    """STATE_VERSION of the code that wrote it."""
    level: Level
    """The level the candidate is held against."""
    plan: tuple[str, ...]
    """Question ids in the order they will be asked."""
    minutes: tuple[float, ...]
    """Minutes planned for each question of the plan."""
    offers: tuple[tuple[str, ...], ...]
    """For each question of the plan the ids that may take its place, a step easier or harder."""
    hardness: dict[str, int]
    """Question id → 0 (asked of juniors only) to 4 (of seniors only), for plan and offers."""
    anchors: tuple[str, ...]
    """For each question of the plan a line of the user's own material, or empty."""
    difficulty: int
    """Step of difficulty of the current question, 1 to 5; changes by one at a time."""
    question_index: int
    """Which question of the plan is being asked, from 0."""
    phase: Phase
    """Where in the question the interview is."""
    began_ms: int
    """Session clock when the interview began."""
    now_ms: int
    """Session clock after the last answer."""
    question_started_ms: int
    """Session clock when this question was put."""
    phase_started_ms: int
    """Session clock when this phase began."""
    said: Annotated[list[Said], operator.add]
    """Turns of both speakers on this question, as later readings and phrasings need them."""
    covered: list[Covered]
    """Points of the current question heard so far."""
    owed: list[Owed]
    """Facts of the current question that were asked for and not told yet, in that order."""
    released: Annotated[list[Released], operator.add]
    """Facts told so far, over all questions."""
    moves: Annotated[list[Move], operator.add]
    """Every move made on this question, with its reason."""
    reading: Reading
    """The last answer, read; the policy's only view of the words."""
    answer: Answer
    """The last answer as it came back from the interrupt."""
    move: Move
    """The move being phrased or waited on."""
    ask: Ask
    """The phrased move the interview waits with."""
    asked: str
    """The last thing really asked, to be said again on request."""
    sentences: Annotated[list[str], operator.add]
    """Every sentence spoken, so that none is spoken twice."""
    silence_rung: int
    """How far up the silence ladder we are since the candidate last spoke: 0 to 3."""
    waiting: bool
    """True after 'give me a minute': the silence ladder is stopped."""
    hints: int
    """Hint rungs given on the current question, 0 to 4."""
    astray_ms: int
    """How long the candidate has talked about something else in a row; 0 after a steer."""
    fruitless: int
    """Probes in a row without a new point, number or reason."""
    unclear: int
    """Turns in a row that could not be understood."""
    asked_something: bool
    """True when the candidate has asked a question or stated an assumption on this question."""
    lead: tuple[Area, ...]
    """Areas the candidate has led the talk to; empty when the interviewer leads."""
    outlined: bool
    """True when a plan with an order was announced on this question."""
    unasked: list[Hook]
    """Choices without a reason of the last answer, when something else had to be said first."""
    contradictions: list[Contradiction]
    """Contradictions heard on this question; each is asked about once."""
    solving_since_ms: int
    """Session clock when solving began without any question; -1 = not yet."""
    ended: str
    """Why the interview ended: complete, stopped, left; empty while it goes on."""
    judged: Annotated[list[Judged], operator.add]
    """Results of the evaluation's fan-out."""
