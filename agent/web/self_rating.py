"""The candidate's own rating, asked in the page before the score is shown; kept in session.json,
which no judge reads."""

from __future__ import annotations

from typing import Any

from evaluation import calibration
from evaluation.session import SessionFolder
from prompts.errors import UsageError
from prompts.rubric import load_rubric


def to_rate(session: SessionFolder) -> list[dict[str, str]]:
    """Key and name of what may be asked; empty when it was asked before or nothing is scored."""
    evaluation = session.evaluation()
    if evaluation is None or given(session):
        return []
    rubric = load_rubric()
    return [
        {"key": key, "name": rubric.criterion(key).name} for key in calibration.to_rate(evaluation)
    ]


def rate(session: SessionFolder, own: dict[str, Any]) -> None:
    """Store it. Raises UsageError for another criterion or another number than 1 to 5."""
    evaluation = session.evaluation()
    asked = calibration.to_rate(evaluation) if evaluation is not None else ()
    for key, value in own.items():
        if key not in asked or value not in (1, 2, 3, 4, 5) or isinstance(value, bool):
            raise UsageError(f"{key} cannot be rated {value!r}", todo=f"Rate {', '.join(asked)}.")
    session.save_meta(session.meta.model_copy(update={"self_rating": own}))


def given(session: SessionFolder) -> bool:
    """Whether the candidate has rated themselves."""
    return bool(session.meta.self_rating)
