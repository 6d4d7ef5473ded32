"""The shipped bank: questions that load, can be found, and hold together."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.errors import InputFileError, UsageError
from prompts.question_bank import (
    CATEGORIES,
    bank_folder,
    load_bank,
    load_pack,
    load_question,
)
from prompts.rubric import QUESTION_TYPES

FROM_DAY_ONE = {
    "class-imbalance": "method",
    "bias-variance": "concept",
    "beyond-accuracy": "concept",
    "ecommerce-recommender": "design",
    "fraud-detection": "design",
    "realtime-pipeline": "design",
    "training-data-pipeline": "operations",
    "data-drift": "operations",
    "deploy-at-scale": "operations",
    "monitoring": "operations",
    "improved-a-model": "behavioural",
    "two-models": "decision",
}
FILES = sorted(bank_folder().glob("*.yaml"))


def test_the_twelve_questions_of_day_one_ship_with_their_types() -> None:
    types = {question.id: question.type for question in load_bank()}
    assert types.items() >= FROM_DAY_ONE.items()


def test_every_category_and_every_type_has_a_question() -> None:
    assert {question.category for question in load_bank()} == set(CATEGORIES)
    assert {question.type for question in load_bank()} == set(QUESTION_TYPES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_question_is_named_like_its_file(path: Path) -> None:
    assert load_question(path).id == path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_question_is_found_by_its_own_words_whatever_the_punctuation(path: Path) -> None:
    question = load_question(path)
    for text in (question.prompt, question.rephrased):
        found = load_bank().find_by_text(text.upper().rstrip("?.") + " …")
        assert found is not None
        assert found.id == question.id


def test_a_question_the_bank_does_not_have_is_not_found() -> None:
    assert load_bank().find_by_text("Implement a red-black tree on a whiteboard.") is None


def test_an_unknown_id_is_refused_with_ids_that_exist() -> None:
    with pytest.raises(UsageError) as caught:
        load_bank().get("fraud-detektion")
    assert "fraud-detection" in caught.value.todo


def test_expected_points_grow_with_the_level() -> None:
    question = load_bank().get("fraud-detection")
    junior, mid, senior = (
        {point.id for point in question.expected_points(level)}
        for level in ("junior", "mid", "senior")
    )
    assert junior < mid < senior
    assert senior == {point.id for point in question.points}


def test_facts_points_and_twists_are_found_by_id_and_nothing_else_is() -> None:
    question = load_bank().get("fraud-detection")
    assert question.fact("label-delay").weight == 3
    assert question.point("two-stages").criterion == "trade_offs"
    assert question.twist("probing-attackers").kind == "adversary"
    with pytest.raises(KeyError):
        question.fact("two-stages")


def test_a_pack_is_a_file_or_a_folder_and_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    assert [question.id for question in load_pack(FILES[0])] == [FILES[0].stem]
    assert len(load_pack(bank_folder())) == len(FILES)
    with pytest.raises(InputFileError, match=r"holds no \.yaml file"):
        load_pack(tmp_path)


def test_a_design_with_too_thin_a_sheet_is_refused(tmp_path: Path) -> None:
    text = (bank_folder() / "class-imbalance.yaml").read_text(encoding="utf-8")
    path = tmp_path / "thin.yaml"
    path.write_text(text.replace("type: method", "type: design", 1), encoding="utf-8")
    with pytest.raises(InputFileError, match="a design question needs at least 8"):
        load_question(path)
