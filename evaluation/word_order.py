"""Whether words stand in an order people speak in: how much each foretells the next.

The mean, over neighbouring words, of log p(next | this) / p(next), with the words of the subject
masked, so that any subject will do. Ordered speech lies around +0.3, with one word in five wrong
around -0.1, shuffled words below -0.4. Counted by `tests/data/judge/count_word_order.py` on
statements and questions written for this project; `word_order.npz` is what ships.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from importlib import resources

from evaluation.point_heads import masked_word

START, END = "<s>", "</s>"


def sequence(words: Sequence[str]) -> list[str]:
    """The words as the counts know them: masked, letters only."""
    return [masked_word(word) for word in words]


@functools.cache
def load_order() -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Log ratios of known pairs, and of any unknown pair by its first word."""
    import numpy as np

    with resources.files("evaluation").joinpath("word_order.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        pairs = [tuple(pair.split(" ")) for pair in stored["pairs"].tolist()]
        known = {
            (first, second): float(value)
            for (first, second), value in zip(pairs, stored["values"].tolist(), strict=True)
        }
        firsts = zip(stored["firsts"].tolist(), stored["unseen"].tolist(), strict=True)
        return known, {str(word): float(value) for word, value in firsts}


def order_score(norms: Sequence[str]) -> tuple[float, int]:
    """The mean log ratio over the words of normalised statements, and the number of words."""
    words = [word for norm in norms for word in re.findall(r"[a-z']+", norm)]
    known, unseen = load_order()
    pairs = list(itertools.pairwise(sequence(words)))
    if not pairs:
        return 0.0, len(words)
    total = sum(known.get(pair, unseen.get(pair[0], 0.0)) for pair in pairs)
    return total / len(pairs), len(words)
