"""The candidate's own rating, asked in the page before the score is shown; kept in session.json,
which no judge reads."""

from __future__ import annotations

from typing import Any

from evaluation.session import SessionFolder
from prompts.errors import UsageError
from prompts.rubric import CriterionKey, load_rubric

RATED: tuple[CriterionKey, ...] = ("clarity", "requirement_clarification", "trade_offs")
"""The criteria a candidate is asked about; more would be a form to fill in."""


def to_rate(session: SessionFolder) -> list[dict[str, str]]:
    """Key and name of what may be asked; empty when it was asked before or nothing is scored."""
    evaluation = session.evaluation()
    if evaluation is None or given(session):
        return []
    scored = {
        key
        for question in evaluation.questions
        for key, result in question.criteria.items()
        if result.score is not None
    }
    return [
        {"key": key, "name": load_rubric().criterion(key).name} for key in RATED if key in scored
    ]


def rate(session: SessionFolder, own: dict[str, Any]) -> None:
    """Store it. Raises UsageError for another criterion or another number than 1 to 5."""
    for key, value in own.items():
        if key not in RATED or value not in (1, 2, 3, 4, 5) or isinstance(value, bool):
            raise UsageError(f"{key} cannot be rated {value!r}", todo=f"Rate {', '.join(RATED)}.")
    session.save_meta(session.meta.model_copy(update={"self_rating": own}))


def given(session: SessionFolder) -> bool:
    """Whether the candidate has rated themselves."""
    return bool(session.meta.model_dump().get("self_rating"))
