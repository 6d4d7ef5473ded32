"""The shape of progress, `viva-progress/1`: for the page, the terminal and the browser."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from evaluation.calibration import Calibration
from evaluation.result import Frozen, VerdictResult
from prompts.conduct import DrillName
from prompts.question_bank import Category
from prompts.rubric import CriterionKey, Level, QuestionType

FORMAT: Literal["viva-progress/1"] = "viva-progress/1"


class SessionPoint(Frozen):
    """One session on the time axis."""

    id: str
    folder: str = Field(description="Name of the session's folder.")
    at: datetime = Field(description="UTC.")
    level: Level
    minutes: float = Field(description="Planned.")
    questions: tuple[str, ...] = Field(description="Ids; of a scored session those that were put.")
    verdict: VerdictResult | None = Field(description="null: not scored yet.")
    drill: DrillName | Literal[""] = Field(description="Empty: a whole interview.")
    retry_of: str = ""
    comparable: bool = Field(
        description="Judged by the same judge and rubric as the newest scored session."
    )


class ScorePoint(Frozen):
    """One score of one criterion."""

    session: str = Field(description="Id.")
    at: datetime
    score: float = Field(ge=1, le=5, description="Mean over the session's questions.")
    minimum: float = Field(description="What the session's level needs.")
    level: Level
    drill: bool
    comparable: bool


class CriterionProgress(Frozen):
    """One criterion over time."""

    key: CriterionKey
    short: str
    name: str
    scores: tuple[ScorePoint, ...] = Field(description="Oldest first; empty: never scored.")
    now: float | None = Field(description="Mean of the last three comparable scores.")
    before: float | None = Field(description="Mean of the up to three comparable ones before.")
    minimum: float = Field(description="What the level of the newest session needs.")

    @property
    def change(self) -> float | None:
        """Points up or down between `before` and `now`; None with too few scores."""
        if self.now is None or self.before is None:
            return None
        return round(self.now - self.before, 2)


class QuestionProgress(Frozen):
    """One question that was asked."""

    id: str
    title: str
    type: QuestionType
    category: Category | Literal[""] = Field(description="Empty: a question of one's own.")
    times: int = Field(description="Sessions it was put in, drills included.")
    last: datetime
    result: VerdictResult | None = Field(description="Of the last judged answer.")
    due: datetime | None = Field(description="When it is to be asked again; null: never judged.")
    is_due: bool


class Coverage(Frozen):
    """How much of the bank was asked, for one category and level."""

    category: Category
    level: Level
    asked: int = Field(description="Questions asked at this level.")
    available: int


class WeakestPoint(Frozen):
    """The criterion that is furthest below what the level needs, or least above it."""

    key: CriterionKey
    name: str
    now: float
    minimum: float
    level: Level
    sessions: int = Field(description="Scores it rests on.")
    advice: str = Field(description="The judge's last advice on it; may be empty.")


class DrillAdvice(Frozen):
    """Five minutes of practice on the weakest part that has a drill."""

    name: DrillName
    criterion: CriterionKey
    title: str
    minutes: float
    why: str
    command: str


class Progress(Frozen):
    """`viva-progress/1`"""

    format: Literal["viva-progress/1"] = FORMAT
    now: datetime
    level: Level = Field(description="Of the newest session; senior where there is none.")
    sessions: tuple[SessionPoint, ...] = Field(description="Oldest first; demos are left out.")
    criteria: tuple[CriterionProgress, ...] = Field(description="All, in the rubric's order.")
    questions: tuple[QuestionProgress, ...] = Field(description="Due ones first, then by due date.")
    coverage: tuple[Coverage, ...]
    weakest: WeakestPoint | None = Field(description="null while nothing is scored.")
    drill: DrillAdvice
    calibration: Calibration
    notes: tuple[str, ...] = Field(description="What to know when reading it, a sentence each.")
    problems: tuple[str, ...] = Field(description="Sessions that cannot be read, a line each.")
