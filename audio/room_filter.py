"""What the loudspeaker sounds like at the microphone, learned while it plays, and taken away.

A canceller made for telephony also presses down whoever speaks over the echo: of words 6 dB louder
than the echo the detector then found 38 % of the frames. This linear filter leaves them whole (94 %
of the frames), but it alone cannot tell the rest of an echo from a voice. `audio/echo.py` joins the
two: the canceller says whether somebody else speaks, this filter what they say.

    `Alignment`   finds how late the sound comes, anew for each utterance: every stream of a device
                  starts with another delay (82 to 194 ms in six utterances on virtual devices)
    `RoomFilter`  a Kalman filter over blocks in the frequency domain (Enzner and Vary, 2006;
                  partitioned as in Kuech, Mabande and Enzner, 2014), which slows down by itself
                  where it cannot explain what it hears, as when the candidate speaks as well
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from audio.frame import FRAME_SAMPLES, Samples, samples_of

Spectra = NDArray[np.complex128]
Powers = NDArray[np.float64]

PARTS = 10
"""Blocks of FRAME_SAMPLES that the filter is long: 320 ms of reverberation."""
LEAD = samples_of(8)
"""The loudest path comes so much after the filter's beginning: what comes before it is covered."""
STAYS = 0.999
"""How surely the room stays as it is from block to block (0-1); with less it forgets at once."""
UNSURE = 0.5
"""Variance of the filter's coefficients before anything was heard."""
MOVED = 0.05
"""Share of the coefficients' power that is doubted again with a new alignment: the delay is known
to a whole sample only."""
HISTORY = samples_of(1_600)
"""Played and heard sound that is kept to find the delay."""
LONGEST_DELAY = samples_of(600)
FIRST_LOOK = samples_of(256)
LAST_LOOK = samples_of(1_000)
"""After so much played sound the delay is looked for first, and with no more than that."""
CLEAR = 7.0
"""The common sound at the right delay stands out of that at all others by so many standard
deviations. Of two sounds with nothing in common the greatest of 9,600 delays reaches about 4."""
AGREEING = samples_of(1)
"""Two looks in a row that differ by less have found it."""
IDLE = samples_of(300)
"""After a silence of this length the next sound is a new utterance with a new delay."""


class RoomFilter:
    """Fed block by block with what is heard and what was played, aligned."""

    def __init__(self) -> None:
        bins = FRAME_SAMPLES + 1
        self._room: Spectra = np.zeros((PARTS, bins), np.complex128)
        self._doubt: Powers = np.full((PARTS, bins), UNSURE)
        self._played: Spectra = np.zeros((PARTS, bins), np.complex128)
        self._latest = np.zeros(2 * FRAME_SAMPLES)
        self._rest: Powers = np.full(bins, 1e-4)

    def step(self, near: Samples, far: Samples) -> Samples:
        """`near` without what the room makes of `far`; both of shape (FRAME_SAMPLES,)."""
        self._latest = np.concatenate([self._latest[FRAME_SAMPLES:], far])
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(self._latest)
        echo = np.fft.irfft((self._played * self._room).sum(axis=0))[FRAME_SAMPLES:]
        rest = near - echo
        self._learn(np.fft.rfft(np.concatenate([np.zeros(FRAME_SAMPLES), rest])))
        return np.asarray(rest, np.float32)

    def moved(self) -> None:
        """The alignment changed: believe the room a little less."""
        self._doubt += MOVED * np.abs(self._room) ** 2
        self._played[:] = 0
        self._latest[:] = 0

    def _learn(self, rest: Spectra) -> None:
        self._rest = 0.5 * self._rest + 0.5 * np.abs(rest) ** 2
        power = np.abs(self._played) ** 2
        step = self._doubt / ((power * self._doubt).sum(axis=0) + self._rest + 1e-8)
        change = np.fft.irfft(step * np.conj(self._played) * rest, axis=1)
        change[:, FRAME_SAMPLES:] = 0
        self._room += np.fft.rfft(change, axis=1)
        kept = STAYS**2
        self._doubt *= (1 - 0.5 * step * power) * kept
        self._doubt += (1 - kept) * np.abs(self._room) ** 2


class Alignment:
    """Delays what was played by as much as the room does; blocks of FRAME_SAMPLES."""

    def __init__(self) -> None:
        self._near: deque[Samples] = deque(maxlen=HISTORY // FRAME_SAMPLES)
        self._far: deque[Samples] = deque(maxlen=HISTORY // FRAME_SAMPLES)
        self._idle = IDLE
        self._sounding = 0
        """Samples since the utterance began."""
        self._last_look: int | None = None
        self.delay: int | None = None
        """Samples; None until it is known for this utterance."""
        self.found = False
        """Whether it was found with the latest block."""

    def push(self, near: Samples, far: Samples) -> Samples | None:
        """The played block that belongs to `near`; None while the delay is not known."""
        self._near.append(near)
        self._far.append(far)
        playing = bool(np.any(far))
        if playing and self._idle >= IDLE:
            self.delay, self._last_look, self._sounding = None, None, 0
        self._idle = 0 if playing else self._idle + far.size
        self._sounding += far.size
        self.found = self.delay is None and self._look()
        return None if self.delay is None else self._delayed(self.delay)

    @property
    def looking(self) -> bool:
        """Whether the delay may still be found in this utterance; later there is no echo."""
        return self.delay is None and self._sounding <= LAST_LOOK + LONGEST_DELAY

    def _look(self) -> bool:
        if self._sounding < FIRST_LOOK or not self.looking:
            return False
        blocks = min(len(self._far), self._sounding // FRAME_SAMPLES)
        near = np.concatenate(list(self._near)[-blocks:])
        far = np.concatenate(list(self._far)[-blocks:])
        seen, self._last_look = self._last_look, delay_of(near, far)
        if seen is None or self._last_look is None or abs(self._last_look - seen) > AGREEING:
            return False
        self.delay = max(0, self._last_look - LEAD)
        return True

    def _delayed(self, delay: int) -> Samples:
        behind = -(-delay // FRAME_SAMPLES)
        have = list(self._far)[-(behind + 1) :]
        sound = np.concatenate([np.zeros(FRAME_SAMPLES * (behind + 1 - len(have))), *have])
        end = sound.size - delay
        return np.asarray(sound[end - FRAME_SAMPLES : end], np.float32)


def delay_of(near: Samples, far: Samples) -> int | None:
    """By how many samples `near` is late, from where the two have clearly most in common."""
    size = 1 << (near.size + LONGEST_DELAY - 1).bit_length()
    cross = np.fft.rfft(near, size) * np.conj(np.fft.rfft(far, size))
    weight = np.abs(cross)
    if not np.any(weight):
        return None
    common = np.fft.irfft(cross / (weight + weight.mean() * 0.1))[:LONGEST_DELAY]
    delay = int(np.argmax(common))
    return delay if common[delay] >= CLEAR * np.std(common) else None
