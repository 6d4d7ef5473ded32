"""Questions about the answer itself are told from questions about the problem."""

from __future__ import annotations

import pytest

from agent.verdicts import asks_verdict


@pytest.mark.parametrize(
    "words",
    [
        "Is that right?",
        "Was that correct?",
        "How am I doing?",
        "So how did I do?",
        "What's the right answer?",
        "What would the best answer be, what is the correct solution?",
        "Am I on the right track?",
        "Did I pass?",
    ],
)
def test_a_wish_for_a_verdict_is_heard(words: str) -> None:
    assert asks_verdict(words)


@pytest.mark.parametrize(
    "words",
    [
        "Is that right-censored data?",
        "How many reviewers do we have?",
        "What is the right threshold?",
        "Is that the budget per request?",
        "Which model would you use?",
        "The label is right in half of the cases.",
    ],
)
def test_a_question_about_the_problem_is_none(words: str) -> None:
    assert not asks_verdict(words)


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("Do you have any feedback for me?", True),
        ("Is it okay that I restarted?", True),
        ("Is it normal that I did not know that?", True),
        ("Do I get feedback today?", True),
        ("Do we have feedback for the model?", False),
        ("Is it okay if the customer waits?", False),
    ],
)
def test_who_wants_feedback_or_is_unsure_of_the_own_manner_asks_for_a_verdict(
    words: str, asks: bool
) -> None:
    assert asks_verdict(words) == asks
