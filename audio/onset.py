"""Whether the candidate begins to speak, surely enough to silence the interviewer for it.

A listener may open a stretch on a breath and lose nothing; an interviewer who stops for one is
unbearable. So beside the detector's probability it takes several frames and a level.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from audio.frame import AudioFrame
from audio.sources import SILENT_DBFS, level_dbfs


@dataclass(frozen=True, slots=True)
class OnsetSettings:
    """When sound counts as somebody speaking. Probabilities 0 to 1."""

    speech_probability: float = 0.5
    """A frame at or above is speech (Silero's own default)."""
    frames: int = 3
    """So many frames of speech are an onset. From the first audible 10 ms of ten real sentences
    it took 90 to 206 ms, 131 on average, of which Silero takes up to 120; four frames took 163."""
    within: int = 4
    """They come within this many frames: a stop consonant or a canceller's gap may be between."""
    level_dbfs: float = -50.0
    """Softer sound is not meant for the microphone; speech at a headset was -35 to -15 dBFS."""
    above_noise_db: float = 6.0
    """An onset is louder than the room by this much (median level without speech)."""
    noise_frames: int = 94
    """The room is judged by the last 3 s without speech."""


LOUDSPEAKER_ONSET = OnsetSettings(speech_probability=0.3, within=6)
"""For a microphone behind an echo canceller, which leaves gaps in what is said over the echo. In
three simulated rooms 36 of 36 barge-ins were noticed within 227 ms, and 2 of 36 utterances paused
for its own echo: tests/benchmarks/barge_in.md."""


class OnsetDetector:
    """Fed frame by frame; pure."""

    def __init__(self, settings: OnsetSettings | None = None) -> None:
        self.settings = settings or OnsetSettings()
        self._latest: deque[tuple[float, bool]] = deque(maxlen=self.settings.within)
        self._noise: deque[float] = deque(maxlen=self.settings.noise_frames)
        self.onset_ms: float | None = None
        """Session clock where the speech began; None while there is none."""
        self.speech_end_ms = 0.0
        """Session clock just after the last frame of speech."""

    @property
    def suspected_ms(self) -> float | None:
        """Where speech began that is not sure yet; None without any."""
        first = next((start for start, speech in self._latest if speech), None)
        return first if self.onset_ms is None else self.onset_ms

    def push(self, frame: AudioFrame, probability: float) -> None:
        """Take the next frame with the detector's probability."""
        level = level_dbfs(frame.samples)
        speech = probability >= self.settings.speech_probability and level >= self._gate_dbfs()
        if not speech and self.onset_ms is None:
            self._noise.append(level)
        self._latest.append((frame.start_ms, speech))
        if speech:
            self.speech_end_ms = frame.end_ms
        spoken = [start for start, is_speech in self._latest if is_speech]
        if self.onset_ms is None and len(spoken) >= self.settings.frames:
            self.onset_ms = spoken[0]

    def forget(self) -> None:
        """It was nothing: wait for the next onset."""
        self.onset_ms = None
        self._latest.clear()

    @property
    def speech_ms(self) -> float:
        """From the onset to the last speech so far, milliseconds."""
        return 0.0 if self.onset_ms is None else self.speech_end_ms - self.onset_ms

    def quiet_ms(self, now_ms: float) -> float:
        """Silence since the last speech, milliseconds."""
        return max(0.0, now_ms - self.speech_end_ms)

    def _gate_dbfs(self) -> float:
        settings = self.settings
        room = median(self._noise) if len(self._noise) >= settings.frames else SILENT_DBFS
        return max(settings.level_dbfs, room + settings.above_noise_db)
