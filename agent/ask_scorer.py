"""How probable it is that a sentence asks the interviewer something, from its form and its vector.

`ask_scorer.npz` beside this file holds the logistic weights (`sentence_weights.py`);
`tests/benchmarks/asking_fit.py --write` makes it. It stands beside the forms of `question_forms.py`
and adds what no form knows (`weighing.py`).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.sentence_weights import SentenceWeights

TARGET = Path(__file__).with_name("ask_scorer.npz")


class AskScorer(SentenceWeights):
    """One column: it asks."""

    def chance(self, text: str, vector: NDArray[np.float32]) -> float:
        """Probability (0-1) that the sentence asks; `vector` (384) as the reader encodes it."""
        return float(1 / (1 + np.exp(-np.clip(self.score(text, vector), -30, 30))))


@lru_cache(maxsize=1)
def trained() -> AskScorer:
    """The scorer in use."""
    return AskScorer.load(TARGET)
