"""Keeping the time of speech without a device, stopping it, and resampling."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from audio.devices import has_output
from audio.errors import DeviceError
from audio.frame import SpeechChunk
from audio.playback import NullPlayer, SpeakerPlayer, play, resample

RATE = 16_000


def chunk(seconds: float) -> SpeechChunk:
    return SpeechChunk(np.zeros(round(seconds * RATE), np.float32), RATE)


def test_without_a_device_playing_takes_the_time_of_the_sound() -> None:
    began = time.monotonic()
    assert play(NullPlayer(), [chunk(0.1), chunk(0.15)]) == 4_000
    assert 0.25 <= time.monotonic() - began < 0.6


def test_in_fast_mode_playing_takes_no_time() -> None:
    began = time.monotonic()
    assert play(NullPlayer(real_time=False), [chunk(60), chunk(60)]) == 120 * RATE
    assert time.monotonic() - began < 0.2


def test_stopping_is_quick_and_counts_only_what_was_heard() -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()
    played = play(NullPlayer(), [chunk(5)], stop)
    took = time.monotonic() - began
    assert took < 0.5
    assert played / RATE == pytest.approx(took, abs=0.1)


def test_after_a_stop_no_further_chunk_is_asked_for() -> None:
    stop = threading.Event()
    asked = []

    def chunks() -> Iterator[SpeechChunk]:
        for number in range(3):
            asked.append(number)
            yield chunk(0.05)
            stop.set()

    play(NullPlayer(), chunks(), stop)
    assert asked == [0, 1]


def test_nothing_to_say_opens_no_device() -> None:
    assert play(NullPlayer(), []) == 0


def test_an_engine_that_fails_while_speaking_stops_the_playback() -> None:
    def chunks() -> Iterator[SpeechChunk]:
        yield chunk(5)
        raise RuntimeError("voice lost")

    began = time.monotonic()
    with pytest.raises(RuntimeError, match="voice lost"):
        play(NullPlayer(), chunks())
    assert time.monotonic() - began < 1


def test_abort_from_another_thread_ends_the_wait() -> None:
    playback = NullPlayer().start(RATE)
    playback.write(chunk(10).samples)
    threading.Timer(0.1, playback.abort).start()
    began = time.monotonic()
    played = playback.finish()
    assert time.monotonic() - began < 0.5
    assert 0 < played < RATE
    assert playback.abort() == playback.played == played


@pytest.mark.skipif(has_output(), reason="this machine has a speaker")
def test_a_speaker_that_does_not_exist_is_told_before_speaking() -> None:
    with pytest.raises(DeviceError, match=r"there is no (sound|speaker)"):
        SpeakerPlayer()


@pytest.mark.parametrize("from_hz", [22_050, 24_000, 44_100, 48_000, 8_000])
def test_a_tone_keeps_its_pitch_length_level_and_place(from_hz: int) -> None:
    moments = np.arange(from_hz) / from_hz
    tone = (0.5 * np.sin(2 * np.pi * 440 * moments)).astype(np.float32)
    result = resample(SpeechChunk(tone, from_hz), RATE)
    assert (result.rate_hz, len(result.samples), result.samples.dtype) == (RATE, RATE, np.float32)
    spectrum = np.abs(np.fft.rfft(result.samples))
    assert int(np.argmax(spectrum)) == 440
    rest = spectrum.copy()
    rest[430:451] = 0
    assert rest.max() < 0.01 * spectrum.max()
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    middle = slice(RATE // 10, -RATE // 10)
    assert np.abs(result.samples[middle] - wanted[middle]).max() < 0.01


def test_what_the_new_rate_cannot_hold_does_not_come_back_as_another_tone() -> None:
    moments = np.arange(48_000) / 48_000
    tone = (0.5 * np.sin(2 * np.pi * 11_000 * moments)).astype(np.float32)
    result = resample(SpeechChunk(tone, 48_000), RATE)
    assert np.abs(result.samples[1_000:-1_000]).max() < 0.01


def test_equal_rates_and_empty_sound_pass_through() -> None:
    empty = resample(SpeechChunk(np.zeros(0, np.float32), 24_000), RATE)
    assert (empty.rate_hz, len(empty.samples)) == (RATE, 0)
    same = chunk(0.1)
    assert resample(same, RATE).samples is same.samples
