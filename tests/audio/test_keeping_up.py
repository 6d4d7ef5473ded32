"""Whether transcription keeps up with speech."""

from __future__ import annotations

import numpy as np

from audio.frame import SAMPLE_RATE
from audio.keeping_up import SEGMENTS, TimedTranscriber
from audio.transcriber import ScriptedTranscriber

SOUND_S = 1.25


def hear(timed: TimedTranscriber, seconds: float = SOUND_S) -> None:
    timed.transcribe(np.zeros(round(seconds * SAMPLE_RATE), np.float32), 0.0, ())


def test_a_machine_that_needs_as_long_as_the_speech_is_too_slow() -> None:
    timed = TimedTranscriber(ScriptedTranscriber(["one"] * SEGMENTS, takes_s=0.25), 0.15)
    for _ in range(SEGMENTS - 1):
        hear(timed)
        assert not timed.too_slow
    hear(timed)
    assert timed.too_slow
    timed.forget()
    assert not timed.too_slow


def test_one_hiccup_is_no_slow_machine() -> None:
    script = ScriptedTranscriber(["one"] * SEGMENTS)
    timed = TimedTranscriber(script, 0.15)
    for number in range(SEGMENTS):
        script.takes_s = 2.0 if number == 2 else 0.0
        hear(timed)
    assert timed.factor() is not None
    assert not timed.too_slow


def test_a_few_single_words_say_nothing_about_the_machine() -> None:
    timed = TimedTranscriber(ScriptedTranscriber(["yes"] * SEGMENTS, takes_s=0.02), 0.01)
    for _ in range(SEGMENTS):
        hear(timed, 0.5)
    assert timed.factor() is None


def test_another_transcriber_takes_over_with_the_next_reading() -> None:
    first, second = ScriptedTranscriber(["one"]), ScriptedTranscriber(["two"])
    timed = TimedTranscriber(first)
    hear(timed)
    timed.replace(second)
    hear(timed)
    first.finish()
    second.finish()
