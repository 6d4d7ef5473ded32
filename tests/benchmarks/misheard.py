"""Where "too many words are wrong to judge" begins: how much order is left in damaged answers.

    .venv/bin/python tests/benchmarks/misheard.py [FOLDER] [--talk FILE] [--seeds 4]

For our own answers and, when given, those in FOLDER/transcripts: how many are judged (`kept`), not
judged (`damaged`) or taken for shuffled words (`none`) at every rate of word errors. `--talk` is
`disfluency.txt` of the Switchboard sample (NLTK data): what would become of stretches of 200 spoken
words of one person, which are whole.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from metamorphic import Change, answers, damaged, shuffled, vocabulary_of

from evaluation.answer import prepare
from evaluation.record import InterviewRecord, Turn

NO_ORDER = "the words stand in no order"
RATES = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4)
STRETCH_WORDS, LEAST_WORDS = 200, 100
SPOKEN = re.compile(r"([AB])\.(\d+): (.*)")
MARKS = re.compile(r"\{[A-Z] |[}\[\]+#/]|-/|<[^>]*>|--")


def fate(turns: Sequence[Turn]) -> str:
    """What the judge makes of the order of the words."""
    answer = prepare(turns)
    if answer.misheard:
        return "damaged"
    return "none" if any(each.reason == NO_ORDER for each in answer.set_aside) else "kept"


def counted(found: Counter[str]) -> str:
    """Shares, the largest first."""
    return "  ".join(f"{name} {count / found.total():.3f}" for name, count in found.most_common())


def shares(records: Sequence[InterviewRecord], change: Change, seeds: int) -> str:
    """What becomes of the answers under a change."""
    found: Counter[str] = Counter()
    for seed in range(11, 11 + seeds):
        chance = random.Random(seed)
        found.update(fate(change(each, chance).turns) for each in records)
    return counted(found)


def stretches_of_talk(path: Path) -> Iterator[str]:
    """Stretches of one person's words, without the marks of the transcript."""
    calls: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    call = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := SPOKEN.match(line):
            speaker, number, text = match.groups()
            call += number == "1"
            calls[call, speaker] += MARKS.sub(" ", text).split()
    for words in calls.values():
        for begin in range(0, len(words) - LEAST_WORDS, STRETCH_WORDS):
            yield " ".join(words[begin : begin + STRETCH_WORDS])


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--talk", type=Path)
    parser.add_argument("--seeds", type=int, default=4)
    chosen = parser.parse_args()
    own = answers([])
    sets = {"own answers": own}
    if chosen.folder:
        sets[str(chosen.folder)] = answers([chosen.folder])[len(own) :]
    for name, records in sets.items():
        vocabulary = vocabulary_of(records)
        print(f"{name}: {len(records)}")
        for rate in RATES:
            found = shares(records, damaged(rate, vocabulary), chosen.seeds)
            print(f"  {rate:4.0%} wrong  {found}")
        print(f"  shuffled    {shares(records, shuffled, chosen.seeds)}")
    if chosen.talk:
        turns = [Turn(turn=0, speaker="candidate", text=t) for t in stretches_of_talk(chosen.talk)]
        print(f"talk: {len(turns)} stretches  {counted(Counter(fate([turn]) for turn in turns))}")


if __name__ == "__main__":
    main()
