"""How well candidates know themselves: their own 1-5, given before the score is shown, against it.

Read from session.json alone, after the evaluation; nothing here is seen by a judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from evaluation.history import Past, criterion_score
from evaluation.result import Evaluation, Frozen
from prompts.rubric import CRITERIA, CriterionKey, Rubric

RATED: tuple[CriterionKey, ...] = ("clarity", "requirement_clarification", "trade_offs")
"""The criteria a candidate is asked about; more would be a form to fill in."""
CLOSE = 0.5
"""Points by which a rating may be off and still count as right: people rate in whole points."""


class Rating(Frozen):
    """One rating of oneself with the score it is held against."""

    session: str
    at: datetime
    key: CriterionKey
    name: str
    own: int = Field(ge=1, le=5)
    score: float = Field(ge=1, le=5)
    off: float = Field(description="own - score: above 0 too kind, below 0 too hard on oneself.")


class Calibration(Frozen):
    """All ratings, oldest first."""

    ratings: tuple[Rating, ...]
    off: float | None = Field(description="Mean of `off`; null without ratings.")
    distance: float | None = Field(description="Mean distance between rating and score, points.")


def calibrate(sessions: Sequence[Past], rubric: Rubric) -> Calibration:
    """The ratings of all sessions that were scored on what was rated."""
    found = [
        rating
        for past in sessions
        if past.evaluation is not None
        for rating in held_against(past, past.evaluation, rubric)
    ]
    if not found:
        return Calibration(ratings=(), off=None, distance=None)
    return Calibration(
        ratings=tuple(found),
        off=round(sum(each.off for each in found) / len(found), 2),
        distance=round(sum(abs(each.off) for each in found) / len(found), 2),
    )


def held_against(past: Past, evaluation: Evaluation, rubric: Rubric) -> list[Rating]:
    """The ratings of one session, in the rubric's order."""
    return [
        Rating(
            session=past.meta.id,
            at=past.at,
            key=key,
            name=rubric.criterion(key).name,
            own=own,
            score=score,
            off=round(own - score, 2),
        )
        for key, (own, score) in pairs(past.meta.self_rating, evaluation).items()
    ]


def pairs(
    own: Mapping[CriterionKey, int], evaluation: Evaluation
) -> dict[CriterionKey, tuple[int, float]]:
    """Rating and score of each criterion that has both."""
    return {
        key: (own[key], score)
        for key in CRITERIA
        if key in own and (score := criterion_score(evaluation, key)) is not None
    }


def to_rate(evaluation: Evaluation) -> tuple[CriterionKey, ...]:
    """The criteria worth asking about: the main ones that were scored; of a drill its only one."""
    scored = tuple(key for key in CRITERIA if criterion_score(evaluation, key) is not None)
    return scored if len(scored) == 1 else tuple(key for key in scored if key in RATED)


def off_words(off: float) -> str:
    """`close`, `1.2 too high`, `0.8 too low`."""
    if abs(off) <= CLOSE:
        return "close"
    return f"{abs(off):g} too {'high' if off > 0 else 'low'}"
