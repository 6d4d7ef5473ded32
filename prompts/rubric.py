"""The rubric as data: criteria with anchors and yes/no points, applicability, minimums, caps."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.yaml_file import load_yaml

Level = Literal["junior", "mid", "senior"]
QuestionType = Literal["method", "concept", "design", "operations", "decision", "behavioural"]
CriterionKey = Literal[
    "clarity",
    "requirement_clarification",
    "trade_offs",
    "production_depth",
    "business_alignment",
    "technical_soundness",
    "ownership",
    "adaptability",
]
Applicability = Literal["required", "light", "none"]

LEVELS: tuple[Level, ...] = get_args(Level)
CRITERIA: tuple[CriterionKey, ...] = get_args(CriterionKey)
QUESTION_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)


class Strict(BaseModel):
    """Misspelt keys are errors, and nothing loaded is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RubricPoint(Strict):
    """One yes/no observation about how something is argued; the same for every question."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    anchor: int = Field(ge=2, le=5, description="The anchor (2-5) this point belongs to.")
    text: str = Field(description="What must be present, as one sentence a rater can affirm.")
    counts: str = Field(description="An example wording that counts.")
    does_not_count: str = Field(description="A near miss that does not count.")
    types: tuple[QuestionType, ...] = Field(
        default=QUESTION_TYPES, description="Question types the point is asked of."
    )
    exemplars: tuple[str, ...] = Field(default=(), description="Spoken sentences that show it.")
    patterns: tuple[str, ...] = Field(
        default=(), description="Regular expressions (lower case, per sentence) that indicate it."
    )
    advice: str = Field(description="What to do differently when it is missing, one sentence.")


class Criterion(Strict):
    """One dimension of the rubric (C1-C3, S1-S5) with its five anchors."""

    key: CriterionKey
    short: str = Field(description="C1, C2, C3, S1-S5.")
    name: str
    anchors: dict[int, str] = Field(description="Anchor texts, keys 1 to 5.")
    points: tuple[RubricPoint, ...]
    absence: str = Field(description="What is said for a 1: the named absence.")

    @model_validator(mode="after")
    def five_anchors(self) -> Criterion:
        """Every level of the scale has its text, and ids are unique."""
        if sorted(self.anchors) != [1, 2, 3, 4, 5]:
            raise ValueError("anchors must be given for 1, 2, 3, 4 and 5")
        ids = [point.id for point in self.points]
        if len(ids) != len(set(ids)):
            raise ValueError("two points have the same id")
        return self


class Cap(Strict):
    """A rule that holds a score down whatever else was said."""

    id: str
    criterion: CriterionKey
    at_most: float = Field(ge=1, le=5)
    types: tuple[QuestionType, ...] = QUESTION_TYPES
    text: str = Field(description="Why the cap fires, said to the candidate.")
    not_senior: bool = Field(default=False, description="Also excludes a senior verdict.")


class Signal(Strict):
    """A habit of thinking (H1-H8) or a common mistake (M1-M3), yes/no with a quote."""

    id: str = Field(pattern=r"^[HM][1-8]$")
    text: str
    patterns: tuple[str, ...] = ()


class Rubric(Strict):
    """The whole rubric. `version` and the file's hash are stored with every evaluation."""

    version: str
    criteria: tuple[Criterion, ...]
    applicability: dict[QuestionType, dict[CriterionKey, Applicability]]
    minimum: dict[Level, dict[CriterionKey, float]]
    caps: tuple[Cap, ...]
    habits: tuple[Signal, ...]
    mistakes: tuple[Signal, ...]
    verdict_needs_questions: int = Field(ge=1, description="Scored questions a verdict needs.")

    @model_validator(mode="after")
    def complete(self) -> Rubric:
        """Every type, level and criterion has its entry."""
        if tuple(c.key for c in self.criteria) != CRITERIA:
            raise ValueError(f"criteria must be exactly {', '.join(CRITERIA)}, in this order")
        for kind in QUESTION_TYPES:
            if set(self.applicability.get(kind, {})) != set(CRITERIA):
                raise ValueError(f"applicability of {kind!r} must name every criterion")
        for level in LEVELS:
            if set(self.minimum.get(level, {})) != set(CRITERIA):
                raise ValueError(f"minimum of {level!r} must name every criterion")
        return self

    def criterion(self, key: CriterionKey) -> Criterion:
        """The criterion of that key."""
        return self.criteria[CRITERIA.index(key)]


@functools.cache
def load_rubric() -> Rubric:
    """The rubric that ships with Viva."""
    return load_yaml(rubric_path(), Rubric)


def rubric_path() -> Path:
    """Where the shipped rubric lies; its bytes are hashed into every evaluation."""
    return Path(str(resources.files("prompts").joinpath("rubrics/senior-ml.yaml")))
