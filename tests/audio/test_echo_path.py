"""Whether the loudspeaker reaches the microphone: headphones on, off, and in a noisy room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from audio.echo import EchoCanceller
from audio.echo_path import EchoPath
from audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples

Say = Callable[[str], Samples]
QUESTION = (
    "So you said that the first stage is logistic regression. How would you choose the threshold, "
    "and what happens when the attackers learn where it is?"
)


def frames(sound: Samples) -> list[Samples]:
    count = sound.size // FRAME_SAMPLES
    return list(sound[: count * FRAME_SAMPLES].reshape(count, FRAME_SAMPLES))


def noise(dbfs: float, seconds: float) -> Samples:
    rng = np.random.default_rng(7)
    scale = 10 ** (dbfs / 20)
    return (scale * rng.standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def played(path: EchoPath, near: Samples) -> None:
    for frame in frames(near):
        path.push(frame, playing=True, after_played=True)


def unplayed(path: EchoPath, near: Samples) -> None:
    for frame in frames(near):
        path.push(frame, playing=False, after_played=False)


def test_a_microphone_that_stays_quiet_hears_nothing_of_what_is_played() -> None:
    path = EchoPath()
    played(path, noise(-66, 2.5))
    assert not path.silent
    played(path, noise(-66, 1))
    assert path.silent


@pytest.mark.parametrize("echo_db", [-6, -20])
def test_an_echo_is_heard_also_where_the_candidate_talks_much(say: Say, echo_db: float) -> None:
    path, voice = EchoPath(), say(QUESTION)
    voice *= 10 ** (-26 / 20) / np.sqrt(np.mean(voice**2))
    unplayed(path, np.concatenate([voice] * 4))
    played(path, voice * np.float32(10 ** (echo_db / 20)))
    assert not path.silent


def test_a_loud_room_is_no_echo() -> None:
    path, room = EchoPath(), noise(-44, 5)
    unplayed(path, room)
    played(path, room)
    assert path.silent


def test_headphones_taken_off_are_noticed_within_four_seconds() -> None:
    path = EchoPath()
    played(path, noise(-66, 20))
    assert path.silent
    played(path, noise(-35, 4.2))
    assert not path.silent


def test_with_headphones_what_is_said_over_the_interviewer_stays_as_it_is(say: Say) -> None:
    canceller, far = EchoCanceller(), say(QUESTION)
    near = noise(-66, far.size / SAMPLE_RATE)
    words = say("Yeah, okay.")
    start = 5 * SAMPLE_RATE // FRAME_SAMPLES * FRAME_SAMPLES
    near[start : start + words.size] += words
    heard = []
    for mine, theirs in zip(frames(near), frames(far), strict=False):
        heard.append(canceller.clean(mine, theirs))
    over = slice(start, start + words.size)
    np.testing.assert_array_equal(np.concatenate(heard)[over], near[over])
