"""The shape of an evaluation: `viva-evaluation/1`, as printed by `viva score --json` and stored."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evaluation.record import MAX_CLOCK_MS
from prompts.rubric import CriterionKey, Level, QuestionType

FORMAT: Literal["viva-evaluation/1"] = "viva-evaluation/1"

Status = Literal["scored", "not_applicable", "could_not_judge"]
VerdictResult = Literal["meets", "near", "below", "undetermined"]
PointState = Literal["present", "absent", "unclear"]


class Frozen(BaseModel):
    """Unknown keys are kept out, values are not changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """A verbatim part of a candidate turn."""

    turn: int = Field(description="Index into the interview's turns, from 0.")
    quote: str
    start_ms: int | None = Field(
        default=None, le=MAX_CLOCK_MS, description="Where to listen; null without times."
    )
    end_ms: int | None = Field(default=None, le=MAX_CLOCK_MS)
    point: str = Field(default="", description="The rubric point it shows.")
    low_confidence: bool = Field(default=False, description="Rests on words poorly recognised.")


class PointVerdict(Frozen):
    """One yes/no observation with its quotes."""

    point: str
    anchor: int = Field(ge=2, le=5)
    state: PointState
    quotes: tuple[Evidence, ...] = ()
    confidence: float = Field(default=0.5, ge=0, le=1)
    reason: str = ""


class Earned(Frozen):
    """Something that was shown, in a sentence to the candidate, with the words that show it."""

    says: str
    evidence: Evidence


class Explanation(Frozen):
    """Why a criterion stands where it stands, and what to say differently."""

    anchor: int = Field(ge=1, le=5, description="The anchor that was reached.")
    reached: str = Field(description="Its text.")
    earned: tuple[Earned, ...] = ()
    next_anchor: int | None = Field(default=None, description="The nearest anchor not met.")
    next: str = ""
    why_not: str = Field(default="", description="What is missing for it.")
    missing: tuple[str, ...] = Field(default=(), description="The same as noun phrases.")
    say: str = Field(default="", description="One thing to do differently.")
    example: str = Field(default="", description="How it could have sounded in this answer.")
    listen: Evidence | None = Field(default=None, description="The place it belongs to.")


FAR_APART = 1.0
"""Points between two judges from which the reader should decide."""


class SecondScore(Frozen):
    """What another judge says about the same criterion."""

    judge: str
    status: Status
    score: float | None = Field(default=None, ge=1, le=5)
    confidence: float | None = Field(default=None, ge=0, le=1)
    reason: str = ""


class CriterionResult(Frozen):
    """The outcome of one criterion for one question."""

    status: Status
    score: float | None = Field(default=None, ge=1, le=5)
    confidence: float | None = Field(default=None, ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    advice: str = ""
    reason: str = Field(default="", description="Why not applicable or not judged; else empty.")
    weight: Literal["required", "light", "none"] = "required"
    points: tuple[PointVerdict, ...] = ()
    explanation: Explanation | None = None
    judged_by: str = Field(default="", description="Who read it, where not the evaluation's judge.")
    beside: SecondScore | None = Field(default=None, description="The other judge's, if any.")


class FiredCap(Frozen):
    """A cap that held a score down."""

    id: str
    criterion: CriterionKey
    at_most: float
    text: str


class SignalResult(Frozen):
    """A habit or mistake, seen or not."""

    seen: bool
    quote: str = ""
    turn: int | None = None
    text: str = ""


class Verdict(Frozen):
    """Against the level's minimum."""

    result: VerdictResult
    blocking: CriterionKey | None = None
    reason: str = ""
    confidence: float | None = None


class LevelLens(Frozen):
    """The answer held against one level."""

    result: VerdictResult
    text: str


class QuestionEvaluation(Frozen):
    """One question: criteria, caps, habits, mistakes and verdict."""

    question_id: str
    type: QuestionType
    text: str = ""
    criteria: dict[CriterionKey, CriterionResult]
    caps: tuple[FiredCap, ...] = ()
    signals: dict[str, SignalResult] = {}
    mistakes: dict[str, SignalResult] = {}
    level_reads_as: Level | None = None
    lens: dict[Level, LevelLens] = {}
    verdict: Verdict


class Evaluation(BaseModel):
    """A whole session's evaluation."""

    model_config = ConfigDict(frozen=True)

    format: Literal["viva-evaluation/1"] = FORMAT
    source: str
    level: Level
    judge: str
    rubric: str = Field(description="Version and hash of the rubric and the scoring rule.")
    questions: tuple[QuestionEvaluation, ...]
    delivery: dict[str, Any] = {}
    verdict: Verdict
    warnings: tuple[str, ...] = ()
    usage: dict[str, int] = Field(default_factory=dict, description="LLM calls and tokens.")

    def to_json(self) -> str:
        """One line of JSON in the published shape."""
        return self.model_dump_json()
