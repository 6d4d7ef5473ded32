"""Scores an interview: tasks for a judge, its readings back into an evaluation.

    tasks(record)      one task per question and applicable criterion, judged in any order
    judge.judge(task)  points with quotes
    assemble(...)      quotes checked, points -> scores, hints, caps, verdicts

`evaluate` does the three in a row; the interview graph fans the middle one out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.answer import Answer, prepare
from evaluation.caps import CapFacts, fired_caps
from evaluation.coverage import question_terms
from evaluation.criterion_score import Hints, hints_of, score_criterion
from evaluation.delivery import measure_delivery
from evaluation.detect_depth import told_twists, twist_turns
from evaluation.explanation import explain, read_lens
from evaluation.judge import CriterionReading, Judge, JudgeTask
from evaluation.record import AskedQuestion, InterviewRecord
from evaluation.result import (
    FAR_APART,
    CriterionResult,
    Evaluation,
    FiredCap,
    QuestionEvaluation,
    SecondScore,
)
from evaluation.scoring_rule import Scoring, load_scoring, rubric_version
from evaluation.signals import read_signals
from evaluation.verdict import question_verdict, read_level, session_verdict
from prompts.question_bank import Question, QuestionBank, load_bank
from prompts.rubric import Cap, Criterion, CriterionKey, Rubric, load_rubric

ReadingKey = tuple[str, CriterionKey]
"""Question id and criterion: where a reading belongs."""


def key_of(task: JudgeTask) -> ReadingKey:
    """Where the reading of this task belongs."""
    return task.asked.id, task.criterion.key


def tasks(record: InterviewRecord, bank: QuestionBank, rubric: Rubric) -> list[JudgeTask]:
    """One task per question and criterion that applies to it, in the order of record and rubric."""
    return [
        JudgeTask(record, asked, known(asked, bank), criterion)
        for asked in record.questions
        for criterion in rubric.criteria
        if not why_not_applicable(record, asked, criterion, bank, rubric)
    ]


def evaluate(
    record: InterviewRecord,
    judge: Judge,
    *,
    bank: QuestionBank | None = None,
    rubric: Rubric | None = None,
    on_task: Callable[[JudgeTask], None] | None = None,
) -> Evaluation:
    """The whole evaluation of one interview. `on_task` is called before each task (progress)."""
    bank = load_bank() if bank is None else bank
    rubric = rubric or load_rubric()
    readings: dict[ReadingKey, CriterionReading] = {}
    for task in tasks(record, bank, rubric):
        if on_task:
            on_task(task)
        readings[key_of(task)] = judge.judge(task)
    return assemble(record, readings, rubric, bank, judge=judge.name)


@dataclass(frozen=True)
class Material:
    """Everything an evaluation is made of."""

    record: InterviewRecord
    readings: Mapping[ReadingKey, CriterionReading]
    rubric: Rubric
    bank: QuestionBank
    scoring: Scoring


def assemble(
    record: InterviewRecord,
    readings: Mapping[ReadingKey, CriterionReading],
    rubric: Rubric,
    bank: QuestionBank,
    *,
    judge: str = "offline",
) -> Evaluation:
    """Readings into scores and verdicts. A missing reading is "could not judge", never a score."""
    material = Material(record, readings, rubric, bank, load_scoring())
    questions = tuple(assemble_question(material, asked) for asked in record.questions)
    usage: Counter[str] = Counter()
    notes: dict[str, None] = {}
    for reading in readings.values():
        usage.update(reading.usage)
        notes |= dict.fromkeys(reading.notes)
    notes |= dict.fromkeys(far_apart(questions, rubric))
    others = {reading.judged_by for reading in readings.values()}
    if len(others) == 1:
        judge = others.pop() or judge
    return Evaluation(
        source=record.source,
        level=record.level,
        judge=judge,
        rubric=rubric_version(rubric),
        questions=questions,
        delivery=measure_delivery(record).model_dump(mode="json"),
        verdict=session_verdict(questions, record.level, rubric, material.scoring),
        warnings=(*record.warnings, *notes),
        usage=dict(usage),
    )


def assemble_question(material: Material, asked: AskedQuestion) -> QuestionEvaluation:
    """One question: criteria, caps, signals, verdict."""
    record, rubric, bank = material.record, material.rubric, material.bank
    answer = answer_to(record, asked, bank)
    hints = hints_of(record, asked, known(asked, bank), material.scoring)
    fired = caps_of(answer, asked, record, rubric)
    criteria: dict[CriterionKey, CriterionResult] = {}
    for criterion in rubric.criteria:
        reason = why_not_applicable(record, asked, criterion, bank, rubric)
        criteria[criterion.key] = (
            CriterionResult(status="not_applicable", reason=reason, weight="none")
            if reason
            else criterion_result(material, asked, criterion, hints=hints, fired=fired)
        )
    caps = tuple(cap for cap in fired if bites(cap, criteria[cap.criterion]))
    habits, mistakes = read_signals(answer, asked.type, rubric, told_twists(record))
    criteria = explain(answer, asked, record, criteria, question=known(asked, bank), rubric=rubric)
    return QuestionEvaluation(
        question_id=asked.id,
        type=asked.type,
        text=asked.text,
        criteria=criteria,
        caps=tuple(
            FiredCap(id=c.id, criterion=c.criterion, at_most=c.at_most, text=c.text) for c in caps
        ),
        signals=habits,
        mistakes=mistakes,
        level_reads_as=read_level(criteria, caps, material.scoring),
        lens=read_lens(criteria, caps, rubric, material.scoring),
        verdict=question_verdict(criteria, caps, record.level, rubric, material.scoring),
    )


def criterion_result(
    material: Material,
    asked: AskedQuestion,
    criterion: Criterion,
    *,
    hints: Hints,
    fired: Sequence[Cap],
) -> CriterionResult:
    """One applicable criterion; a cap holds only where the criterion is required."""
    weight = material.rubric.applicability[asked.type][criterion.key]
    reading = material.readings.get((asked.id, criterion.key))
    if reading is None or reading.could_not_judge:
        reason = reading.could_not_judge if reading else "It was not judged."
        return CriterionResult(status="could_not_judge", reason=reason, weight=weight)

    def scored(read: CriterionReading) -> CriterionResult:
        return score_criterion(
            read,
            criterion,
            material.record.turns_of(asked.id),
            material.scoring,
            weight=weight,
            caps=[cap for cap in fired if cap.criterion == criterion.key and weight == "required"],
            hints=hints,
            level=material.record.level,
        )

    result = scored(reading)
    beside = second_score(reading, scored)
    return result.model_copy(update={"judged_by": reading.judged_by, "beside": beside})


def second_score(
    reading: CriterionReading, scored: Callable[[CriterionReading], CriterionResult]
) -> SecondScore | None:
    """What the judge beside makes of it, by the same rule; None without one."""
    if reading.beside is None:
        return None
    if reading.beside.could_not_judge:
        reason = reading.beside.could_not_judge
        return SecondScore(judge=reading.beside_judge, status="could_not_judge", reason=reason)
    second = scored(reading.beside)
    return SecondScore(
        judge=reading.beside_judge,
        status=second.status,
        score=second.score,
        confidence=second.confidence,
        reason=second.reason,
    )


def far_apart(questions: Sequence[QuestionEvaluation], rubric: Rubric) -> list[str]:
    """One sentence for each criterion on which two judges are more than a point apart."""
    return [
        f"{rubric.criterion(key).name}: the judges are far apart ({result.score:g}, and"
        f" {result.beside.score:g} by the {result.beside.judge} judge). Read the quotes yourself."
        for question in questions
        for key, result in question.criteria.items()
        if result.score is not None
        and result.beside is not None
        and result.beside.score is not None
        and abs(result.score - result.beside.score) > FAR_APART
    ]


def bites(cap: Cap, result: CriterionResult) -> bool:
    """A cap is shown where the criterion was scored and required."""
    return result.status == "scored" and result.weight == "required"


def why_not_applicable(
    record: InterviewRecord,
    asked: AskedQuestion,
    criterion: Criterion,
    bank: QuestionBank,
    rubric: Rubric,
) -> str:
    """Why a criterion is left out for this question; empty when it applies."""
    if record.criteria and criterion.key not in record.criteria:
        trained = " and ".join(rubric.criterion(key).name for key in record.criteria)
        return f"This was a drill: only {trained} counts."
    if rubric.applicability[asked.type][criterion.key] == "none":
        return f"{criterion.name} is not asked of a {asked.type} question."
    if criterion.key == "adaptability":
        answer = answer_to(record, asked, bank)
        if not twist_turns(answer, told_twists(record)):
            return "No new or contradicting fact was put, so there was nothing to adapt to."
    return ""


def caps_of(
    answer: Answer, asked: AskedQuestion, record: InterviewRecord, rubric: Rubric
) -> list[Cap]:
    """The caps that fire on this answer."""
    points = {p.id: p for c in rubric.criteria for p in c.points}
    turns = {turn.turn for turn in answer.turns}
    events = tuple(e for e in record.events if e.turn is None or e.turn in turns)
    return fired_caps(CapFacts(answer, asked.type, asked.text, points, events), rubric)


def known(asked: AskedQuestion, bank: QuestionBank) -> Question | None:
    """The bank's question, or None for one of the user's own."""
    return bank.by_id.get(asked.id) if asked.known else None


def answer_to(record: InterviewRecord, asked: AskedQuestion, bank: QuestionBank) -> Answer:
    """The prepared answer to one question."""
    question = known(asked, bank)
    return prepare(record.turns_of(asked.id), question_terms(question) if question else ())
