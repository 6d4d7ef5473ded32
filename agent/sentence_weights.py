"""What a trained scorer of sentences holds: weights over a sentence's form and over its vector.

The form is runs of up to three words of the skeleton, in which words of a topic are one blank
("what _ do we have"). The scorers are `ask_scorer.py` and `command_scorer.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from agent.wording import plain

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
class SentenceWeights:
    """Weights of the vector and of the runs; one column for each answer, or none where one is."""

    words: frozenset[str]
    """Words that belong to no topic and stay in the skeleton."""
    names: Sequence[str]
    run_weights: NDArray[np.float64]
    vector_weights: NDArray[np.float64]
    bias: Any
    """A number, or one for each column."""
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Look runs up by name."""
        object.__setattr__(self, "place", {name: at for at, name in enumerate(self.names)})

    def score(self, text: str, vector: NDArray[np.float32]) -> Any:
        """Log-odds, up to a common addend where there are columns; `vector` (384) as encoded."""
        own = [self.place[run] for run in runs(text, self.words) if run in self.place]
        formal = FORM_WEIGHT * self.run_weights[own].sum(axis=0)
        return formal + vector @ self.vector_weights + self.bias

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

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` stored."""
        with np.load(path) as stored:
            return cls(
                frozenset(stored["words"].tolist()),
                stored["names"].tolist(),
                stored["run_weights"].astype(np.float64),
                stored["vector_weights"].astype(np.float64),
                stored["bias"].astype(np.float64),
            )
