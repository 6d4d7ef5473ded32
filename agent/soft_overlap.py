"""How near the words of an utterance are to the words of several texts, by meaning.

"Specialists" and "experts" share no letters; their vectors are close. Every content word of the
utterance looks for its nearest word in a text; words that stand in every other question count less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.wording import plain
from evaluation.encoder import SentenceEncoder
from prompts.term_words import COMMON, FUNCTION, stem

UNRELATED = 0.2
"""Cosine of two single words below which they have nothing to do with each other."""
COMMON_WEIGHT = 0.35
"""Weight of a word that says little ("many", "data"), beside 1 for the others."""
KEPT_WORDS = 8192
"""Words whose nearness is kept, some 50 bytes each: more than a long interview has."""
WORD = re.compile(r"[a-z0-9%/-]{2,}")


def meaning_words(text: str) -> list[str]:
    """The words of `text` that are compared, each once, unstemmed."""
    found = (w for w in WORD.findall(plain(text)) if w not in FUNCTION and w not in SKIPPED)
    return list(dict.fromkeys(found))


SKIPPED = frozenset(
    """many long often big large fast soon far good bad there exactly right today currently us
    anything something someone anybody somebody please tell give ask question way much whether
    every each""".split()
)


class SoftOverlap:
    """Compares utterances with the words of fixed texts."""

    def __init__(self, encoder: SentenceEncoder, texts: Sequence[str]) -> None:
        self.encoder = encoder
        self.words = [meaning_words(text) for text in texts]
        self._vectors: NDArray[np.float32] | None = None
        self._nearest: dict[str, NDArray[np.float32]] = {}
        """Of every word that was said its nearness to each text."""
        self._all = list(dict.fromkeys(w for words in self.words for w in words))
        place = {word: i for i, word in enumerate(self._all)}
        self._places = [np.array([place[w] for w in words], dtype=int) for words in self.words]

    def shares(self, text: str) -> NDArray[np.float64]:
        """Mean nearness (0.2-1) of the words of `text` to each text; 0 without words."""
        said = meaning_words(text)
        if not said or not self._all:
            return np.zeros(len(self.words))
        if len(self._nearest) > KEPT_WORDS:
            self._nearest.clear()
        # A word stands in its clause, its sentence and the pair of sentences: it is measured once.
        self._measure([word for word in said if word not in self._nearest])
        weights = np.array([COMMON_WEIGHT if stem(w) in COMMON else 1.0 for w in said])
        best = np.stack([self._nearest[word] for word in said], axis=1)
        return np.asarray(best @ weights / weights.sum(), dtype=np.float64)

    def _measure(self, new: Sequence[str]) -> None:
        """Nearness of words to each text, kept."""
        if not new:
            return
        if self._vectors is None:
            self._vectors = self.encoder.encode(self._all)
        near = np.clip(self.encoder.encode(new) @ self._vectors.T, UNRELATED, 1.0)
        empty = np.zeros(len(new), dtype=np.float32)
        best = [near[:, p].max(axis=1) if len(p) else empty for p in self._places]
        self._nearest.update(zip(new, np.stack(best, axis=1), strict=True))
