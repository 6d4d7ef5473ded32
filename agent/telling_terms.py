"""Terms that name what a good answer would hold: nobody but the candidate says them first."""

from __future__ import annotations

from collections.abc import Collection

from prompts.question_bank import Question


def telling_terms(question: Question, covered: Collection[str]) -> tuple[str, ...]:
    """Terms that would give a point away that is not `covered` yet (ids).

    Single words are left out: "scale" or "budget" stand in half of all good questions.
    """
    return tuple(
        term
        for point in question.points
        if point.id not in covered
        for term in point.terms
        if " " in term.strip()
    )
