"""Which rubric points the words cover, each with the sentence that covers it.

Every sentence, clause and pair of short sentences is compared with the point's example sentences.
The nearest decides, helped by the point's terms and by how much nearer it is than to other points.
Lists of terms and negated statements earn nothing: naming a technique is not covering a point.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agent.clauses import Span, clauses, sentences, span
from agent.fact_matcher import term_hit, term_words
from agent.wording import FUNCTION, WordOverlap, content_words, plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Point

WEIGHTS = (4.7, 3.3, 2.0, 2.5, 3.2)
BIAS = -7.6
"""Logistic weights of cosine, text, terms, overlap, margin; fitted on the development half."""
COVERED_AT_LEAST = 0.3
"""Probability (0-1) from which a point counts as covered. F1 on the development half is flat
(0.80-0.82) from 0.25 to 0.45; the lower end asks less often for what was already said."""
SHORTEST_UNIT_WORDS = 5
"""Fewer words cannot show that something was understood."""
PAIR_WORDS = 22
"""Sentences up to this length are also read together with the next one."""
LIST_COMMAS = 3
"""From so many commas on, with hardly a function word, a unit is a list of names."""
LIST_FUNCTION_SHARE = 0.22
"""Share of function words below which such a unit is a list; spoken sentences have 0.4-0.6."""

NEGATED = re.compile(
    r"\b(?:i|we|you) (?:would |will |do |did |can |could |should |am |are |really )*(?:not|never)"
    r" (?:\w+ )?(?:use|need|care|worry|do|monitor|bother|check|think about|consider|look|handle|"
    r"retrain|set|"
    r"track|want|have to|measure|touch|test|spend|deal|plan|add|ask|include|split|going)\b"
    r"|\b(?:no need|not needed|not necessary|not important|not matter|not worth|unnecessary|"
    r"ignore|without any|forget about|"
    r"does not matter|do not matter|skip)\b"
)
NEGATIVE_CONTENT = re.compile(
    r"\b(?:not only|not just|rather than|instead|because|otherwise|so that|but)\b"
)


@dataclass(frozen=True, slots=True)
class PointMatch:
    """A point, the words that cover it, and how sure we are (0-1)."""

    point_id: str
    unit: Span
    score: float


class PointMatcher:
    """Compares units of an answer with one question's rubric points."""

    def __init__(self, encoder: SentenceEncoder, points: Sequence[Point]) -> None:
        self.encoder, self.points = encoder, tuple(points)
        self.terms = [[term_words(term) for term in point.terms] for point in self.points]
        self.words = WordOverlap([" ".join((*p.exemplars, p.text, *p.terms)) for p in self.points])
        self._vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        examples = [(i, e) for i, p in enumerate(self.points) for e in (*p.exemplars, p.counts)]
        self._owner = np.array([i for i, _ in examples], dtype=int)
        self._examples = [example for _, example in examples]

    @property
    def vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors of the example sentences and of the points' texts: (n, 384) each."""
        if self._vectors is None:
            texts = self.encoder.encode([point.text for point in self.points])
            self._vectors = (self.encoder.encode(self._examples), texts)
        return self._vectors

    def match(
        self, text: str, ignored: Sequence[Span] = (), questions: Sequence[Span] = ()
    ) -> list[PointMatch]:
        """Points that `text` covers, in the points' order.

        `ignored` parts are not read; `questions` to the interviewer cover only points about
        clarifying, for who asks for the base rate has not dealt with it yet.
        """
        units = [u for u in units_of(text) if earns(u, text) and not overlaps(u, ignored)]
        if not units or not self.points:
            return []
        features = self.features(units)
        scores = probability(features)
        asking = np.array([overlaps(unit, questions) for unit in units])
        answering = np.array([not clarifies(point) for point in self.points])
        scores[np.ix_(asking, answering)] = 0.0
        found: list[PointMatch] = []
        for i, point in enumerate(self.points):
            best = int(scores[:, i].argmax())
            if scores[best, i] >= COVERED_AT_LEAST:
                found.append(PointMatch(point.id, units[best], float(scores[best, i])))
        return found

    def features(self, units: Sequence[Span]) -> NDArray[np.float32]:
        """Signals of every unit and point, in the order of WEIGHTS: (units, points, 5).

        Cosine with the nearest example, cosine with the point's text, terms that stand in the unit
        (0-1.5), share of the unit's words that stand in the point (0-1), cosine above the best
        other point.
        """
        examples, texts = self.vectors
        vectors = self.encoder.encode([unit.text for unit in units])
        near = vectors @ examples.T
        count = len(self.points)
        cosine = np.stack([near[:, self._owner == i].max(axis=1) for i in range(count)], axis=1)
        described = vectors @ texts.T
        terms, overlap = np.zeros_like(cosine), np.zeros_like(cosine)
        for row, unit in enumerate(units):
            said = content_words(unit.text)
            overlap[row] = [self.words.overlap(said, i) for i in range(count)]
            for i, own in enumerate(self.terms):
                terms[row, i] = min(1.5, sum(term_hit(said, term) for term in own))
        margin = np.zeros_like(cosine)
        if count > 1:
            for i in range(count):
                margin[:, i] = cosine[:, i] - np.delete(cosine, i, axis=1).max(axis=1)
        return np.stack([cosine, described, terms, overlap, margin], axis=2)


def clarifies(point: Point) -> bool:
    """True for points that a good question covers."""
    return point.criterion == "requirement_clarification" or point.area == "framing"


def probability(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Chance (0-1) that a unit covers a point, from its signals: (units, points)."""
    return np.asarray(1 / (1 + np.exp(-(features.astype(np.float64) @ np.array(WEIGHTS) + BIAS))))


@lru_cache(maxsize=256)
def units_of(text: str) -> tuple[Span, ...]:
    """Sentences, their clauses, and pairs of short neighbouring sentences, each once."""
    whole = sentences(text)
    found = dict.fromkeys(whole)
    found.update(dict.fromkeys(c for c in clauses(text) if c.words >= SHORTEST_UNIT_WORDS))
    for first, second in itertools.pairwise(whole):
        if first.words <= PAIR_WORDS and second.words <= PAIR_WORDS:
            found[span(text, first.start, second.end)] = None
    return tuple(found)


def earns(unit: Span, text: str) -> bool:
    """False for units that cannot cover anything: too short, a list of names, negated."""
    if unit.words < SHORTEST_UNIT_WORDS or is_list(unit.text) or is_negated(unit.text):
        return False
    around = (s for s in sentences(text) if s.start <= unit.start and unit.end <= s.end)
    return not any(is_list(sentence.text) for sentence in around)


def is_list(words: str) -> bool:
    """True for 'precision, recall, F1, AUC, drift, canary': names without a sentence."""
    tokens = plain(words).split()
    if not tokens:
        return True
    share = sum(token in FUNCTION for token in tokens) / len(tokens)
    listed = words.count(",") >= LIST_COMMAS or words.count(" and ") + words.count(",") >= 4
    return (listed and share < LIST_FUNCTION_SHARE) or (len(tokens) >= 5 and share < 0.08)


def is_negated(words: str) -> bool:
    """True for a plan not to do something; a contrast ("not X but Y") is not one."""
    said = plain(words)
    return NEGATED.search(said) is not None and NEGATIVE_CONTENT.search(said) is None


def overlaps(unit: Span, others: Sequence[Span]) -> bool:
    """True when most of `unit` lies inside one of `others`."""
    for other in others:
        shared = min(unit.end, other.end) - max(unit.start, other.start)
        if shared * 2 > unit.end - unit.start:
            return True
    return False
