"""Requests to the interviewer in words that no form knows, read by the whole reader."""

from __future__ import annotations

import pytest
from shared_encoder import BANK, ENCODER

from agent.dialogue_acts import read_acts
from agent.reader import AnswerReader

READER = AnswerReader(ENCODER, BANK.get("product-search-ranking"), "senior")


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("Could you frame the question another way for me?", "rephrase"),
        ("What do you mean by bet my name on?", "rephrase"),
        ("Could you make the question a bit more concrete?", "rephrase"),
        ("Can you remind me of the question?", "repeat"),
        ("Can you steer me a little?", "hint"),
        ("I'm a bit lost, can you point me somewhere?", "hint"),
        ("Let me take a moment before I answer.", "wait"),
        ("Can we move on, I don't have anything more on this.", "skip"),
        ("I don't remember how that works.", "dont_know"),
    ],
)
def test_what_no_form_knows_is_heard(said: str, act: str) -> None:
    assert read_acts(said).command is None
    assert READER.read(said).act == act


@pytest.mark.parametrize(
    "said",
    [
        "How many searches a day do we have?",
        "Should I use a neural network or trees?",
        "I'd skip the dense retriever at first.",
        "A hint for the ranker could be the time of day.",
        "Let me think about features: how recent, how often, and how much they bought.",
        "I'm not sure, but I think recall matters more here.",
        "We repeat the question to the annotators once more.",
        "How am I doing so far?",
    ],
)
def test_what_only_sounds_like_a_request_is_none(said: str) -> None:
    assert READER.read(said).act in {"answer", "question", "off_topic"}


def test_an_answer_may_end_in_a_request_and_not_in_a_doubt() -> None:
    answer = "I would put a lexical index in front and rank five hundred candidates with trees."
    assert READER.read(f"{answer} Hmm, what do you mean by the last part?").act == "rephrase"
    assert READER.read(f"{answer} I don't remember how that works.").act == "answer"
