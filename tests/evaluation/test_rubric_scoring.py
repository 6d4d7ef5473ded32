"""The shipped rubric and the rule that turns points into scores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.caps import RULES
from evaluation.offline_judge import DETECTORS
from evaluation.result import PointState, PointVerdict
from evaluation.scoring_rule import (
    STATE_VALUE,
    Calibration,
    level_score,
    load_scoring,
    rounded,
    rubric_version,
)
from evaluation.signals import HABITS, MISTAKES
from prompts.errors import InputFileError
from prompts.rubric import CRITERIA, Criterion, load_rubric
from prompts.yaml_file import parse_yaml

RUBRIC = load_rubric()
POINTS = [(c.key, p) for c in RUBRIC.criteria for p in c.points]
STATES: tuple[PointState, ...] = ("absent", "unclear", "present")


def verdicts(criterion: Criterion, states: list[PointState]) -> list[PointVerdict]:
    """One verdict per point of the criterion."""
    return [
        PointVerdict(point=point.id, anchor=point.anchor, state=state)
        for point, state in zip(criterion.points, states, strict=True)
    ]


@pytest.mark.parametrize("criterion", RUBRIC.criteria, ids=CRITERIA)
def test_a_criterion_has_8_to_12_points_that_reach_every_anchor(criterion: Criterion) -> None:
    assert 8 <= len(criterion.points) <= 12
    assert {point.anchor for point in criterion.points} == {2, 3, 4, 5}


def test_no_two_points_give_the_same_advice_and_none_is_vague() -> None:
    advice = [point.advice for _, point in POINTS]
    assert len(set(advice)) == len(advice)
    assert all(len(text.split()) >= 6 for text in advice)


def test_every_pattern_compiles_and_matches_no_empty_sentence() -> None:
    signals = [*RUBRIC.habits, *RUBRIC.mistakes]
    for pattern in [x for _, p in POINTS for x in p.patterns] + [
        x for s in signals for x in s.patterns
    ]:
        assert not re.search(pattern, ""), pattern


def test_every_point_can_be_found_by_a_pattern_or_a_detector_of_its_own() -> None:
    for key, point in POINTS:
        assert point.patterns or (key, point.id) in DETECTORS, point.id


def test_every_detector_cap_and_signal_of_the_code_stands_in_the_rubric() -> None:
    assert set(DETECTORS) <= {(key, point.id) for key, point in POINTS}
    assert set(RULES) == {cap.id for cap in RUBRIC.caps}
    assert set(HABITS) == {signal.id for signal in RUBRIC.habits} == {f"H{i}" for i in range(1, 9)}
    assert set(MISTAKES) == {signal.id for signal in RUBRIC.mistakes} == {"M1", "M2", "M3"}


def test_the_applicability_table_keeps_its_known_cells() -> None:
    table = RUBRIC.applicability
    assert table["concept"]["requirement_clarification"] == "none"
    assert table["operations"]["requirement_clarification"] == "light"
    assert all(value == "required" for key, value in table["design"].items() if key != "ownership")
    assert table["behavioural"]["ownership"] == "required"
    assert table["decision"]["adaptability"] == "required"


def test_the_minimum_for_a_senior_is_4_everywhere_and_3_for_mid() -> None:
    assert set(RUBRIC.minimum["senior"].values()) == {4}
    assert set(RUBRIC.minimum["mid"].values()) == {3}
    assert RUBRIC.minimum["junior"]["production_depth"] == 1


@pytest.mark.parametrize("criterion", RUBRIC.criteria, ids=CRITERIA)
def test_nothing_confirmed_is_a_1_and_everything_a_5(criterion: Criterion) -> None:
    calibration = load_scoring().criteria[criterion.key]
    count = len(criterion.points)
    assert level_score(verdicts(criterion, ["absent"] * count), calibration) == 1
    assert level_score(verdicts(criterion, ["present"] * count), calibration) == pytest.approx(5)


@given(data=st.data())
def test_one_more_point_never_lowers_a_score(data: st.DataObject) -> None:
    criterion = data.draw(st.sampled_from(RUBRIC.criteria))
    count = len(criterion.points)
    states = data.draw(st.lists(st.sampled_from(STATES), min_size=count, max_size=count))
    place = data.draw(st.integers(0, count - 1))
    better = data.draw(st.sampled_from(STATES))
    raised = [*states]
    raised[place] = max(states[place], better, key=lambda s: STATE_VALUE[s])
    calibration = load_scoring().criteria[criterion.key]
    before = level_score(verdicts(criterion, states), calibration)
    after = level_score(verdicts(criterion, raised), calibration)
    assert after >= before - 1e-9
    assert 1 <= before <= 5


@given(
    needs=st.lists(st.floats(0.5, 6), min_size=4, max_size=4),
    leak=st.floats(0, 1),
    confirmed=st.lists(st.integers(0, 5), min_size=4, max_size=4),
    place=st.integers(0, 3),
)
def test_the_rule_is_monotone_for_any_calibration(
    needs: list[float], leak: float, confirmed: list[int], place: int
) -> None:
    calibration = Calibration(needs=dict(zip((2, 3, 4, 5), needs, strict=True)), leak=leak)

    def score(counts: list[int]) -> float:
        points = [
            PointVerdict(point=f"p{anchor}-{i}", anchor=anchor, state="present")
            for anchor, count in zip((2, 3, 4, 5), counts, strict=True)
            for i in range(count)
        ]
        return level_score(points, calibration)

    more = [*confirmed]
    more[place] += 1
    assert score(more) >= score(confirmed) - 1e-9


def test_scores_are_rounded_inside_the_scale() -> None:
    assert rounded(3.26, 0.1) == 3.3
    assert rounded(0.2, 0.5) == 1.0
    assert rounded(9, 0.1) == 5.0


def test_another_rubric_has_another_hash() -> None:
    changed = RUBRIC.model_copy(update={"verdict_needs_questions": 4})
    assert rubric_version(changed) != rubric_version(RUBRIC)
    assert rubric_version(RUBRIC) == rubric_version(load_rubric())


def test_a_calibration_without_an_anchor_is_refused_with_its_line() -> None:
    text = "needs: {2: 1, 3: 1, 4: 1}\nleak: 0.1\n"
    with pytest.raises(InputFileError, match="needs must give a positive number"):
        parse_yaml(text, Path("scoring.yaml"), Calibration)
