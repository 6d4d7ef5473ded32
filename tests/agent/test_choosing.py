"""Which choice of an answer is asked about: the one that bears on the question."""

from __future__ import annotations

from policy_states import QUESTION, move, situation, talk
from shared_encoder import BANK, ENCODER

from agent.choosing import Choices, choices
from agent.point_matcher import PointMatcher
from agent.policy import next_move
from agent.reader import AnswerReader
from agent.reading import Hook, Reading
from agent.saying_back import short_quote


def read(text: str) -> Reading:
    """A turn on the fraud question, read."""
    return AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior").read(text)


def terms(hooks: tuple[Hook, ...]) -> list[str]:
    """What is said back of each."""
    return [hook.term for hook in hooks]


def test_a_trifle_is_not_asked_about_when_something_bigger_was_chosen() -> None:
    both = read("I'd use PyTorch. I'd use gradient boosted trees for the second stage.")
    assert terms(both.unjustified) == ["gradient boosted trees"]
    reasoned = "I'd use gradient boosted trees because the data is tabular. I'd use PyTorch."
    assert terms(read(reasoned).unjustified) == []
    assert terms(read(reasoned).justified) == ["gradient boosted trees"]
    assert terms(read("I'd use PyTorch.").unjustified) == ["PyTorch"]


def test_what_is_done_is_a_choice_only_where_it_bears_on_the_question() -> None:
    by_time = read("I'd split the data by time and never at random.")
    assert terms(by_time.unjustified) == ["split the data by time"]
    long = "I'd route the payments in the grey zone of both scores to the reviewers."
    assert terms(read(long).unjustified) == ["route the payments in the grey zone"]
    assert terms(read("I'd split the office into two rooms.").unjustified) == []


def test_one_choice_is_asked_about_once_in_whatever_words_it_comes_again() -> None:
    again = talk(unjustified=(Hook(quote="I'd use boosted trees there", term="boosted trees"),))
    before = (move("prompt", "open"), move("why", "outline", hook="gradient boosted trees"))
    s = situation(again, phase="data_and_model", moves=before)
    assert next_move(s).kind != "why"
    other = talk(unjustified=(Hook(quote="I'd use a rule engine", term="rule engine"),))
    assert next_move(situation(other, phase="data_and_model", moves=before)).kind == "why"


def test_what_the_speaker_takes_back_is_neither_asked_about_nor_said_back() -> None:
    said = "I'd take raw vibration, no, scratch that. I'd use a rule engine. Wait, I'd use trees."
    hooks = [each.hook.term for each in choices(said, [])]
    assert hooks == ["trees"]
    words = "I was going to say one global model, but we use one model per type."
    assert short_quote(words, "Which one global model per type?") == "we use one model per type"
    kept = "I'd use one global model. No one has the data for more."
    assert [each.hook.term for each in choices(kept, [])] == ["one global model"]


def test_in_a_story_a_detail_is_no_choice_to_be_asked_about() -> None:
    said = "It failed on a Sunday. We added a heartbeat."
    matcher = PointMatcher(ENCODER, BANK.get("improved-a-model").points)
    assert terms(Choices(matcher, (), trifles=False).read(said, [])[0]) == []
    assert terms(Choices(matcher, ()).read(said, [])[0]) == ["heartbeat"]


def test_where_somebody_starts_is_no_choice() -> None:
    assert [c.hook.term for c in choices("I would start with the costs.", [])] == []
