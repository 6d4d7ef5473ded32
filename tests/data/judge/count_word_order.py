"""Counts which words follow which, for evaluation/word_order.py.

    python tests/data/judge/count_word_order.py

Reads the labelled statements beside this file, and what the bank says and asks; writes
evaluation/word_order.npz.
"""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from train_heads import normal, statements

from evaluation.evidence import split_sentences
from evaluation.word_order import END, START, sequence
from prompts.question_bank import load_bank

TARGET = Path(__file__).parents[3] / "evaluation" / "word_order.npz"
BACKING = 2.0
"""Weight of the next word's own frequency beside what was counted after this one."""


def texts() -> Iterator[str]:
    """Everything that is counted, normalised."""
    for _, _, text in statements():
        yield text
    for question in load_bank().by_id.values():
        for point in question.points:
            yield from (normal(text) for text in point.exemplars)
        for fact in question.facts:
            yield from (normal(text) for text in (*fact.asks, fact.say))
        for text in (question.strong_answer, question.rephrased, question.scenario):
            yield from (normal(part) for part in split_sentences(text))
        for twist in question.twists:
            yield from (normal(part) for part in split_sentences(twist.say))
            yield normal(twist.good_reaction)
        for point in question.points:
            yield from (normal(each) for p in point.probes for each in (p.ask, p.deeper))


def main() -> int:
    """Count and write."""
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts():
        words = [START, *sequence(re.findall(r"[a-z']+", text)), END]
        pairs.update(itertools.pairwise(words))
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    total = sum(second.values())
    names = sorted(pairs)
    values = []
    for one, other in names:
        alone = (second[other] + 1) / total
        after = (pairs[one, other] + BACKING * alone) / (first[one] + BACKING)
        values.append(math.log(after / alone))
    known = sorted(first)
    np.savez_compressed(
        TARGET,
        pairs=np.array([" ".join(pair) for pair in names]),
        values=np.array(values, dtype=np.float16),
        firsts=np.array(known),
        unseen=np.array(
            [math.log(BACKING / (first[w] + BACKING)) for w in known], dtype=np.float16
        ),
    )
    print(f"{len(names)} pairs, {TARGET.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
