"""Habits H1-H8 and mistakes M1-M3, each seen in one answer and not in another."""

from __future__ import annotations

import pytest

from evaluation.answer import prepare
from evaluation.record import Turn
from evaluation.result import SignalResult
from evaluation.signals import read_signals
from prompts.rubric import QuestionType, load_rubric

ASK = "Design a fraud detection system."


def signals(*lines: str, kind: QuestionType = "design") -> dict[str, SignalResult]:
    """Habits and mistakes of a talk; odd lines are the candidate's, the first is the question."""
    turns = [
        Turn(turn=i, speaker="candidate" if i % 2 else "interviewer", text=text)
        for i, text in enumerate((ASK, *lines))
    ]
    habits, mistakes = read_signals(prepare(turns), kind, load_rubric())
    return habits | mistakes


GOOD = (
    "What does each mistake cost, and how fast must the answer be?",
    "A miss costs 80 euros. You have 150 milliseconds.",
    "I'll start with the outline and then go into each part. My plan has three parts: data, model "
    "and serving. First, the data, payments joined with chargebacks, because those are the labels. "
    "Second, the model. Trees are faster than a network but a little less accurate, so I take the "
    "trees because of the 150 milliseconds, and we lose two points. Third, serving, behind an API "
    "with an alert, since each missed fraud costs our customers 80 euros. In short, trees behind "
    "an API.",
    "Suppose the budget is cut to a fifth.",
    "Then the trees stay and the features change: only counters from the cache.",
)
BAD = ("I use a neural network with many layers. The network is trained on classes and layers. "
       "A transformer model is trained too. It learns.",)  # fmt: skip


@pytest.mark.parametrize("name", ["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8"])
def test_a_habit_is_seen_where_it_is_and_not_where_it_is_not(name: str) -> None:
    good = signals(*GOOD)[name]
    assert good.seen
    assert good.quote
    assert good.turn is not None
    assert not signals(*BAD)[name].seen


@pytest.mark.parametrize("name", ["M1", "M2", "M3"])
def test_a_mistake_is_seen_where_it_is_and_not_where_it_is_not(name: str) -> None:
    assert signals(*BAD)[name].seen
    assert not signals(*GOOD)[name].seen


def test_algorithms_only_is_a_mistake_of_a_design_alone() -> None:
    assert not signals(*BAD, kind="concept")["M1"].seen


def test_an_empty_answer_shows_no_habit_and_is_unclear() -> None:
    found = signals("")
    assert not any(result.seen for name, result in found.items() if name.startswith("H"))
    assert found["M3"].seen
