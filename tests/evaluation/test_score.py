"""From readings to an evaluation: applicability, quotes, hints, caps, verdicts."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.judge import CriterionReading, JudgeTask
from evaluation.record import AskedQuestion, Event, InterviewRecord, Turn
from evaluation.result import Evaluation, Evidence, PointVerdict, QuestionEvaluation
from evaluation.score import ReadingKey, assemble, evaluate, key_of, tasks
from evaluation.scoring_rule import load_scoring
from evaluation.verdict import WEAK_EVIDENCE, session_verdict
from prompts.question_bank import QuestionBank
from prompts.rubric import CRITERIA, CriterionKey, Level, QuestionType, load_rubric

BANK = QuestionBank([])
RUBRIC = load_rubric()
WORDS = "alpha beta gamma delta number"


def sentences(count: int) -> list[str]:
    """Distinct candidate sentences, one per quote that is needed."""
    return [
        f"We take the {WORDS} {i} path because it is cheaper by {i} euros." for i in range(count)
    ]


def interview(
    kinds: list[QuestionType], *, level: Level = "senior", events: tuple[Event, ...] = ()
) -> InterviewRecord:
    """One long answer per question, after a question of the candidate's and a reply."""
    turns: list[Turn] = []
    asked = []
    for number, kind in enumerate(kinds):
        name = f"q{number}"
        asked.append(AskedQuestion(name, f"Question {number} on a model?", kind, False))
        for speaker, text in (
            ("interviewer", f"Question {number} on a model?"),
            ("candidate", "How fast must the answer be?"),
            ("interviewer", "Within a second."),
            ("candidate", " ".join(sentences(40))),
        ):
            turns.append(
                Turn.model_validate(
                    {"turn": len(turns), "speaker": speaker, "text": text, "question_id": name}
                )
            )
    return InterviewRecord("test", level, tuple(asked), tuple(turns), events)


class ScriptedJudge:
    """Confirms the points up to an anchor per criterion, each with a quote of its own."""

    name = "scripted"

    def __init__(self, reach: dict[CriterionKey, int], default: int = 5) -> None:
        self.reach, self.default = reach, default

    def judge(self, task: JudgeTask) -> CriterionReading:
        """Every point up to the anchor is present."""
        anchor = self.reach.get(task.criterion.key, self.default)
        turn = task.turns[3]
        spoken = sentences(40)
        return CriterionReading(
            tuple(
                PointVerdict(
                    point=point.id,
                    anchor=point.anchor,
                    state="present" if point.anchor <= anchor else "absent",
                    quotes=(Evidence(turn=turn.turn, quote=spoken[i]),),
                    confidence=0.8,
                )
                for i, point in enumerate(task.criterion.points)
            )
        )


def run(record: InterviewRecord, judge: ScriptedJudge | None = None) -> Evaluation:
    """The evaluation by a scripted judge."""
    return evaluate(record, judge or ScriptedJudge({}), bank=BANK)


def only(record: InterviewRecord, judge: ScriptedJudge | None = None) -> QuestionEvaluation:
    """The evaluation of the only question."""
    return run(record, judge).questions[0]


def test_tasks_are_one_per_applicable_criterion() -> None:
    keys = [key_of(task) for task in tasks(interview(["concept", "design"]), BANK, RUBRIC)]
    assert ("q0", "requirement_clarification") not in keys
    assert ("q1", "requirement_clarification") in keys
    assert ("q0", "ownership") not in keys
    assert len(keys) == len(set(keys))


def test_every_criterion_is_in_the_result_and_a_left_out_one_says_why() -> None:
    found = only(interview(["concept"]))
    assert tuple(found.criteria) == CRITERIA
    left_out = found.criteria["requirement_clarification"]
    assert left_out.status == "not_applicable"
    assert "concept" in left_out.reason
    assert left_out.score is None


def test_adaptability_is_left_out_until_a_new_fact_was_put() -> None:
    record = interview(["design"])
    assert only(record).criteria["adaptability"].status == "not_applicable"
    twisted = interview(["design"], events=(Event(event="twist", at_ms=1, turn=2),))
    assert only(twisted).criteria["adaptability"].status == "scored"


def test_a_missing_reading_is_could_not_judge_and_the_verdict_undetermined() -> None:
    found = assemble(interview(["design"]), {}, RUBRIC, BANK).questions[0]
    result = found.criteria["clarity"]
    assert (result.status, result.score) == ("could_not_judge", None)
    assert result.reason
    assert found.verdict.result == "undetermined"


def test_a_full_reading_meets_the_senior_bar() -> None:
    found = only(interview(["design"]))
    assert found.verdict.result == "meets"
    assert found.verdict.blocking is None
    assert found.level_reads_as == "senior"


def test_one_criterion_one_short_is_near_and_named_as_blocking() -> None:
    found = only(interview(["design"]), ScriptedJudge({"trade_offs": 3}))
    assert found.criteria["trade_offs"].score == pytest.approx(3.0)
    assert found.verdict.result == "near"
    assert found.verdict.blocking == "trade_offs"


def test_two_criteria_short_are_below() -> None:
    found = only(interview(["design"]), ScriptedJudge({"trade_offs": 3, "clarity": 2}))
    assert found.verdict.result == "below"
    assert found.verdict.blocking == "clarity"


def test_a_light_criterion_never_blocks() -> None:
    found = only(interview(["operations"]), ScriptedJudge({"requirement_clarification": 1}))
    assert found.criteria["requirement_clarification"].weight == "light"
    assert found.verdict.result == "meets"


def verdict_with(quotes: list[str], record: InterviewRecord, turn: int = 3) -> PointVerdict:
    """The first clarity point as confirmed after the quotes were checked."""
    criterion = RUBRIC.criterion("clarity")
    points = tuple(
        PointVerdict(
            point=p.id,
            anchor=p.anchor,
            state="present",
            quotes=tuple(Evidence(turn=turn, quote=q) for q in quotes),
        )
        for p in criterion.points[:1]
    )
    readings: dict[ReadingKey, CriterionReading] = {("q0", "clarity"): CriterionReading(points)}
    return assemble(record, readings, RUBRIC, BANK).questions[0].criteria["clarity"].points[0]


@pytest.mark.parametrize(
    ("quote", "turn"),
    [
        ("words that nobody ever said here", 3),
        ("Within a second.", 2),
        ("We take the", 3),
    ],
    ids=["invented", "the interviewer's", "three words"],
)
def test_a_quote_that_does_not_hold_takes_its_point_away(quote: str, turn: int) -> None:
    point = verdict_with([quote], interview(["design"]), turn)
    assert point.state == "absent"
    assert point.quotes == ()
    assert point.reason


def test_one_quote_shows_at_most_two_points() -> None:
    record = interview(["design"])
    criterion = RUBRIC.criterion("clarity")
    same = Evidence(turn=3, quote=sentences(1)[0])
    points = tuple(
        PointVerdict(point=p.id, anchor=p.anchor, state="present", quotes=(same,))
        for p in criterion.points
    )
    readings: dict[ReadingKey, CriterionReading] = {("q0", "clarity"): CriterionReading(points)}
    result = assemble(record, readings, RUBRIC, BANK).questions[0].criteria["clarity"]
    assert sum(point.state == "present" for point in result.points) == 2


@pytest.mark.parametrize(("rung", "most"), [(1, 5.0), (2, 4.0), (3, 3.0), (4, 2.0)])
def test_a_hint_caps_the_dimension_it_helped(rung: int, most: float) -> None:
    hint = Event(event="hint", at_ms=1, turn=0, rung=rung, criterion="trade_offs")  # type: ignore[call-arg]
    found = only(interview(["design"], level="mid", events=(hint,)))
    assert found.criteria["trade_offs"].score == pytest.approx(most)
    assert found.criteria["clarity"].score == pytest.approx(5.0)


def test_what_came_after_a_hint_counts_less_for_a_senior() -> None:
    hint = Event(event="hint", at_ms=1, turn=2, rung=2, criterion="trade_offs")  # type: ignore[call-arg]
    mid = only(interview(["design"], level="mid", events=(hint,)), ScriptedJudge({"trade_offs": 4}))
    senior = only(interview(["design"], events=(hint,)), ScriptedJudge({"trade_offs": 4}))
    assert (senior.criteria["trade_offs"].score or 9) < (mid.criteria["trade_offs"].score or 0)


def test_a_design_without_question_or_assumption_is_capped_and_not_senior() -> None:
    base = interview(["design"])
    silent = base.turns[1].model_copy(update={"text": "Okay, let me begin with the parts."})
    turns = (base.turns[0], silent, *base.turns[2:])
    record = InterviewRecord("t", "senior", base.questions, turns)
    found = only(record)
    assert [cap.id for cap in found.caps] == ["no-clarification"]
    assert found.criteria["requirement_clarification"].score == 1
    assert found.level_reads_as != "senior"
    assert found.verdict.blocking == "requirement_clarification"


def test_advice_and_missing_name_the_nearest_unmet_points() -> None:
    result = only(interview(["design"]), ScriptedJudge({"trade_offs": 3})).criteria["trade_offs"]
    four = [p for p in RUBRIC.criterion("trade_offs").points if p.anchor == 4]
    assert result.missing[0].startswith(four[0].text)
    assert result.advice.startswith(four[0].advice)


def test_no_two_criteria_give_the_same_advice() -> None:
    found = only(interview(["design"]), ScriptedJudge({}, default=2))
    advice = [r.advice for r in found.criteria.values() if r.status == "scored"]
    assert len(set(advice)) == len(advice)


def test_a_session_verdict_needs_three_questions_with_a_design() -> None:
    two = run(interview(["design", "method"])).verdict
    assert two.result == "undetermined"
    assert "3" in two.reason
    no_design = run(interview(["method", "operations", "concept"])).verdict
    assert no_design.result == "undetermined"
    assert "design" in no_design.reason
    three = run(interview(["method", "operations", "design"])).verdict
    assert three.result == "meets"
    assert three.confidence is not None
    assert 0 < three.confidence < 1


def test_questions_on_weak_evidence_give_no_session_verdict_and_are_counted() -> None:
    record = interview(["method", "operations", "design"])
    found = run(record)
    assert found.verdict.result == "meets"
    unsure = found.questions[0].verdict.model_copy(update={"confidence": WEAK_EVIDENCE - 0.01})
    weak = [found.questions[0].model_copy(update={"verdict": unsure}), *found.questions[1:]]
    verdict = session_verdict(weak, "senior", RUBRIC, load_scoring())
    assert verdict.result == "undetermined"
    assert "3 scored, 1 of them on weak evidence" in verdict.reason


def test_a_question_keeps_its_verdict_when_the_session_has_none() -> None:
    found = run(interview(["design"]))
    assert found.verdict.result == "undetermined"
    assert found.questions[0].verdict.result == "meets"


def test_each_of_several_questions_is_scored_from_its_own_turns() -> None:
    found = run(interview(["design", "method"]))
    for number, question in enumerate(found.questions):
        turns = {q.turn for r in question.criteria.values() for q in r.evidence}
        assert turns == {4 * number + 3}


def test_the_evaluation_says_which_rubric_and_judge_made_it() -> None:
    found: dict[str, Any] = run(interview(["design"])).model_dump()
    assert found["judge"] == "scripted"
    assert found["rubric"].startswith("rubric ")
    assert found["format"] == "viva-evaluation/1"


def test_a_twist_in_one_question_does_not_reach_into_another() -> None:
    from evaluation.offline_judge import OfflineJudge
    from evaluation.record import AskedQuestion, Event, InterviewRecord, Turn
    from evaluation.score import evaluate

    ids = ("fraud-detection", "data-drift", "two-models")
    texts = [
        ("interviewer", "Here is the question."),
        ("candidate", "I would use boosted trees because they are fast, and watch the labels."),
        ("interviewer", "Attackers now probe the threshold. What changes in your design?"),
        ("candidate", "Then the fixed threshold falls, and I would vary it inside a band."),
    ]
    turns = [
        Turn(turn=4 * number + place, speaker=speaker, text=text, question_id=question_id)  # type: ignore[arg-type]
        for number, question_id in enumerate(ids)
        for place, (speaker, text) in enumerate(texts)
    ]
    types = {"fraud-detection": "design", "data-drift": "operations", "two-models": "decision"}
    record = InterviewRecord(
        source="test",
        level="senior",
        questions=tuple(AskedQuestion(i, "", types[i], known=True) for i in ids),  # type: ignore[arg-type]
        turns=tuple(turns),
        events=(Event(event="twist", at_ms=0, turn=2),),
    )
    first, *others = evaluate(record, OfflineJudge()).questions
    assert first.criteria["adaptability"].status == "scored"
    assert {q.criteria["adaptability"].status for q in others} == {"not_applicable"}
