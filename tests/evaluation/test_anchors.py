"""Answers written to one anchor of one criterion (tests/data/judge/anchors.yaml), S1-S5."""

from __future__ import annotations

import functools
import statistics
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import metamorphic as suite

ANCHORS: list[dict[str, Any]] = yaml.safe_load(
    (suite.DATA / "anchors.yaml").read_text(encoding="utf-8")
)
IDS = [f"{entry['criterion']} {entry['question']}" for entry in ANCHORS]
HALF_A_LEVEL = 0.5
WRONG_CLAIM = 1
"""Level 1 of soundness is a wrong claim in fluent words, which no form gives away: known miss."""


@functools.cache
def scores(index: int) -> dict[int, float]:
    """Level written for -> score, for one entry."""
    entry = ANCHORS[index]
    before = [entry["opening"], entry["twist"]] if "opening" in entry else []
    found = {}
    for level, lines in entry["levels"].items():
        record = suite.record_of(suite.bank_question(entry["question"]), before + lines, "anchor")
        found[level] = suite.judged(record).criteria[entry["criterion"]].score or 0.0
    return found


@pytest.mark.parametrize("index", range(len(ANCHORS)), ids=IDS)
def test_levels_of_a_criterion_come_out_in_order(index: int) -> None:
    by_level = scores(index)
    ordered = [by_level[level] for level in (1, 2, 3, 4)]
    assert ordered == sorted(ordered)
    assert ordered[0] < ordered[2] < ordered[3]


@pytest.mark.parametrize("index", range(len(ANCHORS)), ids=IDS)
def test_a_level_scores_within_half_a_level_of_its_anchor(index: int) -> None:
    soundness = ANCHORS[index]["criterion"] == "technical_soundness"
    far = {
        level: score
        for level, score in scores(index).items()
        if abs(score - level) > HALF_A_LEVEL + 1e-9 and not (soundness and level == WRONG_CLAIM)
    }
    assert far == {}


def test_the_mean_error_of_the_anchors_is_a_quarter_of_a_level_at_most() -> None:
    errors = [
        abs(score - level)
        for index in range(len(ANCHORS))
        for level, score in scores(index).items()
    ]
    assert statistics.fmean(errors) <= 0.25
