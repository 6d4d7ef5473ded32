"""Trains the scorer that hears requests to the interviewer in unknown words, and tests it.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/command_fit.py [--write]

Learns from tests/data/commands/written*.txt (requests and near misses), from the requests among the
labelled utterances of the development half, and, as what is no request, from the sentences that
`asking_fit.py` learns from. Prints for left-out sentences (ten parts) and each limit how many
requests are found and how many others are taken for one. `--write` trains on everything and stores
agent/command_scorer.npz. `--fresh FILE` reads a file of tests/data/commands that trains nothing,
with the whole reader. Needs scikit-learn.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from asking_fit import everything, form_and_vector, form_words
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from agent.command_scorer import LEARNED, TARGET, CommandScorer
from agent.dialogue_acts import read_acts
from agent.reader import AnswerReader
from agent.weights import folder
from evaluation.encoder import SentenceEncoder
from prompts.persona import Tone
from prompts.phrase_keys import PhraseKey
from prompts.phrasebook import load_phrasebook
from prompts.question_bank import load_bank

DATA = Path(__file__).parent.parent / "data"
NONE = "none"
LABELS = (*LEARNED, NONE)
PARTS = 10
STRENGTH = 3.0
"""Inverse regularisation."""
OWN_WEIGHT = 6.0
"""What a sentence of written.txt counts beside one of the thousands that are no request."""
RUN_SENTENCES = 3
OURS: tuple[PhraseKey, ...] = ("wait_ok", "take_your_time", "go_on", "keep_on", "lead_on")
LIMITS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Line:
    """A sentence and what it asks of the interviewer."""

    text: str
    label: str
    near: bool
    """Written for this: a request, or a near miss."""


def blocks(path: Path) -> Iterator[Line]:
    """The lines of a file in blocks headed by their label."""
    label = NONE
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            label = line[2:].strip()
        elif line.strip():
            yield Line(line.strip(), label, near=True)


def labelled() -> Iterator[Line]:
    """Requests and near misses among the labelled utterances of the development half."""
    path = DATA / "utterances" / "commands-dev.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        if said["act"] in LEARNED:
            yield Line(said["text"], said["act"], near=True)
        elif said["act"] == "answer":
            yield Line(said["text"], NONE, near=True)


def said_by_us() -> Iterator[str]:
    """What the interviewer says to whoever waits or goes on, which is no request when echoed."""
    for tone in get_args(Tone):
        for key in OURS:
            yield from (
                text for text in load_phrasebook(tone).phrases.get(key, ()) if "{" not in text
            )


def lines() -> list[Line]:
    """All that is learned from, each text once."""
    written = sorted((DATA / "commands").glob("written*.txt"))
    found = [*(line for path in written for line in blocks(path)), *labelled()]
    mine = {line.text for line in found}
    found += [Line(text, NONE, near=True) for text in said_by_us()]
    others = [s.text for s in everything() if s.text not in mine]
    found += [Line(text, NONE, near=False) for text in dict.fromkeys(others)]
    return list(dict.fromkeys(found))


def fit(
    found: Sequence[Line], vectors: NDArray[np.float32], words: frozenset[str]
) -> CommandScorer:
    """Multinomial logistic weights over runs and vector."""
    texts = [line.text for line in found]
    names, matrix = form_and_vector(texts, vectors, words, RUN_SENTENCES)
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(
        matrix,
        [LABELS.index(line.label) for line in found],
        sample_weight=[OWN_WEIGHT if line.near else 1.0 for line in found],
    )
    weights = model.coef_.T
    return CommandScorer(
        words, names, weights[: len(names)], weights[len(names) :], model.intercept_
    )


def left_out(
    found: Sequence[Line], vectors: NDArray[np.float32], words: frozenset[str]
) -> list[dict[str, float]]:
    """The chances of every sentence, by a scorer without its part."""
    part = np.random.default_rng(0).integers(0, PARTS, len(found))
    chances: list[dict[str, float]] = [{} for _ in found]
    for number in range(PARTS):
        kept = np.flatnonzero(part != number)
        scorer = fit([found[at] for at in kept], vectors[kept], words)
        for at in np.flatnonzero(part == number):
            chances[at] = dict(scorer.chances(found[at].text, vectors[at]))
    return chances


def report(found: Sequence[Line], chances: Sequence[dict[str, float]]) -> None:
    """Found / taken for another request / of near misses / of other sentences, by limit."""
    best = [max(one, key=lambda name: one[name]) for one in chances]
    for label in LEARNED:
        mine = [at for at, line in enumerate(found) if line.label == label]
        print(f"{label}: {len(mine)} written")
        for limit in LIMITS:
            called = [
                at for at, name in enumerate(best) if name == label and chances[at][name] >= limit
            ]
            kinds = Counter(
                "right" if found[at].label == label
                else "other" if found[at].label != NONE
                else "near" if found[at].near
                else "far"
                for at in called
            )  # fmt: skip
            cells = ", ".join(f"{kind} {kinds[kind]}" for kind in ("right", "other", "near", "far"))
            print(f"   >= {limit}: {cells}")
        shown = [
            (round(chances[at][label], 2), found[at].text)
            for at in range(len(found))
            if best[at] == label and found[at].label != label and chances[at][label] > 0.4
        ]
        for chance, text in sorted(shown, reverse=True)[:12]:
            print(f"      {chance} {text}")


def fresh(name: str) -> None:
    """How the whole reader reads what trains nothing, with and without the scorer."""
    encoder = SentenceEncoder(folder("minilm-l6-v2"), cached_texts=20_000)
    reader = AnswerReader(encoder, load_bank().get("fraud-detection"), "senior")
    found = list(blocks(DATA / "commands" / name))
    read = {line: reader.read(line.text).act for line in found}
    for label in LABELS:
        mine = [line for line in found if line.label == label]
        if label == NONE:
            wrong = [line for line in mine if read[line] in LEARNED]
            forms = sum(read_acts(line.text).command in LEARNED for line in mine)
            print(f"none: {len(mine)}, {len(wrong)} taken for a request (forms alone {forms})")
        else:
            wrong = [line for line in mine if read[line] != label]
            forms = sum(read_acts(line.text).command == label for line in mine)
            print(f"{label}: {len(mine) - len(wrong)} of {len(mine)} (forms alone {forms})")
        for line in wrong:
            print(f"    {read[line]}: {line.text}")


def main(arguments: Sequence[str]) -> int:
    """Test on what is left out, or store the scorer."""
    if "--fresh" in arguments:
        fresh(arguments[-1])
        return 0
    found = lines()
    encoder = SentenceEncoder(folder("minilm-l6-v2"), cached_texts=20_000).for_reading()
    vectors = encoder.encode([line.text for line in found])
    words = form_words(everything()) | frequent(found)
    if "--write" in arguments:
        scorer = fit(found, vectors, words)
        scorer.save(TARGET)
        print(f"{len(found)} sentences, {len(scorer.names)} runs")
        return 0
    report(found, left_out(found, vectors, words))
    return 0


def frequent(found: Sequence[Line]) -> frozenset[str]:
    """Words that stand in many of the requests."""
    counts = Counter(
        word
        for line in found
        if line.near and line.label != NONE
        for word in set(line.text.lower().strip(".?!").replace(",", "").split())
    )
    return frozenset(word for word, count in counts.items() if count >= RUN_SENTENCES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
