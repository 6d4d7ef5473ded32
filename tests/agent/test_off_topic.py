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
        ("Who would I be working with?", "job"),
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


def test_what_is_next_on_our_list_asks_for_no_fact(reader: AnswerReader) -> None:
    text = "Should I also talk about cold start, or do you have other things on your list?"
    reading = reader.read(text)
    assert (reading.aside, reading.facts_asked) == ("expectation", ())


SOURDOUGH = (
    "My sourdough only rises when the kitchen is warm, so I bake on Sundays. Our dog is afraid of "
    "thunder. I'd choose the red bicycle, it's faster, but the blue one has better brakes."
)
DESIGN = (
    "I would take the payments of the last eighteen months and count per card how often it was "
    "used in the last hour. A boosted tree model scores each payment before we answer."
)


def test_talk_about_something_else_is_astray_and_offers_nothing_to_hold_on_to(
    reader: AnswerReader,
) -> None:
    reading = reader.read(SOURDOUGH)
    assert reading.astray
    assert reading.unjustified == reading.unquantified == ()
    assert not reader.read(DESIGN).astray
    assert not reader.read(f"{DESIGN} Our dog is afraid of thunder, by the way.").astray


def test_a_wish_for_a_verdict_is_heard_alone_and_at_the_end_of_an_answer(
    reader: AnswerReader,
) -> None:
    alone = reader.read("Is that right?")
    assert alone.aside == "verdict"
    after = reader.read(f"{DESIGN} Is that right?")
    assert (after.aside, after.act != "off_topic") == ("verdict", True)


def test_who_talks_for_minutes_is_understood_and_one_sound_over_and_over_is_not(
    reader: AnswerReader,
) -> None:
    assert reader.read(" ".join([DESIGN] * 12)).act != "unintelligible"
    assert reader.read("the the the the the the the the").act == "unintelligible"
    assert reader.read("ta ta ta " * 60).act == "unintelligible"
