"""What a coach would say: from the answer's own words, different for every criterion."""

from __future__ import annotations

import functools
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import metamorphic as suite

from evaluation.coaching_words import tidy
from evaluation.explanation import ALL_THERE, SLOT
from evaluation.record import Event
from evaluation.result import CriterionResult, QuestionEvaluation
from prompts.coaching import load_coaching
from prompts.rubric import LEVELS, load_rubric

FRAUD = {"id": "fraud-detection", "type": "design", "text": "Design a fraud detection system."}
LINES = [
    "c: How many payments come in a second, and how fast must we answer?",
    "i: Forty a second, and the answer must be there within 90 milliseconds.",
    "c: I would train gradient boosted trees and put them behind a service. We compare precision "
    "on last month with the rules. Trees are faster than a network but read less, so I take the "
    "trees, because 90 milliseconds is little.",
]
TRIPLES = suite.triples()
NAMES = [triple[0].questions[0].id for triple in TRIPLES]


@functools.cache
def judged(index: int) -> tuple[QuestionEvaluation, ...]:
    """The evaluations of one triple."""
    return tuple(suite.judged(record) for record in TRIPLES[index])


def scored(found: QuestionEvaluation) -> dict[str, CriterionResult]:
    """The scored criteria."""
    return {key: r for key, r in found.criteria.items() if r.status == "scored"}


def test_every_point_of_the_rubric_has_its_words_and_no_other() -> None:
    points = [point.id for criterion in load_rubric().criteria for point in criterion.points]
    assert set(load_coaching().points) == set(points)


def test_no_two_points_share_a_remark() -> None:
    remarks = list(load_coaching().points.values())
    for field in ("earned", "why"):
        texts = [getattr(remark, field) for remark in remarks]
        assert len(texts) == len(set(texts)), field
    shown = [text for remark in remarks for text in remark.show]
    assert len(shown) == len(set(shown))


def test_every_point_has_an_example_that_any_answer_can_fill() -> None:
    plain = {
        point: any("{" not in text or "{ask" in text for text in remark.show)
        for point, remark in load_coaching().points.items()
    }
    assert [point for point, has in plain.items() if not has] == []


@pytest.mark.parametrize("index", range(8), ids=NAMES[:8])
def test_no_two_criteria_of_an_answer_give_the_same_sentence(index: int) -> None:
    for found in judged(index):
        for field in ("say", "example", "why_not"):
            explained = [r.explanation for r in scored(found).values()]
            texts = [getattr(each, field) for each in explained if each]
            said = [text for text in texts if text and text != ALL_THERE]
            assert len(said) == len(set(said)), field


@pytest.mark.parametrize("index", range(8), ids=NAMES[:8])
def test_nothing_is_advised_that_was_done_and_every_place_is_verbatim(index: int) -> None:
    advice = {p.id: p.advice for c in load_rubric().criteria for p in c.points}
    for record, found in zip(TRIPLES[index], judged(index), strict=True):
        for result in scored(found).values():
            done = {advice[p.point] for p in result.points if p.state == "present"}
            assert result.explanation is not None
            assert result.explanation.say not in done
            listen = result.explanation.listen
            assert listen is None or listen.quote in record.turns[listen.turn].text


def test_the_example_is_made_of_the_answers_own_method_and_facts() -> None:
    found = suite.judged(suite.record_of(FRAUD, LINES, "own words"))
    trade = found.criteria["trade_offs"].explanation
    assert trade is not None
    assert trade.next_anchor == 4
    assert "tree models" in trade.example
    assert "so I take the trees" in (trade.listen.quote if trade.listen else "")
    asked = found.criteria["requirement_clarification"].explanation
    assert asked is not None
    assert "What is the business goal of this system?" in asked.example


def test_a_fact_put_against_the_answer_is_said_back_and_not_the_question_around_it() -> None:
    lines = [
        *LINES,
        "i: One thing from earlier: “Forty a second”. And now “I take the trees”. How do you "
        "square that?",
        "c: I would monitor the drift of the features, and retrain every week on the new labels.",
    ]
    record = suite.record_of(FRAUD, lines, "reconciled")
    turn = next(each.turn for each in record.turns if "One thing" in each.text)
    put = Event(
        event="move", at_ms=0, turn=turn, kind="reconcile", fact_ids=["payments-per-second"]
    )
    found = suite.judged(replace(record, events=(put,)))
    adapted = found.criteria["adaptability"].explanation
    assert adapted is not None
    assert "So forty a second. The first thing I check" in adapted.example


def test_the_lens_reads_the_answer_at_each_level_and_is_stricter_at_higher_ones() -> None:
    order = ["below", "near", "meets"]
    for index in range(8):
        for found in judged(index):
            lens = found.lens
            assert tuple(lens) == LEVELS
            ranks = [order.index(lens[level].result) for level in LEVELS]
            assert ranks == sorted(ranks, reverse=True)
            assert len({each.text for each in lens.values()}) == len(LEVELS)


def test_slots_of_the_examples_are_known() -> None:
    known = set(
        "method Method rival Rival gains loses flip axis fact tight rate base scope twist metric "
        "Metric money signal Term meaning part1 part2 part3 ask_goal ask_limit ask_cost ask_labels "
        "ask_again assume exemplar exemplar2".split()
    )
    text = yaml.safe_dump(load_coaching().model_dump(include={"points"}), width=10_000)
    assert set(SLOT.findall(re.sub(r"\\n", " ", text))) <= known


def test_a_long_quote_is_cut_where_a_clause_ends_and_its_end_is_kept_for_last_words() -> None:
    text = "um we take the trees because they are cheap, and later, with more money, a network"
    assert tidy(text, 20) == text.removeprefix("um ")
    assert tidy(text, 9) == "we take the trees because they are cheap …"
    assert tidy(text, 11, tail=True) == "… and later, with more money, a network"
    assert tidy("one two three four five six", 4) == "one two three four …"
