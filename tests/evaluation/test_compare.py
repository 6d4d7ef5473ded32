"""Two attempts are compared by what was said, not by a figure alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.compare import Attempt, Sentence, compare, differences
from evaluation.compare_text import lines
from evaluation.record import Event
from evaluation.result import CriterionResult, Evaluation, PointVerdict
from evaluation.session import SessionFolder
from prompts.question_bank import QuestionBank, bank_folder, load_question
from prompts.rubric import load_rubric

DATA = Path(__file__).parents[1] / "data" / "sessions"


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return QuestionBank([load_question(bank_folder() / "fraud-detection.yaml")])


@pytest.fixture
def first(tmp_path: Path) -> Attempt:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    session = SessionFolder.open(tmp_path / "session")
    evaluation = session.evaluation()
    assert evaluation is not None
    return Attempt(session.record(), evaluation)


def with_trade_offs(evaluation: Evaluation, result: CriterionResult) -> Evaluation:
    question = evaluation.questions[0]
    criteria = {**question.criteria, "trade_offs": result}
    changed = question.model_copy(update={"criteria": criteria})
    return evaluation.model_copy(update={"questions": (changed,)})


@pytest.fixture
def second(first: Attempt) -> Attempt:
    """The same talk in which trade-offs went better and one fact more was asked for."""
    before = first.evaluation.questions[0].criteria["trade_offs"]
    quote = before.evidence[0]
    points = tuple(
        PointVerdict(point=p.point, anchor=p.anchor, state="present", quotes=(quote,))
        if p.point == "says-what-is-given-up"
        else p
        for p in before.points
    )
    better = before.model_copy(update={"score": 4.0, "points": points})
    asked = Event(event="fact_released", at_ms=9000, turn=2, fact="volume", say="Many a second.")
    record = replace(first.record, events=(*first.record.events, asked))
    return Attempt(record, with_trade_offs(first.evaluation, better))


def test_the_sentence_that_made_the_difference_is_quoted(
    first: Attempt, second: Attempt, bank: QuestionBank
) -> None:
    (question,) = compare(first, second, bank, load_rubric()).questions
    change = next(each for each in question.criteria if each.key == "trade_offs")
    assert change.change == 1.5
    assert [each.quote for each in change.gained] == [change.after.evidence[0].quote]
    assert change.lost == ()
    back = compare(second, first, bank, load_rubric()).questions[0]
    assert len(next(each for each in back.criteria if each.key == "trade_offs").lost) == 1


def test_facts_asked_now_and_not_then_are_told_apart(
    first: Attempt, second: Attempt, bank: QuestionBank
) -> None:
    (question,) = compare(first, second, bank).questions
    fraud = bank.get("fraud-detection")
    assert question.facts_now == (fraud.fact("volume").say,)
    assert question.facts_then == ()
    assert len(question.facts_never) == len(fraud.facts) - 4


def test_an_attempt_against_itself_shows_no_change(first: Attempt, bank: QuestionBank) -> None:
    comparison = compare(first, first, bank)
    (question,) = comparison.questions
    assert all(each.change in (0, None) for each in question.criteria)
    assert not any(each.gained or each.lost for each in question.criteria)
    assert all(then == now for then, now in comparison.phases.values())


def test_what_was_not_judged_has_no_change(
    first: Attempt, second: Attempt, bank: QuestionBank
) -> None:
    (question,) = compare(first, second, bank).questions
    adaptability = next(each for each in question.criteria if each.key == "adaptability")
    assert adaptability.change is None


def test_the_lines_show_criteria_sentences_facts_and_times(
    first: Attempt, second: Attempt, bank: QuestionBank
) -> None:
    told = lines(compare(first, second, bank))
    assert any(line.split() == ["Trade-off", "discussion", "2.5", "4", "+1.5"] for line in told)
    assert any(line.split() == ["Clarity", "and", "structure", "4", "4", "same"] for line in told)
    assert "What made the difference" in told
    assert "Asked for now, not then" in told
    assert any(line.strip().startswith("Twist") for line in told)
    assert not any("differently" in line for line in told)


def test_different_judges_are_said(first: Attempt, second: Attempt, bank: QuestionBank) -> None:
    other = Attempt(second.record, second.evaluation.model_copy(update={"judge": "gpt"}))
    assert any("judged differently" in line for line in lines(compare(first, other, bank)))


def test_attempts_at_different_questions_say_so(first: Attempt, bank: QuestionBank) -> None:
    question = first.evaluation.questions[0].model_copy(update={"question_id": "bread"})
    other = Attempt(first.record, first.evaluation.model_copy(update={"questions": (question,)}))
    told = lines(compare(first, other, bank))
    assert "The two attempts have no question in common." in told
    assert "Only now: bread" in told


def test_quotes_of_one_turn_that_overlap_are_told_once_with_all_they_show() -> None:
    head = Sentence("the threshold follows from the cost of both mistakes", 3, 9000, "A", 4)
    tail = Sentence("the cost of both mistakes, and a guardrail", 3, 8000, "B", 5)
    comma = Sentence("from the cost of both mistakes, and a guardrail protects", 3, 8500, "B", 5)
    elsewhere = Sentence("the cost of both", 5, None, "C", 2)
    told = differences(("Metric", each) for each in (head, tail, comma, elsewhere))
    assert [(each.turn, each.shows) for each in told] == [
        (3, (("Metric", "B"),)),
        (3, (("Metric", "A"),)),
        (5, (("Metric", "C"),)),
    ]
    assert told[0].quote == comma.quote
    assert told[0].start_ms == 8000
    (one,) = differences(
        ("Metric", each)
        for each in (
            Sentence("we watch drift and the score", 1, 0, "A", 3),
            Sentence("drift and the score distribution daily", 1, 0, "B", 3),
        )
    )
    assert one.quote == "we watch drift and the score distribution daily"
