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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.clauses import Span, clauses, sentences, span
from agent.soft_overlap import SoftOverlap, meaning_words
from agent.wording import Term, WordOverlap, content_words, plain
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Point
from prompts.term_words import FUNCTION

WEIGHTS = (4.96, 5.77, 2.38, -0.22, 3.73, 0.63, 12.3)
BIAS = -8.64
"""Logistic weights of cosine, text, terms, overlap, margin, soft, soft margin, fitted by
`tests/benchmarks/reader_fit.py`."""
COVERED_AT_LEAST = 0.4
"""Probability (0-1) from which a point counts as covered. F1 on questions left out is flat around
it (.3 to .5)."""
SHORTEST_UNIT_WORDS = 5
"""Fewer words cannot show that something was understood."""
PAIR_WORDS = 22
"""Sentences up to this length are also read together with the next one."""
KEPT_UNITS = 4096
"""Units whose signals are kept, some 300 bytes each: more than a 45-minute interview has."""
LIST_COMMAS = 3
"""From so many commas on, with hardly a function word, a unit is a list of names."""
LIST_FUNCTION_SHARE = 0.22
"""Share of function words below which such a unit is a list; spoken sentences have 0.4-0.6."""

NEGATED = re.compile(
    r"\b(?:i|we|you) (?:would |will |do |did |can |could |should |am |are |really )*(?:not|never)"
    r" (?:\w+ )?(?:use|need|care|worry|do|monitor|bother|check|think about|consider|look|handle|"
    r"retrain|set|"
    r"version|recalibrate|calibrate|log|store|validate|train|label|sample|weight|"
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
        self.terms = [[Term.of(term) for term in point.terms] for point in self.points]
        self.words = WordOverlap([" ".join((*p.exemplars, p.text, *p.terms)) for p in self.points])
        texts = [" ".join((*p.exemplars, p.counts, p.text, *p.terms)) for p in self.points]
        self.soft = SoftOverlap(encoder, texts)
        self._vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._signals: dict[str, NDArray[np.float32]] = {}
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
        asking = np.array([overlaps(u, questions) or contains(u, questions) for u in units])
        answering = np.array([not clarifies(point) for point in self.points])
        scores[np.ix_(asking, answering)] = 0.0
        found: list[PointMatch] = []
        for i, point in enumerate(self.points):
            best = int(scores[:, i].argmax())
            if scores[best, i] >= COVERED_AT_LEAST:
                found.append(PointMatch(point.id, units[best], float(scores[best, i])))
        return found

    def prepare(self, units: Sequence[Span]) -> None:
        """Measure units while the candidate speaks."""
        if not self.points:
            return
        new = [unit for unit in units if unit.text not in self._signals]
        words = dict.fromkeys(w for unit in new for w in meaning_words(unit.text))
        # One call for everything: the encoder batches by length.
        self.encoder.encode([*(unit.text for unit in new), *words])
        self.features(units)

    def features(self, units: Sequence[Span]) -> NDArray[np.float32]:
        """Signals of every unit and point, in the order of WEIGHTS: (units, points, 7).

        Cosine with the nearest example, cosine with the point's text, terms that stand in the unit
        (0-1.5), share of the unit's words that stand in the point (0-1), cosine above the best
        other point, nearness of single words, that above the best other point.
        """
        if len(self._signals) > KEPT_UNITS:
            self._signals.clear()
        # The final read finds the units of the clauses before the last one measured already.
        new = [unit for unit in units if unit.text not in self._signals]
        for unit, row in zip(new, self._measure(new) if new else (), strict=True):
            self._signals[unit.text] = row
        count = (len(self.points), len(WEIGHTS))
        rows = [self._signals[unit.text] for unit in units]
        return np.stack(rows) if rows else np.zeros((0, *count), dtype=np.float32)

    def _measure(self, units: Sequence[Span]) -> NDArray[np.float32]:
        """Signals of units that were not read before."""
        examples, texts = self.vectors
        vectors = self.encoder.encode([unit.text for unit in units])
        near = vectors @ examples.T
        count = len(self.points)
        cosine = np.stack([near[:, self._owner == i].max(axis=1) for i in range(count)], axis=1)
        described = vectors @ texts.T
        terms, overlap = np.zeros_like(cosine), np.zeros_like(cosine)
        for row, unit in enumerate(units):
            said, text = content_words(unit.text), plain(unit.text)
            overlap[row] = [self.words.overlap(said, i) for i in range(count)]
            for i, own in enumerate(self.terms):
                terms[row, i] = min(1.5, sum(term_hit(said, text, term) for term in own))
        soft = np.stack([self.soft.shares(unit.text) for unit in units])
        signals = [cosine, described, terms, overlap, margins(cosine), soft, margins(soft)]
        return np.stack(signals, axis=2).astype(np.float32)


def margins(values: NDArray[Any]) -> NDArray[Any]:
    """Each value minus the best of the others in its row; 0 when it is alone."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    ordered = np.sort(values, axis=1)
    first, second = ordered[:, -1:], ordered[:, -2:-1]
    return np.asarray(np.where(values == first, first - second, values - first))


def term_hit(said: Sequence[str], text: str, term: Term) -> float:
    """1 for a term of several words that was said, 0.7 for one that is or says one word, else 0."""
    if not term.stands_in(said, text):
        return 0.0
    return 1.0 if len(term.stems) > 1 and not term.literal else 0.7


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


def contains(unit: Span, others: Sequence[Span]) -> bool:
    """True when one of `others` lies inside `unit`: its words would speak for the whole."""
    return any(unit.start <= other.start and other.end <= unit.end for other in others)


def overlaps(unit: Span, others: Sequence[Span]) -> bool:
    """True when most of `unit` lies inside one of `others`."""
    for other in others:
        shared = min(unit.end, other.end) - max(unit.start, other.start)
        if shared * 2 > unit.end - unit.start:
            return True
    return False
