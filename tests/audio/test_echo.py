"""Echo cancellation in a simulated room: delay, soft clipping, reverberation, noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from audio.echo import EchoCanceller, FarSound, echo_canceller
from audio.frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples
from audio.playback import NullPlayer
from audio.speaking import speak
from audio.vad import SpeechDetector
from audio.watch import Outcome, SpokenSound, Watch

pytest.importorskip("pywebrtc_audio")

Say = Callable[[str], Samples]
GREETING = "Hello, my name is Daniel and I will be your interviewer today. We have twenty minutes."
QUESTION = (
    "So you said that the first stage is logistic regression. How would you choose the threshold, "
    "and what happens when the attackers learn where it is?"
)


def echo_of(far: Samples, delay_ms: float, gain: float) -> Samples:
    """What the microphone gets of the loudspeaker, as long as `far`."""
    rng = np.random.default_rng(4)
    tail = int(0.2 * SAMPLE_RATE)
    response = rng.standard_normal(tail) * np.exp(-np.arange(tail) / (tail / 5))
    response /= np.sqrt(np.sum(response**2))
    clipped = np.tanh(2 * far) / 2
    late = np.concatenate([np.zeros(int(delay_ms * SAMPLE_RATE / 1000)), clipped])
    sound = gain * np.convolve(late, response)[: far.size]
    return (sound + 0.001 * rng.standard_normal(far.size)).astype(np.float32)


class RoomSource:
    """Frames of a microphone in that room; cleaned by `canceller`, or as they are."""

    realtime = False

    def __init__(self, near: Samples, far: Samples, canceller: EchoCanceller | None) -> None:
        self.near, self.far, self.canceller = near, far, canceller
        self.at = 0

    def __iter__(self) -> RoomSource:
        return self

    def __next__(self) -> AudioFrame:
        if self.at + FRAME_SAMPLES > self.near.size:
            raise StopIteration
        part = slice(self.at, self.at + FRAME_SAMPLES)
        near, far = self.near[part], self.far[part]
        if self.canceller is not None:
            self.canceller.played(far)
            near = self.canceller.clean(near, self.canceller.reference(FRAME_SAMPLES))
        self.at += FRAME_SAMPLES
        return AudioFrame(near, (self.at - FRAME_SAMPLES) * 1000 / SAMPLE_RATE)


def ask(
    say: Say,
    detector: SpeechDetector,
    canceller: EchoCanceller | None,
    candidate_at_s: float | None = None,
    delay_ms: float = 150,
) -> SpokenSound:
    """The greeting, then the question over the room; perhaps the candidate speaks over that."""
    greeting, question = say(GREETING), say(QUESTION)
    far = np.concatenate([greeting, np.zeros(SAMPLE_RATE, np.float32), question])
    near = echo_of(far, delay_ms, 0.5)
    start = greeting.size + SAMPLE_RATE
    if candidate_at_s is not None:
        words = say("For the baseline I would use gradient boosted trees on the click features.")
        first = start + int(candidate_at_s * SAMPLE_RATE)
        near[first : first + words.size] += words[: near.size - first]
    source = RoomSource(near, far, canceller)
    for _ in range(start // FRAME_SAMPLES):
        next(source)
    from audio.frame import SpeechChunk

    watch = Watch(source, detector)
    chunk = SpeechChunk(question, SAMPLE_RATE)
    return speak([chunk], NullPlayer(), watch, at=lambda _: 0.0)


def test_without_cancellation_the_interviewer_hears_itself(
    say: Say, detector: SpeechDetector
) -> None:
    assert ask(say, detector, None).outcome is Outcome.WITHDRAWN


@pytest.mark.parametrize("delay_ms", [60, 150, 320])
def test_its_own_echo_never_stops_the_interviewer(
    say: Say, detector: SpeechDetector, delay_ms: float
) -> None:
    spoken = ask(say, detector, EchoCanceller(), delay_ms=delay_ms)
    assert spoken.outcome is Outcome.FINISHED
    assert (spoken.onset_ms, spoken.backchannels) == (None, 0)


def test_the_candidate_is_heard_over_the_echo(say: Say, detector: SpeechDetector) -> None:
    spoken = ask(say, detector, EchoCanceller(), candidate_at_s=3.0)
    assert spoken.outcome is Outcome.INTERRUPTED
    assert spoken.started_ms is not None
    late_ms = spoken.pieces[0].end_ms - spoken.started_ms - 3_000
    assert 0 < late_ms < 1_000


def test_long_after_the_last_sound_a_frame_is_left_as_it_is() -> None:
    canceller = EchoCanceller()
    rng = np.random.default_rng(1)
    silence = np.zeros(FRAME_SAMPLES, np.float32)
    frames = [rng.uniform(-0.3, 0.3, FRAME_SAMPLES).astype(np.float32) for _ in range(40)]
    canceller.clean(frames[0], frames[1])
    cleaned = [canceller.clean(frame, silence) for frame in frames]
    assert cleaned[-1] is frames[-1]
    assert not np.array_equal(cleaned[0], frames[0])


def test_what_is_played_comes_once_and_then_silence() -> None:
    canceller = EchoCanceller()
    canceller.played(np.arange(700, dtype=np.float32))
    first, second, third = (canceller.reference(512) for _ in range(3))
    np.testing.assert_array_equal(first, np.arange(512))
    np.testing.assert_array_equal(second[:188], np.arange(512, 700))
    assert not second[188:].any()
    assert not third.any()


def test_a_microphone_that_stood_still_does_not_get_old_sound() -> None:
    canceller = EchoCanceller()
    canceller.played(np.arange(10 * SAMPLE_RATE, dtype=np.float32))
    assert canceller.reference(1)[0] == 9.5 * SAMPLE_RATE


def test_the_device_takes_blocks_of_any_size_at_its_own_rate() -> None:
    canceller = EchoCanceller()
    far = FarSound(canceller, 24_000)
    moments = np.arange(24_000) / 24_000
    far.write((0.5 * np.sin(2 * np.pi * 440 * moments)).astype(np.float32))
    heard: list[Samples] = []
    for taken in (*range(100, 6_000, 137), 6_000):
        far.played(taken)
    heard.append(canceller.reference(4_000))
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(4_000) / SAMPLE_RATE)
    assert np.abs(heard[0][200:] - wanted[200:]).max() < 0.02


def test_the_canceller_is_found_where_it_is_installed() -> None:
    assert isinstance(echo_canceller(), EchoCanceller)
