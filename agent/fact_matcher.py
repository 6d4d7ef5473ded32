"""Which facts of the scenario sheet a question asks for, in whatever words.

Three signals per fact: the nearest of its example questions (cosine of sentence embeddings), its
own terms standing in the question, and words of the kind of requirement it answers. Together they
go through a logistic whose weights were fitted on the development half of the labelled utterances
(`tests/benchmarks/reader_accuracy.py --fit`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agent.asking import Asked, strip_lead
from agent.wording import WordOverlap, content_words, plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Fact, Need


class Signals(NamedTuple):
    """What the logistic sees of one question and one fact."""

    cosine: float
    """Cosine with the nearest example question."""
    say: float
    """Cosine with the reply: a question is near its answer."""
    term: float
    """1 when a term of several words stands in the question, 0.7 for one word, else 0."""
    overlap: float
    """Share (0-1) of the question's words that stand in the fact, rare words counting more."""
    need: float
    """1 when words of the kind of requirement stand in the question."""
    margin: float
    """Cosine above the best other fact; negative when another one is nearer."""
    one: float = 1.0

    def probability(self) -> float:
        """Chance (0-1) that the question asks for the fact."""
        total = sum(weight * signal for weight, signal in zip(WEIGHTS, self, strict=True))
        return 1 / (1 + math.exp(-total))


WEIGHTS = Signals(cosine=3.3, say=1.1, term=3.3, overlap=2.2, need=1.2, margin=5.2, one=-5.7)
"""Fitted by logistic regression on the development questions."""
ASKED_AT_LEAST = 0.25
"""Probability (0-1) from which a fact counts as asked for: there precision
equals recall on the development half."""
CLEARLY_ASKED = 0.7
"""Probability (0-1) that a mere noun after "and", or a question that leans on the one before, needs
to be a request of its own ("the traffic and the latency budget")."""
ELLIPTIC_WORDS = 2
"""Questions with fewer content words are read together with the one before."""

NEED_WORDS: dict[Need, str] = {
    "goal": r"goal|objective|success|trying to achieve|optimi[sz]\w+|purpose|business|kpi|"
    r"matters most",
    "scale": r"how many|how much traffic|scale|volume|traffic|qps|tps|throughput|per (?:second|"
    r"day|hour)|load|peak|how (?:big|large)|size",
    "latency": r"latency|how fast|how quick\w*|milliseconds?|real.?time|response time|sla|p9\d|"
    r"deadline|wait|synchronous|budget",
    "data": r"data|history|features?|signals?|share|rate|base rate|how (?:rare|imbalanced)|"
    r"sources?|logs?",
    "labels": r"labels?|labell?ed|ground truth|feedback|outcomes?|annotat\w+|know (?:if|whether)|"
    r"delay",
    "cost_of_errors": r"costs?|expensive|worse|hurts?|false (?:positives?|negatives?|alarms?)|"
    r"mistakes?|errors?|miss(?:ed)?",
    "metric": r"metrics?|baseline|current\w*|today|measure\w*|existing|in place",
    "constraint": r"constraints?|legal|regulat\w+|privacy|gdpr|compliance|allowed|limits?|"
    r"restrict\w+|budget|requirements?|must",
    "people": r"team|people|reviewers?|analysts?|who|on.?call|engineers?|humans?|manual\w*",
}
NEEDS = {need: re.compile(rf"\b(?:{pattern})\b") for need, pattern in NEED_WORDS.items()}


@dataclass(frozen=True, slots=True)
class FactMatch:
    """A fact and how sure we are that the words ask for it (0-1)."""

    fact_id: str
    score: float


class FactMatcher:
    """Compares questions with one question's sheet."""

    def __init__(self, encoder: SentenceEncoder, facts: Sequence[Fact]) -> None:
        self.encoder, self.facts = encoder, tuple(facts)
        self.terms = [[term_words(term) for term in fact.terms] for fact in self.facts]
        self.words = WordOverlap([" ".join((*f.asks, *f.terms)) for f in self.facts])
        self._vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._owner = np.array([i for i, f in enumerate(self.facts) for _ in f.asks], dtype=int)

    @property
    def vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors of all example questions (asks, 384) and of all replies (facts, 384)."""
        if self._vectors is None:
            asks = self.encoder.encode([ask for fact in self.facts for ask in fact.asks])
            self._vectors = (asks, self.encoder.encode([fact.say for fact in self.facts]))
        return self._vectors

    def signals(self, words: str) -> list[Signals]:
        """The signals of every fact for one question's words."""
        if not self.facts:
            return []
        vector = self.encoder.encode([wanted(words)])[0]
        asks, replies = self.vectors
        near = asks @ vector
        cosines = np.array([near[self._owner == i].max() for i in range(len(self.facts))])
        said = content_words(words)
        text = plain(words)
        hits = np.array([max(term_hit(said, term) for term in terms) for terms in self.terms])
        says = replies @ vector
        found: list[Signals] = []
        for i, fact in enumerate(self.facts):
            others = np.delete(cosines, i)
            margin = float(cosines[i] - others.max()) if len(others) else 0.0
            need = float(NEEDS[fact.need].search(text) is not None)
            overlap = self.words.overlap(said, i)
            found.append(
                Signals(float(cosines[i]), float(says[i]), float(hits[i]), overlap, need, margin)
            )
        return found

    def best(self, words: str) -> FactMatch | None:
        """The fact most probably asked for, however unlikely; None without a sheet."""
        scored = [(s.probability(), i) for i, s in enumerate(self.signals(words))]
        if not scored:
            return None
        score, i = max(scored, key=lambda pair: (pair[0], -pair[1]))
        return FactMatch(self.facts[i].id, score)

    def match(self, asked: Sequence[Asked]) -> list[tuple[Asked, FactMatch | None]]:
        """For every thing asked the fact it asks for, or None.

        A sentence whose parts match nothing is tried as a whole, because a split at "and" may have
        cut one question in two ("the cost of a miss and of a false alarm").
        """
        found: list[tuple[Asked, FactMatch | None]] = []
        before = ""
        for sentence in dict.fromkeys(item.sentence for item in asked):
            parts = [item for item in asked if item.sentence == sentence]
            sure = [self.sure(item.part.text) for item in parts]
            if not any(sure) and len(parts) > 1:
                sure = [self.sure(sentence.text), *sure[1:]]
            for item, own in zip(parts, sure, strict=True):
                match = own
                clear = own is not None and own.score >= CLEARLY_ASKED
                if before and not clear and elliptic(item.part.text):
                    match = self.sure(f"{before} {item.part.text}")
                elif not clear and item.listed:
                    match = None
                before = item.part.text if match else before
                found.append((item, match))
        return found

    def sure(self, words: str) -> FactMatch | None:
        """The best fact when it is probable enough; a mere lead-in ("before I start") has none."""
        if not plain(strip_lead(words)):
            return None
        best = self.best(words)
        return best if best is not None and best.score >= ASKED_AT_LEAST else None


def elliptic(words: str) -> bool:
    """True for a question that leans on the one before: "and after how long", "how late is it"."""
    leaning = re.search(r"\b(?:it|they|them|that|those|these|this|one|ones)\b", plain(words))
    return leaning is not None or len(content_words(words)) < ELLIPTIC_WORDS


def wanted(words: str) -> str:
    """A question as it is encoded; a bare noun ("the latency budget") becomes one."""
    core = strip_lead(words).strip(" ,;:.?!") or words
    first = plain(core).split(" ", 1)[0]
    if first in {"the", "a", "our", "your", "any", "what", "how"} and len(core.split()) > 1:
        return core if first in {"what", "how", "any"} else f"What is {core}?"
    return core


def term_words(term: str) -> tuple[str, ...]:
    """A term as stemmed content words; its plain words when it has none."""
    return tuple(content_words(term)) or tuple(plain(term).split())


def term_hit(said: Sequence[str], term: tuple[str, ...]) -> float:
    """1 when all words of a term of several stand in `said`, 0.7 for a single word, else 0."""
    if not term or not set(term) <= set(said):
        return 0.0
    return 1.0 if len(term) > 1 else 0.7
