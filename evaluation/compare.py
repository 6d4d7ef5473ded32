"""Two attempts side by side: criteria, facts, the sentences that made the difference, time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.delivery import measure_delivery
from evaluation.notebook import released
from evaluation.record import InterviewRecord
from evaluation.report_words import clock, phase_name, span
from evaluation.result import CriterionResult, Evaluation, PointVerdict, QuestionEvaluation
from prompts.question_bank import QuestionBank
from prompts.rubric import CRITERIA, CriterionKey, Rubric, load_rubric

SAME_WITHIN = 0.25
"""Points by which two scores may differ and still count as the same; scores come in tenths."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A record with its evaluation."""

    record: InterviewRecord
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that made a difference."""

    quote: str
    turn: int
    start_ms: int | None
    point: str
    """What they show, in words."""


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One criterion in both attempts."""

    key: CriterionKey
    name: str
    before: CriterionResult
    after: CriterionResult
    gained: tuple[Sentence, ...]
    """Points shown now and not then, with the words of the second attempt."""
    lost: tuple[Sentence, ...]
    """Points shown then and not now, with the words of the first attempt."""

    @property
    def change(self) -> float | None:
        """Points up or down; None unless both were scored."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score


@dataclass(frozen=True, slots=True)
class QuestionComparison:
    """One question asked in both attempts."""

    question_id: str
    title: str
    criteria: tuple[CriterionChange, ...]
    facts_now: tuple[str, ...]
    """Asked for now and not then."""
    facts_then: tuple[str, ...]
    """Asked for then and not now."""
    facts_never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second attempt against the first."""

    before: Attempt
    after: Attempt
    questions: tuple[QuestionComparison, ...]
    only_before: tuple[str, ...] = ()
    """Questions of the first attempt alone."""
    only_after: tuple[str, ...] = ()
    phases: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """Phase → milliseconds then and now; None where the attempt had no such phase."""


def compare(
    before: Attempt, after: Attempt, bank: QuestionBank, rubric: Rubric | None = None
) -> Comparison:
    """The two attempts matched by question id, criteria in the rubric's order."""
    rubric = rubric or load_rubric()
    first = {each.question_id: each for each in before.evaluation.questions}
    second = {each.question_id: each for each in after.evaluation.questions}
    return Comparison(
        before,
        after,
        tuple(
            compare_question(before, after, first[qid], second[qid], bank=bank, rubric=rubric)
            for qid in first
            if qid in second
        ),
        only_before=tuple(qid for qid in first if qid not in second),
        only_after=tuple(qid for qid in second if qid not in first),
        phases=compare_phases(before.record, after.record),
    )


def compare_question(
    before: Attempt,
    after: Attempt,
    then: QuestionEvaluation,
    now: QuestionEvaluation,
    *,
    bank: QuestionBank,
    rubric: Rubric,
) -> QuestionComparison:
    """One question in both attempts."""
    question = bank.by_id.get(then.question_id)
    facts = question.facts if question else ()
    told_then = set(released(before.record, question)) if question else set()
    told_now = set(released(after.record, question)) if question else set()
    texts = {point.id: point.text for point in question.points} if question else {}
    texts |= {point.id: point.text for each in rubric.criteria for point in each.points}
    return QuestionComparison(
        question_id=then.question_id,
        title=question.title if question else then.text or then.question_id,
        criteria=tuple(
            CriterionChange(
                key=key,
                name=rubric.criterion(key).name,
                before=then.criteria[key],
                after=now.criteria[key],
                gained=shown_only(now.criteria[key], then.criteria[key], texts),
                lost=shown_only(then.criteria[key], now.criteria[key], texts),
            )
            for key in CRITERIA
            if key in then.criteria and key in now.criteria
        ),
        facts_now=tuple(f.say for f in facts if f.id in told_now - told_then),
        facts_then=tuple(f.say for f in facts if f.id in told_then - told_now),
        facts_never=tuple(f.say for f in facts if f.id not in told_now | told_then),
    )


def shown_only(
    here: CriterionResult, there: CriterionResult, texts: dict[str, str]
) -> tuple[Sentence, ...]:
    """Points present in one result and absent in the other, with their first quote.

    A point the other judge was unclear about is no difference.
    """
    states = {point.point: point.state for point in there.points}
    return tuple(
        sentence(point, texts)
        for point in here.points
        if point.state == "present" and point.quotes and states.get(point.point) == "absent"
    )


def sentence(point: PointVerdict, texts: dict[str, str]) -> Sentence:
    """A point's first quote with what it shows."""
    quote = point.quotes[0]
    shows = texts.get(point.point, point.point.replace("-", " "))
    return Sentence(quote.quote, quote.turn, quote.start_ms, shows)


def compare_phases(
    before: InterviewRecord, after: InterviewRecord
) -> dict[str, tuple[int | None, int | None]]:
    """Time per phase in both attempts, in the order the phases first came."""
    then, now = (measure_delivery(each).phase_ms or {} for each in (before, after))
    return {phase: (then.get(phase), now.get(phase)) for phase in {**then, **now}}


def lines(comparison: Comparison) -> list[str]:
    """The comparison as plain lines."""
    then, now = comparison.before.evaluation, comparison.after.evaluation
    told = [
        f"then  {then.source}: {then.verdict.result} against {then.level}",
        f"now   {now.source}: {now.verdict.result} against {now.level}",
    ]
    if then.judge != now.judge or then.rubric != now.rubric:
        told.append(
            "The two were judged differently (judge or rubric): read the changes with care."
        )
    for question in comparison.questions:
        told += question_lines(question)
    if not comparison.questions:
        told += ["", "The two attempts have no question in common."]
    for ids, when in ((comparison.only_before, "then"), (comparison.only_after, "now")):
        if ids:
            told.append(f"Only {when}: {', '.join(ids)}")
    if comparison.phases:
        told += ["", f"{'Time per phase':<34}{'then':>12}{'now':>12}"]
        for phase, spent in comparison.phases.items():
            cells = (span(each) if each is not None else "–" for each in spent)
            told.append(f"  {phase_name(phase):<32}" + "".join(f"{cell:>12}" for cell in cells))
    return told


def question_lines(question: QuestionComparison) -> list[str]:
    """One question: the table of criteria, then sentences, then facts."""
    lines = ["", question.title, f"{'':<34}{'then':>8}{'now':>8}  change"]
    for row in question.criteria:
        if row.before.status == row.after.status == "not_applicable":
            continue
        lines.append(
            f"  {row.name:<32}{cell(row.before):>8}{cell(row.after):>8}  {change_words(row.change)}"
        )
    for title, lost in (
        ("What made the difference", False),
        ("What was there then, not now", True),
    ):
        found = [
            (row, each) for row in question.criteria for each in (row.lost if lost else row.gained)
        ]
        lines += ["", title] if found else []
        for row, each in found:
            at = f", {clock(each.start_ms)}" if each.start_ms is not None else ""
            lines += [f"  {row.name}: {each.point}", f"    “{each.quote}” (turn {each.turn}{at})"]
    lines += fact_lines("Asked for now, not then", question.facts_now)
    lines += fact_lines("Asked for then, not now", question.facts_then)
    return lines + fact_lines("Never asked for", question.facts_never)


def fact_lines(title: str, facts: Sequence[str]) -> list[str]:
    """A list of facts under its title; nothing when there are none."""
    return ["", title, *(f"  {fact}" for fact in facts)] if facts else []


def cell(result: CriterionResult) -> str:
    """A score, or why there is none, in a few signs."""
    if result.score is not None:
        return f"{result.score:g}"
    return "n/a" if result.status == "not_applicable" else "?"


def change_words(change: float | None) -> str:
    """A change as signed points; `same` within what scores can tell apart."""
    if change is None:
        return "–"
    return f"{change:+g}" if abs(change) > SAME_WITHIN else "same"
