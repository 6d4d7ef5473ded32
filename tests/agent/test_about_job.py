"""Questions about the company before the close: answered as such, never as design decisions."""

from __future__ import annotations

import pytest
from policy_states import HOOK, QUESTION, move, situation, talk
from shared_encoder import BANK, ENCODER

from agent.about_job import asks_about_job
from agent.move_words import sentences_for
from agent.policy import next_move
from agent.reader import AnswerReader
from agent.reading import FactAsked, Reading
from agent.situation import Situation


def keys(s: Situation) -> list[str]:
    """What is said next, as kinds of sentences."""
    return [key for key, _ in sentences_for(next_move(s), s, s.persona)]


def read(text: str) -> Reading:
    """A turn on the fraud question, read."""
    return AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior").read(text)


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("What would you want me to work on?", True),
        ("Who would I be working with?", True),
        ("What would I do in the first three months?", True),
        ("How do you like working here?", True),
        ("What are the next steps in the process?", True),
        ("How big is the team that reviews the alerts?", False),
        ("What do you want the model to work on?", False),
        ("I would work with a threshold per segment.", False),
        ("What is the role of the rules?", False),
        ("What does the position bias do to the labels?", False),
        ("What would the first ninety days look like for me?", True),
        ("What tools does your team use, and what happens after this round?", True),
        ("How long does a decision take at your company?", True),
        ("What data do you have in your company?", False),
        ("What does this role look like?", True),
        ("Which steps come next in the pipeline?", False),
    ],
)
def test_a_question_about_the_position_is_told_from_one_about_the_problem(
    words: str, about: bool
) -> None:
    assert asks_about_job(words) == about


def test_alone_it_is_answered_as_a_question_about_the_company() -> None:
    s = situation(read("What would you want me to work on?"), phase="deep_dive")
    assert keys(s) == ["answer_candidate_question"]
    assert s.reading.handed_questions == ()


def test_at_the_end_of_an_answer_it_gets_its_word_and_the_interview_goes_on() -> None:
    answer = (
        "The rules run first and the trees second, and whatever is left goes to the reviewers who "
        "see the reasons. Who would I be working with?"
    )
    s = situation(read(answer), phase="data_and_model")
    assert keys(s)[0] == "answer_candidate_question"
    assert next_move(s).kind in {"why", "probe", "deeper"}


def test_beside_a_fact_it_is_not_taken_for_one() -> None:
    reading = read("How many payments a second do we get? And who would I be working with?")
    assert [each.fact_id for each in reading.facts_asked] == ["volume"]
    assert keys(situation(reading)) == ["fact", "answer_candidate_question"]


def test_beside_a_story_your_team_is_ours() -> None:
    asks = "What does a disagreement look like in your team?"
    story = AnswerReader(ENCODER, BANK.get("improved-a-model"), "senior").read(asks)
    assert (story.about_job, story.unknown_questions) == (True, ())
    assert not read("How big is your team for the reviews?").about_job


def test_a_wish_for_a_verdict_in_the_same_breath_is_met_as_well() -> None:
    reading = read("Who would I be working with? And how am I doing?")
    assert (reading.about_job, reading.aside) == (True, "verdict")
    fact = FactAsked(fact_id="volume", quote="x", score=0.9)
    both = reading.model_copy(update={"facts_asked": (fact,)})
    assert keys(situation(both)) == ["fact", "answer_candidate_question", "verdict_beside"]
    alone = situation(reading.model_copy(update={"words": 9}))
    assert keys(alone) == ["answer_candidate_question", "no_verdict"]


def test_all_of_a_sentence_about_the_position_is_about_it() -> None:
    reading = read("Who would I be working with, and how many payments a second do they see?")
    assert (reading.facts_asked, reading.aside) == ((), "job")


def test_after_the_look_back_it_is_not_put_off_for_want_of_time() -> None:
    moves = (move("prompt", "open"), move("reflect", "close"))
    reading = talk(act="question", about_job=True, questions=("x",), unjustified=(HOOK,))
    assert "no_time_for_question" not in keys(situation(reading, phase="close", moves=moves))
    fact = FactAsked(fact_id="volume", quote="x", score=0.9)
    both = talk(act="question", about_job=True, questions=("x",), facts_asked=(fact,))
    assert "answer_candidate_question" in keys(situation(both, phase="close", moves=moves))
