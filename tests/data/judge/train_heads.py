"""Trains the readers of rubric points and tests them on questions left out.

    python tests/data/judge/train_heads.py [--write]

Reads sentences.txt (statements labelled by hand), rubric examples as further statements, and
prints per point: number of positives, precision and recall on questions left out (six parts, by
question) of the rubric's patterns, of the reader, and of both together. `--write` stores the
readers that are right often enough in evaluation/point_heads.npz. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from evaluation.detectors import first_hit
from evaluation.point_heads import grams
from evaluation.record import Turn
from evaluation.sentences import units_of
from prompts.rubric import load_rubric

SENTENCES = Path(__file__).with_name("sentences.txt")
TARGET = Path(__file__).parents[3] / "evaluation" / "point_heads.npz"
PARTS = 6
PRECISION = 0.75
"""Right findings among all, on questions left out, from which the line is drawn."""
GATED = {"giv": 0.6, "flp": 0.6, "sec": 0.6, "rev": 0.6, "tst": 0.6, "sgn": 0.6}
"""The same for points whose detector asks for more than one statement (a comparison beside it)."""
RECALL = 0.18
"""A reader that finds less than this at that line is not kept."""
LEFT_TO_PATTERNS = frozenset({"cmp"})
"""Right often enough on single statements, but worse than the patterns in whole answers
(tests/benchmarks/JUDGE_LOG.md): a figure or a comparative beside "but" is not yet a comparison."""
MIN_POSITIVES = 12
STRENGTH = 10.0
POINTS = {
    "alt": "sees-an-alternative", "cmp": "compares-two", "dec": "decides",
    "giv": "says-what-is-given-up", "flp": "names-the-flip", "sec": "second-order",
    "rev": "reversibility", "tst": "cheapest-test", "clm": "main-claim", "pln": "plan-first",
    "sgn": "signposts", "cls": "closes-parts", "sum": "short-summary", "adp": "adapts-depth",
    "sep": "separates-facts", "asm": "states-an-assumption", "suc": "names-success",
    "cnf": "exposes-a-conflict", "rnk": "ranks-needs", "sco": "restates-scope",
    "ops": "names-operation", "mod": "serving-mode", "sig": "two-signals", "ret": "retraining",
    "del": "outcome-with-delay", "alr": "alert-owner", "stg": "staged-rollout",
    "rbk": "rollback", "con": "consistency-versions", "fai": "failure-mode",
    "fdb": "feedback-or-adversary", "cap": "cost-capacity", "def": "defines-terms",
}  # fmt: skip
"""Labels of sentences.txt -> rubric points."""


def statements() -> Iterator[tuple[str, frozenset[str], str]]:
    """Question, labels and normal form of every labelled statement."""
    question = ""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            question = line[3:]
        elif "|" in line and not line.startswith("#"):
            labels, text = line.split("|", 1)
            yield question, frozenset(labels.split()) - {"-"}, normal(text.strip())
    for criterion in load_rubric().criteria:
        for point in criterion.points:
            label = next((k for k, name in POINTS.items() if name == point.id), None)
            for text in (point.counts, *point.exemplars):
                if label:
                    yield f"rubric {point.id}", frozenset({label}), normal(text)
            yield f"rubric {point.id}", frozenset(), normal(point.does_not_count)


def normal(text: str) -> str:
    """The normal form in which the detectors read."""
    return " ".join(unit.norm for unit in units_of(Turn(turn=0, speaker="candidate", text=text)))


def fitted(texts: Sequence[str], truth: Any) -> tuple[TfidfVectorizer, list[LogisticRegression]]:
    """One reader per column of `truth`."""
    vectors = TfidfVectorizer(analyzer=grams, min_df=2, sublinear_tf=True)
    matrix = vectors.fit_transform(texts)
    return vectors, [
        LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500).fit(
            matrix, truth[:, column]
        )
        for column in range(truth.shape[1])
    ]


def left_out(texts: Sequence[str], truth: Any, groups: Sequence[str]) -> Any:
    """Log-odds of every statement from readers that have not seen its question."""
    odds = np.zeros(truth.shape)
    for train, test in GroupKFold(PARTS).split(texts, groups=groups):
        vectors, readers = fitted([texts[i] for i in train], truth[train])
        matrix = vectors.transform([texts[i] for i in test])
        for column, reader in enumerate(readers):
            odds[test, column] = reader.decision_function(matrix)
    return odds


def line_for(odds: Any, truth: Any, precision: float) -> float | None:
    """The lowest log-odds with `precision` on questions left out; None when too little is found."""
    order = np.argsort(-odds)
    right = np.cumsum(truth[order])
    good = np.flatnonzero(right / np.arange(1, len(order) + 1) >= precision)
    if not len(good) or right[good[-1]] < RECALL * truth.sum():
        return None
    return float(odds[order[good[-1]]])


def shares(found: Any, truth: Any) -> str:
    """Precision and recall as text."""
    hit = (found & truth).sum()
    return f"{hit / max(1, found.sum()):.2f}/{hit / max(1, truth.sum()):.2f}"


def main(arguments: Sequence[str]) -> int:
    """Train, test, print, and store when told to."""
    rows = list(statements())
    texts, groups = [text for _, _, text in rows], [question for question, _, _ in rows]
    labels = [k for k in POINTS if sum(k in found for _, found, _ in rows) >= MIN_POSITIVES]
    truth = np.array([[label in found for label in labels] for _, found, _ in rows])
    odds = left_out(texts, truth, groups)
    patterns = {p.id: p.patterns for c in load_rubric().criteria for p in c.points}
    units = [units_of(Turn(turn=0, speaker="candidate", text=text)) for text in texts]
    print(f"{len(rows)} statements, {len(set(groups))} groups; precision/recall, left out")
    kept: list[tuple[int, float]] = []
    for column, label in enumerate(labels):
        wanted = truth[:, column]
        wording = patterns[POINTS[label]]
        by_rule = np.array([any(first_hit(0, u, wording) for u in found) for found in units])
        line = line_for(odds[:, column], wanted, GATED.get(label, PRECISION))
        text = f"{POINTS[label]:24s} {wanted.sum():4d}  patterns {shares(by_rule, wanted)}"
        if line is not None:
            if label not in LEFT_TO_PATTERNS:
                kept.append((column, line))
            by_head = odds[:, column] >= line
            text += f"  reader {shares(by_head, wanted)}  both {shares(by_rule | by_head, wanted)}"
        print(text)
    if "--write" in arguments:
        write(texts, truth, labels, kept)
    return 0


def write(texts: Sequence[str], truth: Any, labels: Sequence[str], kept: Any) -> None:
    """Train on everything and store the readers that are kept."""
    columns = [column for column, _ in kept]
    vectors, readers = fitted(texts, truth[:, columns])
    vocabulary = vectors.get_feature_names_out()
    np.savez_compressed(
        TARGET,
        vocabulary=np.array([str(gram) for gram in vocabulary]),
        idf=vectors.idf_.astype(np.float16),
        weights=np.stack([r.coef_[0] for r in readers], axis=1).astype(np.float16),
        bias=np.array([r.intercept_[0] for r in readers], dtype=np.float32),
        thresholds=np.array([line for _, line in kept], dtype=np.float32),
        points=np.array([POINTS[labels[column]] for column in columns]),
    )
    print(f"wrote {len(kept)} readers, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
