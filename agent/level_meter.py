"""How loud the candidate is, for a person to see at a glance: a bar, and what to do about it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

Loudness = Literal["unknown", "muted", "too quiet", "good", "too loud"]

MUTED_DBFS = -85.0
"""A live microphone is noisier than this (16-bit converters and rooms give -75 to -50); below, it
is switched off or gives digital silence."""
TOO_QUIET_DBFS = -50.0
"""Speech below is lost in the noise of an ordinary room. Measured with Silero and tiny.en: words
survived at 10 dB over white noise and broke at 0 to 5 dB; in a quiet room that is -60 plus 10."""
TOO_LOUD_DBFS = -9.0
"""Speech above is clipped: peaks of a voice are 10 to 12 dB over its level. At -12 dBFS 0.4 % of
the samples of a synthetic voice reached full scale, at -6 dBFS 7 %."""
SPEECH_WINDOW_S = 2.0
"""So long the loudest moments of speech are remembered: a hint must not flicker with the words."""
MUTED_AFTER_S = 1.5
"""Digital silence for so long is no pause between drivers' buffers."""
STALE_S = 0.6
"""Levels come ten times a second; after this long without one nobody is listening."""
EMPTY_DBFS, FULL_DBFS = -60.0, 0.0
"""Both ends of the bar."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter shows."""

    dbfs: float | None
    """Present level; None when there is none."""
    filled: float
    """Share of the bar, 0 to 1."""
    loudness: Loudness

    def coarse(self, cells: int, step_db: float) -> Reading:
        """The same to the nearest cell and step: what looks the same is equal."""
        dbfs = None if self.dbfs is None else round(self.dbfs / step_db) * step_db
        return Reading(dbfs, round(self.filled * cells) / cells, self.loudness)


class LevelMeter:
    """Takes levels as they come and judges them; times are seconds on any one clock."""

    def __init__(self) -> None:
        self.level: tuple[float, float] | None = None
        """The last level with its time."""
        self.speech: deque[tuple[float, float]] = deque()
        """Levels heard while the candidate spoke: (time, dBFS)."""
        self.last_sound_s: float | None = None
        """When it was last louder than digital silence."""

    def push(self, dbfs: float, now_s: float, *, speaking: bool) -> None:
        """One level (root mean square, dB below full scale)."""
        after_gap = self.level is None or now_s - self.level[0] > STALE_S
        self.level = (now_s, dbfs)
        if after_gap or dbfs > MUTED_DBFS:
            self.last_sound_s = now_s
        if speaking:
            self.speech.append((now_s, dbfs))

    def read(self, now_s: float) -> Reading:
        """What to show at `now_s`."""
        while self.speech and now_s - self.speech[0][0] > SPEECH_WINDOW_S:
            self.speech.popleft()
        if self.level is None or now_s - self.level[0] > STALE_S:
            return Reading(None, 0.0, "unknown")
        dbfs = self.level[1]
        share = (dbfs - EMPTY_DBFS) / (FULL_DBFS - EMPTY_DBFS)
        return Reading(dbfs, min(1.0, max(0.0, share)), self.judged(now_s))

    def judged(self, now_s: float) -> Loudness:
        """By the loudest moments of speech; without speech only "muted" can be told."""
        if self.last_sound_s is not None and now_s - self.last_sound_s > MUTED_AFTER_S:
            return "muted"
        if not self.speech:
            return "unknown"
        return loudness(max(level for _, level in self.speech))


def loudness(speech_dbfs: float) -> Loudness:
    """What a level of speech is: too quiet, good or too loud; muted below any live microphone."""
    if speech_dbfs < MUTED_DBFS:
        return "muted"
    if speech_dbfs < TOO_QUIET_DBFS:
        return "too quiet"
    return "too loud" if speech_dbfs > TOO_LOUD_DBFS else "good"
