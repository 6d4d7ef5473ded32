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

import numpy as np
from numpy.typing import NDArray

from agent.asking import Asked, strip_lead
from agent.wording import content_words, plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Fact, Need

COSINE_WEIGHT, TERM_WEIGHT, NEED_WEIGHT, MARGIN_WEIGHT, BIAS = 7.0, 2.2, 0.5, 4.0, -5.0
"""Fitted by logistic regression on the development questions."""
ASKED_AT_LEAST = 0.5
"""Probability (0-1) from which a fact counts as asked for; the best F1 on the development half."""

NEED_WORDS: dict[Need, str] = {
    "goal": r"goal|objective|success|trying to achieve|optimi[sz]\w+|purpose|business|kpi|matters most",
    "scale": r"how many|how much traffic|scale|volume|traffic|qps|tps|throughput|per (?:second|day|hour)|load|peak|how (?:big|large)|size",
    "latency": r"latency|how fast|how quick\w*|milliseconds?|real.?time|response time|sla|p9\d|deadline|wait|synchronous|budget",
    "data": r"data|history|features?|signals?|share|rate|base rate|how (?:rare|imbalanced)|sources?|logs?",
    "labels": r"labels?|labell?ed|ground truth|feedback|outcomes?|annotat\w+|know (?:if|whether)|delay",
    "cost_of_errors": r"costs?|expensive|worse|hurts?|false (?:positives?|negatives?|alarms?)|mistakes?|errors?|miss(?:ed)?",
    "metric": r"metrics?|baseline|current\w*|today|measure\w*|existing|in place",
    "constraint": r"constraints?|legal|regulat\w+|privacy|gdpr|compliance|allowed|limits?|restrict\w+|budget|requirements?|must",
    "people": r"team|people|reviewers?|analysts?|who|on.?call|engineers?|humans?|manual\w*",
}
NEEDS = {need: re.compile(rf"\b(?:{pattern})\b") for need, pattern in NEED_WORDS.items()}


@dataclass(frozen=True, slots=True)
class FactMatch:
    """A fact and how sure we are that the words ask for it (0-1)."""

    fact_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What the logistic sees of one question and one fact."""

    cosine: float
    term: float
    need: float
    margin: float
    """Cosine above the best other fact; negative when another one is nearer."""

    def probability(self) -> float:
        """Chance (0-1) that the question asks for the fact."""
        total = (
            COSINE_WEIGHT * self.cosine
            + TERM_WEIGHT * self.term
            + NEED_WEIGHT * self.need
            + MARGIN_WEIGHT * self.margin
            + BIAS
        )
        return 1 / (1 + math.exp(-total))


class FactMatcher:
    """Compares questions with one question's sheet."""

    def __init__(self, encoder: SentenceEncoder, facts: Sequence[Fact]) -> None:
        self.encoder, self.facts = encoder, tuple(facts)
        self.terms = [[term_words(term) for term in fact.terms] for fact in self.facts]
        self._asks: NDArray[np.float32] | None = None
        self._owner = np.array([i for i, f in enumerate(self.facts) for _ in f.asks], dtype=int)

    @property
    def asks(self) -> NDArray[np.float32]:
        """Vectors of all example questions, facts in order: (asks, 384)."""
        if self._asks is None:
            self._asks = self.encoder.encode([ask for fact in self.facts for ask in fact.asks])
        return self._asks

    def signals(self, words: str) -> list[Signals]:
        """The signals of every fact for one question's words."""
        if not self.facts:
            return []
        vector = self.encoder.encode([wanted(words)])[0]
        near = self.asks @ vector
        cosines = np.array([near[self._owner == i].max() for i in range(len(self.facts))])
        said = content_words(words)
        text = plain(words)
        hits = np.array([max(term_hit(said, term) for term in terms) for terms in self.terms])
        found: list[Signals] = []
        for i, fact in enumerate(self.facts):
            others = np.delete(cosines, i)
            margin = float(cosines[i] - others.max()) if len(others) else 0.0
            need = float(NEEDS[fact.need].search(text) is not None)
            found.append(Signals(float(cosines[i]), float(hits[i]), need, margin))
        return found

    def best(self, words: str) -> FactMatch | None:
        """The fact most probably asked for, however unlikely; None without a sheet."""
        scored = [(s.probability(), i) for i, s in enumerate(self.signals(words))]
        if not scored:
            return None
        score, i = max(scored, key=lambda pair: (pair[0], -pair[1]))
        return FactMatch(self.facts[i].id, score)

    def match(self, asked: Sequence[Asked]) -> list[tuple[Asked, FactMatch | None]]:
        """For every thing asked the fact it asks for, or None; a fact is given once, first wins.

        A sentence whose parts match nothing is tried as a whole, because a split at "and" may have
        cut one question in two ("the cost of a miss and of a false alarm").
        """
        found: list[tuple[Asked, FactMatch | None]] = []
        given: set[str] = set()
        for sentence in dict.fromkeys(item.sentence for item in asked):
            parts = [item for item in asked if item.sentence == sentence]
            matches = [self.best(item.part.text) for item in parts]
            sure = [m if m and m.score >= ASKED_AT_LEAST else None for m in matches]
            if not any(sure) or len(parts) > 1:
                whole = self.best(sentence.text)
                if whole and whole.score >= ASKED_AT_LEAST and not any(sure):
                    sure = [whole, *[None] * (len(parts) - 1)]
            for item, match in zip(parts, sure, strict=True):
                if match is None or match.fact_id not in given:
                    found.append((item, match))
                given.update([match.fact_id] if match else [])
        return found


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
    """1 when all words of a several-word term stand in `said`, 0.7 for a single-word one, else 0."""
    if not term or not set(term) <= set(said):
        return 0.0
    return 1.0 if len(term) > 1 else 0.7
