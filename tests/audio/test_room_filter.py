"""The loudspeaker's sound at the microphone: its delay, and what is left of it and of a voice."""

from __future__ import annotations

import numpy as np
import pytest

from audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from audio.room_filter import Alignment, RoomFilter, delay_of


def noise(seconds: float, seed: int, level: float = 0.1) -> Samples:
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def late(sound: Samples, delay: int, gain: float = 0.5) -> Samples:
    return np.concatenate([np.zeros(delay, np.float32), gain * sound])[: sound.size]


def test_a_delay_is_found_to_the_sample() -> None:
    far = noise(0.6, 1)
    for delay in (0, 900, 4_800):
        assert delay_of(late(far, delay), far) == delay


def test_where_there_is_no_echo_no_delay_is_made_up() -> None:
    far = noise(0.6, 1)
    assert [delay_of(noise(0.6, seed), far) for seed in range(2, 8)] == [None] * 6
    assert delay_of(np.zeros_like(far), far) is None


def test_each_utterance_is_aligned_anew() -> None:
    alignment = Alignment()
    silence = np.zeros(SAMPLE_RATE // FRAME_SAMPLES * FRAME_SAMPLES, np.float32)
    first, second = noise(1, 1), noise(1, 2)
    size = first.size // FRAME_SAMPLES * FRAME_SAMPLES
    first, second = first[:size], second[:size]
    far = np.concatenate([first, silence, second])
    near = np.concatenate([late(first, 2_000), silence, late(second, 3_200)])
    found = []
    for at in range(0, far.size, FRAME_SAMPLES):
        part = slice(at, at + FRAME_SAMPLES)
        alignment.push(near[part], far[part])
        if alignment.found:
            found.append(alignment.delay)
    assert found[1] is not None
    assert found[0] is not None
    assert len(found) == 2
    assert found[1] - found[0] == 1_200


def test_the_echo_goes_and_a_voice_over_it_stays() -> None:
    far = noise(6, 1)
    response = np.random.default_rng(3).standard_normal(1_600) * np.exp(-np.arange(1_600) / 300)
    echo = np.convolve(far, 0.1 * response)[: far.size].astype(np.float32)
    voice = noise(6, 4)
    voice[: 4 * SAMPLE_RATE] = 0
    room, rest = RoomFilter(), []
    for at in range(0, far.size // FRAME_SAMPLES * FRAME_SAMPLES, FRAME_SAMPLES):
        part = slice(at, at + FRAME_SAMPLES)
        rest.append(room.step(echo[part] + voice[part], far[part]))
    whole = np.concatenate(rest)
    alone, over = slice(3 * SAMPLE_RATE, 4 * SAMPLE_RATE), slice(4 * SAMPLE_RATE, whole.size)
    assert power(whole[alone]) < power(echo[alone]) - 20
    assert power(whole[over] - voice[over]) < power(voice[over]) - 15


def power(samples: Samples) -> float:
    """Level in dB."""
    return float(10 * np.log10(np.mean(np.square(samples))))


def test_silence_is_left_alone() -> None:
    room = RoomFilter()
    frame = noise(0.032, 5)[:FRAME_SAMPLES]
    assert room.step(frame, np.zeros(FRAME_SAMPLES, np.float32)) == pytest.approx(frame, abs=1e-6)
