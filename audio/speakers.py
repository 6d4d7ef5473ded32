"""Two voices in one channel, told apart: the same sound as two channels, one for each voice.

Speech is cut into windows, each window becomes a vector, the vectors fall into two groups. What
belongs to the other voice is silence in a channel, so that times stay what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from audio.frame import Samples, milliseconds_of, samples_of
from audio.segmenter import Segmentation, Stretch
from audio.transcript import stretches
from audio.vad import VoiceDetector
from audio.voiceprint import WINDOW_MS

FINE = Segmentation(close_ms=256, pre_roll_ms=96, post_roll_ms=96, cap_ms=28_000, uncut_ms=14_000)
"""Speakers change after short pauses, too; what is cut in two here is joined again by its voice."""
HOP_MS = 400
"""From one window to the next; a change of speaker is found to about this much."""
SHORTEST_MS = 240
"""Shorter speech tells nothing of a voice; it goes to whoever speaks around it."""
SHORTEST_RUN_MS = 1_200
"""A change of speaker inside a stretch that lasts less is taken for noise of the measurement."""
RESTARTS = 30
ROUNDS = 25
ALIKE = 0.75
"""Cosine of the two groups' centres from which it is one voice. Measured with four voices, one of
them a human reader: one voice cut in two 0.90 to 0.96, two different ones 0.50 to 0.63."""
LEAST_SHARE = 0.02
LEAST_MS = 1_500
"""A second voice with less speech than this, or than that share, is a cough or a television."""
SEED = 5
MARGIN_MS = 300
"""Kept before and after the speech of a voice."""

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Makes voices comparable."""

    def embed(self, windows: Sequence[Samples]) -> Vectors:
        """A unit vector for each window, shape (n, d)."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of speech by one voice, milliseconds from the start of the recording."""

    voice: int
    """0 or 1; 0 speaks first."""
    start_ms: float
    end_ms: float


def two_voices(
    samples: Samples, detector: VoiceDetector, encoder: Encoder
) -> tuple[Samples, Samples] | None:
    """`samples` (16 kHz mono, shape (n,)) as one channel for each voice; None for one voice only.

    The first channel holds the voice that speaks first.
    """
    spans = told_apart(samples, list(stretches(samples, detector, FINE)), encoder)
    if spans is None:
        return None
    channels = np.zeros((2, len(samples)), dtype=np.float32)
    for span in widened(spans, milliseconds_of(len(samples))):
        part = slice(samples_of(span.start_ms), samples_of(span.end_ms))
        channels[span.voice, part] = samples[part]
    return channels[0], channels[1]


def told_apart(samples: Samples, speech: Sequence[Stretch], encoder: Encoder) -> list[Span] | None:
    """Who speaks when, in order of time; None when all of it is one voice."""
    windows, owners = cut(samples, speech)
    if len(windows) < 2:
        return None
    vectors = encoder.embed(windows)
    centres = two_groups(vectors)
    if float(centres[0] @ centres[1]) >= ALIKE:
        return None
    leaning = vectors @ (centres[1] - centres[0])
    spans = [
        span
        for index, stretch in enumerate(speech)
        for span in runs(stretch, leaning[owners == index])
    ]
    spans = settled(spans)
    lengths = [sum(s.end_ms - s.start_ms for s in spans if s.voice == voice) for voice in (0, 1)]
    if min(lengths) < max(LEAST_MS, LEAST_SHARE * sum(lengths)):
        return None
    if spans[0].voice == 1:
        spans = [Span(1 - span.voice, span.start_ms, span.end_ms) for span in spans]
    return spans


def widened(spans: Sequence[Span], length_ms: float) -> list[Span]:
    """Spans of one voice in a row as one, with a little around it as far as the other leaves room.

    Words lose their ends otherwise, and a pause that is cut to silence sounds like a fault.
    """
    whole: list[Span] = []
    for span in spans:
        if whole and whole[-1].voice == span.voice:
            whole[-1] = Span(span.voice, whole[-1].start_ms, span.end_ms)
        else:
            whole.append(span)
    starts = [0.0, *((a.end_ms + b.start_ms) / 2 for a, b in pairwise(whole)), length_ms]
    return [
        Span(
            span.voice,
            max(first, span.start_ms - MARGIN_MS),
            min(last, span.end_ms + MARGIN_MS),
        )
        for span, (first, last) in zip(whole, pairwise(starts), strict=True)
    ]


def cut(samples: Samples, speech: Sequence[Stretch]) -> tuple[list[Samples], NDArray[np.int64]]:
    """Windows of all stretches, and of which stretch each is; very short stretches give none."""
    windows: list[Samples] = []
    owners: list[int] = []
    for index, stretch in enumerate(speech):
        first, last = samples_of(stretch.speech_start_ms), samples_of(stretch.speech_end_ms)
        if milliseconds_of(last - first) < SHORTEST_MS:
            continue
        wide, hop = samples_of(WINDOW_MS), samples_of(HOP_MS)
        for start in range(first, max(first + 1, last - wide + 1), hop):
            windows.append(samples[start : min(last, start + wide)])
            owners.append(index)
    return windows, np.asarray(owners, dtype=np.int64)


def two_groups(vectors: Vectors) -> Vectors:
    """Two unit vectors in the middle of the two groups (spherical k-means, many restarts).

    Always the same for the same vectors. Clustering by linkage was seen to isolate outliers.
    """
    random = np.random.default_rng(SEED)
    best, best_fit = vectors[:2], -np.inf
    for _ in range(RESTARTS):
        centres = vectors[random.choice(len(vectors), 2, replace=False)]
        for _ in range(ROUNDS):
            mine = np.argmax(vectors @ centres.T, axis=1)
            if not 0 < mine.sum() < len(vectors):
                break
            sums = np.stack([vectors[mine == group].sum(axis=0) for group in (0, 1)])
            moved = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
            if np.allclose(moved, centres, atol=1e-6):
                break
            centres = moved
        fit = float(np.max(vectors @ centres.T, axis=1).sum())
        if fit > best_fit:
            best, best_fit = centres, fit
    return np.asarray(best, dtype=np.float32)


def runs(stretch: Stretch, leaning: NDArray[np.float32]) -> list[Span]:
    """One stretch as spans of one voice each; `leaning` of its windows, above zero = voice 1.

    A moment belongs to the voice that the windows over it lean to. Without windows the span has
    voice -1: not known.
    """
    start, end = stretch.speech_start_ms, stretch.speech_end_ms
    if not len(leaning):
        return [Span(-1, start, end)]
    middles = start + WINDOW_MS / 2 + HOP_MS * np.arange(len(leaning))
    voices = smoothed((leaning > 0).astype(int), SHORTEST_RUN_MS // HOP_MS)
    spans: list[Span] = []
    for index, voice in enumerate(voices):
        begin = start if index == 0 else float(middles[index - 1] + middles[index]) / 2
        if spans and spans[-1].voice == voice:
            continue
        if spans:
            spans[-1] = Span(spans[-1].voice, spans[-1].start_ms, begin)
        spans.append(Span(int(voice), begin, end))
    return spans


def smoothed(voices: NDArray[np.int64], shortest: int) -> NDArray[np.int64]:
    """Runs of fewer than `shortest` entries take the value before them, the first what follows."""
    found = voices.copy()
    edges = [0, *(np.flatnonzero(np.diff(found)) + 1), len(found)]
    for first, last in pairwise(edges):
        if last - first < shortest and len(edges) > 2:
            found[first:last] = found[first - 1] if first else found[last]
    return found


def settled(spans: Sequence[Span]) -> list[Span]:
    """Spans of an unknown voice take that of their nearer neighbour."""
    known = [span for span in spans if span.voice >= 0]
    return [
        span
        if span.voice >= 0
        else Span(min(known, key=lambda each: gap(each, span)).voice, span.start_ms, span.end_ms)
        for span in spans
    ]


def gap(one: Span, other: Span) -> float:
    """Milliseconds between two spans."""
    return max(one.start_ms - other.end_ms, other.start_ms - one.end_ms)
