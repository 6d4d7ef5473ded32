"""A microphone that vanishes in the middle of a sentence and comes back, or does not."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import cast

import numpy as np
import pytest
from rich.console import Console

from agent.candidate_sound import LiveCandidate
from agent.clock import WallClock
from agent.key_commands import Commands
from agent.standing_still import StandingStill
from agent.view import ConsoleView
from audio.errors import DeviceError
from audio.frame import FRAME_SAMPLES, AudioFrame
from audio.microphone import Microphone


class Unplugged:
    """A microphone of so many frames, then it is gone."""

    def __init__(self, frames: int, first: int) -> None:
        self.left, self.number, self.closed = frames, first, False

    def __iter__(self) -> Iterator[AudioFrame]:
        return self

    def __next__(self) -> AudioFrame:
        if self.left == 0:
            raise DeviceError("the microphone is gone", where="test")
        self.left -= 1
        self.number += 1
        return AudioFrame(np.zeros(FRAME_SAMPLES, np.float32), self.number * 32.0)

    def close(self) -> None:
        self.closed = True


class Room:
    """Somebody with some microphones, one after the other; None = none can be opened."""

    def __init__(self, *microphones: Unplugged | None, patience_s: float = 300.0) -> None:
        self.left = list(microphones)
        self.out = io.StringIO()
        self.clock = WallClock()
        self.commands = Commands()
        self.logged: list[str] = []
        view = ConsoleView(Console(file=self.out, width=200), interviewer="Morgan")
        still = StandingStill(self.clock, view, self.commands, self.log)
        self.candidate = LiveCandidate(self.open, still, watched=True, patience_s=patience_s)

    def open(self) -> Microphone:
        found = self.left.pop(0) if self.left else None
        if found is None:
            raise DeviceError("there is no microphone")
        return cast("Microphone", found)

    def log(self, event: str, **fields: object) -> None:
        self.logged.append(f"{event} {fields.get('device', '')}".strip())

    @property
    def told(self) -> list[str]:
        return [line.strip(" !") for line in self.out.getvalue().splitlines()]


def test_the_interview_waits_for_a_lost_microphone_and_goes_on() -> None:
    first = Unplugged(2, 0)
    room = Room(first, None, Unplugged(2, 100))
    heard = [next(room.candidate).start_ms for _ in range(4)]
    assert heard == [32.0, 64.0, 101 * 32.0, 102 * 32.0]
    assert first.closed
    assert [text.split()[1] for text in room.told] == ["microphone"] * 2
    assert room.logged == ["device microphone"] * 2


def test_the_time_without_a_microphone_does_not_count() -> None:
    room = Room(Unplugged(0, 0), Unplugged(1, 0))
    before_ms = room.clock.now_ms()
    next(room.candidate)
    assert room.clock.now_ms() - before_ms < 500


def test_a_microphone_that_never_comes_back_ends_with_what_to_do() -> None:
    room = Room(Unplugged(0, 0), patience_s=1.0)
    with pytest.raises(DeviceError, match="viva resume"):
        next(room.candidate)


def test_without_a_microphone_what_is_being_said_is_said_to_its_end() -> None:
    room = Room(Unplugged(2, 0))
    watched = room.candidate.meanwhile()
    assert watched is not None
    assert len(list(watched)) == 2
    assert room.told == []
    assert room.candidate.meanwhile() is None


@pytest.mark.parametrize("key", ["type", "stop"])
def test_a_key_ends_the_wait_for_a_microphone(key: str) -> None:
    room = Room(Unplugged(1, 0))
    press = threading.Timer(0.1, room.commands.press, [key])
    press.start()
    assert len(list(room.candidate)) == 1


def test_typing_is_offered_only_where_keys_are_read() -> None:
    for keys in (True, False):
        room = Room(Unplugged(0, 0), patience_s=1.0)
        room.commands.read = keys
        with pytest.raises(DeviceError):
            next(room.candidate)
        assert ("k lets you type" in room.told[0]) == keys
        assert "saves and stops" in room.told[0]
