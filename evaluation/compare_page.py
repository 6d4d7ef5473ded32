"""Two attempts as a page: one self-contained HTML file in the look of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluation.compare import Attempt, Comparison, CriterionChange, QuestionComparison, cell
from evaluation.compare_text import change_words
from evaluation.report import environment, part, policy
from evaluation.report_picture import across
from evaluation.report_view import RESULT_WORDS
from evaluation.report_words import day
from evaluation.session_list import shown_verdict
from prompts.rubric import Level, load_rubric


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of one question, positions in per cent."""

    change: CriterionChange
    then: float | None
    now: float | None
    bar: float
    reached: bool
    words: str
    """The change in words."""
    values: str
    """Both scores."""


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """Time in one phase; widths in per cent of the longest."""

    phase: str
    then_ms: int | None
    now_ms: int | None
    then_width: float
    now_width: float


def render_comparison(comparison: Comparison) -> str:
    """The page as HTML, with a policy that allows nothing but its own style."""
    style = part("report.css") + part("progress.css")
    level = comparison.after.evaluation.level
    return (
        environment()
        .get_template("compare.html")
        .render(
            c=comparison,
            headline=headline(comparison),
            then=attempt_words(comparison.before),
            now=attempt_words(comparison.after),
            level=level,
            rows={q.question_id: rows(q, level) for q in comparison.questions},
            phases=phase_rows(comparison),
            style=Markup(style),
            policy=policy(style, ""),
        )
    )


def headline(comparison: Comparison) -> str:
    """What changed, counted; nothing is called good or bad beyond that."""
    up, down = len(comparison.rises), len(comparison.falls)
    both = sum(row.change is not None for q in comparison.questions for row in q.criteria)
    if not comparison.questions:
        return "Nothing to compare"
    if not up and not down:
        return "No change that counts"
    parts = [f"up in {up}"] if up else []
    parts += [f"down in {down}"] if down else []
    return f"{', '.join(parts).capitalize()} of {both} scores"


def attempt_words(attempt: Attempt) -> str:
    """Which session and how it was judged."""
    evaluation, meta = attempt.evaluation, attempt.meta
    verdict = RESULT_WORDS[shown_verdict(evaluation)].format(level=evaluation.level)
    when = f"{day(meta.created, '%B %Y')}, session {meta.id}" if meta else evaluation.source
    return f"{verdict}; {when}"


def rows(question: QuestionComparison, level: Level) -> tuple[Row, ...]:
    """The criteria that at least one of the two was scored on."""
    minimum = load_rubric().minimum[level]
    return tuple(
        Row(
            change=row,
            then=None if row.before.score is None else across(row.before.score),
            now=None if row.after.score is None else across(row.after.score),
            bar=across(minimum[row.key]),
            reached=(row.after.score or 0) >= minimum[row.key],
            words=change_words(row.change),
            values=f"{cell(row.before)} → {cell(row.after)}",
        )
        for row in question.criteria
        if row.before.status != "not_applicable" or row.after.status != "not_applicable"
    )


def phase_rows(comparison: Comparison) -> Sequence[PhaseRow]:
    """Time per phase; phases nobody was in for a second are left out."""
    longest = max((ms or 0 for both in comparison.phases.values() for ms in both), default=0)
    return [
        PhaseRow(
            phase,
            then,
            now,
            round(100 * (then or 0) / longest, 1),
            round(100 * (now or 0) / longest, 1),
        )
        for phase, (then, now) in comparison.phases.items()
        if longest and max(then or 0, now or 0) >= 1000
    ]
