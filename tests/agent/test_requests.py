"""Things asked for without a question are found, plans that sound alike are not."""

from __future__ import annotations

import pytest

from agent.asking import find_asked, wishes
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


@pytest.mark.parametrize(
    "text",
    [
        "What falls is the sizing: the cache holds eight such requests.",
        "What survives is prefix caching, it gets even more valuable.",
        "What costs most is the feature lookup.",
        "Who decides is the platform team.",
    ],
)
def test_a_statement_that_begins_with_what_asks_nothing(text: str) -> None:
    assert parts(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "what class is the rarest",
        "what breaks if the feature store is down",
        "who pays if a chargeback is late",
        "what labels is the team using",
        "What costs us more, a miss or a false alarm?",
    ],
)
def test_a_question_with_a_like_beginning_asks(text: str) -> None:
    assert parts(text) != []


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


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("It would help me to hear where the users sit.", True),
        ("What I can't judge is whether we may store the texts.", True),
        ("I'd put it at a few thousand a second, correct me if that's off.", True),
        ("I'd find out by a test whether it helps.", False),
        ("We learn from the reviewers which alerts were right.", False),
    ],
)
def test_a_gap_in_knowledge_asks_and_a_way_to_fill_it_does_not(text: str, asks: bool) -> None:
    assert bool(find_asked(text, read_acts(text))) == asks


def test_a_question_somebody_goes_on_to_answer_is_marked_and_one_to_us_is_not() -> None:
    own = find_asked(t := "Is the test sound? An afternoon of work.", read_acts(t))
    ours = find_asked(t := "Is your test sound? I'd like that.", read_acts(t))
    assert [asked.aloud for asked in (*own, *ours)] == [True, False]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("I'd ask for the usage list before I argued.", False),
        ("I would ask for the usage list before arguing.", False),
        ("I'd ask for the budget.", True),
    ],
)
def test_what_somebody_would_have_asked_for_is_no_request(said: str, asks: bool) -> None:
    assert wishes(said) == asks


@pytest.mark.parametrize(
    ("said", "opinion"),
    [
        ("Would you have used something else?", True),
        ("Would you have numbers on that?", False),
        ("What do you find hardest about this?", True),
        ("What do you find in the logs?", False),
    ],
)
def test_what_we_would_have_done_is_our_opinion(said: str, opinion: bool) -> None:
    (found,) = find_asked(said, read_acts(said))
    assert found.never_a_fact == opinion
