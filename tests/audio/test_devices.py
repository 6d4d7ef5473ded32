"""Finding devices by name or number; what a machine without sound says."""

from __future__ import annotations

import contextlib

import pytest

from audio.devices import Device, devices, find, find_output, has_input, has_output
from audio.errors import DeviceError

LAPTOP = Device(0, "Built-in Audio", 2, 2, 48_000)
HEADSET = Device(1, "USB Headset Mono", 1, 2, 44_100)
HEADSET_TWO = Device(2, "USB Headset Stereo", 0, 2, 48_000)
ALL = [LAPTOP, HEADSET, HEADSET_TWO]


def test_a_device_is_found_by_number_name_or_unique_part_of_it() -> None:
    assert find("output", 2, ALL) is HEADSET_TWO
    assert find("output", "1", ALL) is HEADSET
    assert find("output", "usb headset mono", ALL) is HEADSET
    assert find("output", "built", ALL) is LAPTOP


def test_a_device_that_cannot_record_is_no_microphone() -> None:
    assert find("input", "usb headset", ALL) is HEADSET
    with pytest.raises(DeviceError, match="none of that name or number"):
        find("input", 2, ALL)


def test_an_ambiguous_name_is_told_with_the_choices() -> None:
    with pytest.raises(DeviceError, match=r"several.*1 USB Headset Mono, 2 USB Headset Stereo"):
        find("output", "usb", ALL)


def test_an_unknown_name_is_told_with_the_choices() -> None:
    with pytest.raises(DeviceError, match=r"'Gramophone'.*0 Built-in Audio"):
        find("output", "Gramophone", ALL)


def test_no_device_at_all_says_what_remains() -> None:
    with pytest.raises(DeviceError, match=r"no microphone.*--text"):
        find("input", None, [HEADSET_TWO])


def test_asking_for_sound_never_raises_and_agrees_with_the_list() -> None:
    found: list[Device] = []
    with contextlib.suppress(DeviceError):
        found = devices()
    assert has_output() == any(device.outputs for device in found)
    assert has_input() == any(device.inputs for device in found)


@pytest.mark.skipif(has_output(), reason="this machine has a speaker")
def test_a_machine_without_sound_is_told_what_to_do() -> None:
    with pytest.raises(DeviceError) as caught:
        find_output()
    assert caught.value.todo
