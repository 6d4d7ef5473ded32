"""Who is audible when: what the turn-taking benchmark reads from sound, and from nothing else."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.frame import SAMPLE_RATE, Samples, samples_of

BLOCK_MS = 10.0
AUDIBLE_DBFS = -50.0
"""A block of BLOCK_MS whose root mean square is above is audible."""
TOLERANCE_MS = 250.0
"""How much longer than its file a turn may look after it went through a sound card."""

Blocks = NDArray[np.bool_]
"""Shape (n,): whether the block that begins at i * BLOCK_MS is audible."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to behind the last audible block, milliseconds."""

    start_ms: float
    end_ms: float

    @property
    def length_ms(self) -> float:
        """How long it lasts."""
        return self.end_ms - self.start_ms


def read_stereo(path: Path) -> tuple[Samples, Samples]:
    """Candidate (left) and interviewer (right) of a session's recording."""
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getframerate()) != (2, SAMPLE_RATE):
            raise SystemExit(f"{path} is no recording of a session")
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    both = raw.reshape(-1, 2).astype(np.float32) / np.float32(32768)
    return both[:, 0], both[:, 1]


def audible(samples: Samples) -> Blocks:
    """Which blocks of the sound can be heard."""
    size = samples_of(BLOCK_MS)
    whole = samples[: len(samples) // size * size].astype(np.float64).reshape(-1, size)
    return np.asarray(np.mean(whole**2, axis=1) > 10 ** (AUDIBLE_DBFS / 10))


def span(blocks: Blocks) -> Span | None:
    """First to last audible block; None for silence."""
    heard = np.flatnonzero(blocks)
    if not len(heard):
        return None
    return Span(heard[0] * BLOCK_MS, (heard[-1] + 1) * BLOCK_MS)


def first_after(blocks: Blocks, from_ms: float, to_ms: float = float("inf")) -> float | None:
    """Where the first audible block at or after `from_ms` begins, before `to_ms`."""
    begin = int(from_ms // BLOCK_MS)
    heard = np.flatnonzero(blocks[begin:])
    if not len(heard) or (begin + heard[0]) * BLOCK_MS >= to_ms:
        return None
    return float((begin + heard[0]) * BLOCK_MS)


def last_before(blocks: Blocks, from_ms: float, to_ms: float) -> float:
    """Where the last audible block between the two times ends; `from_ms` when there is none."""
    begin, end = int(from_ms // BLOCK_MS), int(to_ms // BLOCK_MS)
    heard = np.flatnonzero(blocks[begin:end])
    return float((begin + heard[-1] + 1) * BLOCK_MS) if len(heard) else from_ms


def find_turns(candidate: Blocks, lengths_ms: list[float]) -> list[Span]:
    """Where turns of those audible lengths were spoken, one after another, pauses included."""
    found: list[Span] = []
    position = 0.0
    for length_ms in lengths_ms:
        start = first_after(candidate, position)
        if start is None:
            break
        end = last_before(candidate, start, start + length_ms + TOLERANCE_MS)
        found.append(Span(start, end))
        position = end
    return found
