"""Who only asks has not answered, unless asking was the task."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import metamorphic as suite

from agent.summary import print_summary
from evaluation.offline_judge import ONLY_ASKED, OfflineJudge
from evaluation.score import evaluate

KEY = "requirement_clarification"
RECORD = suite.record_of(
    {"id": "fraud-detection", "type": "design", "text": "Design a fraud detection system."},
    [
        "c: How many payments come in a second, and what does success mean for the business?",
        "i: Forty a second. We want to lose less to fraud without turning good customers away.",
        "c: And how late do we learn whether a payment was fraud?",
        "i: Half of it within forty-five days.",
    ],
    "only asks",
)


def test_questions_alone_are_no_answer_and_the_terminal_says_why() -> None:
    evaluation = evaluate(RECORD, OfflineJudge())
    [found] = evaluation.questions
    assert (found.criteria[KEY].status, found.criteria[KEY].reason) == (
        "could_not_judge",
        ONLY_ASKED,
    )
    shown = io.StringIO()
    print_summary(Console(file=shown, width=80), evaluation)
    assert shown.getvalue().count(ONLY_ASKED) == 1


def test_in_a_drill_on_clarifying_they_are_the_answer() -> None:
    drilled = replace(RECORD, criteria=(KEY,))
    found = suite.judged(drilled).criteria[KEY]
    assert found.status == "scored"
    present = {point.point for point in found.points if point.state == "present"}
    assert {"asks-something", "asks-the-goal"} <= present
