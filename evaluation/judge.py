"""The port of a judge: asked for the presence of points with quotes, never for an impression.

`offline_judge.py` and `llm_judge.py` implement it; `score.py` turns verdicts on points into scores.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from evaluation.record import AskedQuestion, InterviewRecord, Turn
from evaluation.result import PointVerdict
from prompts.question_bank import Question
from prompts.rubric import Criterion, Level


@dataclass(frozen=True, slots=True)
class JudgeTask:
    """One criterion of one question: the unit of parallel work."""

    record: InterviewRecord
    asked: AskedQuestion
    question: Question | None
    """The bank's question with sheet and points; None when the bank has no such question."""
    criterion: Criterion

    @property
    def level(self) -> Level:
        """The level the candidate is held against."""
        return self.record.level

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Both speakers' turns on this question, in order; `Turn.turn` indexes the whole record."""
        return self.record.turns_of(self.asked.id)


@dataclass(frozen=True, slots=True)
class CriterionReading:
    """What a judge saw for one criterion."""

    points: tuple[PointVerdict, ...]
    """One verdict for every rubric point asked of this question type, in rubric order."""
    could_not_judge: str = ""
    """Why no verdict is possible (too little said, too damaged, endpoint failed); else empty."""
    usage: dict[str, int] = field(default_factory=dict)
    """calls, input_tokens, cached_tokens, output_tokens; empty for a local judge."""
    raw: tuple[str, ...] = ()
    """Raw replies of a model, kept with the score."""
    notes: tuple[str, ...] = ()
    """What the user must be told about this reading, such as tampering; one sentence each."""
    judged_by: str = ""
    """Who read it, where that is not the judge that was asked; else empty."""
    beside: CriterionReading | None = None
    """What another judge saw in the same words."""
    beside_judge: str = ""


class Judge(Protocol):
    """Anything that can say which points are present. Same input, same reading."""

    name: str
    """`offline`, or the model's name."""

    def judge(self, task: JudgeTask) -> CriterionReading:
        """Read one criterion; never raises for what the candidate said."""
        ...
