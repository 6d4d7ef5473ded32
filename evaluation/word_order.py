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
DRAWS = 16
"""Random orders of the words that the order said is held against."""
ABOVE_CHANCE = 1.0
"""Weight of the distance to them (chosen on our own answers, JUDGE_LOG.md)."""
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

    The score of the words as they stand, and how far it lies above the same words in random order
    inside the same turn: what is left of an order even where many words are wrong or strange.
    Where statements begin and end counts, so that terse speech ("inputs noisy, label surer") is
    not held for words without order because of what stands across a full stop.
    """
    told = [
        [words for norm in norms if (words := sequence(re.findall(r"[a-z']+", norm)))]
        for norms in turns
    ]
    as_said = mean_ratio([words for statements in told for words in statements])
    # The same draws each time, so that the same words get the same score.
    chance = random.Random(5)
    drawn = []
    for _ in range(DRAWS):
        mixed = [words for statements in told for words in redealt(statements, chance)]
        drawn.append(mean_ratio(mixed))
    count = sum(len(words) for statements in told for words in statements)
    return as_said + ABOVE_CHANCE * (as_said - sum(drawn) / DRAWS), count


def redealt(statements: Sequence[Sequence[str]], chance: random.Random) -> list[list[str]]:
    """All words in random order, dealt to statements of the same lengths."""
    words = [word for statement in statements for word in statement]
    rest = iter(chance.sample(words, len(words)))
    return [list(itertools.islice(rest, len(statement))) for statement in statements]


def mean_ratio(statements: Sequence[Sequence[str]]) -> float:
    """The mean log ratio of neighbours, begin and end of a statement included; 0 without words."""
    known, unseen = load_order()
    total, count = 0.0, 0
    for words in statements:
        for pair in itertools.pairwise([START, *words, END]):
            total += known.get(pair, unseen.get(pair[0], 0.0))
            count += 1
    return total / count if count else 0.0
