"""Which settings a device is asked for, and what is told when it takes none."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

from audio.devices import Device
from audio.frame import SAMPLE_RATE, SpeechChunk
from audio.resampling import StreamResampler, resample
from audio.streams import BUSY, cannot_open, settings

HEADSET = Device(index=3, name="USB headset", inputs=1, outputs=2, rate_hz=44_100)


def test_our_rate_is_asked_for_first_then_the_devices_own_each_once() -> None:
    assert list(settings("input", HEADSET, (SAMPLE_RATE,))) == [
        (16_000, 1),
        (44_100, 1),
        (48_000, 1),
    ]


def test_a_device_that_has_two_channels_is_also_tried_with_both() -> None:
    tried = list(settings("output", HEADSET, (24_000,)))
    assert tried[0] == (24_000, 1)
    assert tried[-1] == (48_000, 2)
    assert len(tried) == len(set(tried)) == 6


def test_a_device_that_is_taken_is_told_apart_from_one_that_is_gone() -> None:
    taken = cannot_open("input", HEADSET, OSError("Device unavailable", BUSY))
    gone = cannot_open("output", HEADSET, OSError("Unanticipated host error", -9999))
    assert taken.what == "another program has the microphone"
    assert "Close that program" in taken.todo
    assert taken.where == gone.where == "USB headset"
    assert "plugged in" in gone.todo
    assert "--speaker" in gone.todo


def test_sound_resampled_in_blocks_is_the_sound_resampled_at_once() -> None:
    for rate in (44_100, 48_000):
        at = np.arange(rate * 2) / rate
        tone = (np.sin(2 * np.pi * (300 * at + 200 * at**2)) / 2).astype(np.float32)
        stream = StreamResampler(rate, SAMPLE_RATE)
        block = round(rate * 0.032)
        parts = [stream.push(tone[first : first + block]) for first in range(0, tone.size, block)]
        joined = np.concatenate(parts)
        whole = resample(SpeechChunk(tone, rate), SAMPLE_RATE).samples
        assert 0 <= whole.size - joined.size < 0.01 * SAMPLE_RATE
        assert float(np.abs(joined - whole[: joined.size])[100:].max()) < 0.01


def test_what_a_library_writes_is_hidden_and_what_python_writes_is_not() -> None:
    code = """
import os, sys
from audio.streams import hidden_noise
with hidden_noise():
    os.write(2, b"library\\n")
    print("python", file=sys.stderr)
os.write(2, b"afterwards\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.stderr == "python\nafterwards\n"
