"""How long the offline reader needs after the last clause of an answer.

    python tests/benchmarks/reading_speed.py [--profile]

Answers of 20 to 200 words are put together from the labelled utterances of six questions, every
third one opened by a question to the interviewer. Their clauses are read as they arrive
(`AnswerReader.prepare`); then the clock starts, the last clause is prepared and the whole turn is
read, as the interview does it. Prints median, 90 % and worst, by length: milliseconds on the wall
and of processor time. The difference between the two is what other programs took away.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import time
from dataclasses import dataclass

from reader_accuracy import arriving, load_labels, question

from agent.reader import AnswerReader, ReadingContext
from agent.weights import folder
from evaluation.encoder import SentenceEncoder

LENGTHS = (20, 50, 100, 200)
"""Words of the answers, at least."""
ANSWERS_EACH = 4
"""Answers per question and length."""
QUESTIONS = 6
EARLIER = "I would first look at the data."
"""The turn before, read when it was said."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One final read."""

    words: int
    wall_ms: float
    processor_ms: float


def answers() -> list[tuple[str, int, str]]:
    """Question, length class and text; the same at every run."""
    rng = random.Random(5)
    found: list[tuple[str, int, str]] = []
    labels = load_labels(second=False)
    said: dict[str, list[str]] = {}
    asked: dict[str, list[str]] = {}
    for label in labels:
        where = said if label["act"] == "answer" and label["points"] else asked
        if label["act"] in {"answer", "question"}:
            where.setdefault(label["question"], []).append(label["text"])
    for name in sorted(said, key=lambda n: (-len(said[n]), n))[:QUESTIONS]:
        for length in LENGTHS:
            for place in range(ANSWERS_EACH):
                parts = [rng.choice(asked[name])] if place % 3 == 0 and name in asked else []
                while len(" ".join(parts).split()) < length:
                    parts.append(rng.choice(said[name]))
                found.append((name, length, " ".join(parts)))
    return found


def read(reader: AnswerReader, text: str) -> Timed:
    """Prepare all clauses but the last one, then time the rest."""
    *before, last = arriving(text)
    for clause in before:
        reader.prepare(clause)
    wall, processor = time.perf_counter(), time.process_time()
    reader.prepare(last)
    reader.read(text, context=ReadingContext(earlier=((1, EARLIER),)))
    return Timed(
        len(text.split()),
        (time.perf_counter() - wall) * 1000,
        (time.process_time() - processor) * 1000,
    )


def row(name: str, timed: list[Timed]) -> str:
    """One line of the table."""
    wall = sorted(one.wall_ms for one in timed)
    processor = statistics.median(one.processor_ms for one in timed)
    return (
        f"{name:>10}  answers {len(timed):3}  median {statistics.median(wall):5.1f} ms  "
        f"90 % below {wall[int(0.9 * len(wall))]:5.1f} ms  worst {wall[-1]:5.1f} ms  "
        f"processor {processor:5.1f} ms"
    )


def main() -> None:
    """Read all answers, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    options = parser.parse_args()
    weights = folder("minilm-l6-v2")
    readers: dict[str, AnswerReader] = {}
    timed: dict[int, list[Timed]] = {}
    profile = cProfile.Profile()
    for name, length, text in answers():
        if name not in readers:
            # An encoder of its own, so that no answer finds the words of another question cached.
            readers[name] = AnswerReader(SentenceEncoder(weights), question(name), "senior")
            readers[name].warm()
            readers[name].read(EARLIER)
        if options.profile:
            profile.enable()
        timed.setdefault(length, []).append(read(readers[name], text))
        profile.disable()
    for length, group in timed.items():
        print(row(f"{length} words", group))
    print(row("all", [one for group in timed.values() for one in group]))
    if options.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(35)


if __name__ == "__main__":
    main()
