"""A part of the metamorphic suite (tests/benchmarks/metamorphic.py) that runs in seconds."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import metamorphic as suite

from prompts.question_bank import load_bank

TRIPLES = suite.triples()
SAMPLE = [triple[level] for level, triple in enumerate(TRIPLES[:12] * 3) if level < 3] + [
    triple[2] for triple in TRIPLES[3:9]
]
ORIGINAL = 12


def test_all_twelve_first_questions_have_a_triple() -> None:
    assert len({triple[0].questions[0].id for triple in TRIPLES}) >= ORIGINAL


def test_levels_of_the_same_question_score_in_order() -> None:
    assert suite.in_order(TRIPLES) >= 0.95


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_empty_sentences_raise_nothing(share: float) -> None:
    found = suite.shift(SAMPLE, suite.padded(share))
    assert abs(found.mean) <= 0.05
    assert found.rises == 0


@pytest.mark.parametrize("extra", [suite.PRAISE[0], suite.MODEST[1], suite.ORDERS[0]])
def test_praise_modesty_and_orders_to_the_grader_move_no_score(extra: str) -> None:
    assert suite.shift(SAMPLE, suite.with_last(extra)).absolute == 0


def test_disfluency_at_real_rates_moves_scores_by_a_tenth_at_most() -> None:
    assert suite.shift(SAMPLE, suite.disfluent).absolute <= 0.1


def test_another_persona_changes_no_score() -> None:
    assert suite.shift(SAMPLE, suite.politer).absolute == 0


@pytest.mark.parametrize(
    "words", ["", suite.SALAD, suite.ORDERS[0]], ids=["echo", "salad", "order"]
)
def test_what_is_no_answer_is_a_one(words: str) -> None:
    assert suite.share_of_ones(SAMPLE, suite.instead(words)) == 1


def test_talk_about_choosing_that_names_nothing_is_no_trade_off() -> None:
    assert suite.highest_filler() <= suite.FILLER_AT_MOST


def test_shuffled_words_of_a_good_answer_are_a_one() -> None:
    seniors = [triple[2] for triple in TRIPLES]
    assert suite.share_of_ones(seniors, suite.shuffled) == 1


def test_every_quote_is_verbatim() -> None:
    assert all(suite.quotes_hold(record) for record in SAMPLE)


def test_a_question_and_then_nothing_could_not_be_judged() -> None:
    ask = suite.instead("How many payments a second are there?")
    found = suite.judged(ask(TRIPLES[1][2], random.Random(1)))
    assert {r.status for r in found.criteria.values()} == {"could_not_judge", "not_applicable"}
    assert found.verdict.result == "undetermined"


def test_resampling_before_the_split_holds_soundness_down_unless_it_is_a_warning() -> None:
    wrong = "I would use SMOTE on the data before splitting into train and test."
    warned = "I would never use SMOTE on the data before splitting into train and test."
    triple = TRIPLES[0][2]
    held = [
        any(cap.criterion == "technical_soundness" for cap in suite.judged(changed).caps)
        for changed in (suite.with_last(text)(triple, random.Random(1)) for text in (wrong, warned))
    ]
    assert held == [True, False]


def test_a_word_of_assent_to_a_new_fact_is_no_adaptation() -> None:
    question = {"id": "two-models", "type": "decision", "text": "Which of two models?"}
    lines = [
        "c: I would train trees and use them because they are cheap to run.",
        "i: Suppose the budget is cut to a tenth.",
        "c: Okay, fine.",
    ]
    found = suite.judged(suite.record_of(question, lines, "assent"))
    assert found.criteria["adaptability"].score == 1


def test_no_two_criteria_say_the_same_and_nothing_done_is_advised() -> None:
    for record in SAMPLE:
        assert suite.said_twice(suite.judged(record), record.source) == []


def test_terse_speech_has_an_order_and_its_words_shuffled_have_none() -> None:
    terse = (
        "Conflict: fresh data hourly, but weekly retrain. Rebuild is must, fresh is nice. "
        "Load: nightly batch, two thousand euros monthly; streaming maybe six, my guess. "
        "We lose same-day signal; daily retraining would flip it. Rollback before rollout. "
        "Full copies cost ten times more disk, so changes only. Test: rebuild one old run."
    )
    question = suite.bank_question("training-data-pipeline")
    record = suite.record_of(question, [f"c: {terse}"], "terse")
    assert max(suite.scores(suite.judged(record)).values()) > 1
    assert suite.share_of_ones([record] * 5, suite.shuffled) == 1


def test_with_a_third_of_the_words_wrong_some_answers_are_not_judged_and_intact_ones_are() -> None:
    spoil = suite.damaged(0.35, suite.vocabulary_of(SAMPLE))
    assert suite.shift(SAMPLE, spoil).unjudged >= 4
    assert suite.shift(SAMPLE, lambda record, chance: record).unjudged == 0


@pytest.mark.parametrize(
    ("words", "held_down"),
    [
        ("Lowering the threshold raises precision, because fewer rows are missed then.", True),
        ("Lowering the threshold raises recall, because fewer rows are missed then.", False),
        ("People think lowering the threshold raises precision, it does the opposite.", False),
    ],
)
def test_a_known_relation_turned_round_holds_soundness_down_unless_it_is_a_warning(
    words: str, held_down: bool
) -> None:
    lines = [f"c: I would weight the rare class in the loss and move the threshold. {words}"]
    found = suite.judged(suite.record_of(suite.bank_question("class-imbalance"), lines, "claim"))
    assert ("wrong-claim" in {cap.id for cap in found.caps}) is held_down
    assert not held_down or (found.criteria["technical_soundness"].score or 9) <= 2


def test_a_follow_up_passed_over_takes_back_that_two_were_answered_and_a_five_needs_more() -> None:
    strong = load_bank().by_id["class-imbalance"].strong_answer.replace("\n", " ")
    lines = [
        f"c: {strong}",
        "i: Why weights?",
        "c: Because copied rows leak across the split. If memory is short I thin 10 rows to 1.",
        "i: How far does that hold?",
        "c: It holds until labels are rarer than 1 in 5,000. Then the weights swing, because one"
        " wrong label counts 5,000 times.",
    ]
    question = suite.bank_question("class-imbalance")

    def soundness(spoken: list[str]) -> float:
        found = suite.judged(suite.record_of(question, spoken, "passed"))
        return found.criteria["technical_soundness"].score or 0

    passed = [*lines, "i: And the threshold?", "c: I have nothing to add there, sorry about that."]
    assert 4 <= soundness(passed) < soundness(lines) < 5
