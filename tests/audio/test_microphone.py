"""The live source, as far as it can be tested without a device."""

from __future__ import annotations

import pytest

from audio.errors import DeviceError
from audio.microphone import Microphone


def test_a_microphone_that_is_not_there_is_told_with_the_remedy() -> None:
    microphone = Microphone(lambda: 0.0, device="no such microphone")
    with pytest.raises(DeviceError) as caught:
        microphone.open()
    assert caught.value.todo
    microphone.close()


def test_a_microphone_that_was_never_opened_gives_no_frames() -> None:
    microphone = Microphone(lambda: 0.0)
    assert list(microphone) == []
    assert microphone.drain() == []
