"""How probable it is that a sentence asks the interviewer something, from its form and its vector.

`ask_scorer.npz` beside this file holds logistic weights over the reader's sentence vector and over
the form of the sentence: runs of up to three words of its skeleton, in which words of a topic are
one blank ("what _ do we have"). `tests/benchmarks/asking_fit.py --write` makes it. It stands beside
the forms of `question_forms.py` and adds what no form knows (`weighing.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.wording import plain

TARGET = Path(__file__).with_name("ask_scorer.npz")
BLANK, BEGIN, END = "_", "^", "$"
LONGEST_RUN = 3
"""Words of the skeleton in one run."""
LENGTHS = (2, 4, 7, 12, 20)
"""Words up to which a sentence is called by the next length."""
FORM_WEIGHT = 0.5
"""What one run counts beside a vector of length 1."""


def skeleton(text: str, words: Iterable[str]) -> list[str]:
    """The words of `text` that stand in `words`, every stretch of others as one blank."""
    kept: list[str] = [BEGIN]
    for word in plain(text).split():
        if word in words:
            kept.append(word)
        elif kept[-1] != BLANK:
            kept.append(BLANK)
    return [*kept, END]


def runs(text: str, words: Iterable[str]) -> set[str]:
    """What is learned from: runs of the skeleton, how it ends and how long it is."""
    parts = skeleton(text, words)
    found = {
        " ".join(parts[at : at + size])
        for size in range(1, LONGEST_RUN + 1)
        for at in range(len(parts) - size + 1)
    }
    ending = text.rstrip('"”’) ')[-1:]
    count = len(text.split())
    length = next((most for most in LENGTHS if count <= most), "more")
    return found | {f"ends {ending if ending in '.?,' else 'open'}", f"words {length}"}


@dataclass(frozen=True)
class AskScorer:
    """Weights of the vector and of the runs."""

    words: frozenset[str]
    """Words that belong to no topic and stay in the skeleton."""
    names: Sequence[str]
    run_weights: NDArray[np.float64]
    vector_weights: NDArray[np.float64]
    bias: float
    weights: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        """Look runs up by name."""
        known = dict(zip(self.names, self.run_weights.tolist(), strict=True))
        object.__setattr__(self, "weights", known)

    def chance(self, text: str, vector: NDArray[np.float32]) -> float:
        """Probability (0-1) that the sentence asks; `vector` (384) as the reader encodes it."""
        formal = FORM_WEIGHT * sum(self.weights.get(run, 0.0) for run in runs(text, self.words))
        score = formal + float(self.vector_weights @ vector) + self.bias
        return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))

    def save(self, path: Path) -> None:
        """Store the weights."""
        np.savez_compressed(
            path,
            words=np.array(sorted(self.words)),
            names=np.array(list(self.names)),
            run_weights=self.run_weights.astype(np.float32),
            vector_weights=self.vector_weights.astype(np.float32),
            bias=self.bias,
        )


@lru_cache(maxsize=1)
def trained() -> AskScorer:
    """The scorer in use."""
    with np.load(TARGET) as stored:
        return AskScorer(
            frozenset(stored["words"].tolist()),
            stored["names"].tolist(),
            stored["run_weights"].astype(np.float64),
            stored["vector_weights"].astype(np.float64),
            float(stored["bias"]),
        )
