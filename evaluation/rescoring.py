"""What a second scoring of the same interview changed, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from evaluation.compare import Attempt, CriterionChange, cell, compare
from evaluation.doubtful import doubtful_findings
from evaluation.result import Evaluation
from prompts.question_bank import QuestionBank


def changed_lines(before: Attempt, after: Attempt, bank: QuestionBank) -> list[str]:
    """Every score, piece of evidence and verdict that is different now; one line says none is."""
    told: list[str] = []
    for question in compare(before, after, bank).questions:
        rows = [line for row in question.criteria for line in criterion_lines(row)]
        told += [f"{question.title}:", *rows] if rows else []
    told += verdict_lines(before.evaluation, after.evaluation)
    told += unsure_lines(before, after)
    if before.evaluation.judge != after.evaluation.judge:
        told.append(
            f"Judged by {after.evaluation.judge} now, by {before.evaluation.judge} before: "
            "not every change comes from the correction."
        )
    return told or ["No score and no finding has changed."]


def criterion_lines(row: CriterionChange) -> Iterator[str]:
    """One criterion: the score when it moved, points gained and lost."""
    then, now = cell(row.before), cell(row.after)
    if then != now:
        yield f"  {row.name}: {then} → {now}"
    elif row.gained or row.lost:
        yield f"  {row.name}: stays at {now}"
    for mark, sentences in (("+", row.gained), ("-", row.lost)):
        for each in sentences:
            yield f"    {mark} {each.point}: “{each.quote}” (turn {each.turn})"


def verdict_lines(before: Evaluation, after: Evaluation) -> Iterator[str]:
    """Verdicts that are different now."""
    then = {each.question_id: each.verdict.result for each in before.questions}
    for question in after.questions:
        was = then.get(question.question_id)
        if was is not None and was != question.verdict.result:
            yield f"{question.question_id}: was {was}, is {question.verdict.result} now."
    if before.verdict.result != after.verdict.result:
        yield f"The session: was {before.verdict.result}, is {after.verdict.result} now."


def unsure_lines(before: Attempt, after: Attempt) -> Iterator[str]:
    """How many findings rest on words poorly recognised, where that changed."""
    then, now = (doubtful_findings(each.evaluation, each.record.turns) for each in (before, after))
    if (then.findings, then.of) != (now.findings, now.of):
        yield (
            f"Findings that rest on words hard to recognise: {then.findings} of {then.of} before, "
            f"{now.findings} of {now.of} now."
        )
