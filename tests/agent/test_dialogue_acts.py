"""Spoken commands are recognised as whole clauses and never inside an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.asking import find_asked
from agent.clauses import clauses, sentences
from agent.dialogue_acts import command_of, read_acts


def asked(text: str) -> list[str]:
    return list(dict.fromkeys(a.sentence.text for a in find_asked(text, read_acts(text))))


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("Sorry, could you repeat the question please?", "repeat"),
        ("what was the question again", "repeat"),
        ("um what do you mean by that", "rephrase"),
        ("could you say it in other words", "rephrase"),
        ("okay give me a minute to think about the labels", "wait"),
        ("let me think", "wait"),
        ("can i get a hint please", "hint"),
        ("Can we skip this one?", "skip"),
        ("let's move on to the next question", "skip"),
        ("I'd like to stop here", "stop"),
        ("honestly no idea", "dont_know"),
        ("so yeah that's my answer", "done"),
    ],
)
def test_a_spoken_command_is_recognised(said: str, command: str) -> None:
    assert command_of(said) == command
    assert read_acts(said).command == command


@pytest.mark.parametrize(
    "said",
    [
        "I'd skip the cache.",
        "We repeat the sampling every night.",
        "There is a hint of drift in December.",
        "Then we stop the rollout.",
        "I'd pass the features to the ranker.",
        "We skip this one feature because it leaks.",
        "Let me move on to serving now, a small service with two replicas.",
        "One minute of delay is fine for the dashboard.",
        "Hold on to the raw events for ninety days.",
        "We stop here if the metric drops, otherwise we continue.",
        "I don't know the exact rate, so I would measure it on last month's traffic first.",
        "That's my main concern with batch scoring.",
    ],
)
def test_the_same_words_inside_an_answer_command_nothing(said: str) -> None:
    assert read_acts(said).command is None


def test_a_request_after_an_answer_still_counts() -> None:
    text = "I would put a queue between the two services. Hmm, can I have a hint?"
    assert read_acts(text).command == "hint"


def test_not_knowing_beside_an_answer_is_an_answer() -> None:
    text = "I don't know. I would start from the label delay and train on matured data only."
    assert read_acts(text).command is None


def test_a_closing_tag_hands_over_and_asks_nothing() -> None:
    text = "Rules go first and the model takes the rest. Does that make sense?"
    acts = read_acts(text)
    assert acts.handed_over
    assert acts.command is None
    assert asked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "how many transactions do we have",
        "what is the latency budget",
        "I'd like to know how late the labels arrive.",
        "and the chargebacks when do those come in",
        "Traffic per second?",
    ],
)
def test_a_question_needs_no_question_mark(text: str) -> None:
    assert asked(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "How do we do that? Well, we log the features as they were served.",
        "The question is how we set the threshold. I'd take it from the costs.",
        "I count how often the card was used and how many cards share a device.",
        "What matters is the cost of both errors.",
        "It depends on how many reviewers there are.",
        "why do we need that because phones lose the network",
        "We log what was served and compare it every day.",
        "I'd check whether the labels are late.",
    ],
)
def test_questions_to_oneself_are_not_questions_to_us(text: str) -> None:
    assert asked(text) == []


def test_one_unpunctuated_breath_holds_several_questions() -> None:
    text = (
        "so before i start how many transactions do we have per second and what is the latency "
        "budget also is there a review team"
    )
    assert (
        asked(text)
        == [
            "so before i start",
            "how many transactions do we have per second",
            "and what is the latency budget",
            "also is there a review team",
        ][1:]
    )


@given(st.text(alphabet=st.sampled_from("ab ,.?!;:'\n-ühow what is the "), max_size=200))
def test_every_piece_is_a_verbatim_part_of_the_text(text: str) -> None:
    for piece in (*sentences(text), *clauses(text), *read_acts(text).taken):
        assert text[piece.start : piece.end] == piece.text
    for question in asked(text):
        assert question in text


@pytest.mark.parametrize(
    "ending", ["Let me stop there.", "I would stop here.", "We can leave it there."]
)
def test_words_that_round_off_an_answer_do_not_end_the_interview(ending: str) -> None:
    answer = (
        "I would train boosted trees on the mature labels, because they answer in two milliseconds "
        f"and the network takes thirty. {ending}"
    )
    assert read_acts(answer).command not in {"stop", "skip"}
    assert read_acts("Let's stop the interview here, please.").command == "stop"


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("Um, sorry, can I start again?", "wait"),
        ("Let me start over.", "wait"),
        ("Could you say what you mean by settle?", "rephrase"),
        ("Let me say what I mean by drift.", None),
        ("Thanks, bye.", "stop"),
        ("I'd restart the job.", None),
        ("Can we start again with the labels?", None),
    ],
)
def test_further_ways_to_start_again_to_ask_what_is_meant_and_to_leave(
    words: str, command: str | None
) -> None:
    assert read_acts(words).command == command


def test_why_somebody_is_something_is_no_question_to_us() -> None:
    assert [s.text for s in sentences("I was the one who is responsible for it.")] == [
        "I was the one who is responsible for it."
    ]
