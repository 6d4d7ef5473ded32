"""Two attempts side by side: criteria, facts, the sentences that made the difference, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evaluation.delivery import measure_delivery
from evaluation.notebook import released
from evaluation.record import InterviewRecord
from evaluation.result import CriterionResult, Evaluation, PointVerdict, QuestionEvaluation
from evaluation.session_meta import SessionMeta
from prompts.question_bank import QuestionBank
from prompts.rubric import CRITERIA, CriterionKey, Rubric, load_rubric

SAME_WITHIN = 0.25
"""Points by which two scores may differ and still count as the same; scores come in tenths."""

LEAST_SHARED_WORDS = 3
"""Words that two quotes must share, end to beginning, to be one stretch."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A record with its evaluation."""

    record: InterviewRecord
    evaluation: Evaluation
    meta: SessionMeta | None = None
    """None: a transcript made elsewhere."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that made a difference."""

    quote: str
    turn: int
    start_ms: int | None
    point: str
    """What they show, in words."""
    anchor: int = 3
    """Of the rubric, 2 to 5: the higher, the more it lifts the score."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of one attempt alone, with all that they show."""

    quote: str
    turn: int
    start_ms: int | None
    shows: tuple[tuple[str, str], ...]
    """Criterion and point, in words."""
    anchor: int
    """The highest of what they show."""


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
        return round(self.after.score - self.before.score, 2)

    @property
    def moved(self) -> int:
        """1 up, -1 down, 0 the same within what scores can tell apart, or not comparable."""
        if self.change is None or abs(self.change) <= SAME_WITHIN:
            return 0
        return 1 if self.change > 0 else -1


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

    @property
    def said_now(self) -> tuple[Difference, ...]:
        """What was said now and not then, the most telling first."""
        return differences((row.name, each) for row in self.criteria for each in row.gained)

    @property
    def said_then(self) -> tuple[Difference, ...]:
        """What was said then and not now."""
        return differences((row.name, each) for row in self.criteria for each in row.lost)


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

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known when the two are compared, a sentence each."""
        return tuple(remarks(self.before, self.after, bool(self.questions)))

    @property
    def rises(self) -> list[CriterionChange]:
        """The criteria that went up, over all questions."""
        return [row for q in self.questions for row in q.criteria if row.moved == 1]

    @property
    def falls(self) -> list[CriterionChange]:
        """The criteria that went down."""
        return [row for q in self.questions for row in q.criteria if row.moved == -1]


def remarks(before: Attempt, after: Attempt, common: bool) -> Iterator[str]:
    """Why figures of the two may differ without anybody having got better or worse."""
    then, now = before.evaluation, after.evaluation
    if not common:
        yield "The two attempts have no question in common."
    if then.judge != now.judge or then.rubric != now.rubric:
        yield "The two were judged differently (judge or rubric): read the changes with care."
    if then.level != now.level:
        yield f"Then it was held against {then.level}, now against {now.level}."
    drills = {each.meta.drill for each in (before, after) if each.meta}
    if len(drills) > 1:
        yield "One of them was a drill, in which only one criterion counts."
    if after.meta and after.meta.twins:
        yield "The second attempt was put with other values on its sheet (a shifted twin)."


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
    return Sentence(quote.quote, quote.turn, quote.start_ms, shows, point.anchor)


def differences(found: Iterable[tuple[str, Sentence]]) -> tuple[Difference, ...]:
    """The sentences once each: quotes of one turn that overlap are one stretch of words."""
    stretches: list[tuple[str, list[tuple[str, Sentence]]]] = []
    for name, each in sorted(found, key=lambda pair: -len(pair[1].quote)):
        quote, those = each.quote, [(name, each)]
        for other in stretches[:]:
            joined = overlapping(other[0], quote) if other[1][0][1].turn == each.turn else None
            if joined is not None:
                stretches.remove(other)
                quote, those = joined, other[1] + those
        stretches.append((quote, those))
    made = [
        Difference(
            quote,
            those[0][1].turn,
            min((each.start_ms for _, each in those if each.start_ms is not None), default=None),
            tuple(dict.fromkeys((name, each.point) for name, each in those)),
            max(each.anchor for _, each in those),
        )
        for quote, those in stretches
    ]
    return tuple(sorted(made, key=lambda each: (-each.anchor, each.turn, each.quote)))


def overlapping(one: str, two: str) -> str | None:
    """Both quotes as one stretch, when one holds the other or goes on where it ends."""
    if one in two or two in one:
        return max(one, two, key=len)
    for first, second in ((one.split(), two.split()), (two.split(), one.split())):
        for shared in range(min(len(first), len(second)), LEAST_SHARED_WORDS - 1, -1):
            if first[-shared:] == second[:shared]:
                return " ".join([*first, *second[shared:]])
    return None


def compare_phases(
    before: InterviewRecord, after: InterviewRecord
) -> dict[str, tuple[int | None, int | None]]:
    """Time per phase in both attempts, in the order the phases first came."""
    then, now = (measure_delivery(each).phase_ms or {} for each in (before, after))
    return {phase: (then.get(phase), now.get(phase)) for phase in {**then, **now}}


def cell(result: CriterionResult) -> str:
    """A score, or why there is none, in a few signs."""
    if result.score is not None:
        return f"{result.score:g}"
    return "n/a" if result.status == "not_applicable" else "?"
