"""Whether transcription keeps up with speech on this machine."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

from audio.frame import Samples, milliseconds_of
from audio.transcriber import Clause, Transcriber

SLOW_FACTOR = 0.8
"""Time to transcribe over length of the sound, from which a machine is too slow: speech is partly
read twice, so words come later and later. tiny.en on two idle cores: 0.05 to 0.3."""
SEGMENTS = 5
"""So many readings are looked at; the slowest of them may be a hiccup and does not count."""
LEAST_SOUND_S = 4.0
"""Less sound than this says nothing: Whisper's window costs the same for a word (seconds)."""


class TimedTranscriber:
    """A transcriber whose time is measured; another one may be put in its place."""

    def __init__(self, transcriber: Transcriber, slow_factor: float = SLOW_FACTOR) -> None:
        self.transcriber, self.slow_factor = transcriber, slow_factor
        self._lock = threading.Lock()
        self._readings: deque[tuple[float, float]] = deque(maxlen=SEGMENTS)
        """(seconds it took, seconds of sound), the latest last."""

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """As the transcriber does."""
        began_s = time.monotonic()
        clause = self.transcriber.transcribe(samples, start_ms, hotwords)
        took_s = time.monotonic() - began_s
        with self._lock:
            self._readings.append((took_s, milliseconds_of(samples.size) / 1000))
        return clause

    def factor(self) -> float | None:
        """Time taken over length of the sound, of the latest readings; None before it is known."""
        with self._lock:
            counted = sorted(self._readings, key=lambda each: each[0] / max(each[1], 0.1))[:-1]
        sound_s = sum(sound for _, sound in counted)
        if len(counted) < SEGMENTS - 1 or sound_s < LEAST_SOUND_S:
            return None
        return sum(took for took, _ in counted) / sound_s

    @property
    def too_slow(self) -> bool:
        """Whether words come later and later."""
        factor = self.factor()
        return factor is not None and factor > self.slow_factor

    def forget(self) -> None:
        """Measure anew, after something was changed."""
        with self._lock:
            self._readings.clear()

    def replace(self, transcriber: Transcriber) -> None:
        """Use another one from the next reading on."""
        self.transcriber = transcriber
