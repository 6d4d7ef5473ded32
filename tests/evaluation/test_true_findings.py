"""Findings that are true of the answer: words that look like a point and say something else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evaluation.answer import prepare
from evaluation.coaching_parts import listed, parts_of
from evaluation.detect_clarification import questions
from evaluation.detect_trade_offs import on_one_measure
from evaluation.detectors import Context, pattern_hits
from evaluation.offline_judge import OfflineJudge
from evaluation.record import AskedQuestion, InterviewRecord, Turn
from evaluation.score import evaluate
from prompts.rubric import CriterionKey, load_rubric

POINTS = {point.id: point for criterion in load_rubric().criteria for point in criterion.points}
PROMPT = "Design a fraud detection system."


def turns(*lines: str) -> tuple[Turn, ...]:
    """Turns from "i: ..." and "c: ..." lines, the question first."""
    said = [("i", PROMPT), *(line.split(": ", 1) for line in lines)]
    return tuple(
        Turn(turn=n, speaker="interviewer" if who == "i" else "candidate", text=text)
        for n, (who, text) in enumerate(said)
    )


def state(said: Sequence[Turn], key: CriterionKey, point: str) -> str:
    """What the judge says of one point."""
    asked = AskedQuestion("fraud", PROMPT, "design", False)
    record = InterviewRecord("true", "senior", (asked,), tuple(said))
    found = evaluate(record, OfflineJudge()).questions[0].criteria[key]
    return next(each.state for each in found.points if each.point == point)


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ("consistency-versions", "Right, so, the short version first."),
        ("guardrail", "It answers within 300 milliseconds."),
        ("who-decides", "We had it with finance, because finance had their own view of it."),
        ("restates-scope", "The prices look bad and seem to confirm the correction."),
        ("ranks-needs", "The job must finish at three, and each shop must have one number."),
        ("ranks-needs", "An analyst can read every weight, and it is hard to break."),
        ("obstacle", "It is hard to put your finger on one."),
        ("counterfactual", "It did the claims, or part of the claims."),
        ("alert-owner", "If it is under one page in ten, take the simpler one."),
        ("defines-terms", "The real choice is what to predict."),
        ("a-result", "We give up two points, and it can take up to a day."),
        ("baseline-and-result", "I go from first to last, from request to answer."),
        ("keeps-what-survives", "They will find it and stay just beneath it."),
    ],
)
def test_words_that_say_something_else_do_not_show_a_point(point: str, text: str) -> None:
    assert not pattern_hits(prepare(turns(f"c: {text}")), POINTS[point].patterns)


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ("consistency-versions", "Each score is stored with the model version."),
        ("guardrail", "Complaints must not rise, and pauses stay under two percent."),
        ("who-decides", "The risk team decides where the line lies."),
        ("ranks-needs", "The deadline is a must-have, a forecast per room is a wish."),
        ("counterfactual", "Half of the gain would have come anyway, the season did it."),
        ("alert-owner", "Above one percent we page the engineer on call."),
        ("baseline-and-result", "It went from fourteen percent to nine."),
        ("offline-online-gap", "If the two disagree, the live test wins."),
    ],
)
def test_words_that_show_a_point_still_do(point: str, text: str) -> None:
    assert pattern_hits(prepare(turns(f"c: {text}")), POINTS[point].patterns)


def test_what_comes_before_a_design_is_no_proposal() -> None:
    said = turns(
        "c: Two things before I design anything. How many payments come in a second?",
        "i: About a thousand a second at the peak.",
        "c: Then I would use boosted trees on the features of the last hour, served online.",
    )
    assert state(said, "requirement_clarification", "asks-a-constraint") == "present"


def test_a_question_invited_at_the_end_is_none_about_the_problem() -> None:
    said = turns(
        "c: How many payments come in a second?",
        "i: A thousand.",
        "c: I would use boosted trees and score each payment online.",
        "i: And what would you watch?",
        "c: The share of declines per hour, and the missing values.",
        "i: Fine. And if it fails?",
        "c: Then the rules alone answer.",
        "i: That's my side. What questions do you have for me?",
        "c: What would I work on in the first three months?",
    )
    assert [each.hit.unit.turn for each in questions(prepare(said))] == [1]


def test_two_figures_on_one_measure_are_an_axis_and_figures_of_two_things_are_none() -> None:
    assert on_one_measure("one costs 2k and the other 6k a month")
    assert on_one_measure("the big one is at 84% and the small one at 81%")
    assert on_one_measure("it is 350 milliseconds against 20")
    assert not on_one_measure("it takes 5 ms on 300 requests")
    assert not on_one_measure("it has 4 points")


def test_the_parts_are_those_the_candidate_named() -> None:
    answer = prepare(turns("c: Plan: features, model, hold. One, features: the payout of a day."))
    assert parts_of(Context(answer, "design", light=False, points=POINTS)) == (
        "features",
        "model",
        "hold",
    )
    assert listed("the box the steps and the way back") == ("the box", "the steps", "the way back")
    assert listed("how a score becomes an action on the day after it was made") == ()


def test_a_reason_for_something_else_is_no_mechanism() -> None:
    said = turns(
        "c: I would go with the second one for the payments of the night, because the team likes "
        "it and the board has asked for it twice this year already."
    )
    assert state(said, "technical_soundness", "mechanism") == "unclear"
    said = turns(
        "c: I would train with class weights for the rare frauds, because they raise the loss on "
        "the few labels we have and leave the score distribution to be recalibrated."
    )
    assert state(said, "technical_soundness", "mechanism") == "present"
