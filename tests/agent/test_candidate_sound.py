"""A microphone that vanishes in the middle of a sentence and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pytest

from agent import candidate_sound
from agent.candidate_sound import LiveCandidate
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


def test_the_interview_waits_for_a_lost_microphone_and_goes_on() -> None:
    opened = [Unplugged(2, 0), None, Unplugged(2, 100)]
    first = opened[0]

    def open_microphone() -> Microphone:
        found = opened.pop(0)
        if found is None:
            raise DeviceError("there is no microphone")
        return cast("Microphone", found)

    told: list[str] = []
    candidate = LiveCandidate(open_microphone, watched=False, tell=told.append)
    heard = [next(candidate).start_ms for _ in range(4)]
    assert heard == [32.0, 64.0, 101 * 32.0, 102 * 32.0]
    assert first is not None
    assert first.closed
    assert [text.partition(" ")[2].partition(" ")[0] for text in told] == ["microphone"] * 2


def test_a_microphone_that_never_comes_back_ends_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidate_sound, "MICROPHONE_PATIENCE_S", 1.0)
    microphones = [Unplugged(0, 0)]

    def open_microphone() -> Microphone:
        if not microphones:
            raise DeviceError("there is no microphone")
        return cast("Microphone", microphones.pop())

    candidate = LiveCandidate(open_microphone, watched=False, tell=lambda _text: None)
    with pytest.raises(DeviceError, match="viva resume"):
        next(candidate)
