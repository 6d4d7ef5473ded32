"""What must hold of the offline judge whatever the words: changed copies of answers, judged again.

    python tests/benchmarks/metamorphic.py [FOLDER ...]

Runs over the level triples and rated answers in `tests/data/judge` and, when given, over folders
with `transcripts/*.json`. Per change it prints the mean, mean absolute and largest shift of C1,
C2, C3 and S1, beside what is required, and ends with 1 when a requirement is missed.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from explanation_faults import said_twice
from metamorphic_words import EMPTY, MODEST, ORDERS, PRAISE, SALAD

from evaluation.offline_judge import OfflineJudge
from evaluation.record import AskedQuestion, InterviewRecord, Speaker, Turn
from evaluation.result import QuestionEvaluation
from evaluation.score import evaluate
from evaluation.transcript import open_record
from prompts.question_bank import load_bank
from prompts.rubric import CriterionKey

DATA = Path(__file__).parent.parent / "data" / "judge"
CORE: tuple[CriterionKey, ...] = (
    "clarity", "requirement_clarification", "trade_offs", "production_depth",
)  # fmt: skip
LEVELS = ("junior", "mid", "senior")
FILLER_AT_MOST = 2.0
"""The most that talk about choosing in general (fillers.yaml) may get for trade-offs."""
FILLER_RATE, REPEAT_RATE = 0.023, 0.031
"""Share of words with a filler before them, and said twice, in transcribed telephone talk."""
Change = Callable[[InterviewRecord, random.Random], InterviewRecord]


@dataclass(frozen=True)
class Shift:
    """How the scores moved under one change."""

    values: tuple[float, ...]
    unjudged: int = 0
    """Scores that became "could not be judged"."""

    @property
    def mean(self) -> float:
        """Signed mean."""
        return statistics.fmean(self.values)

    @property
    def absolute(self) -> float:
        """Mean of the distances."""
        return statistics.fmean(abs(value) for value in self.values)

    @property
    def rises(self) -> int:
        """How many scores rose by half a point or more."""
        return sum(value >= 0.5 for value in self.values)


def record_of(question: dict[str, str], lines: Sequence[str], name: str) -> InterviewRecord:
    """An interview from "who: words" lines; the question is asked first."""
    turns = [Turn(turn=0, speaker="interviewer", text=question["text"])]
    for line in lines:
        who, words = line.split(":", 1)
        speaker: Speaker = "candidate" if who.startswith("c") else "interviewer"
        turns.append(Turn(turn=len(turns), speaker=speaker, text=words.strip()))
    known = question["id"] in load_bank().by_id
    asked = AskedQuestion(question["id"], question["text"], question["type"], known)  # type: ignore[arg-type]
    return InterviewRecord(name, "senior", (asked,), tuple(turns))


def bank_question(key: str) -> dict[str, str]:
    """Id, type and prompt of a question of the bank."""
    found = load_bank().by_id[key]
    return {"id": found.id, "type": found.type, "text": found.prompt}


def triples() -> list[tuple[InterviewRecord, ...]]:
    """Junior, mid and senior answers to the same question."""
    found = []
    for name in ("triples.yaml", "levels.yaml"):
        for entry in yaml.safe_load((DATA / name).read_text(encoding="utf-8")):
            asked = entry["question"]
            question = bank_question(asked) if isinstance(asked, str) else asked
            found.append(tuple(record_of(question, entry[k], f"{question['id']} {k}")
                               for k in LEVELS))  # fmt: skip
    return found


def answers(folders: Iterable[Path] = ()) -> list[InterviewRecord]:
    """Every answer the changes are tried on."""
    rated: list[dict[str, Any]] = yaml.safe_load((DATA / "answers.yaml").read_text("utf-8"))
    found = [record_of(bank_question(e["question"]), e["lines"], e["id"]) for e in rated]
    found += [record for triple in triples() for record in triple]
    for folder in folders:
        paths = sorted((folder / "transcripts").glob("*.json"))
        found += [open_record(path, load_bank()) for path in paths]
    return found


def judged(record: InterviewRecord) -> QuestionEvaluation:
    """The evaluation of the record's question."""
    return evaluate(record, OfflineJudge(), bank=load_bank()).questions[0]


def scores(found: QuestionEvaluation) -> dict[str, float]:
    """The scored core criteria."""
    kept = {key: found.criteria[key].score for key in CORE}
    return {key: score for key, score in kept.items() if score is not None}


def said(record: InterviewRecord, change: Callable[[str], str]) -> InterviewRecord:
    """The record with every candidate turn changed."""
    return replace(record, turns=tuple(
        turn.model_copy(update={"text": change(turn.text), "words": ()})
        if turn.speaker == "candidate" else turn for turn in record.turns
    ))  # fmt: skip


def with_last(extra: str) -> Change:
    """A sentence of its own added to the candidate's last turn."""

    def change(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
        last = max(t.turn for t in record.turns if t.speaker == "candidate")
        return replace(record, turns=tuple(
            t.model_copy(update={"text": f"{t.text.rstrip()}\n{extra}", "words": ()})
            if t.turn == last else t for t in record.turns
        ))  # fmt: skip

    return change


def padded(share: float) -> Change:
    """Empty sentences between the others, `share` of them."""

    def change(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
        def pad(text: str) -> str:
            found = []
            for sentence in re.split(r"(?<=[.!])\s+", text):
                found.append(sentence)
                if re.search(r"[.!]$", sentence) and chance.random() < share:
                    found.append(chance.choice(EMPTY))
            return " ".join(found)

        return said(record, pad)

    return change


def disfluent(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
    """Fillers and repeated words at the rates of real talk."""

    def change(text: str) -> str:
        found = []
        for word in text.split():
            if chance.random() < FILLER_RATE:
                found.append(chance.choice(("um", "uh", "er")))
            found += [word, word] if chance.random() < REPEAT_RATE else [word]
        return " ".join(found)

    return said(record, change)


def damaged(rate: float, vocabulary: Sequence[str]) -> Change:
    """Each word replaced by another spoken word, left out, or doubled up with one, at `rate`."""

    def change(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
        def spoil(text: str) -> str:
            found = []
            for word in text.split():
                roll = chance.random()
                if roll >= rate:
                    found.append(word)
                elif roll < 0.7 * rate:
                    tail = re.search(r"[.,?!;:]*$", word)
                    found.append(chance.choice(vocabulary) + (tail.group() if tail else ""))
                elif roll < 0.85 * rate:
                    found += [word, chance.choice(vocabulary)]
            return " ".join(found)

        return said(record, spoil)

    return change


def shuffled(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
    """The candidate's words in random order, without punctuation."""

    def change(text: str) -> str:
        words = re.sub(r"[^\w\s']", "", text).split()
        chance.shuffle(words)
        return " ".join(words)

    return said(record, change)


def instead(text: str) -> Change:
    """Something else as the whole answer."""

    def change(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
        words = text or f"{record.turns[0].text} {record.turns[0].text}"
        return replace(record, turns=(record.turns[0], Turn(turn=1, speaker="candidate",
                                                            text=words)))  # fmt: skip

    return change


def politer(record: InterviewRecord, chance: random.Random) -> InterviewRecord:
    """Another persona: the same questions, friendlier."""
    return replace(record, turns=tuple(
        t.model_copy(update={"text": f"Thanks, I see. {t.text}"})
        if t.speaker == "interviewer" and t.turn > 0 else t for t in record.turns
    ))  # fmt: skip


def shift(records: Sequence[InterviewRecord], change: Change, seed: int = 11) -> Shift:
    """The movement of every core score under a change."""
    chance = random.Random(seed)
    found: list[float] = []
    unjudged = 0
    for record in records:
        before, after = scores(judged(record)), scores(judged(change(record, chance)))
        found += [after[key] - value for key, value in before.items() if key in after]
        unjudged += len(before.keys() - after.keys())
    return Shift(tuple(found), unjudged)


def share_of_ones(records: Sequence[InterviewRecord], change: Change, seed: int = 11) -> float:
    """How many scores are exactly 1 after a change."""
    chance = random.Random(seed)
    found = [v for r in records for v in scores(judged(change(r, chance))).values()]
    return sum(value == 1 for value in found) / len(found)


def in_order(found: Sequence[tuple[InterviewRecord, ...]]) -> float:
    """Share of the pairs of levels in triples whose mean score is in order."""
    kept: list[bool] = []
    for triple in found:
        low, middle, high = (statistics.fmean(scores(judged(r)).values()) for r in triple)
        kept += [low < middle, middle < high, low < high]
    return sum(kept) / len(kept)


def quotes_hold(record: InterviewRecord) -> bool:
    """Every quote of every point is verbatim in a candidate turn."""
    found = judged(record)
    return all(
        record.turns[q.turn].speaker == "candidate" and q.quote in record.turns[q.turn].text
        for result in found.criteria.values() for point in result.points for q in point.quotes
    )  # fmt: skip


def vocabulary_of(records: Sequence[InterviewRecord]) -> list[str]:
    """Words candidates use, as often as they use them."""
    texts = (t.text for r in records for t in r.turns if t.speaker == "candidate")
    return sorted(w for text in texts for w in re.findall(r"[a-z']+", text.lower()))


def shifts(records: Sequence[InterviewRecord]) -> list[tuple[str, Change, float, float]]:
    """Name, change, and the most that mean and mean absolute shift may be."""
    words = vocabulary_of(records)
    return [
        ("empty sentences +50 %", padded(0.5), 0.05, 9),
        ("empty sentences +100 %", padded(1.0), 0.05, 9),
        *((f"praise: {text}", with_last(text), 0, 0) for text in PRAISE),
        *((f"modesty: {text}", with_last(text), 0, 0) for text in MODEST),
        *((f"order: {text}", with_last(text), 0, 0) for text in ORDERS),
        ("disfluency", disfluent, 9, 0.1),
        ("word errors 5 %", damaged(0.05, words), 9, 0.1),
        ("word errors 10 %", damaged(0.1, words), 9, 0.15),
        ("word errors 20 %", damaged(0.2, words), 9, 0.3),
        ("friendlier interviewer", politer, 0, 0),
        ("judged twice", lambda record, chance: record, 0, 0),
    ]


def highest_filler() -> float:
    """The best trade-off score that talk about choosing in general gets."""
    question = bank_question("two-models")
    texts = yaml.safe_load((DATA / "fillers.yaml").read_text(encoding="utf-8"))
    found = [judged(record_of(question, [f"c: {text}"], "filler")) for text in texts]
    return max(result.criteria["trade_offs"].score or 0 for result in found)


def main(arguments: Sequence[str]) -> int:
    """Run every change and print the table."""
    records = answers(Path(folder) for folder in arguments)
    missed = 0
    print(f"{len(records)} answers; shift: mean, mean absolute, largest rise / fall, rises >= 0.5,"
          " not judged")  # fmt: skip
    for name, change, mean, absolute in shifts(records):
        found = shift(records, change)
        rising = name.startswith("empty") and found.rises > 0
        bad = abs(found.mean) > mean + 1e-9 or found.absolute > absolute + 1e-9 or rising
        missed += bad
        print(f"{name[:44]:45s} {found.mean:+.2f} {found.absolute:.2f} "
              f"{max(found.values):+.1f} / {min(found.values):+.1f}  {found.rises}  "
              f"{found.unjudged}{'  MISSED' if bad else ''}")  # fmt: skip
    nothing = {"question said back": "", "keyword salad": SALAD, "order as answer": ORDERS[0]}
    for name, change in [*((n, instead(t)) for n, t in nothing.items()), ("shuffled", shuffled)]:
        ones = share_of_ones(records, change)
        missed += ones < 1
        print(f"{name:45s} level 1 in {ones:.0%}{'  MISSED' if ones < 1 else ''}")
    filler = highest_filler()
    missed += filler > FILLER_AT_MOST
    print(f"{'talk about choosing in general':45s} C3 at most {filler:g}"
          f"{'  MISSED' if filler > FILLER_AT_MOST else ''}")  # fmt: skip
    order, quotes = in_order(triples()), all(quotes_hold(record) for record in records)
    missed += (order < 0.95) + (not quotes)
    print(f"{'level triples in order':45s} {order:.0%}{'  MISSED' if order < 0.95 else ''}")
    print(f"{'quotes verbatim':45s} {quotes}")
    faults = [fault for record in records for fault in said_twice(judged(record), record.source)]
    missed += bool(faults)
    print(f"{'explanations that repeat or advise what was done':45s} {len(faults)}"
          f"{'  MISSED' if faults else ''}", *faults[:5], sep="\n  ")  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
