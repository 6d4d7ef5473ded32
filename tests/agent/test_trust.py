"""Whether the microphone is listened to while the interviewer speaks."""

from __future__ import annotations

from agent.barge_in import FALSE_ALARMS, Trust, is_own
from audio.watch import Outcome, SpokenSound


def sound(outcome: Outcome, *, noises: int = 0, backchannels: int = 0) -> SpokenSound:
    return SpokenSound(
        outcome, 0.0, 1_000.0, (), (), (), noises=noises, backchannels=max(noises, backchannels)
    )


def test_utterances_that_stop_for_nothing_in_a_row_end_the_trust_and_it_is_told_once() -> None:
    trust = Trust()
    for _ in range(FALSE_ALARMS):
        assert trust.given
        assert trust.notices() == ()
        trust.spoken(sound(Outcome.FINISHED, noises=2))
    assert not trust.given
    (told,) = trust.notices()
    assert "headphones" in told
    assert trust.notices() == ()
    trust.spoken(sound(Outcome.FINISHED))
    assert not trust.given


def test_a_cough_now_and_then_and_mm_hmm_all_the_time_cost_no_trust() -> None:
    trust = Trust()
    for _ in range(10):
        trust.spoken(sound(Outcome.FINISHED, noises=1))
        trust.spoken(sound(Outcome.FINISHED, backchannels=3))
    assert trust.given


def test_replies_withdrawn_for_nothing_count_and_those_for_words_do_not() -> None:
    trust = Trust()
    for _ in range(FALSE_ALARMS - 1):
        trust.spoken(sound(Outcome.WITHDRAWN))
        trust.listened_again(something_new=False)
    trust.listened_again(something_new=True)
    trust.listened_again(something_new=False)
    assert trust.given
    for _ in range(FALSE_ALARMS):
        trust.listened_again(something_new=False)
    assert not trust.given


def test_its_own_words_in_their_order_are_its_own_voice() -> None:
    said = "About five thousand transactions per second, at peak."
    assert is_own("Five thousand transactions", said)
    assert not is_own("transactions five thousand", said)
    assert not is_own("peak", said)
    assert not is_own("", said)
