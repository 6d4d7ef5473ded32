"""The hidden sheet and the points of a question, shown after the session."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.notebook import released
from evaluation.record import InterviewRecord
from evaluation.report_criteria import Clip, QuoteView, Sound
from evaluation.result import QuestionEvaluation
from prompts.question_bank import Fact, Point, Question
from prompts.rubric import Level


@dataclass(frozen=True, slots=True)
class FactView:
    """A hidden fact: asked for and told, or not."""

    fact: Fact
    asked: bool
    say: str
    turn: int | None
    at_ms: int | None
    clip: Clip | None


@dataclass(frozen=True, slots=True)
class CoveredView:
    """A point a good answer covers, with the first words that do."""

    point: Point
    first: QuoteView | None
    """None: not heard."""


def view_sheet(record: InterviewRecord, question: Question, sound: Sound) -> tuple[FactView, ...]:
    """The sheet, heaviest facts first; told ones and missed ones side by side."""
    told = released(record, question)
    views = []
    for fact in sorted(question.facts, key=lambda each: -each.weight):
        event = told.get(fact.id)
        turn = event.turn if event else None
        clip = sound.turn_clip(record.turns[turn]) if turn is not None else None
        views.append(
            FactView(
                fact=fact,
                asked=event is not None,
                say=event.say if event else fact.say,
                turn=turn,
                at_ms=event.at_ms if event else None,
                clip=clip,
            )
        )
    return tuple(views)


def view_covered(
    result: QuestionEvaluation, question: Question, level: Level, sound: Sound
) -> tuple[CoveredView, ...]:
    """The points expected at `level`, each with the earliest quote that covers it."""
    first: dict[str, QuoteView] = {}
    quotes = [
        evidence
        for criterion in result.criteria.values()
        for verdict in criterion.points
        if verdict.state == "present"
        for evidence in (e.model_copy(update={"point": verdict.point}) for e in verdict.quotes)
    ]
    quotes += [e for c in result.criteria.values() for e in c.evidence if e.point]
    for evidence in sorted(quotes, key=lambda each: each.turn):
        first.setdefault(evidence.point, sound.evidence(evidence))
    return tuple(
        CoveredView(point, first.get(point.id)) for point in question.expected_points(level)
    )
