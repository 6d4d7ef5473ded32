"""Whisper for finished recordings: several stretches of speech at a time.

Nobody waits for the words, so they are read with a beam of 5 in the full window. A batch of four
takes 10-28 % less processor time than four readings, and gives the same words:
`without_timestamps=False` decodes as the single reading does (the batched default is another
prompt, and other words), and the silence between stretches stays outside, since each is a clip of
its own (tests/benchmarks/many_recordings.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.hallucination import clause_of, doubtful, too_many
from audio.transcriber import Clause
from audio.whisper import TAIL_S, WINDOW_S, WhisperTranscriber, without_tail

BATCH = 4
"""Eight are no quicker, and cost 950 MB at their peak instead of 650 (tiny.en; one: 390)."""


class UnhurriedWhisper(WhisperTranscriber):
    """A CTranslate2 Whisper that reads stretches in batches."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """As WhisperTranscriber; beam and window are fixed."""
        super().__init__(folder, threads=threads, beam_size=5, short_window=False)
        self.batch = BATCH

    def transcribe_all(
        self, sounds: Sequence[Samples], starts_ms: Sequence[float], hotwords: Sequence[str]
    ) -> list[Clause]:
        """A clause for each of `sounds`: see the port `BatchTranscriber`.

        What Whisper doubts, or leaves off before its end, is read again by itself. Raises
        EngineError.
        """
        with self._engine():
            readings = self._together(sounds, hotwords) if len(sounds) > 1 else [[]] * len(sounds)
        clauses = []
        for sound, start_ms, segments in zip(sounds, starts_ms, readings, strict=True):
            length_ms = milliseconds_of(sound.size)
            if whole(segments, length_ms / 1000):
                end_ms = start_ms + length_ms
                clauses.append(clause_of(segments, start_ms, end_ms, doubted=False))
            else:
                clauses.append(self.transcribe(sound, start_ms, hotwords))
        return clauses

    def _together(self, sounds: Sequence[Samples], hotwords: Sequence[str]) -> list[list[Any]]:
        """Whisper's segments for each sound, on its own clock (seconds)."""
        from faster_whisper import BatchedInferencePipeline

        ends = list(accumulate(sound.size for sound in sounds))
        begins = [0, *ends[:-1]]
        longest_s = max(sound.size for sound in sounds) / SAMPLE_RATE
        clips = [
            # Half a sample more: seconds are cut down to samples.
            {"start": (begin + 0.5) / SAMPLE_RATE, "end": (end + 0.5) / SAMPLE_RATE}
            for begin, end in zip(begins, ends, strict=True)
        ]
        segments, _ = BatchedInferencePipeline(self._model).transcribe(
            np.concatenate(sounds).astype(np.float32, copy=False),
            clip_timestamps=clips,
            batch_size=len(sounds),
            without_timestamps=False,
            **self._options(longest_s, hotwords),
        )
        found: list[list[Any]] = [[] for _ in sounds]
        frames = self._model.frames_per_second
        sound_of = {int(begin / SAMPLE_RATE * frames): i for i, begin in enumerate(begins)}
        for segment in segments:
            i = sound_of[segment.seek]
            found[i].append(moved(segment, -begins[i] / SAMPLE_RATE))
        return [
            list(without_tail(read, sound.size / SAMPLE_RATE))
            for read, sound in zip(found, sounds, strict=True)
        ]


def whole(segments: Sequence[Any], seconds: float) -> bool:
    """Whether this reading can be taken: it reaches the end of the sound, and is not doubted."""
    return (
        seconds <= WINDOW_S
        and bool(segments)
        and segments[-1].end > seconds - TAIL_S
        and not any(map(doubtful, segments))
        and not too_many(segments, seconds)
    )


def moved(segment: Any, by_s: float) -> Any:
    """A segment and its words on another clock, seconds; nothing is before its beginning (the
    aligner's steps are 20 ms, a sound may begin within one)."""
    words = [
        replace(word, start=max(0.0, word.start + by_s), end=max(0.0, word.end + by_s))
        for word in segment.words or ()
    ]
    start, end = max(0.0, segment.start + by_s), segment.end + by_s
    return replace(segment, start=start, end=end, words=words)
