"""What explanations must not do: say the same of two criteria, advise what was done."""

from __future__ import annotations

from evaluation.explanation import ALL_THERE
from evaluation.result import QuestionEvaluation
from prompts.rubric import load_rubric


def said_twice(found: QuestionEvaluation, name: str) -> list[str]:
    """Sentences that the explanations of two criteria share, and advice to do what was done."""
    advice = {p.id: p.advice for c in load_rubric().criteria for p in c.points}
    seen: set[str] = set()
    faults: list[str] = []
    for key, result in found.criteria.items():
        told = result.explanation
        if told is None:
            continue
        sentences = {told.say, told.example, told.why_not, *(each.says for each in told.earned)}
        sentences -= {"", ALL_THERE}
        faults += [f"{name}, {key}: said twice: {text}" for text in sentences & seen]
        seen |= sentences
        faults += [
            f"{name}, {key}: {point.point} was shown and is advised"
            for point in result.points
            if point.state == "present" and told.say and advice.get(point.point) == told.say
        ]
    return faults
