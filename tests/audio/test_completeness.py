"""Whether words sound finished."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.completeness import Completeness, completeness

HANDED_OVER = (
    "That's my answer.",
    "So that's how I would do it.",
    "Does that make sense?",
    "Does that make sense",
    "I think that's it.",
    "What is the latency budget?",
    "What is the latency budget",
    "How many transactions per second do we have?",
    "Do we have labels?",
    "Should I focus on the model or on serving?",
    "What should I focus on?",
    "Can you repeat the question?",
    "Could you repeat that please",
    "Can I have a hint?",
    "Let's skip this one.",
    "Does it have to be real time?",
    "So before I start, what's the business goal?",
    "Would you like me to go deeper?",
    "What do you think?",
    "That's all.",
    "This is it.",
    "Is it okay if I assume ten million users?",
    "Are there any constraints on cost?",
    "Can we assume labels are available?",
    "Have we got any labels",
    "And how quick does the answer have to be?",
)
SHORT = [
    "I don't know.",
    "I'd do that.",
    "I would skip the cache.",
    "Do we have many.",
    "It depends, really.",
    "Yes, I think so.",
    "No, skip that.",
]
UNFINISHED = [
    "If the labels arrive late, then.",
    "the second stage would then.",
    "So the latency budget is 100 milliseconds, which means.",
    "if we compute everything in advance, then.",
    "For the retrieval stage.",
    "I'd look at the metric that.",
]

COMPLETE = (
    "So the trade-off is between. Freshness and cost.",
    "So the trade-off is between freshness and cost.",
    "Hmm, let me think about that. I would shard by language.",
    "Let me think about that I would shard by language",
    "For the baseline I would use gradient boosted trees on the existing click features.",
    "How do we handle cold start?",
    "Why? Because labels are late.",
    "What if the labels are late?",
    "If the labels arrive late, I would use a proxy.",
    "Yes.",
    "No.",
    "I would do that first.",
    "The model is retrained weekly",
    "We serve it behind a feature store.",
    "That's how it works in the feature store",
    "Okay, so my question is whether the labels are delayed",
    "That's everything from the first stage.",
    "What matters here is the latency.",
    "How we serve it depends on the traffic.",
    "Which is why I would shard by language.",
    "When the labels arrive we retrain the model every night.",
    "Who owns the alert is important.",
    "What I would do is shard by language.",
    "I would monitor the drift over time.",
    "That works as well.",
    "So do the cheap thing first.",
    "The question is how much latency we have",
    "I'd go with the simpler model, though.",
    "it's one second of latency.",
    "We cache it for one minute.",
    "A window of just a few minutes.",
)
INCOMPLETE = (
    "So the trade-off is between",
    "So the trade-off is between.",
    "So the trade-off is between freshness.",
    "I would use",
    "I would use.",
    "I'd start with a",
    "and then",
    "because",
    "I would, um,",
    "There are three things to consider.",
    "There are two options.",
    "If the labels arrive late.",
    "Okay.",
    "So.",
    "",
    "First,",
    "We need to look at precision and recall, and",
    "Precision matters more than recall...",
    "It depends on",
    "I think that",
    "The recall of the model, for example",
    "You know",
    "I'd retrain it every day, or",
    "We could use either logistic regression",
    "I would ask what the latency budget is.",
    "Sure. So",
)
THINKING = (
    "Let me think.",
    "Hmm, let me think about that.",
    "Hmm.",
    "Give me a minute.",
    "Can I take a moment to think?",
    "That's a good question.",
    "Let me think about how to shard this for a second.",
    "I'd like a minute.",
    "Hold on.",
)


@pytest.mark.parametrize("text", HANDED_OVER)
def test_questions_and_closing_phrases_hand_the_turn_over(text: str) -> None:
    assert completeness(text) is Completeness.HANDED_OVER


@pytest.mark.parametrize("text", SHORT)
def test_short_statements_are_waited_for_no_longer_than_doubt_lasts(text: str) -> None:
    assert completeness(text) in {Completeness.COMPLETE, Completeness.DOUBTFUL}


@pytest.mark.parametrize("text", UNFINISHED)
def test_statements_without_an_open_word_are_found_unfinished(text: str) -> None:
    """No word list knows these ends: at most of them an interviewer once cut in."""
    assert completeness(text) in {Completeness.DOUBTFUL, Completeness.INCOMPLETE}


@pytest.mark.parametrize("text", COMPLETE)
def test_finished_statements_are_complete_and_nothing_more(text: str) -> None:
    assert completeness(text) is Completeness.COMPLETE


@pytest.mark.parametrize("text", INCOMPLETE)
def test_words_that_must_go_on_are_incomplete(text: str) -> None:
    assert completeness(text) is Completeness.INCOMPLETE


@pytest.mark.parametrize("text", THINKING)
def test_announced_thinking_is_recognised(text: str) -> None:
    assert completeness(text) is Completeness.THINKING


@pytest.mark.parametrize("text", [t for t in INCOMPLETE if t and t[-1].isalpha()])
def test_a_full_stop_from_the_recogniser_does_not_finish_a_sentence(text: str) -> None:
    assert completeness(f"{text}.") is Completeness.INCOMPLETE


@pytest.mark.parametrize("text", INCOMPLETE + THINKING)
def test_what_was_said_before_does_not_finish_the_last_sentence(text: str) -> None:
    before = "I would use gradient boosted trees."
    if text:
        assert completeness(f"{before} {text}") is completeness(text)


@pytest.mark.parametrize(
    "text", ["I had counts over groups. Or device and per shop?", "And the trees are fast, right?"]
)
def test_a_question_mark_behind_a_statement_does_not_hand_over(text: str) -> None:
    assert completeness(text) is Completeness.COMPLETE


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert completeness(text) in Completeness
    assert completeness(text.upper()) is completeness(text.upper().lower())


@given(st.lists(st.sampled_from(["so", "and", "first", "well", "how many", "x"]), max_size=2_000))
def test_long_runs_of_the_same_words_take_no_time(words: list[str]) -> None:
    completeness(" ".join(words))
