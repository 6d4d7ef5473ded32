"""Fits the logistic weights of the offline reader's point matcher, and prints them.

    python tests/benchmarks/reader_fit.py

Learns from the bank: example sentences are read as if a candidate had said them, each left out of
its own point, and sentences of other questions say what nothing matches.
The development half of the labelled utterances counts DEV_WEIGHT times as much, for people speak
otherwise than authors write. Questions with held-out utterances take no part.
The scorer of facts is trained by `fact_scorer_fit.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from reader_accuracy import Label, load_labels, question

from agent.clauses import Span
from agent.point_matcher import BIAS, WEIGHTS, PointMatcher, earns, units_of
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Question, bank_folder

DEV_WEIGHT = 10.0
RIDGE = 2.0
LEFT_OUT = 2
"""Examples per point that are read as utterances: more changes the weights little."""
Floats = NDArray[np.float64]
Rows = list[tuple[Floats, Floats, float]]
"""Features, labels and weight of one text against all points."""


def fit(rows: Rows) -> Floats:
    """Logistic weights with the bias last, by Newton steps."""
    x = np.concatenate([np.hstack([f, np.ones((len(f), 1))]) for f, _, _ in rows])
    y = np.concatenate([labels for _, labels, _ in rows])
    weight = np.concatenate([np.full(len(f), w) for f, _, w in rows])
    ridge = np.diag([RIDGE] * (x.shape[1] - 1) + [0.0])
    found = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ found, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + ridge @ found
        found -= np.linalg.solve((x.T * (weight * p * (1 - p))) @ x + ridge, gradient)
    return found


def hot(count: int, place: int | None) -> Floats:
    """Zeros, with a one at `place`."""
    return np.array([float(i == place) for i in range(count)])


def sentences_left_out(
    encoder: SentenceEncoder, q: Question
) -> Iterator[tuple[Floats, Floats, float]]:
    """Every example sentence of a question's points against the points without it."""
    for i, point in enumerate(q.points):
        for said in point.exemplars[-LEFT_OUT:]:
            kept = tuple(other for other in point.exemplars if other != said)
            points = [*q.points]
            points[i] = point.model_copy(update={"exemplars": kept})
            matcher = PointMatcher(encoder, points)
            yield features(matcher, [Span(said, 0, len(said))])[0], hot(len(points), i), 1.0


def features(matcher: PointMatcher, units: list[Span]) -> Floats:
    """Signals of units and points: (units, points, signals)."""
    return matcher.features(units).astype(np.float64)


def fit_points(encoder: SentenceEncoder, bank: list[Question], dev: list[Label]) -> Floats:
    """Weights of `agent/point_matcher.py`; the weights before choose the unit of each point."""
    rng = random.Random(2)
    rows: Rows = []
    for q in bank:
        rows.extend(sentences_left_out(encoder, q))
        matcher = PointMatcher(encoder, q.points)
        other = [each for each in bank if each.id != q.id]
        strange = [rng.choice(rng.choice(rng.choice(other).points).exemplars) for _ in range(10)]
        wrong = [*strange, *(point.does_not_count for point in q.points)]
        units = [Span(text, 0, len(text)) for text in wrong]
        rows.extend((one, hot(len(q.points), None), 1.0) for one in features(matcher, units))
    answers: list[tuple[Floats, Floats]] = []
    matchers: dict[str, PointMatcher] = {}
    for label in dev:
        found = [u for u in units_of(label["text"]) if earns(u, label["text"])]
        if label["act"] == "answer" and found:
            q = question(label["question"])
            matcher = matchers.setdefault(q.id, PointMatcher(encoder, q.points))
            covered = np.array([float(point.id in label["points"]) for point in q.points])
            answers.append((features(matcher, found), covered))
    weights = np.array([*WEIGHTS, BIAS])
    for _ in range(5):
        chosen: Rows = []
        for signals, covered in answers:
            best = (signals @ weights[:-1]).argmax(axis=0)
            chosen.append((signals[best, np.arange(len(covered))], covered, DEV_WEIGHT))
        weights = fit(rows + chosen)
    return weights


def main() -> None:
    """Fit and print."""
    labels = load_labels()
    held_out = {label["question"] for label in labels if label["split"] != "dev"}
    dev = [label for label in labels if label["split"] == "dev"]
    bank = [question(path.stem) for path in sorted(bank_folder().glob("*.yaml"))]
    bank = [q for q in bank if q.id not in held_out]
    encoder = SentenceEncoder(folder("minilm-l6-v2"), cached_texts=200_000)
    print("points", fit_points(encoder, bank, dev).round(2).tolist())


if __name__ == "__main__":
    main()
