"""How likely it is that a statement goes on: a linear model over its words, trained on our texts.

Word lists know "between" and "because"; they do not know that "the second stage would then" and
"the reason I prefer batch" go on. The model has seen the sentences of the question bank, whole and
cut off anywhere. `tests/benchmarks/completeness.py` trains it, and measures it on other questions.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

WEIGHTS = Path(__file__).with_name("completeness.json")
VERBS = frozenset(
    "is are was were would will can could should have has had do does did need needs use i'd we'd "
    "i'll we'll it's that's there's i'm we're they're may might must want wants get gets make "
    "makes take takes".split()
)
LINKS = frozenset(
    "if when because that which so and but then while since whether between either both than as "
    "where unless although".split()
)
MOST_VERBS = 2
"""More of them say nothing new."""
LONGEST = 8
"""Pairs of words that are told apart."""


def goes_on(words: Sequence[str]) -> float:
    """Probability (0-1) that a statement of these plain lower-case words is not over."""
    bias, weights = trained()
    total = bias + sum(weights.get(feature, 0.0) for feature in set(features(words)))
    return 1 / (1 + math.exp(-total))


def features(words: Sequence[str]) -> Iterator[str]:
    """What the model looks at: the last words above all, how it began, and its build."""
    padded = ["", "", "", *words]
    length = len(words)
    for count in (1, 2, 3):
        yield f"last{count}={' '.join(padded[-count:])}"
    yield f"before={padded[-2]}"
    yield f"end3={padded[-1][-3:]}"
    yield f"end2={padded[-1][-2:]}"
    first = words[0] if words else ""
    yield f"first={first}"
    yield f"first2={' '.join(words[:2])}"
    yield f"length={min(length // 2, LONGEST)}"
    yield f"first={first} length={min(length // 3, LONGEST // 2)}"
    yield f"verbs={min(MOST_VERBS, sum(word in VERBS for word in words))}"
    yield from (f"link={word}" for word in LINKS.intersection(words))


@functools.cache
def trained() -> tuple[float, dict[str, float]]:
    """Bias and the weight of each feature."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return float(stored["bias"]), stored["weights"]
