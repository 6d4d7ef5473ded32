"""Trained readers of rubric points: which statements compare, decide, give up, announce, close.

One logistic regression per point on n-grams of a statement in which the words of the subject are
masked, so that *how* something is said counts and not what it is about. They see wordings the
rubric's patterns miss. Trained and tested on questions left out by
`tests/data/judge/train_heads.py`; `point_heads.npz` is what ships. Points whose reader was not
right in three of four findings on questions left out have none.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from importlib import resources
from typing import Any

from evaluation.lexicon import FUNCTION_WORDS, NUMBER_WORDS, STOP_WORDS

KEPT = FUNCTION_WORDS | STOP_WORDS
"""Words that are read as they stand in the n-grams; all others are masked."""
LONGEST_GRAM = 3
MIN_WORDS = 4
"""Shorter statements hold no n-gram to speak of."""
FIGURE = re.compile(r"\d[\d.,]*[km%]?")
TOKEN = re.compile(r"[a-zA-Z']+|[,.:;?]")
COMPARATIVE = re.compile(r"\w{3,}er\Z")


@dataclass(frozen=True)
class Heads:
    """The trained weights."""

    column: dict[str, int]
    """N-gram -> row of `weights`."""
    idf: Any
    weights: Any
    """float32 (n-grams, points)."""
    bias: Any
    thresholds: Any
    """Log-odds from which a point is seen, per point."""
    points: tuple[str, ...]


def grams(norm: str) -> list[str]:
    """Masked n-grams of one to three words, and the bare words, of a normalised statement."""
    words = ["<s>"]
    for word in TOKEN.findall(FIGURE.sub("NUM", norm)):
        words.append("NUM" if word == "NUM" or word.lower() in NUMBER_WORDS else word.lower())
    masked = [masked_word(word) for word in words]
    found = [
        " ".join(masked[i : i + n])
        for n in range(1, LONGEST_GRAM + 1)
        for i in range(len(masked) - n + 1)
    ]
    return found + [f"w:{word}" for word in words if word.isalpha()]


def masked_word(word: str) -> str:
    """The word itself when it carries form, else a mask; comparatives keep their kind."""
    if word in KEPT or word in {"NUM", "<s>"} or not word.isalpha():
        return word
    return "CMPR" if COMPARATIVE.match(word) else "W"


@functools.cache
def load_heads() -> Heads:
    """The weights that ship with Viva, read once."""
    import numpy as np

    with resources.files("evaluation").joinpath("point_heads.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        vocabulary = stored["vocabulary"].tolist()
        return Heads(
            column={gram: i for i, gram in enumerate(vocabulary)},
            idf=stored["idf"].astype(np.float32),
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"],
            thresholds=stored["thresholds"],
            points=tuple(stored["points"].tolist()),
        )


@functools.lru_cache(maxsize=4096)
def seen_points(norm: str) -> frozenset[str]:
    """Ids of the points this statement shows, by the trained readers."""
    if len(norm.split()) < MIN_WORDS:
        return frozenset()
    heads = load_heads()
    odds = log_odds(heads, norm)
    return frozenset(
        point
        for point, value, line in zip(heads.points, odds, heads.thresholds, strict=True)
        if value >= line
    )


def log_odds(heads: Heads, norm: str) -> Any:
    """Log-odds of every point for one statement: float32 (points,)."""
    import numpy as np

    counts = Counter(gram for gram in grams(norm) if gram in heads.column)
    if not counts:
        return heads.bias
    rows = np.array([heads.column[gram] for gram in counts])
    times = np.array(list(counts.values()), dtype=np.float32)
    values = (1 + np.log(times)) * heads.idf[rows]
    values /= np.linalg.norm(values)
    return values @ heads.weights[rows] + heads.bias
