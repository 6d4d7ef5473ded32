"""Things asked for without a question are found, plans that sound alike are not."""

from __future__ import annotations

import pytest

from agent.asking import find_asked
from agent.dialogue_acts import read_acts


def parts(text: str) -> list[tuple[str, bool]]:
    return [(asked.part.text, asked.tentative) for asked in find_asked(text, read_acts(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I need the traffic and the latency budget.", 2),
        ("The traffic, the latency budget and the labels, please.", 3),
    ],
)
def test_what_is_listed_as_needed_is_asked_for_tentatively(text: str, wanted: int) -> None:
    found = parts(text)
    assert len(found) == wanted
    assert all(tentative for _, tentative in found)


@pytest.mark.parametrize(
    "text",
    [
        "I need the features to be fresh.",
        "I want the model to answer in ten milliseconds.",
        "We need the labels because drift is slow.",
    ],
)
def test_a_plan_that_names_a_need_asks_nothing(text: str) -> None:
    assert parts(text) == []


def test_nouns_before_the_first_question_of_a_sentence_are_asked_with_it() -> None:
    found = parts("number of cards, what countries, how many reviewers are there")
    assert [text for text, _ in found] == [
        "number of cards",
        "what countries",
        "how many reviewers are there",
    ]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who let me think about that? I would shard by language.", False),
        (
            "What worries me the most is there. Feedback loop between the model and its clicks.",
            False,
        ),
        ("Let me see, how many users do we have?", True),
        ("What worries the business most?", True),
    ],
)
def test_thinking_aloud_asks_nothing_and_a_question_in_it_does(text: str, asks: int) -> None:
    assert bool(find_asked(text, read_acts(text))) == asks
