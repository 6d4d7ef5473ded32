"""Small talk, the clock and "how am I doing" are told apart from questions about the problem."""

from __future__ import annotations

import pytest

from agent.reader import AnswerReader
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import bank_folder, load_question


@pytest.fixture(scope="module")
def reader() -> AnswerReader:
    question = load_question(bank_folder() / "fraud-detection.yaml")
    return AnswerReader(SentenceEncoder(folder("minilm-l6-v2")), question, "senior")


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("Do you like pancakes?", "chat"),
        ("What's your favourite film?", "chat"),
        ("are you a machine", "chat"),
        ("How many minutes are left?", "time"),
        ("Am I doing well?", "verdict"),
    ],
)
def test_a_question_beside_the_problem_is_off_topic(
    reader: AnswerReader, text: str, aside: str
) -> None:
    reading = reader.read(text)
    assert (reading.act, reading.aside) == ("off_topic", aside)
    assert reading.unknown_questions == ()


@pytest.mark.parametrize(
    "text",
    [
        "How much time do we have for a decision?",
        "Do you have a team of reviewers?",
        "What do the merchants complain about?",
        "Which countries do the cards come from?",
    ],
)
def test_a_question_about_the_problem_is_not_off_topic(reader: AnswerReader, text: str) -> None:
    assert reader.read(text).act == "question"


def test_small_talk_beside_a_request_for_a_fact_does_not_hide_the_request(
    reader: AnswerReader,
) -> None:
    reading = reader.read("How are you today? And what's the latency budget?")
    assert reading.act == "question"
    assert [fact.fact_id for fact in reading.facts_asked] == ["decision-time"]
