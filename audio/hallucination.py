"""Words that Whisper hallucinates: known by its own figures, left out, and named.

The same for every engine that gives Whisper's segments: text, words with probabilities,
avg_logprob, no_speech_prob, compression_ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

from audio.transcriber import Clause, HeardWord

LOG_PROBABILITY_LIMIT = -1.0
"""Mean log probability below which a reading is doubted (Whisper's own threshold): synthetic speech
in seven other languages stayed below, English in the same voice above -0.65."""
NO_SPEECH_LIMIT = 0.5
"""Segments above are dropped: speech measured ≤ 0.24, invented text on noise mostly ≥ 0.51."""
DOUBTED_NO_SPEECH = 0.3
"""The same for readings below LOG_PROBABILITY_LIMIT: a sung vowel became "Uh" with 0.47."""
MOST_WORDS_PER_S = 8.0
"""More words than this in a stretch, rolls included, nobody can say: 0.3 s of a sung vowel became
"ROC-AUC, F1, F1, F1, F1, F1". The fastest stretch of real speech had 4.6."""
COMPRESSION_LIMIT = 2.4
"""Segments above are loops (Whisper's own threshold); tried once more without hotwords."""
UNSUPPORTED_PROBABILITY = 0.1
"""A segment whose words are less likely on average is a guess: invented tails had 0.00."""


def guessed(segment: Any) -> bool:
    """Whether the words have next to no support in the sound.

    A word said again supports itself: breathing became "ROC-AUC-AUC-AUC-AUC-AUC-AUC" with 0.00,
    0.01 and then 0.9. So each counts as it was heard first.
    """
    first: dict[str, float] = {}
    for word in segment.words or ():
        first.setdefault(word.word.strip(" ,.-").lower(), float(word.probability))
    return bool(first) and mean(first.values()) < UNSUPPORTED_PROBABILITY


def doubtful(segment: Any) -> bool:
    """Whether a reading is too unlikely, or too repetitive, to be taken at once."""
    return loops(segment) or unlikely(segment)


def unlikely(segment: Any) -> bool:
    """Whether Whisper itself finds its words improbable."""
    return bool(segment.avg_logprob < LOG_PROBABILITY_LIMIT)


def likelihood(segments: Sequence[Any], seconds: float) -> tuple[int, float]:
    """How good a reading of so much sound is: possible first, then its mean log probability."""
    if not segments:
        return 0, LOG_PROBABILITY_LIMIT
    faults = sum(map(loops, segments)) + too_many(segments, seconds)
    return -faults, mean(segment.avg_logprob for segment in segments)


def too_many(segments: Sequence[Any], seconds: float) -> bool:
    """Whether these are more words than can be said in that time; one or two always can."""
    count = sum(len(segment.words or ()) for segment in segments)
    return count > max(2.0, MOST_WORDS_PER_S * seconds)


def loops(segment: Any) -> bool:
    """Whether the text repeats itself far more than speech does."""
    return bool(segment.compression_ratio > COMPRESSION_LIMIT)


def clause_of(segments: Sequence[Any], start_ms: float, end_ms: float, doubted: bool) -> Clause:
    """Whisper's segments as one clause; invented ones are left out and named in dropped_reason."""
    words: list[HeardWord] = []
    texts: list[str] = []
    dropped: list[str] = []
    rushed = too_many(segments, (end_ms - start_ms) / 1000)
    for segment in segments:
        text = segment.text.strip()
        if rushed:
            dropped.append(f"more words than fit in {end_ms - start_ms:.0f} ms: {text[:60]!r}")
        elif segment.no_speech_prob > NO_SPEECH_LIMIT:
            dropped.append(f"no_speech_prob {segment.no_speech_prob:.2f}: {text[:60]!r}")
        elif unlikely(segment) and segment.no_speech_prob > DOUBTED_NO_SPEECH:
            dropped.append(f"unlikely, no_speech_prob {segment.no_speech_prob:.2f}: {text[:60]!r}")
        elif loops(segment):
            dropped.append(f"compression_ratio {segment.compression_ratio:.1f}: {text[:60]!r}")
        elif guessed(segment):
            dropped.append(f"no support in the sound: {text[:60]!r}")
        elif text:
            texts.append(text)
            words.extend(heard_word(word, start_ms, end_ms) for word in segment.words or ())
    return Clause(
        text=" ".join(texts),
        words=tuple(words),
        start_ms=round(start_ms),
        end_ms=round(end_ms),
        dropped_reason="; ".join(dropped),
        doubtful=doubted,
    )


def heard_word(word: Any, start_ms: float, end_ms: float) -> HeardWord:
    """One word on the session clock, kept within its clause: Whisper may point behind the end."""
    first = min(start_ms + word.start * 1000, end_ms)
    last = min(max(start_ms + word.end * 1000, first), end_ms)
    confidence = min(1.0, max(0.0, float(word.probability)))
    return HeardWord(word.word.strip(), round(first), round(last), confidence)
