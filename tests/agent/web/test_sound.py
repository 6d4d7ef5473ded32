"""The page as microphone and speaker, without a page: what is sent, and what is believed."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import numpy as np
import pytest

from agent.web.link import Abandoned, Hello, Link
from agent.web.sound import AHEAD_S, GUESSED_S, SocketMicrophone, SocketPlayback, packed
from audio.errors import DeviceError
from audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE

TTS_HZ = 24_000


class Recorder:
    """A wire that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[str | bytes] = []
        self.closed_with: int | None = None

    def put(self, message: str | bytes) -> None:
        self.sent.append(message)

    def close(self, code: int) -> None:
        self.closed_with = code

    def told(self, kind: str) -> list[dict[str, Any]]:
        texts = [json.loads(each) for each in self.sent if isinstance(each, str)]
        return [each for each in texts if each["type"] == kind]

    @property
    def samples(self) -> int:
        return sum(len(each) for each in self.sent if isinstance(each, bytes)) // 2


def connected(rate_hz: int = SAMPLE_RATE) -> tuple[Link, Recorder]:
    link, wire = Link(), Recorder()
    hello = Hello(type="hello", protocol="viva-web/1", rate_hz=rate_hz)
    link.attach(wire, hello, lambda: {"type": "hello"})
    return link, wire


def opened(microphone: SocketMicrophone, link: Link) -> None:
    """Open it while the page sends its first frame."""
    silence = packed(np.zeros(link.rate_hz * FRAME_SAMPLES // SAMPLE_RATE + 32, np.float32))
    page = threading.Timer(0.05, lambda: link.on_sound(silence))
    page.start()
    microphone.open()
    page.join()


def test_sound_is_sent_no_further_ahead_than_a_barge_in_can_stand() -> None:
    link, wire = connected()
    playback = SocketPlayback(link, TTS_HZ)
    playback.write(np.full(TTS_HZ * 5, 0.5, np.float32))
    ahead = wire.samples
    assert AHEAD_S * SAMPLE_RATE <= ahead < (AHEAD_S + 0.05) * SAMPLE_RATE
    link.on_played(playback.number, SAMPLE_RATE)
    assert wire.samples == pytest.approx(ahead + SAMPLE_RATE, abs=400)
    assert [m["utterance"] for m in wire.told("speech")] == [playback.number]


def test_what_was_heard_is_what_the_page_says_and_never_the_whole_before_it_says_so() -> None:
    link, wire = connected()
    playback = SocketPlayback(link, TTS_HZ)
    playback.write(np.zeros(TTS_HZ // 10, np.float32))
    assert playback.played == 0
    assert playback.started_at is None
    link.on_played(playback.number, 160)
    assert playback.started_at is not None
    assert 240 <= playback.played < TTS_HZ // 10
    playback.told_at -= 10
    assert playback.played < TTS_HZ // 10
    link.on_played(playback.number, SAMPLE_RATE)
    assert playback.played == TTS_HZ // 10
    assert playback.finish() == TTS_HZ // 10
    assert wire.told("stop_playback") == []


def test_an_interruption_stops_the_page_and_later_claims_change_nothing() -> None:
    link, wire = connected()
    playback = SocketPlayback(link, TTS_HZ)
    playback.write(np.zeros(TTS_HZ * 3, np.float32))
    link.on_played(playback.number, 1_600)
    heard = playback.abort()
    assert 2_400 <= heard <= 2_400 + GUESSED_S * TTS_HZ
    assert [m["utterance"] for m in wire.told("stop_playback")] == [playback.number]
    sent = wire.samples
    link.on_played(playback.number, 40_000)
    assert playback.abort() == heard
    assert wire.samples == sent


def test_a_page_that_plays_nothing_is_a_lost_speaker() -> None:
    link, _ = connected()
    playback = SocketPlayback(link, TTS_HZ)
    playback.write(np.zeros(TTS_HZ, np.float32))
    playback.check()
    playback.told_at -= 5
    with pytest.raises(DeviceError, match="plays no sound"):
        playback.check()


def test_another_page_has_not_heard_what_was_sent_to_the_one_before() -> None:
    link, first = connected()
    playback = SocketPlayback(link, TTS_HZ)
    playback.write(np.zeros(TTS_HZ, np.float32))
    second = Recorder()
    hello = Hello(type="hello", protocol="viva-web/1")
    link.attach(second, hello, lambda: {"type": "hello"})
    assert first.closed_with == 4001
    with pytest.raises(DeviceError, match="connection"):
        playback.check()
    playback.abort()
    assert second.told("stop_playback") == []
    link.detach(first)
    assert link.connected


def test_an_abandoned_interview_waits_for_nobody() -> None:
    link, wire = connected()
    playback = SocketPlayback(link, TTS_HZ)
    link.detach(wire)
    with pytest.raises(DeviceError):
        SocketPlayback(link, TTS_HZ)
    link.abandon("nobody came")
    for wait in (playback.check, link.wait_connected, SocketMicrophone(link, lambda: 0.0).open):
        with pytest.raises(Abandoned, match="nobody came"):
            wait()


@pytest.mark.parametrize("rate_hz", [SAMPLE_RATE, 48_000])
def test_the_microphone_makes_frames_of_blocks_of_any_size_at_the_rate_of_the_page(
    rate_hz: int,
) -> None:
    link, _ = connected(rate_hz)
    began_s = time.monotonic() - 1
    microphone = SocketMicrophone(link, lambda: (time.monotonic() - began_s) * 1000)
    tone = np.sin(2 * np.pi * 200 * np.arange(rate_hz // 4) / rate_hz).astype(np.float32) / 2
    opened(microphone, link)
    for first in range(0, tone.size, 700):
        link.on_sound(packed(tone[first : first + 700]))
    link.on_sound(b"")
    next(microphone)
    frames = [next(microphone) for _ in range(6)]
    assert all(frame.samples.shape == (FRAME_SAMPLES,) for frame in frames)
    starts = np.diff([frame.start_ms for frame in frames])
    assert np.allclose(starts, FRAME_MS)
    heard = np.concatenate([frame.samples for frame in frames])[FRAME_SAMPLES:]
    assert np.abs(heard).max() == pytest.approx(0.5, abs=0.02)
    crossings = np.count_nonzero(np.diff(np.signbit(heard)))
    assert crossings == pytest.approx(2 * 200 * heard.size / SAMPLE_RATE, abs=2)
    microphone.close()


def test_a_lost_page_ends_the_microphone_at_once() -> None:
    link, wire = connected()
    microphone = SocketMicrophone(link, lambda: 0.0)
    opened(microphone, link)
    next(microphone)
    link.detach(wire)
    began_s = time.monotonic()
    with pytest.raises(DeviceError, match="connection to the page is lost"):
        next(microphone)
    assert time.monotonic() - began_s < 0.5
