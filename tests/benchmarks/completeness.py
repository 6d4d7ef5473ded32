"""Whether words sound finished: trains the model of `audio/completeness_model.py`, and measures it.

    .venv/bin/python tests/benchmarks/completeness.py           five folds, questions left out
    .venv/bin/python tests/benchmarks/completeness.py --train   and writes audio/completeness.json

Statements are the spoken sentences of the question bank (examples of answers, strong answers,
facts) without their full stop, and their first parts; each is also cut off at three random places.
A cut can fall where a sentence might as well end ("I would use trees | on the click features"): no
reader finds them all.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from audio.completeness import Completeness, plain, read_by_rules, weighed
from audio.completeness_model import WEIGHTS, features
from prompts.question_bank import Question, load_bank

FOLDS = 5
CUTS = 3
SEED = 1
REGULARISATION = 0.3
"""Tried 0.1, 0.3 and 1: the same within 0.5 points."""
LEAST_COUNT = 2
NEGLIGIBLE = 0.03
"""Weights below are not stored."""

PART_ENDS = re.compile(r"[;:]|, (?=(?:and|but|so|because|which|then|or) )")
"""Where a sentence could as well have ended."""
COMMAS = re.compile(",")
"""A recogniser writes no comma where one stops to think: such cuts are neither this nor that."""
SHORTEST = 3

Example = tuple[str, bool]
"""Words, and whether they were cut off."""


def sentences(question: Question) -> Iterator[str]:
    """The spoken sentences of a question that end in a full stop."""
    texts = [question.strong_answer, *(fact.say for fact in question.facts)]
    for point in question.points:
        texts += [point.counts, *point.exemplars]
    for text in texts:
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            if sentence.strip().endswith("."):
                yield sentence.strip()


def examples(questions: Sequence[Question]) -> list[Example]:
    """Every statement whole, also up to where its first part could end; and cut off CUTS times."""
    chance = random.Random(SEED)
    found: list[Example] = []
    for question in questions:
        for sentence in sentences(question):
            words = plain_words(sentence)
            found.append((" ".join(words), False))
            ends = {len(plain_words(sentence[: m.start()])) for m in PART_ENDS.finditer(sentence)}
            first = min((end for end in ends if end >= SHORTEST), default=0)
            if first:
                found.append((" ".join(words[:first]), False))
            commas = {len(plain_words(sentence[: m.start()])) for m in COMMAS.finditer(sentence)}
            places = [n for n in range(2, len(words)) if n not in ends | commas]
            for place in chance.sample(places, min(CUTS, len(places))):
                found.append((" ".join(words[:place]), True))
    return found


def plain_words(text: str) -> list[str]:
    """Lower-case words as the reader sees them."""
    return plain(text.lower().replace("’", "'")).split()


def fit(given: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """Bias and weights."""
    counts: dict[str, int] = {}
    rows = [set(features(words.split())) for words, _ in given]
    for row in rows:
        for feature in row:
            counts[feature] = counts.get(feature, 0) + 1
    kept = [{f: 1.0 for f in row if counts[f] >= LEAST_COUNT} for row in rows]
    vectors = DictVectorizer()
    model = LogisticRegression(C=REGULARISATION, max_iter=1_000)
    model.fit(vectors.fit_transform(kept), [cut for _, cut in given])
    weights = zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    stored = {str(f): round(float(w), 3) for f, w in weights if abs(w) >= NEGLIGIBLE}
    return float(model.intercept_[0]), dict(sorted(stored.items()))


def probability(model: tuple[float, dict[str, float]], words: str) -> float:
    """As `goes_on`, with a model of this run."""
    bias, weights = model
    total = bias + sum(weights.get(f, 0.0) for f in set(features(words.split())))
    return float(1 / (1 + np.exp(-total)))


def measure(questions: Sequence[Question]) -> None:
    """Five folds over questions: what is read as what, by the rules alone and with the model."""
    tally: dict[tuple[str, bool, Completeness], int] = {}
    for fold in range(FOLDS):
        rest = [q for index, q in enumerate(questions) if index % FOLDS != fold]
        model = fit(examples(rest))
        for words, cut in examples(questions[fold::FOLDS]):
            rules = read_by_rules(words + ".")
            both = weighed(rules, words.split(), probability(model, words))
            for reader, kind in (("rules", rules), ("rules and model", both)):
                key = reader, cut, kind
                tally[key] = tally.get(key, 0) + 1
    for reader in ("rules", "rules and model"):
        for cut in (True, False):
            total = sum(n for (r, c, _), n in tally.items() if (r, c) == (reader, cut))
            kinds = {k: tally.get((reader, cut, k), 0) for k in Completeness}
            told = "  ".join(f"{k.value} {n / total:.1%}" for k, n in kinds.items() if n)
            print(f"{reader:16} {'cut off' if cut else 'whole':8} {total:6}  {told}")


def main(arguments: Sequence[str]) -> int:
    """Measure, and with --train write the weights of all questions."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", action="store_true", help=f"write {WEIGHTS.name}")
    chosen = parser.parse_args(arguments)
    questions = sorted(load_bank(), key=lambda question: question.id)
    print(f"{len(questions)} questions, {len(examples(questions))} examples")
    measure(questions)
    if chosen.train:
        bias, weights = fit(examples(questions))
        lines = json.dumps({"bias": round(bias, 3), "weights": weights}, indent=0)
        Path(WEIGHTS).write_text(lines + "\n", encoding="utf-8")
        print(f"{len(weights)} weights in {WEIGHTS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
