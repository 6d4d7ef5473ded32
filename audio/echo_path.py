"""Whether the loudspeaker reaches the microphone at all, judged by how loud it is while one plays.

With headphones there is nothing to cancel, and a canceller that works on all the same takes the
beginning of what the candidate says over the interviewer: "Yeah, okay." was heard as "Now, okay."
"""

from __future__ import annotations

from collections import deque
from statistics import median

import numpy as np

from audio.frame import FRAME_SAMPLES, Samples, samples_of
from audio.sources import level_dbfs

STRETCH_MS = 1_000.0
"""Played sound that is judged as one: speech has louder and softer parts within a second."""
STRETCHES = 7
"""The last so many count. Their median stays low while the candidate speaks over three of them,
and rises within four seconds when the headphones come off."""
LEAST_STRETCHES = 3
LOUD_PART = 90.0
"""Percentile of the frames' levels in a stretch that stands for how loud it was."""
INAUDIBLE_DBFS = -50.0
"""What is softer is never taken for speech (`OnsetSettings.level_dbfs`)."""
ABOVE_ROOM_DB = 3.0
"""Nor is an echo that makes the room louder by less; an onset needs 6 dB."""
ROOM_PART = 5.0
"""Percentile of the levels while nothing plays that is the room without anybody: even who talks
without a break leaves gaps between words."""
ROOM_MS = 30_000.0


def frames_of(milliseconds: float) -> int:
    """Whole frames in so much time."""
    return samples_of(milliseconds) // FRAME_SAMPLES


class EchoPath:
    """Fed frame by frame, in order."""

    def __init__(self) -> None:
        self._stretch: list[float] = []
        self._loud: deque[float] = deque(maxlen=STRETCHES)
        self._room: deque[float] = deque(maxlen=frames_of(ROOM_MS))
        self.silent = False
        """Whether nothing of what is played is heard; False until enough was played."""

    def push(self, near: Samples, *, playing: bool, after_played: bool) -> None:
        """A frame of the microphone; `after_played`: what was played may still be in it."""
        level = level_dbfs(near)
        if not after_played:
            self._room.append(level)
        if not playing:
            return
        self._stretch.append(level)
        if len(self._stretch) == frames_of(STRETCH_MS):
            self._loud.append(float(np.percentile(self._stretch, LOUD_PART)))
            self._stretch = []
            self.silent = self._is_silent()

    def _is_silent(self) -> bool:
        if len(self._loud) < LEAST_STRETCHES:
            return False
        room = float(np.percentile(self._room, ROOM_PART)) if self._room else INAUDIBLE_DBFS
        return median(self._loud) < max(INAUDIBLE_DBFS, room + ABOVE_ROOM_DB)
