"""Trains the scorer of the offline reader's facts and tests it on questions left out.

    python tests/benchmarks/fact_scorer_fit.py --folds FOLDER [--write]

Reads `tests/data/requests/*.txt` (requests written for 41 questions: `fact | wording | wording`,
`fact+fact | wording` for several in one breath, `- | wording` for what no sheet answers; those of
`beside.txt` were written to mislead) and the development half of the labelled utterances. The
wordings of single facts also stand in the bank, so each is taken out of its own sheet before it is
read. Questions with held-out utterances take no part. Every request is measured with an encoder
that was trained without its question: FOLDER holds the corrections of both halves (`encoder_fit.py
--folds FOLDER`). Prints precision and recall on questions left out (six parts, by question) of the
matcher as the interview uses it; `--write` trains on everything and stores agent/fact_scorer.npz.
Needs scikit-learn.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from reader_accuracy import Count, load_labels, question
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from agent.asking import Asked, find_asked
from agent.dialogue_acts import read_acts
from agent.fact_matcher import FactMatcher, wanted
from agent.fact_scorer import NOTHING, TARGET, FactScorer
from agent.fact_signals import COMPANY, SIGNALS, FactSignals
from agent.off_topic import EXAMPLES
from agent.reader import answers
from agent.weights import folder
from agent.wording import plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Fact, Question, bank_folder

REQUESTS = Path(__file__).parents[1] / "data" / "requests"
PARTS = 6
NEED_STRENGTH = 5.0
"""Inverse regularisation of the kinds of requirement; 0.5 and 50 are a little worse."""
ROUNDS = 3
"""Times the words that ask for a fact are chosen by the weights of the round before."""
Floats = NDArray[np.float64]
Kinds = tuple[Floats, Floats, list[str]]
Needs = list[Kinds]
Encoders = Sequence[SentenceEncoder]
"""Two, trained without the questions of the even and of the odd parts."""
"""Weights, biases and names of the kinds of requirement, for every part learned without it."""


@dataclass
class Request:
    """One utterance, the facts it asks for, and the sheet it is compared with."""

    question: str
    text: str
    wants: frozenset[str]
    facts: tuple[Fact, ...]
    source: str
    """written, spoken (written later, in the manner of speech), beside (to mislead) or labelled"""
    asked: tuple[Asked, ...] = ()
    signals: tuple[Floats, ...] = ()
    """Of every part that asks: (facts, signals)."""


def written_requests(pattern: str = "*") -> Iterator[tuple[str, frozenset[str], str]]:
    """Question, facts and words of every written request."""
    for path in sorted(REQUESTS.glob(f"{pattern}.txt")):
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                name = line[2:].strip()
            elif line.strip():
                key, *wordings = [part.strip() for part in line.split(" | ")]
                facts = frozenset() if key == "-" else frozenset(key.split("+"))
                yield from ((name, facts, wording) for wording in wordings)


def without(facts: Sequence[Fact], text: str) -> tuple[Fact, ...]:
    """The sheet without these words among its example questions."""
    said = plain(text)
    kept = [tuple(ask for ask in fact.asks if plain(ask) != said) for fact in facts]
    return tuple(f.model_copy(update={"asks": asks}) for f, asks in zip(facts, kept, strict=True))


def requests() -> list[Request]:
    """Everything that is learned from."""
    bank: dict[str, Question] = {}
    found: list[Request] = []
    kept_out = held_out()
    later = {each: name for name in ("spoken", "beside") for each in written_requests(name)}
    for each in written_requests():
        name, facts, text = each
        if name in kept_out:
            continue
        q = bank.setdefault(name, question(name))
        source = later.get(each, "written")
        found.append(Request(name, text, facts, without(q.facts, text), source))
    for label in load_labels():
        q = bank.setdefault(label["question"], question(label["question"]))
        if label["split"] == "dev" and q.facts:
            wants = frozenset(label["facts"])
            found.append(Request(q.id, label["text"], wants, q.facts, "labelled"))
    return found


def held_out() -> set[str]:
    """Questions that take no part."""
    return {label["question"] for label in load_labels() if label["split"] != "dev"}


def fit_needs(encoder: SentenceEncoder, names: Sequence[str]) -> Kinds:
    """Weights, biases and names of the kinds of requirement, from the bank's example questions.

    What no sheet answers is a kind as well: of these questions, of any company, small talk.
    """
    own = set(names)
    asks: list[tuple[str, str]] = [
        (ask, fact.need) for name in names for fact in question(name).facts for ask in fact.asks
    ]
    beside = [text for name, facts, text in written_requests() if name in own and not facts]
    talk = [text for texts in EXAMPLES.values() for text in texts]
    asks += [(text, NOTHING) for text in (*beside, *COMPANY, *talk)]
    vectors = encoder.encode([wanted(ask) for ask, _ in asks])
    model = LogisticRegression(C=NEED_STRENGTH, max_iter=1000).fit(vectors, [n for _, n in asks])
    return model.coef_, model.intercept_, [str(name) for name in model.classes_]


def parts_of(names: Sequence[str]) -> dict[str, int]:
    """The part of every question; the same at every run."""
    order = np.random.RandomState(0).permutation(len(names))
    return {names[place]: number % PARTS for number, place in enumerate(order)}


def reader_parts(names: Sequence[str]) -> dict[str, int]:
    """The part of every question: those with facts, then the others."""
    sheets = [name for name in names if question(name).facts]
    rest = [name for name in names if name not in sheets]
    return {**parts_of(sheets), **parts_of(rest)}


def measure(
    encoders: Encoders, found: Sequence[Request], needs: Needs, part: dict[str, int]
) -> None:
    """Fill in the signals of every part that asks.

    The kinds of requirement a request is measured with were learned without its question, as it
    will be for questions of a user's own.
    """
    for one in found:
        one.asked = find_asked(one.text, read_acts(one.text))
        blank = FactScorer(*needs[part[one.question]], np.zeros(len(SIGNALS)), 0.0)
        signals = FactSignals(encoders[part[one.question] % 2], one.facts, blank)
        one.signals = tuple(signals.of(a.part.text, wanted(a.part.text)) for a in one.asked)


def fit_scorer(found: Sequence[Request], needs: Kinds) -> FactScorer:
    """Logistic weights over the signals; which words ask for a fact is chosen by the weights."""
    weights = np.eye(len(SIGNALS))[0]
    bias = 0.0
    for _ in range(ROUNDS):
        rows: list[Floats] = []
        labels: list[bool] = []
        for one in (each for each in found if each.signals):
            stacked = np.stack(one.signals)
            best = (stacked @ weights).argmax(axis=0)
            rows.append(stacked[best, np.arange(len(best))])
            labels.extend(fact.id in one.wants for fact in one.facts)
        scaler = StandardScaler().fit(np.concatenate(rows))
        model = LogisticRegression(C=1.0, max_iter=1000)
        model.fit(scaler.transform(np.concatenate(rows)), labels)
        weights = model.coef_[0] / scaler.scale_
        bias = float(model.intercept_[0] - scaler.mean_ @ weights)
    return FactScorer(*needs, weights, bias)


def recognised(encoder: SentenceEncoder, one: Request, scorer: FactScorer) -> set[str]:
    """The facts the matcher gives, as the interview uses it."""
    found = FactMatcher(encoder, one.facts, scorer).match(one.asked)
    return {match.fact_id for asked, match in found if match and answers(asked, match)}


def cross_validate(
    encoders: Encoders, found: list[Request], needs: Needs, part: dict[str, int]
) -> None:
    """Print how well facts of questions left out are recognised."""
    counts: defaultdict[str, Count] = defaultdict(Count)
    for number, kinds in enumerate(needs):
        scorer = fit_scorer([one for one in found if part[one.question] != number], kinds)
        for one in (each for each in found if part[each.question] == number):
            kind = ("none", "one")[len(one.wants)] if len(one.wants) < 2 else "several"
            given = recognised(encoders[number % 2], one, scorer)
            for key in (one.source, f"{one.source}, {kind}"):
                counts[key].add(given, set(one.wants))
    for key, count in sorted(counts.items()):
        print(f"{key:18} {count.row()}  {count.tp}/{count.fp}/{count.fn}", flush=True)


def half_encoders(folds: Path | None) -> Encoders:
    """The encoders trained without each half of the questions; None = the published one, twice."""
    weights = folder("minilm-l6-v2")
    paths = [folds / f"without-{half}.npz" if folds else None for half in range(2)]
    return [SentenceEncoder(weights, cached_texts=200_000, corrections=path) for path in paths]


def run(folds: Path | None, *, write: bool) -> None:
    """Test on questions left out, or store the scorer."""
    encoders = half_encoders(folds)
    kept_out = held_out()
    names = sorted(path.stem for path in bank_folder().glob("*.yaml"))
    names = [name for name in names if name not in kept_out and question(name).facts]
    found = requests()
    assert not kept_out & {one.question for one in found}
    part = parts_of(names)
    needs = [fit_needs(encoders[i % 2], [n for n in names if part[n] != i]) for i in range(PARTS)]
    measure(encoders, found, needs, part)
    if not write:
        cross_validate(encoders, found, needs, part)
        return
    final = SentenceEncoder(folder("minilm-l6-v2")).for_reading()
    scorer = fit_scorer(found, fit_needs(final, names))
    scorer.save(TARGET, SIGNALS)
    print(dict(zip(SIGNALS, scorer.weights.round(2).tolist(), strict=True)), round(scorer.bias, 2))


def start(run: Callable[..., None], about: str | None) -> None:
    """Read the options of a training, run it; `about` is the command's own text."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0] if about else "")
    parser.add_argument("--write", action="store_true", help="store the scorer")
    parser.add_argument("--folds", type=Path, help="folder of the corrections of both halves")
    options = parser.parse_args()
    run(options.folds, write=options.write)


if __name__ == "__main__":
    start(run, __doc__)
