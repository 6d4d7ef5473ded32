"""The words of a finished recording: every stretch of speech in turn, without any end of turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from audio.frame import Samples
from audio.hearing import HeardClause
from audio.readings import heard_clause, placed
from audio.segmenter import Segmentation, Segmenter, Stretch
from audio.sources import RecordedSource
from audio.transcriber import BatchTranscriber, Transcriber
from audio.vad import VoiceDetector

CLOSING_SILENCE_MS = 1_000
"""Fed behind the sound so that its last stretch is closed by a pause like all others."""


def transcribe_recording(
    samples: Samples,
    detector: VoiceDetector,
    transcriber: Transcriber,
    hotwords: Sequence[str] = (),
) -> Iterator[HeardClause]:
    """The speech in `samples` (16 kHz mono, shape (n,)), one clause at a time as it is heard.

    Times are milliseconds from the start of the recording; silence and noise give nothing.
    """
    spoken = stretches(samples, detector)
    if not isinstance(transcriber, BatchTranscriber):
        yield from (heard_clause(transcriber, stretch, hotwords) for stretch in spoken)
        return
    while batch := list(islice(spoken, transcriber.batch)):
        clauses = transcriber.transcribe_all(
            [stretch.samples for stretch in batch], [each.start_ms for each in batch], hotwords
        )
        yield from map(placed, clauses, batch)


def stretches(
    samples: Samples, detector: VoiceDetector, segmentation: Segmentation | None = None
) -> Iterator[Stretch]:
    """The stretches of speech in `samples`, in order."""
    segmenter, voice = Segmenter(segmentation), detector.stream()
    for frame in RecordedSource(samples, trailing_silence_ms=CLOSING_SILENCE_MS):
        stretch = segmenter.push(frame, voice.probability(frame.samples))
        if stretch is not None:
            yield stretch
    last = segmenter.close()
    if last is not None:
        yield last
