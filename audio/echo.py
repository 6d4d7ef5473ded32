"""Taking the interviewer's own voice out of the microphone (WebRTC's canceller, pywebrtc-audio).

    speaker callback     → `FarSound.played`: what goes out
    microphone callback  → `EchoCanceller.reference`: as much of it as one frame is long
    reader               → `EchoCanceller.clean`: the frame without the echo

Pairing happens in the callbacks, which run at the pace of the devices; the reader may lag behind.
The canceller finds the delay from speaker to microphone by itself (250 ms without a hint measured).
It says whether there is more in a frame than echo; the words then come from `audio/room_filter.py`,
because the canceller damages what is spoken over an echo. tests/benchmarks/barge_in.md has figures.
"""

from __future__ import annotations

import importlib.util
import threading
from typing import Any

import numpy as np

from audio.echo_path import INAUDIBLE_DBFS, EchoPath
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples, SpeechChunk, samples_of
from audio.resampling import resample
from audio.room_filter import Alignment, RoomFilter
from audio.sources import level_dbfs

PACKAGE = "pywebrtc_audio"
QUEUED_MS = 500.0
"""At most so much played sound waits for the microphone: with more, it has stood still."""
TAIL_MS = 600.0
"""A frame this long after the last played sound may still hold echo: device latency (314 to 339 ms
there and back at a latency of 0.15 s) and the room."""


LEARN_MS = 3_000.0
"""Played sound until the canceller knows the room. In a simulated one (delays of 60 to 320 ms, echo
12 dB softer to 3 dB louder than the candidate) its first 3 s gave false speech in 3 of 36 runs."""
RESIDUE_DB = 12.0
"""A frame of which the canceller takes more than this away was echo (8 dB did as well)."""
EARLY_RESIDUE_DB = 6.0
"""The same before the delay of an utterance is known, when there is nothing but the canceller."""
UNTOUCHED_DB = 3.0
"""With less than this taken away there was no echo, as with headphones: the words stay whole."""
SETTLING_FRAMES = 4


class EchoCanceller:
    """One for a session, shared by its player and its microphone."""

    def __init__(self) -> None:
        """Raises EngineError when pywebrtc-audio is not installed."""
        try:
            from pywebrtc_audio import EchoCanceller as WebRtcCanceller
        except ImportError as error:
            raise EngineError(
                f"echo cancellation is not installed ({error})",
                where="pywebrtc-audio",
                todo="Install Viva with its `echo` extra, or use headphones.",
            ) from error
        self._canceller: Any = WebRtcCanceller(sample_rate=SAMPLE_RATE)
        self._alignment, self._room, self._path = Alignment(), RoomFilter(), EchoPath()
        self._settling = 0
        """Frames until the room filter has heard what is still sounding from before."""
        self._lock = threading.Lock()
        self._far = np.zeros(0, np.float32)
        self._since_played = samples_of(TAIL_MS)
        """Samples cleaned since the last that held played sound."""
        self._learned = 0
        """Samples of played sound that the canceller has worked on."""

    def played(self, samples: Samples) -> None:
        """`samples`, shape (n,) at SAMPLE_RATE, go to the speaker now. Cheap; any thread."""
        with self._lock:
            self._far = np.concatenate([self._far, samples])[-samples_of(QUEUED_MS) :]

    def reference(self, count: int) -> Samples:
        """The next `count` played samples; zeros where nothing is played. Cheap; any thread."""
        with self._lock:
            taken, self._far = self._far[:count], self._far[count:]
        far = np.zeros(count, np.float32)
        far[: taken.size] = taken
        return far

    def clean(self, near: Samples, far: Samples) -> Samples:
        """`near`, shape (FRAME_SAMPLES,), without the echo of `far` and what came before it.

        Frames come in order, from one thread. Long after the last played sound, and where nothing
        of it reaches the microphone, `near` comes back as it is: there is nothing to cancel, and
        cancelling costs clarity. In the first LEARN_MS of
        played sound, and where nearly all of a frame was echo, silence comes back: what is left
        of the echo sounds like speech and would be taken for the candidate.
        """
        playing = bool(np.any(far))
        self._since_played = 0 if playing else self._since_played + near.size
        self._learned += near.size if playing else 0
        cancelled = np.asarray(self._canceller.process(near, far), np.float32)
        candidate = self._without_room(near, far)
        behind = self._since_played > samples_of(TAIL_MS)
        self._path.push(near, playing=playing, after_played=not behind)
        if behind or self._path.silent:
            return near
        if self._learned < samples_of(LEARN_MS):
            return np.zeros_like(near)
        if candidate is None:
            early = self._alignment.looking or self._settling > 0
            least_db = EARLY_RESIDUE_DB if early else RESIDUE_DB
            taken_db = level_dbfs(near) - level_dbfs(cancelled)
            if taken_db > least_db:
                return np.zeros_like(near)
            return near if taken_db < UNTOUCHED_DB else cancelled
        level = level_dbfs(candidate)
        only_echo = level < INAUDIBLE_DBFS or level_dbfs(cancelled) < level - RESIDUE_DB
        return np.zeros_like(near) if only_echo else candidate

    def _without_room(self, near: Samples, far: Samples) -> Samples | None:
        """The frame without what the room makes of the played sound; None: not known yet."""
        aligned = self._alignment.push(near, far)
        if aligned is None:
            return None
        if self._alignment.found:
            self._room.moved()
            self._settling = SETTLING_FRAMES
        self._settling = max(0, self._settling - 1)
        rest = self._room.step(near, aligned)
        return None if self._settling else rest


class FarSound:
    """One utterance on its way to the speaker, for the canceller."""

    def __init__(self, canceller: EchoCanceller, rate_hz: int) -> None:
        self._canceller, self._rate_hz = canceller, rate_hz
        self._lock = threading.Lock()
        self._written: list[Samples] = []
        """What has not been played yet, at SAMPLE_RATE."""
        self._told = 0

    def write(self, samples: Samples) -> None:
        """Sound that will be played, at the utterance's rate."""
        sound = resample(SpeechChunk(samples, self._rate_hz), SAMPLE_RATE).samples
        with self._lock:
            self._written.append(sound)

    def played(self, total: int) -> None:
        """The device has taken `total` samples of the utterance so far."""
        until = round(total * SAMPLE_RATE / self._rate_hz)
        with self._lock:
            whole = np.concatenate([*self._written, np.zeros(0, np.float32)])
            count = until - self._told
            sound, self._written = whole[:count], [whole[count:]]
            self._told = until
        self._canceller.played(sound)


def echo_canceller() -> EchoCanceller | None:
    """A canceller, or None where the package is not installed: then half duplex."""
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    return EchoCanceller()
