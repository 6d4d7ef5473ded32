"""Trains the scorer that tells sentences which ask from those which state, and tests it.

    python tests/benchmarks/asking_fit.py --folds FOLDER [--write]

Learns from sentences: the bank's example questions and the written requests ask, example sentences
of points and the written points state, the labelled utterances of both development sets do as they
are labelled. In an utterance that asks, the sentences in the form of a question are taken for the
ones that do; without any, all of them are. Half of the bank's sentences are read without their
final mark. Questions with held-out utterances take no part. Every sentence is measured with an
encoder that was trained without its question (`encoder_fit.py --folds FOLDER`). Prints, for
questions left out (six parts) and for the second development set also voices left out (in three
groups), how many sentences are told rightly. `--write` trains on everything and stores
agent/ask_scorer.npz. Needs scikit-learn.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fact_scorer_fit import PARTS, half_encoders, held_out, reader_parts, start, written_requests
from numpy.typing import NDArray
from reader_accuracy import load_development, question
from reader_fit import written_points
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from agent.ask_scorer import TARGET, AskScorer
from agent.asking import find_asked, looks_asked
from agent.clauses import sentences
from agent.dialogue_acts import read_acts
from agent.sentence_weights import FORM_WEIGHT, runs
from agent.weights import folder
from agent.wording import plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import bank_folder

BANK_EACH = 2
"""Example sentences taken from every fact and every point of the bank."""
WORD_QUESTIONS = 12
"""Questions in whose sentences a word must stand to belong to the form and not to a topic."""
RUN_SENTENCES = 4
"""Sentences in which a run must stand to be learned."""
STRENGTH = 1.0
"""Inverse regularisation."""
VOICE_GROUPS = 3
LIMITS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Sentence:
    """A sentence, whether it asks, and where it is from."""

    question: str
    text: str
    asks: bool
    source: str
    """bank, written, or labelled"""
    voice: str = ""
    formal: bool = False
    """The forms find something asked in it."""


def bank_sentences(names: Sequence[str]) -> Iterator[Sentence]:
    """Examples of facts and points, half of them without the final mark."""
    for name in names:
        rng = random.Random(name)
        q = question(name)
        sheets = [(fact.asks, True) for fact in q.facts]
        sheets += [(point.exemplars, False) for point in q.points]
        for examples, asks in sheets:
            for text in rng.sample(list(examples), min(BANK_EACH, len(examples))):
                said = text if rng.random() < 0.5 else text.rstrip(" .?!").lower()
                yield Sentence(name, said, asks, "bank")


def of_utterance(name: str, text: str, asks: bool, source: str, voice: str) -> Iterator[Sentence]:
    """The sentences of one utterance; of those that ask only the ones that surely do."""
    acts = read_acts(text)
    formal = {asked.sentence for asked in find_asked(text, acts)}
    own = [s for s in sentences(text) if not any(t.start <= s.start < t.end for t in acts.taken)]
    open_ones = [s for s in own if s in formal or s.asks or looks_asked(s.text)]
    for each in (open_ones or own) if asks else own:
        yield Sentence(name, each.text, asks, source, voice, each in formal)


def everything() -> list[Sentence]:
    """All that is learned from, in a fixed order, each text of a question once."""
    kept_out = held_out()
    names = sorted(path.stem for path in bank_folder().glob("*.yaml"))
    found = list(bank_sentences([name for name in names if name not in kept_out]))
    for name, _, text in written_requests():
        if name not in kept_out:
            found.extend(of_utterance(name, text, True, "written", ""))
    for name, _, text in written_points():
        if name not in kept_out:
            found.extend(of_utterance(name, text, False, "written", ""))
    for label in load_development():
        asks = label["act"] in {"question", "off_topic"}
        if asks or label["act"] == "answer":
            voice = label.get("voice", "")
            found.extend(of_utterance(label["question"], label["text"], asks, "labelled", voice))
    return list(dict.fromkeys(found))


def form_words(found: Sequence[Sentence]) -> frozenset[str]:
    """Words that stand in sentences of many questions."""
    where: defaultdict[str, set[str]] = defaultdict(set)
    for one in found:
        for word in plain(one.text).split():
            where[word].add(one.question)
    return frozenset(word for word, names in where.items() if len(names) >= WORD_QUESTIONS)


def form_and_vector(
    texts: Sequence[str], vectors: NDArray[np.float32], words: frozenset[str], least: int
) -> tuple[list[str], csr_matrix]:
    """The runs that stand in `least` texts or more, and a row of runs and vector for each text."""
    own = [runs(text, words) for text in texts]
    counts = Counter(run for one in own for run in one)
    names = sorted(run for run, count in counts.items() if count >= least)
    place = {name: at for at, name in enumerate(names)}
    cells = [(row, place[run]) for row, one in enumerate(own) for run in one if run in place]
    rows, columns = zip(*cells, strict=True)
    shape = (len(texts), len(names))
    formal = csr_matrix((np.full(len(cells), FORM_WEIGHT), (rows, columns)), shape=shape)
    return names, hstack([formal, csr_matrix(vectors)]).tocsr()


def fit(found: Sequence[Sentence], vectors: NDArray[np.float32]) -> AskScorer:
    """Logistic weights over runs and vector."""
    words = form_words(found)
    texts = [one.text for one in found]
    names, matrix = form_and_vector(texts, vectors, words, RUN_SENTENCES)
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(matrix, [one.asks for one in found])
    weights, bias = model.coef_[0], float(model.intercept_[0])
    return AskScorer(words, names, weights[: len(names)], weights[len(names) :], bias)


def left_out(
    found: Sequence[Sentence], vectors: NDArray[np.float32], part: dict[str, int]
) -> dict[Sentence, float]:
    """The chance of every sentence, by a scorer without its question and without its voice."""
    voices = sorted({one.voice for one in found if one.voice})
    group = {voice: at % VOICE_GROUPS for at, voice in enumerate(voices)}
    chances: dict[Sentence, float] = {}
    for number in range(PARTS):
        for without in range(VOICE_GROUPS):
            own = [
                at
                for at, one in enumerate(found)
                if part[one.question] == number and group.get(one.voice, 0) == without
            ]
            kept = [
                at
                for at, one in enumerate(found)
                if part[one.question] != number and not (one.voice and group[one.voice] == without)
            ]
            scorer = fit([found[at] for at in kept], vectors[kept])
            for at in own:
                chances[found[at]] = scorer.chance(found[at].text, vectors[at])
    return chances


def report(chances: dict[Sentence, float]) -> None:
    """Print per source and limit: right among those called asking, and found of those that ask."""
    sources: defaultdict[str, list[Sentence]] = defaultdict(list)
    for one in chances:
        sources[one.source].append(one)
        if one.voice:
            sources[f"  {one.voice}"].append(one)
    for source, own in sorted(sources.items()):
        asks = np.array([one.asks for one in own])
        formal = np.array([one.formal for one in own])
        scores = np.array([chances[one] for one in own])
        print(f"{source}: {asks.sum()} ask, {(~asks).sum()} state;", end=" ")
        print(f"forms: {(formal & asks).sum()} and {(formal & ~asks).sum()} wrongly")
        for name, chosen in (("formal", formal), ("others", ~formal)):
            cells = [
                f">{limit} {(scores > limit)[chosen & asks].sum()}/"
                f"{(scores > limit)[chosen & ~asks].sum()}"
                for limit in LIMITS
            ]
            print(f"   {name} {(chosen & asks).sum()}/{(chosen & ~asks).sum()}: ", *cells)


def run(folds: Path | None, *, write: bool) -> None:
    """Test on what is left out, or store the scorer."""
    found = everything()
    names = sorted({one.question for one in found})
    if write:
        final = SentenceEncoder(folder("minilm-l6-v2"), cached_texts=20_000).for_reading()
        scorer = fit(found, final.encode([one.text for one in found]))
        scorer.save(TARGET)
        print(f"{len(found)} sentences, {len(scorer.words)} words, {len(scorer.names)} runs")
        return
    kept_out = held_out()
    bank = sorted(path.stem for path in bank_folder().glob("*.yaml") if path.stem not in kept_out)
    part = reader_parts(bank)
    assert not kept_out & set(names)
    vectors = np.zeros((len(found), 384), dtype=np.float32)
    for half, encoder in enumerate(half_encoders(folds)):
        own = [at for at, one in enumerate(found) if part[one.question] % 2 == half]
        vectors[own] = encoder.encode([found[at].text for at in own])
    report(left_out(found, vectors, part))


if __name__ == "__main__":
    start(run, __doc__)
