"""How far the offline judge agrees with human raters.

    python tests/benchmarks/judge_agreement.py WHAT [--weights FOLDER] [--questions F1,D2]
        [--bank FOLDER] [--profile]

WHAT is a folder with `transcripts/*.json` and one `rater*.csv` per rater with the columns id, C1,
C2, C3, S1 ("-" = not scored) and LEVEL, or a file like `tests/data/judge/answers.yaml`, rated by
its author. Printed per criterion: Spearman and mean absolute error against the
raters' mean with a bootstrap interval clustered by question, quadratic weighted kappa, the pairs
put in the right order, and Spearman between the raters; then the level that a profile reads as, and
what a constant, counting words, keywords and an embedding reach.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evaluation.coverage import Encoder, term_hits
from evaluation.evidence import split_sentences
from evaluation.offline_judge import OfflineJudge
from evaluation.record import AskedQuestion, InterviewRecord, Speaker, Turn
from evaluation.result import QuestionEvaluation
from evaluation.score import evaluate
from evaluation.scoring_rule import rubric_version
from evaluation.transcript import open_record
from prompts.question_bank import QuestionBank, load_bank, load_pack
from prompts.rubric import CriterionKey, load_rubric

COLUMNS: dict[str, CriterionKey] = {
    "C1": "clarity",
    "C2": "requirement_clarification",
    "C3": "trade_offs",
    "S1": "production_depth",
}
BOOTSTRAPS = 1000
DISTANCE = 1.0
"""Raters' means at least this far apart make a pair that must be in order."""
LONGER = 1.5
"""In a length-opposed pair the worse answer has this many times the words of the better one."""
Pair = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """One rated transcript."""

    id: str
    group: str
    words: int
    counted: dict[str, float]
    """What the baselines count."""
    question: QuestionEvaluation
    raters: tuple[dict[str, str], ...]

    def rated(self, column: str) -> float | None:
        """The raters' mean, or None where one of them did not score."""
        values = [rater[column] for rater in self.raters]
        return None if "-" in values else statistics.fmean(float(value) for value in values)

    def scored(self, column: str) -> float | None:
        """The judge's score, or None."""
        return self.question.criteria[COLUMNS[column]].score


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1, ties shared."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and values[order[stop]] == values[order[start]]:
            stop += 1
        for i in order[start:stop]:
            found[i] = (start + stop + 1) / 2
        start = stop
    return found


def spearman(pairs: Sequence[Pair]) -> float:
    """Rank correlation; nan for fewer than three pairs or a constant side."""
    if len(pairs) < 3:
        return float("nan")
    left, right = ranks([a for a, _ in pairs]), ranks([b for _, b in pairs])
    if len(set(left)) == 1 or len(set(right)) == 1:
        return float("nan")
    return statistics.correlation(left, right)


def quadratic_kappa(pairs: Sequence[Pair]) -> float:
    """Agreement beyond chance on whole levels 1-5, weighted by the square of the distance."""
    if not pairs:
        return float("nan")
    levels = [(round(a), round(b)) for a, b in pairs]
    observed = statistics.fmean((a - b) ** 2 for a, b in levels)
    expected = statistics.fmean((a - b) ** 2 for a, _ in levels for _, b in levels)
    return 1 - observed / expected if expected else float("nan")


def error(pairs: Sequence[Pair]) -> float:
    """Mean absolute difference."""
    return statistics.fmean(abs(a - b) for a, b in pairs) if pairs else float("nan")


def in_order(cases: Sequence[Case], column: str, *, opposed: bool = False) -> tuple[float, int]:
    """Share of pairs the judge puts in the raters' order (a tie is half), and their number."""
    right, total = 0.0, 0
    for first in cases:
        for second in cases:
            better, worse = first.rated(column), second.rated(column)
            high, low = first.scored(column), second.scored(column)
            if better is None or worse is None or high is None or low is None:
                continue
            if better - worse < DISTANCE or (opposed and second.words < LONGER * first.words):
                continue
            total += 1
            right += 1.0 if high > low else 0.5 if high == low else 0.0
    return (right / total if total else float("nan")), total


def interval(cases: Sequence[Case], column: str) -> tuple[float, float]:
    """90 % bootstrap interval, drawing whole questions."""
    draw = random.Random(7)
    groups = sorted({case.group for case in cases})
    found = []
    for _ in range(BOOTSTRAPS):
        chosen = [draw.choice(groups) for _ in groups]
        drawn = [case for group in chosen for case in cases if case.group == group]
        value = spearman(pairs_of(drawn, column))
        if not math.isnan(value):
            found.append(value)
    found.sort()
    return found[len(found) // 20], found[-(len(found) // 20) - 1]


def pairs_of(cases: Sequence[Case], column: str) -> list[Pair]:
    """Raters' mean and judge's score where both exist."""
    both = [(case.rated(column), case.scored(column)) for case in cases]
    return [(a, b) for a, b in both if a is not None and b is not None]


def written(path: Path, judge: OfflineJudge, wanted: set[str], bank: QuestionBank) -> list[Case]:
    """Every answer of a file like answers.yaml, judged; its question must be in the bank."""
    cases = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        if wanted and entry["question"] not in wanted:
            continue
        record = written_record(entry, bank)
        result = evaluate(record, judge, bank=bank)
        words = sum(len(t.text.split()) for t in record.turns if t.speaker == "candidate")
        rated = {key: str(value) for key, value in entry["rated"].items()}
        group = entry["question"]
        counted = count(record, bank, judge.encoder)
        cases.append(Case(entry["id"], group, words, counted, result.questions[0], (rated,)))
    return cases


def written_record(entry: Mapping[str, Any], bank: QuestionBank) -> InterviewRecord:
    """The interview of one written answer: the bank's prompt, then its "i:" and "c:" lines."""
    question = bank.by_id[entry["question"]]
    turns = [Turn(turn=0, speaker="interviewer", text=question.prompt)]
    for line in entry["lines"]:
        who, text = line.split(":", 1)
        speaker: Speaker = "candidate" if who.startswith("c") else "interviewer"
        turns.append(Turn(turn=len(turns), speaker=speaker, text=text.strip()))
    asked = AskedQuestion(question.id, question.prompt, question.type, True)
    return InterviewRecord(entry["id"], "senior", (asked,), tuple(turns))


def load(folder: Path, judge: OfflineJudge, wanted: set[str], bank: QuestionBank) -> list[Case]:
    """Every transcript of the folder, judged."""
    raters = []
    for path in sorted(folder.glob("rater*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            raters.append({row["id"]: row for row in csv.DictReader(file)})
    cases = []
    for path in sorted((folder / "transcripts").glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        group = str(raw.get("question_key", raw["question"]))
        if wanted and group not in wanted:
            continue
        record = open_record(path, bank)
        result = evaluate(record, judge, bank=bank)
        words = sum(len(t.text.split()) for t in record.turns if t.speaker == "candidate")
        rows = tuple(rater[path.stem] for rater in raters)
        counted = count(record, bank, judge.encoder)
        cases.append(Case(path.stem, group, words, counted, result.questions[0], rows))
    return cases


def by_level(pairs: Sequence[Pair]) -> str:
    """Mean of judge less raters at each whole level; half points count with the level below."""
    near = {level: [b - a for a, b in pairs if int(a) == level] for level in range(1, 6)}
    return ", ".join(f"{k} {statistics.fmean(v):+.2f} ({len(v)})" for k, v in near.items() if v)


def report(cases: Sequence[Case]) -> None:
    """The table."""
    print("      n  Spearman [90 %]        QWK   MAE   bias  pairs  opposed(n)  raters  not judged")
    for column in COLUMNS:
        pairs = pairs_of(cases, column)
        if not pairs:  # orders.yaml is rated for clarity alone
            continue
        low, high = interval(cases, column)
        between = [
            (float(c.raters[0][column]), float(c.raters[1][column]))
            for c in cases
            if c.rated(column) is not None and len(c.raters) > 1
        ]
        bias = statistics.fmean(b - a for a, b in pairs)
        ordered, _ = in_order(cases, column)
        opposed, number = in_order(cases, column, opposed=True)
        unjudged = sum(c.rated(column) is not None and c.scored(column) is None for c in cases)
        print(
            f"{column}   {len(pairs):3d}  {spearman(pairs):.3f} [{low:.2f}, {high:.2f}]   "
            f"{quadratic_kappa(pairs):.2f}  {error(pairs):.2f}  {bias:+.2f}   {ordered:.2f}   "
            f"{opposed:.2f} ({number})   {spearman(between):.2f}    {unjudged}"
        )
    for column in COLUMNS:
        print(f"bias of {column} by the raters' level: {by_level(pairs_of(cases, column))}")
    agree = [c.question.level_reads_as in {r["LEVEL"] for r in c.raters} for c in cases]
    print(f"level agrees with a rater: {statistics.fmean(agree):.2f}")
    for level in ("junior", "mid", "senior"):
        read = [c.question.level_reads_as for c in cases if c.raters[0]["LEVEL"] == level]
        print(f"  rated {level:7s}" + "  ".join(f"{name} {read.count(name)}" for name in
              ("junior", "mid", "senior")))  # fmt: skip


def baselines(cases: Sequence[Case]) -> None:
    """What a judge must beat: a constant (error), and counting (Spearman).

    The constant is the raters' mean on the other questions; keywords are the question's own terms
    found in the answer; the embedding is its cosine to the bank's strong answer (with weights).
    """
    print("baselines: MAE of a constant; Spearman of words, keywords, embedding")
    for column in COLUMNS:
        rated = [(case, value) for case in cases if (value := case.rated(column)) is not None]
        if not rated:
            continue
        constant = [
            abs(value - statistics.fmean(v for other, v in rated if other.group != case.group))
            for case, value in rated
        ]
        counted = [
            spearman([(value, case.counted[name]) for case, value in rated])
            for name in ("words", "keywords", "embedding")
        ]
        print(f"{column}   {statistics.fmean(constant):.2f}   "
              + "  ".join(f"{value:+.2f}" for value in counted))  # fmt: skip


def count(record: InterviewRecord, bank: QuestionBank, encoder: Encoder | None) -> dict[str, float]:
    """The numbers of the baselines for one answer."""
    said = " ".join(turn.text for turn in record.turns if turn.speaker == "candidate").lower()
    question = bank.by_id.get(record.questions[0].id)
    terms = {term for point in question.points for term in point.terms} if question else set()
    near = 0.0
    if encoder and question and said:
        sentences = list(split_sentences(said))
        whole = encoder.encode(sentences).mean(axis=0)
        near = float(whole @ encoder.encode([question.strong_answer])[0])
    return {
        "words": float(len(said.split())),
        "keywords": float(term_hits(said, sorted(terms))),
        "embedding": near,
    }


def profile(cases: Sequence[Case]) -> None:
    """Per transcript and criterion: rated, scored, and the points that were confirmed."""
    for column, key in COLUMNS.items():
        print(f"--- {column}")
        for case in sorted(cases, key=lambda c: (c.rated(column) or 0, c.id)):
            if case.rated(column) is None:
                continue
            points = case.question.criteria[key].points
            marks = {"present": "", "unclear": "?"}
            seen = [f"{p.anchor}:{p.point}{marks[p.state]}" for p in points if p.state in marks]
            print(f"{case.id:8s} {case.rated(column)} {case.scored(column)}  {' '.join(seen)}")


def main(arguments: Sequence[str]) -> int:
    """Parse, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, help="folder of the sentence encoder's weights")
    parser.add_argument("--bank", type=Path, help="question files to use instead of the shipped")
    parser.add_argument("--questions", default="", help="only these question keys, comma-separated")
    parser.add_argument("--profile", action="store_true", help="print points per transcript")
    chosen = parser.parse_args(arguments)
    encoder = None
    if chosen.weights:
        from evaluation.encoder import SentenceEncoder

        encoder = SentenceEncoder(chosen.weights)
    began = time.perf_counter()
    wanted = {key for key in chosen.questions.split(",") if key}
    bank = QuestionBank(load_pack(chosen.bank)) if chosen.bank else load_bank()
    read = load if chosen.folder.is_dir() else written
    cases = read(chosen.folder, OfflineJudge(encoder), wanted, bank)
    took = time.perf_counter() - began
    if chosen.profile:
        profile(cases)
    print(f"{len(cases)} transcripts in {took:.1f} s, {rubric_version(load_rubric())}")
    report(cases)
    baselines(cases)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
