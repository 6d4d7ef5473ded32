"""A shifted twin asks for the same facts, and only the values that may move are others."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from prompts.question_bank import Question, load_bank
from prompts.twin import scaled, shifted_twin, swapped

BANK = load_bank()
FRAUD = BANK.get("fraud-detection")
SHIFTING = [question for question in BANK if any(fact.shift for fact in question.facts)]


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?", text)


def test_every_design_and_decision_with_a_sheet_of_numbers_has_a_twin_or_is_known_not_to() -> None:
    without = {q.id for q in BANK if q.type in ("design", "decision")} - {q.id for q in SHIFTING}
    assert without <= {"behavioural"}


@pytest.mark.parametrize("question", SHIFTING, ids=lambda q: q.id)
def test_only_values_differ_and_the_same_seed_gives_the_same_twin(question: Question) -> None:
    for seed in range(4):
        twin = shifted_twin(question, seed)
        assert twin == shifted_twin(question, seed)
        assert set(twin.changed) == {fact.id for fact in question.facts if fact.shift}
        for before, after in zip(question.facts, twin.question.facts, strict=True):
            assert re.sub(r"[\d.,]", "", before.say) == re.sub(r"[\d.,]", "", after.say)
            assert (before.say == after.say) <= (before.id not in twin.changed)
            assert (before.asks, before.terms, before.weight) == (
                *(after.asks, after.terms, after.weight),
            )
            shares = re.findall(r"([\d.]+) percent", after.say)
            assert all(float(share) <= 100 for share in shares)
        same = {"facts", "twists"}
        assert twin.question.model_dump(exclude=same) == question.model_dump(exclude=same)


def test_values_that_hang_together_move_together() -> None:
    for seed in range(6):
        twin = shifted_twin(FRAUD, seed)
        assert twin.factors["volume"] == twin.factors["fraud-rate"]
        payments = float(numbers(twin.question.fact("volume").say)[0]) * 1e6
        frauds = float(numbers(twin.question.fact("fraud-rate").say)[2].replace(",", ""))
        assert payments / frauds == pytest.approx(1000)


def test_a_use_and_a_twist_name_the_new_value() -> None:
    twin = next(t for s in range(20) if (t := shifted_twin(FRAUD, s)).factors["decision-time"] == 2)
    fact = twin.question.fact("decision-time")
    assert "200 ms" in fact.uses
    assert "p99" in fact.uses
    assert "instead of 200" in twin.question.twist("budget-cut").say


def test_another_seed_gives_other_values() -> None:
    assert len({shifted_twin(FRAUD, seed).question.fact("volume").say for seed in range(20)}) == 2


def test_a_question_without_values_that_may_move_is_its_own_twin() -> None:
    question = BANK.get("improved-a-model")
    assert shifted_twin(question, 1).question is question


@pytest.mark.parametrize(
    ("value", "factor", "expected"),
    [
        ("1,200", 3, "3,600"),
        ("20 million", 0.25, "5 million"),
        ("230", 0.25, "58"),
        ("1.5 million", 2, "3 million"),
        ("1.60", 2, "3.20"),
        ("85", 0.5, "43"),
        ("3,500", 0.5, "1,750"),
        ("400", 3, "1,200"),
        ("1", 0.1, "1"),
    ],
)
def test_a_scaled_value_reads_like_the_first(value: str, factor: float, expected: str) -> None:
    assert scaled(value, factor) == expected


def test_a_value_inside_a_longer_number_stays() -> None:
    text = "100 of 1,100, 2100 or 100.5; 100."
    assert swapped(text, {"100": "50"}) == "50 of 1,100, 2100 or 100.5; 50."


def test_a_shift_of_a_value_that_is_not_there_is_refused() -> None:
    data = FRAUD.model_dump(mode="json")
    data["facts"][1]["shift"] = {"values": ["777"], "by": [2]}
    with pytest.raises(ValidationError, match="777"):
        Question.model_validate(data)
    data["facts"][1]["shift"] = {"values": ["230"], "like": "goal"}
    with pytest.raises(ValidationError, match="'goal', which stays"):
        Question.model_validate(data)
