"""When a turn is over: the rules, and the invariants over all situations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.completeness import Completeness
from audio.endpointing import (
    CandidatePace,
    Decision,
    Endpointer,
    EndpointPatience,
    Reason,
    reading,
    unsure,
)
from audio.transcriber import HeardWord

PATIENCE = EndpointPatience(complete_ms=2_000, incomplete_ms=5_000, fresh_extra_ms=1_500)
TEXTS = (
    "",
    "So the trade-off is between.",
    "Hmm, let me think about that.",
    "I would shard by language.",
    "That's my answer.",
    "How many users do we have?",
)
text = st.sampled_from(TEXTS) | st.text(max_size=60)
times = st.floats(min_value=0, max_value=600_000)
pauses = st.lists(
    st.tuples(st.sampled_from(list(Completeness)), st.floats(min_value=0, max_value=60_000)),
    max_size=40,
)


@st.composite
def patience(draw: st.DrawFn) -> EndpointPatience:
    complete = draw(st.floats(min_value=300, max_value=10_000))
    incomplete = complete + draw(st.floats(min_value=0, max_value=10_000))
    return EndpointPatience(complete, incomplete, draw(st.floats(min_value=0, max_value=10_000)))


def decide(
    words: str,
    silence_ms: float,
    *,
    endpointer: Endpointer | None = None,
    listening_ms: float = 60_000,
    untranscribed: bool = False,
    silence_limit_ms: float = 12_000,
    unheard_ms: float = 0,
) -> Decision:
    """A decision `silence_ms` after the last speech, on a clock that is nowhere near zero."""
    now_ms = 300_000.0
    return (endpointer or Endpointer(PATIENCE)).decide(
        now_ms=now_ms,
        last_speech_end_ms=now_ms - silence_ms,
        text_so_far=words,
        untranscribed=untranscribed,
        listening_ms=listening_ms,
        silence_limit_ms=silence_limit_ms,
        unheard_ms=unheard_ms,
    )


@pytest.mark.parametrize(
    ("words", "reason", "wait_ms"),
    [
        ("That's my answer.", Reason.HANDED_OVER, 300),
        ("What is the latency budget?", Reason.HANDED_OVER, 300),
        ("I would shard by language.", Reason.COMPLETE, 2_000),
        ("So the trade-off is between.", Reason.INCOMPLETE, 5_000),
        ("Let me think.", Reason.THINKING, 25_000),
    ],
)
def test_the_words_decide_how_long_silence_must_last(
    words: str, reason: Reason, wait_ms: float
) -> None:
    assert decide(words, wait_ms - 1) == Decision(False, reason, wait_ms)
    assert decide(words, wait_ms) == Decision(True, reason, wait_ms)


def test_unfinished_words_get_longer_just_after_the_question() -> None:
    fresh = decide("So I would.", 6_000, listening_ms=9_000)
    assert fresh == Decision(False, Reason.INCOMPLETE, 6_500)
    assert decide("So I would.", 6_000, listening_ms=30_000).over


def test_without_any_words_the_callers_limit_holds() -> None:
    endpointer = Endpointer(PATIENCE)

    def silent(listening_ms: float) -> Decision:
        return endpointer.decide(
            now_ms=50_000 + listening_ms,
            last_speech_end_ms=None,
            text_so_far="",
            untranscribed=False,
            listening_ms=listening_ms,
            silence_limit_ms=10_000,
        )

    assert not silent(9_999).over
    assert silent(10_000) == Decision(True, Reason.SILENCE, 10_000)


def test_a_cough_is_silence_but_unheard_speech_is_not() -> None:
    assert not decide("", 6_000, listening_ms=8_000, unheard_ms=300).over
    assert decide("", 6_000, listening_ms=8_000, unheard_ms=4_000).reason is Reason.NOT_UNDERSTOOD
    assert decide("", 6_000, listening_ms=8_000, unheard_ms=4_000).over


def test_patience_grows_with_the_candidates_own_pauses_and_has_a_ceiling() -> None:
    pace = CandidatePace()
    endpointer = Endpointer(PATIENCE, pace)
    pace.learn(Completeness.COMPLETE, 1_900)
    assert decide("I would shard by language.", 0, endpointer=endpointer).wait_ms == 2_000
    pace.learn(Completeness.COMPLETE, 1_900)
    assert decide("I would shard by language.", 0, endpointer=endpointer).wait_ms == 1_900 * 1.25
    for _ in range(30):
        pace.learn(Completeness.COMPLETE, 30_000)
    assert decide("I would shard by language.", 0, endpointer=endpointer).wait_ms == 2_000 * 2.5
    assert decide("That's my answer.", 300, endpointer=endpointer).over


@given(text, times, times, patience(), pauses)
def test_a_turn_is_never_over_while_audio_is_untranscribed(
    words: str,
    silence_ms: float,
    listening_ms: float,
    given_patience: EndpointPatience,
    heard: list[tuple[Completeness, float]],
) -> None:
    endpointer = Endpointer(given_patience, learned(heard))
    decision = decide(
        words, silence_ms, endpointer=endpointer, listening_ms=listening_ms, untranscribed=True
    )
    assert decision == Decision(False, Reason.UNTRANSCRIBED, 0.0)


@given(text, patience(), pauses, st.floats(min_value=1_000, max_value=60_000), times)
def test_from_every_state_silence_ends_in_a_decision(
    words: str,
    given_patience: EndpointPatience,
    heard: list[tuple[Completeness, float]],
    silence_limit_ms: float,
    unheard_ms: float,
) -> None:
    endpointer = Endpointer(given_patience, learned(heard))
    longest = max(
        silence_limit_ms,
        given_patience.thinking_ms,
        2.5 * (given_patience.incomplete_ms + given_patience.fresh_extra_ms),
    )
    longest += 1  # the clock rounds
    assert decide(
        words,
        longest,
        endpointer=endpointer,
        listening_ms=longest,
        silence_limit_ms=silence_limit_ms,
        unheard_ms=unheard_ms,
    ).over


@given(text, patience(), pauses, st.lists(times, min_size=2, max_size=2))
def test_longer_silence_never_takes_an_end_back(
    words: str,
    given_patience: EndpointPatience,
    heard: list[tuple[Completeness, float]],
    silences: list[float],
) -> None:
    endpointer = Endpointer(given_patience, learned(heard))
    shorter, longer = sorted(silences)
    spoken_ms = 20_000.0
    early = decide(words, shorter, endpointer=endpointer, listening_ms=spoken_ms + shorter)
    late = decide(words, longer, endpointer=endpointer, listening_ms=spoken_ms + longer)
    assert late.over or not early.over


@given(text, patience(), pauses)
def test_learning_never_makes_the_interviewer_less_patient(
    words: str, given_patience: EndpointPatience, heard: list[tuple[Completeness, float]]
) -> None:
    before = decide(words, 0, endpointer=Endpointer(given_patience))
    after = decide(words, 0, endpointer=Endpointer(given_patience, learned(heard)))
    assert after.wait_ms >= before.wait_ms
    assert after.reason is before.reason


@given(text, patience(), st.floats(min_value=300, max_value=12_000))
def test_nothing_is_over_while_the_candidate_speaks(
    words: str, given_patience: EndpointPatience, listening_ms: float
) -> None:
    endpointer = Endpointer(given_patience)
    assert not decide(words, 0, endpointer=endpointer, listening_ms=listening_ms).over


@pytest.mark.parametrize(
    "change",
    [{"complete_ms": 6_000}, {"handed_over_ms": 0}, {"fresh_extra_ms": -1}, {"thinking_ms": 100}],
)
def test_patience_that_shrinks_with_unfinished_words_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="patience must grow"):
        replace(PATIENCE, **change)


def test_one_cut_in_is_enough_to_wait_longer_and_also_after_a_question() -> None:
    pace = CandidatePace()
    endpointer = Endpointer(PATIENCE, pace)
    pace.learn_cut_in(Completeness.COMPLETE, 2_400)
    pace.learn_cut_in(Completeness.HANDED_OVER, 500)
    assert decide("I would shard by language.", 0, endpointer=endpointer).wait_ms == 3_000
    assert decide("How many users do we have?", 0, endpointer=endpointer).wait_ms == 625
    pace.learn_cut_in(Completeness.COMPLETE, 60_000)
    pace.learn_cut_in(Completeness.COMPLETE, 500)
    assert decide("I would shard by language.", 0, endpointer=endpointer).wait_ms == 2_000 * 2.5


DAMAGED = (
    ("trade office bep weaned.", 0.35),
    ("So what matters most is weather though", 0.25),
    ("I would compare it off like a metric windmer.", 0.55),
    ("to keep the features fresh we code", 0.34),
    ("my first idea was to it.", 0.15),
)
"""What tiny.en made of sentences cut off in the middle, and its confidence in the last word."""


def words_of(sentence: str, last: float) -> tuple[HeardWord, ...]:
    words = [HeardWord(word, 0, 0, 0.95) for word in sentence.split()]
    return (*words[:-1], replace(words[-1], confidence=last))


@pytest.mark.parametrize(("sentence", "confidence"), DAMAGED)
def test_a_damaged_end_is_waited_for_longer_than_a_plain_one(
    sentence: str, confidence: float
) -> None:
    assert unsure(words_of(sentence, confidence), ())
    assert reading(sentence, unsure_end=False) is Completeness.COMPLETE
    assert reading(sentence, unsure_end=True) is Completeness.DOUBTFUL


@given(text, st.floats(min_value=0, max_value=1))
def test_doubt_about_the_last_word_only_ever_makes_it_wait(words: str, confidence: float) -> None:
    endpointer = Endpointer(PATIENCE)
    doubt = unsure(words_of(words, confidence), ()) if words.split() else False
    sure, doubted = reading(words, unsure_end=False), reading(words, unsure_end=doubt)
    assert doubted is sure or (sure, doubted) in {
        (Completeness.COMPLETE, Completeness.DOUBTFUL),
        (Completeness.DOUBTFUL, Completeness.INCOMPLETE),
    }
    assert endpointer.wait_ms(doubted, fresh=False) >= endpointer.wait_ms(sure, fresh=False)


def test_a_rare_term_that_was_expected_is_no_doubtful_end() -> None:
    heard = words_of("I would index them with FAISS.", 0.02)
    assert unsure(heard, ("recall",))
    assert not unsure(heard, ("FAISS index", "faiss"))
    assert not unsure((), ())


def learned(heard: list[tuple[Completeness, float]]) -> CandidatePace:
    pace = CandidatePace()
    for before, pause_ms in heard:
        pace.learn(before, pause_ms)
    return pace
