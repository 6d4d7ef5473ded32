"""How well the offline reader understands labelled utterances, and how long it takes.

    python tests/benchmarks/reader_accuracy.py [--development] [--errors]

Reads `tests/data/utterances/`, one labelled utterance a line: question, split (dev, held-out or,
in the folder `second`, held-out-2; whole questions belong to one of them), text, act, facts,
points, and optionally unknown, handed, assumption, unjustified, unquantified, handed_over. The
folder `development_2` (dev-2) holds utterances in ten voices, each line with its voice. Weights,
thresholds and rules are tuned on dev and dev-2 only; unjustified and unquantified are labelled only
where an utterance was written for them, so that their recall counts and their precision does not.
`--development` reads nothing held out; with `--errors` it lists what went wrong on dev and dev-2.
Weights are fitted by `reader_fit.py`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.clauses import clauses
from agent.reader import AnswerReader
from agent.reading import Reading
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Question, bank_folder, load_question

UTTERANCES = Path(__file__).parents[1] / "data" / "utterances"
FIRST_QUESTIONS = {
    *("class-imbalance", "fraud-detection", "realtime-pipeline", "training-data-pipeline"),
    *("bias-variance", "data-drift", "ecommerce-recommender", "two-models"),
}
"""Questions the reader was first written with; the later ones came from other authors."""
COMMANDS = {"repeat", "rephrase", "wait", "hint", "skip", "stop"}
FLAGS = (
    "off_topic",
    "unknown",
    "handed",
    "assumption",
    "unjustified",
    "unquantified",
    "handed_over",
)
Label = dict[str, Any]


@dataclass
class Count:
    """True positives, false positives, false negatives of one kind."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, found: set[str], expected: set[str]) -> None:
        """Count one utterance."""
        self.tp += len(found & expected)
        self.fp += len(found - expected)
        self.fn += len(expected - found)

    def row(self) -> str:
        """Precision, recall, F1 and how many were expected."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  (n={self.tp + self.fn})"


@dataclass
class Tally:
    """Everything counted on one split."""

    facts: Count = field(default_factory=Count)
    points: Count = field(default_factory=Count)
    flags: dict[str, Count] = field(default_factory=lambda: {flag: Count() for flag in FLAGS})
    acts: Counter[bool] = field(default_factory=Counter)
    false_commands: int = 0
    utterances: int = 0
    errors: list[str] = field(default_factory=list)


def load_labels(*, second: bool = True) -> list[Label]:
    """All labelled utterances, files in order of their names; the second held-out set last."""
    paths = sorted(UTTERANCES.glob("*.jsonl"))
    paths += sorted((UTTERANCES / "second").glob("*.jsonl")) if second else []
    return read_labels(paths)


def load_development() -> list[Label]:
    """Everything labelled that rules and weights may be fitted to."""
    own = [label for label in load_labels(second=False) if label["split"] == "dev"]
    return own + read_labels(sorted((UTTERANCES / "development_2").glob("*.jsonl")))


def read_labels(paths: list[Path]) -> list[Label]:
    """The utterances of some files."""
    return [
        json.loads(line)
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def question(question_id: str) -> Question:
    """A question of the shipped bank, read alone."""
    return load_question(bank_folder() / f"{question_id}.yaml")


def flags_of(reading: Reading) -> dict[str, bool]:
    """The optional labels as the reader sees them."""
    return {
        "off_topic": reading.act == "off_topic",
        "unknown": bool(reading.unknown_questions),
        "handed": bool(reading.handed_questions),
        "assumption": bool(reading.assumptions),
        "unjustified": bool(reading.unjustified),
        "unquantified": bool(reading.unquantified),
        "handed_over": reading.handed_over,
    }


def score(tally: Tally, label: Label, reading: Reading) -> None:
    """Compare one reading with its label."""
    text = label["text"]
    facts = {fact.fact_id for fact in reading.facts_asked}
    points = {point.point_id for point in reading.points}
    tally.utterances += 1
    tally.facts.add(facts, set(label["facts"]))
    tally.points.add(points, set(label["points"]))
    tally.acts[reading.act == label["act"]] += 1
    if reading.act in COMMANDS and label["act"] not in COMMANDS:
        tally.false_commands += 1
    if reading.act != label["act"]:
        tally.errors.append(f"act    {reading.act} for {label['act']}: {text}")
    if facts != set(label["facts"]):
        tally.errors.append(f"facts  {sorted(facts)} for {label['facts']}: {text}")
    if points != set(label["points"]):
        tally.errors.append(f"points {sorted(points)} for {label['points']}: {text}")
    for flag, seen in flags_of(reading).items():
        done = flag == "handed_over" and label["act"] == "done"
        wanted = {flag} if label.get(flag) or done or label["act"] == flag else set()
        tally.flags[flag].add({flag} if seen else set(), wanted)
        if seen != bool(wanted) and flag not in {"unjustified", "unquantified"}:
            tally.errors.append(f"{flag} {seen} for {bool(wanted)}: {text}")


def read_all(readers: dict[str, AnswerReader], labels: list[Label]) -> dict[str, Tally]:
    """Tallies per split."""
    tallies: dict[str, Tally] = {}
    for label in labels:
        reading = readers[label["question"]].read(label["text"])
        age = "first" if label["question"] in FIRST_QUESTIONS else "later"
        kind = label.get("voice", f"{age} questions")
        for name in (label["split"], f"{label['split']}, {kind}"):
            score(tallies.setdefault(name, Tally()), label, reading)
    return tallies


def report(name: str, tally: Tally) -> None:
    """Print one split."""
    right = tally.acts[True] / max(1, tally.utterances)
    print(f"\n{name}: {tally.utterances} utterances")
    print(f"  dialogue act   accuracy {right:.3f}, commands by mistake {tally.false_commands}")
    print(f"  facts          {tally.facts.row()}")
    print(f"  points         {tally.points.row()}")
    for flag, count in tally.flags.items():
        print(f"  {flag:14} {count.row()}")


def arriving(text: str) -> list[str]:
    """`text` in the pieces in which a recogniser would deliver it."""
    starts = [clause.start for clause in clauses(text)]
    return [text[a:b].strip() for a, b in zip([0, *starts[1:]], [*starts[1:], None], strict=True)]


def time_reads(weights: Path, labels: list[Label]) -> None:
    """Medians of the final read with and without clauses prepared while speaking."""
    by_question: dict[str, list[str]] = {}
    for label in labels:
        if label["act"] == "answer" and label["points"]:
            by_question.setdefault(label["question"], []).append(label["text"])
    prepared_only: list[float] = []
    cold: list[float] = []
    prepared: list[float] = []
    words: list[int] = []
    for question_id, texts in by_question.items():
        for begin in range(0, len(texts) - 4, 4):
            text = " ".join(texts[begin : begin + 4])
            words.append(len(text.split()))
            for times, ahead in ((cold, False), (prepared, True)):
                reader = AnswerReader(SentenceEncoder(weights), question(question_id), "senior")
                reader.warm()
                *before, last = arriving(text)
                for clause in before if ahead else ():
                    reader.prepare(clause)
                began = time.perf_counter()
                reader.prepare(last)
                reader.read(text)
                times.append((time.perf_counter() - began) * 1000)
                if ahead:
                    # What is left when the last clause's own encoding ran while it was recognised.
                    began = time.perf_counter()
                    reader.read(text)
                    prepared_only.append((time.perf_counter() - began) * 1000)
    print(f"\nfinal read of answers of {statistics.median(words):.0f} words (median), one thread")
    names = ("nothing prepared", "clauses before the last prepared", "all clauses prepared")
    for name, times in zip(names, (cold, prepared, prepared_only), strict=True):
        ninety = sorted(times)[int(0.9 * len(times))]
        print(
            f"  {name}: median {statistics.median(times):.0f} ms, 90 % below {ninety:.0f} ms, "
            f"worst {max(times):.0f} ms"
        )


def main() -> None:
    """Read everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--development", action="store_true", help="read nothing held out")
    parser.add_argument("--errors", action="store_true", help="list the errors on dev and dev-2")
    options = parser.parse_args()
    labels = load_development()
    if not options.development:
        labels += [label for label in load_labels() if label["split"] != "dev"]
    weights = folder("minilm-l6-v2")
    encoder = SentenceEncoder(weights)
    names = {label["question"] for label in labels}
    readers = {name: AnswerReader(encoder, question(name), "senior") for name in sorted(names)}
    tallies = read_all(readers, labels)
    for name, tally in tallies.items():
        report(name, tally)
    if options.errors:
        print("\n".join(["", *tallies["dev"].errors, "", *tallies["dev-2"].errors]))
    elif not options.development:
        time_reads(weights, labels)


if __name__ == "__main__":
    main()
