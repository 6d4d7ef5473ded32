"""How probable it is that some words ask for a fact, from its signals: trained weights.

`fact_scorer.npz` beside this file holds a logistic over the signals of `fact_signals.py` and one
over sentence vectors that tells which kind of requirement (scale, latency, labels, ..., or nothing
that a sheet holds) a question is about. `tests/benchmarks/fact_scorer_fit.py --write` makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TARGET = Path(__file__).with_name("fact_scorer.npz")
LEAST_CHANCE = -6.0
"""Logarithm of a chance below which a kind of requirement is simply excluded."""
NOTHING = "nothing"
"""The kind of what no sheet holds: the company, the job, how the interview goes, small talk."""


@dataclass(frozen=True)
class FactScorer:
    """Weights of both steps."""

    need_weights: NDArray[np.float64]
    need_biases: NDArray[np.float64]
    needs: Sequence[str]
    weights: NDArray[np.float64]
    bias: float

    def need_chances(self, vector: NDArray[np.float32]) -> dict[str, float]:
        """Logarithm of the chance of every kind of requirement, from the words' vector (384)."""
        scores = self.need_weights @ vector + self.need_biases
        scores = scores - scores.max()
        logs = scores - np.log(np.exp(scores).sum())
        return dict(zip(self.needs, np.maximum(logs, LEAST_CHANCE).tolist(), strict=True))

    def probabilities(self, signals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance (0-1) of every fact, from its signals: (facts, signals)."""
        return np.asarray(1 / (1 + np.exp(-(signals @ self.weights + self.bias))))

    def save(self, path: Path, signals: Sequence[str]) -> None:
        """Store the weights with the names of the signals they are for."""
        np.savez_compressed(
            path,
            need_weights=self.need_weights.astype(np.float32),
            need_biases=self.need_biases,
            needs=np.array(self.needs),
            weights=self.weights,
            bias=self.bias,
            signals=np.array(signals),
        )


@lru_cache(maxsize=1)
def trained(signals: tuple[str, ...]) -> FactScorer:
    """The scorer in use; raises ValueError when it was trained on other signals."""
    with np.load(TARGET) as stored:
        if tuple(stored["signals"].tolist()) != signals:
            raise ValueError(f"{TARGET.name} was trained on other signals; run fact_scorer_fit.py")
        return FactScorer(
            stored["need_weights"].astype(np.float64),
            stored["need_biases"],
            stored["needs"].tolist(),
            stored["weights"],
            float(stored["bias"]),
        )
