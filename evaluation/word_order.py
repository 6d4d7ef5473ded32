"""Whether words stand in an order people speak in: how much each foretells the next.

The mean, over neighbouring words, of log p(next | this) / p(next), with the words of the subject
masked to their endings, so that any subject will do, beside the same words in random order. Counted
by `tests/data/judge/count_word_order.py` on statements and questions written for this project;
`word_order.npz` is what ships.
"""

from __future__ import annotations

import functools
import itertools
import random
import re
from collections.abc import Sequence
from importlib import resources

from evaluation.point_heads import masked_word

START, END = "<s>", "</s>"
DRAWS = 12
"""Random orders of the words that the order said is held against."""
ABOVE_CHANCE = 0.5
"""Weight of the distance to them (chosen on our own and the development answers, JUDGE_LOG.md)."""
ENDINGS = ("ing", "ed", "ly", "ion", "ment", "ity", "ness", "al", "ive", "able", "ous", "ss", "s")


def sequence(words: Sequence[str]) -> list[str]:
    """The words as the counts know them: masked, letters only, endings kept apart."""
    return [with_ending(word) for word in words]


def with_ending(word: str) -> str:
    """The mask of a word of the subject with the kind of its ending, which tells its part."""
    mask = masked_word(word)
    if mask != "W":
        return mask
    return next((f"W{ending}" for ending in ENDINGS if word.endswith(ending)), mask)


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


def order_sense(turns: Sequence[Sequence[str]]) -> tuple[float, int]:
    """How much sense the order of the words makes, and their number; each turn as its statements.

    The score of the words as they stand, and half of how far it lies above the same words in random
    order: what is left of an order even where many words are wrong or strange.
    """
    told = [
        sequence([w for norm in norms for w in re.findall(r"[a-z']+", norm)]) for norms in turns
    ]
    count = sum(map(len, told))
    as_said = mean_ratio([word for words in told for word in words])
    # The same draws each time, so that the same words get the same score.
    chance = random.Random(5)
    drawn = []
    for _ in range(DRAWS):
        mixed = []
        for words in told:
            mixed += chance.sample(words, len(words))
        drawn.append(mean_ratio(mixed))
    return as_said + ABOVE_CHANCE * (as_said - sum(drawn) / DRAWS), count


def mean_ratio(words: Sequence[str]) -> float:
    """The mean log ratio of neighbours, 0 for fewer than two words."""
    known, unseen = load_order()
    pairs = list(itertools.pairwise(words))
    if not pairs:
        return 0.0
    return sum(known.get(pair, unseen.get(pair[0], 0.0)) for pair in pairs) / len(pairs)
