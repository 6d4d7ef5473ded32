"""The natural voice: hibari, a small neural synthesizer with its weights in the package."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from audio.clauses import clauses
from audio.errors import EngineError
from audio.frame import SpeechChunk
from audio.pronunciation import for_speech

NATURAL_WORDS_PER_MINUTE = 160
"""Pace at speed 1.0, measured on 32 words of interviewer speech in three sentences."""
SPEED_RANGE = (0.5, 2.0)
"""What hibari accepts as speed (1.0 = its own pace)."""
THREADS = 1
"""Two threads were measured to be slower than one: the model is too small to share out."""
DEFAULT_SEED = 20_261
"""The voice has a noise component; a fixed seed makes the recording reproducible."""
PEAK = 0.95
"""Louder chunks are scaled down to this, so that 16-bit recording never clips (full scale = 1)."""


class NaturalEngine:
    """24 kHz American English female voice. One instance may be used by several threads."""

    name = "natural"

    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        """Load and warm up (about 1 s: the first call loads the spelling-to-sound tables)."""
        try:
            from hibari import Hibari

            self.model = Hibari(threads=THREADS)
            self.rate_hz = int(self.model.sample_rate)
            self.model("Ready.", seed=seed)
        except ImportError as error:
            raise EngineError(
                f"the natural voice is not installed ({error})",
                todo="Install it with `pip install hibari-tts`, or choose the voice pyttsx3.",
            ) from error
        except Exception as error:  # third-party: any failure means "no voice"
            raise EngineError(
                f"the natural voice does not start ({type(error).__name__}: {error})",
                todo="Run `viva models verify`, or choose the voice pyttsx3.",
            ) from error
        self.seed = seed
        self.lock = threading.Lock()

    def synthesize(self, text: str, words_per_minute: int | None = None) -> Iterator[SpeechChunk]:
        """One float32 chunk at 24 kHz per clause; the same text gives the same samples."""
        pace = (words_per_minute or NATURAL_WORDS_PER_MINUTE) / NATURAL_WORDS_PER_MINUTE
        speed = float(np.clip(pace, *SPEED_RANGE))
        for clause in clauses(text):
            try:
                with self.lock:
                    sound = self.model(for_speech(clause), speed=speed, seed=self.seed)
            except Exception as error:  # third-party: told, not swallowed
                raise EngineError(
                    f"the natural voice failed on {clause[:60]!r} ({error})",
                    todo="Choose the voice pyttsx3.",
                ) from error
            samples = np.asarray(sound, dtype=np.float32)
            if samples.size == 0:
                continue
            peak = float(np.abs(samples).max())
            if peak > PEAK:
                samples = samples * np.float32(PEAK / peak)
            yield SpeechChunk(samples, self.rate_hz)
