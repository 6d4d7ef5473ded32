"""Fits the logistic weights of the offline reader's point matcher, tests and prints them.

    python tests/benchmarks/reader_fit.py --folds FOLDER

Learns from the bank: example sentences are read as if a candidate had said them, each left out of
its own point, and sentences of other questions say what nothing matches. Sentences written in the
manner of speech (`tests/data/points`) and the development half of the labelled utterances count
SAID_WEIGHT times as much, for people speak otherwise than authors write. Questions with held-out
utterances take no part. Every text is measured with an encoder that was trained without its
question: FOLDER holds the corrections of both halves (`encoder_fit.py --folds FOLDER`). Prints
precision and recall on questions left out (six parts, by question), then the weights of all.
The scorer of facts is trained by `fact_scorer_fit.py`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fact_scorer_fit import PARTS, half_encoders, held_out, reader_parts
from numpy.typing import NDArray
from reader_accuracy import Count, Label, load_labels, question

from agent.clauses import Span
from agent.point_matcher import BIAS, WEIGHTS, PointMatcher, earns, units_of
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Question, bank_folder

POINTS = Path(__file__).parents[1] / "data" / "points"
SAID_WEIGHT = 5.0
LIMITS = (0.3, 0.4, 0.5)
RIDGE = 2.0
LEFT_OUT = 2
"""Examples per point that are read as utterances: more changes the weights little."""
Floats = NDArray[np.float64]
Parts = dict[str, int]
Rows = list[tuple[Floats, Floats, float]]
"""Features, labels and weight of one text against all points."""


def written_points() -> Iterator[tuple[str, frozenset[str], str]]:
    """Question, points and words of every sentence in `tests/data/points`.

    Lines as in `tests/data/requests`: `point | words | words`, `- | words` for what covers none.
    """
    for path in sorted(POINTS.glob("*.txt")):
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                name = line[2:].strip()
            elif line.strip():
                key, *said = [part.strip() for part in line.split(" | ")]
                points = frozenset() if key == "-" else frozenset(key.split("+"))
                yield from ((name, points, words) for words in said)


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


WRITTEN = list(written_points())


@dataclass(frozen=True)
class Said:
    """One utterance, measured: signals (units, points, 7) and which points it covers."""

    question: str
    source: str
    signals: Floats
    covered: Floats


def bank_rows(encoder: SentenceEncoder, q: Question, bank: list[Question]) -> Rows:
    """Example sentences of one question, and sentences that match nothing in it."""
    rng = random.Random(q.id)
    rows = list(sentences_left_out(encoder, q))
    matcher = PointMatcher(encoder, q.points)
    other = [each for each in bank if each.id != q.id]
    strange = [rng.choice(rng.choice(rng.choice(other).points).exemplars) for _ in range(10)]
    wrong = [*strange, *(point.does_not_count for point in q.points)]
    units = [Span(text, 0, len(text)) for text in wrong]
    rows.extend((one, hot(len(q.points), None), 1.0) for one in features(matcher, units))
    return rows


def utterances(encoder: SentenceEncoder, q: Question, dev: list[Label]) -> Iterator[Said]:
    """What was said to one question, with its signals."""
    matcher = PointMatcher(encoder, q.points)
    said = [("written", text, points) for name, points, text in WRITTEN if name == q.id]
    said += [
        ("labelled", label["text"], frozenset(label["points"]))
        for label in dev
        if label["question"] == q.id and label["act"] == "answer"
    ]
    for source, text, points in said:
        found = [unit for unit in units_of(text) if earns(unit, text)]
        covered = np.array([float(point.id in points) for point in q.points])
        none = np.zeros((0, len(q.points), len(WEIGHTS)))
        yield Said(q.id, source, features(matcher, found) if found else none, covered)


def fit_points(rows: Rows, said: Sequence[Said]) -> Floats:
    """Weights of `agent/point_matcher.py`; the weights before choose the unit of each point."""
    weights = np.array([*WEIGHTS, BIAS])
    for _ in range(5):
        chosen: Rows = []
        for one in (each for each in said if len(each.signals)):
            best = (one.signals @ weights[:-1]).argmax(axis=0)
            picked = one.signals[best, np.arange(len(one.covered))]
            chosen.append((picked, one.covered, SAID_WEIGHT))
        weights = fit([*rows, *chosen])
    return weights


def count(weights: Floats, said: Sequence[Said], limit: float) -> Count:
    """How well the points of utterances are recognised."""
    counted = Count()
    for one in said:
        z = one.signals @ weights[:-1] + weights[-1]
        best = z.max(axis=0, initial=-99.0)
        found = {str(i) for i in np.flatnonzero(best >= np.log(limit / (1 - limit)))}
        counted.add(found, {str(i) for i in np.flatnonzero(one.covered)})
    return counted


def report(name: str, weights: dict[int, Floats], said: Sequence[Said], part: Parts) -> None:
    """Print precision and recall of every source at some limits."""
    for source in ("labelled", "written"):
        for limit in LIMITS:
            total = Count()
            for number in range(PARTS):
                own = [s for s in said if part[s.question] == number and s.source == source]
                one = count(weights[number], own, limit)
                total = Count(total.tp + one.tp, total.fp + one.fp, total.fn + one.fn)
            print(f"{name:9} {source:9} {limit}  {total.row()}", flush=True)


def main() -> None:
    """Measure, test by parts, fit on everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folds", type=Path, help="folder of the corrections of both halves")
    options = parser.parse_args()
    encoders = half_encoders(options.folds)
    kept_out = held_out()
    dev = [label for label in load_labels(second=False) if label["split"] == "dev"]
    bank = [question(path.stem) for path in sorted(bank_folder().glob("*.yaml"))]
    bank = [q for q in bank if q.id not in kept_out]
    part = reader_parts([q.id for q in bank])
    rows: dict[int, Rows] = {number: [] for number in range(PARTS)}
    said: list[Said] = []
    for q in bank:
        encoder = encoders[part[q.id] % 2]
        rows[part[q.id]].extend(bank_rows(encoder, q, bank))
        said.extend(utterances(encoder, q, dev))
    fitted = {
        number: fit_points(
            [row for other, own in rows.items() if other != number for row in own],
            [one for one in said if part[one.question] != number],
        )
        for number in range(PARTS)
    }
    report("in use", dict.fromkeys(range(PARTS), np.array([*WEIGHTS, BIAS])), said, part)
    report("fitted", fitted, said, part)
    everything = fit_points([row for own in rows.values() for row in own], said)
    print("points", everything.round(2).tolist())


if __name__ == "__main__":
    main()
