"""The report as JSON: what page and Markdown show, for other programs to read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evaluation.delivery import Delivery
from evaluation.notebook import Note
from evaluation.record import InterviewRecord, Turn
from evaluation.report_view import ReportView, view_report
from evaluation.result import Evaluation
from evaluation.session import SessionMeta
from prompts.question_bank import QuestionBank
from prompts.rubric import Rubric

FORMAT: Literal["viva-report/1"] = "viva-report/1"
HIDDEN = {"settings", "persona_data", "own_questions"}
"""Parts of a session's metadata that say nothing about how it went."""


class Strict(BaseModel):
    """Unknown keys are kept out."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReportedFact(Strict):
    """A fact of the hidden sheet."""

    question_id: str
    fact: str
    need: str
    weight: int
    asked: bool
    say: str
    turn: int | None
    """The turn that told it."""


class ReportedTurn(Strict):
    """A turn as it reads now."""

    turn: Turn
    heard: str | None
    """What was recognised, where the user put it right."""


class Report(Strict):
    """The whole report."""

    format: Literal["viva-report/1"] = FORMAT
    title: str
    headline: str
    next_step: str
    blocking: str | None
    """Key of the criterion that stands in the way."""
    findings: int
    findings_on_doubtful_words: int
    session: dict[str, Any] | None
    evaluation: Evaluation
    facts: tuple[ReportedFact, ...]
    notes: tuple[dict[str, Any], ...]
    turns: tuple[ReportedTurn, ...]
    delivery: Delivery
    phases: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...]


def to_json(
    record: InterviewRecord,
    evaluation: Evaluation,
    bank: QuestionBank,
    rubric: Rubric,
    meta: SessionMeta | None = None,
) -> str:
    """The report as one `viva-report/1` object, indented."""
    view = view_report(record, evaluation, bank, rubric, meta=meta)
    report = Report(
        title=view.title,
        headline=view.headline,
        next_step=view.next_step,
        blocking=view.blocking.key if view.blocking else None,
        findings=view.doubtful.of,
        findings_on_doubtful_words=view.doubtful.findings,
        session=meta.model_dump(mode="json", exclude=HIDDEN) if meta else None,
        evaluation=evaluation,
        facts=facts_of(view),
        notes=tuple(note_of(each.note) for each in view.notes),
        turns=tuple(
            ReportedTurn(turn=each.turn, heard=record.heard.get(each.turn.turn))
            for each in view.turns
        ),
        delivery=view.delivery,
        phases=tuple(
            {"phase": each.phase, "start_ms": each.start_ms, "end_ms": each.end_ms}
            for each in view.phases
        ),
        warnings=view.warnings,
    )
    return report.model_dump_json(indent=2)


def facts_of(view: ReportView) -> tuple[ReportedFact, ...]:
    """The sheets of all questions."""
    return tuple(
        ReportedFact(
            question_id=question.result.question_id,
            fact=each.fact.id,
            need=each.fact.need,
            weight=each.fact.weight,
            asked=each.asked,
            say=each.say,
            turn=each.turn,
        )
        for question in view.questions
        for each in question.sheet
    )


def note_of(note: Note) -> dict[str, Any]:
    """A move of the interviewer and why it was made."""
    return {
        "kind": note.kind,
        "what": note.what,
        "why": note.why,
        "at_ms": note.at_ms,
        "turn": note.turn,
        "trigger": note.trigger,
        "phase": note.phase,
        "question_id": note.question_id,
        "hint_rung": note.hint_rung,
    }
