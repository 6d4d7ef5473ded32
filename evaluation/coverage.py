"""Which of a question's own points an answer covers: terms in a statement, or near an exemplar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from evaluation.answer import Answer, content_words, stem
from evaluation.detectors import NEGATED, NEGATION_REACH
from prompts.question_bank import Point, Question
from prompts.rubric import Level

NEAR_EXEMPLAR = 0.5
"""Cosine (MiniLM, -1..1) of a statement and an exemplar from which it covers the point alone."""
NEAR_WITH_TERM = 0.35
"""The same when a term of the point stands in the statement too."""
MIN_WORDS = 4
ENDINGS = (
    r"'?s|s'|es|ies|y|ly|al|ally|or|ors|ion|ions|ation|ations|ment|ments|ity|ities|ness|ive|"
    r"able|ability|ance|ence|ate|ates|ated|ating|ize|ized|izing|ise|ised|ising|ier|iest|est|ful|"
    r"ically|ic|ics|ency|ant|ent"
)
"""Endings that leave a word the same thing."""


class Encoder(Protocol):
    """Sentence embeddings: rows of unit length, float32."""

    def encode(self, texts: Sequence[str]) -> Any:
        """(n, d) for n texts."""
        ...


@dataclass(frozen=True, slots=True)
class Coverage:
    """A point of the question and the unit that covers it, or None."""

    point: Point
    position: int | None


def coverage(
    answer: Answer, question: Question, level: Level, encoder: Encoder | None
) -> tuple[Coverage, ...]:
    """One entry per point expected at `level`.

    With an encoder a statement covers a point when it is near one of its exemplars, less near when
    it also holds a term of it. Without one it needs two terms, or one in a statement with a reason.
    """
    points = question.expected_points(level)
    statements = [
        p
        for p, unit in enumerate(answer.units)
        if len(unit.words) >= MIN_WORDS and not answer.questions_in(p)
    ]
    if not statements:
        return tuple(Coverage(point, None) for point in points)
    texts = [answer.units[p].norm for p in statements]
    return tuple(Coverage(point, _covered(point, statements, texts, encoder)) for point in points)


def _covered(
    point: Point, statements: list[int], texts: list[str], encoder: Encoder | None
) -> int | None:
    """The first statement that covers the point."""
    counts = [term_hits(text, point.terms) for text in texts]
    if encoder is None:
        needed = [
            (c >= 2) or (c == 1 and "because" in t) for c, t in zip(counts, texts, strict=True)
        ]
        return next((p for p, hit in zip(statements, needed, strict=True) if hit), None)
    near = (encoder.encode(texts) @ encoder.encode(list(point.exemplars)).T).max(axis=1)
    for position, count, cosine in zip(statements, counts, near, strict=True):
        if cosine >= NEAR_EXEMPLAR or (count and cosine >= NEAR_WITH_TERM):
            return position
    return None


def term_hits(text: str, terms: Sequence[str]) -> int:
    """How many of the terms stand in the text, in any inflection, not negated."""
    count = 0
    for term in terms:
        # Building a pattern takes a hundred times longer than seeing that it cannot match.
        if beginning(term) not in text:
            continue
        match = term_pattern(term).search(text)
        if match:
            before = text[max(0, match.start() - NEGATION_REACH) : match.start()]
            count += NEGATED.search(before) is None
    return count


@lru_cache(maxsize=4096)
def term_pattern(term: str) -> re.Pattern[str]:
    """A term with an ending of its kind on each of its words: "thin" is not "think"."""
    words = [inflected(word) for word in re.findall(r"[\w'.-]+", term.lower())]
    return re.compile(r"\b" + r"[\s-]+".join(words) + r"\b") if words else re.compile(r"(?!)")


@lru_cache(maxsize=16384)
def beginning(term: str) -> str:
    """What every form of the term begins with; empty when it holds no word."""
    first = re.search(r"[\w'.-]+", term.lower())
    if first is None:
        return ""
    base = stem(first.group())
    return base[:-1] if base == first.group() and base[-1] in "ye" else base


def inflected(word: str) -> str:
    """A pattern of the forms of one word; a last consonant may stand twice ("plan", "planning")."""
    base, last = stem(word), ""
    if base != word:
        last = "e?"
    elif len(base) > 3 and base[-1] in "ye":
        base, last = base[:-1], base[-1]
    twice = f"{base[-1]}?" if base[-1] in "bdglmnprt" else ""
    own = f"|{last}" if last else ""
    if last in {"e", "y"}:
        own += "|ied" if last == "y" else "|es|ed|er|ers"
    return f"{re.escape(base)}(?:{twice}(?:ings?|ed|ers?)|{ENDINGS}{own}){'' if last else '?'}"


def question_terms(question: Question) -> tuple[str, ...]:
    """Everything that counts as on topic: vocabulary, title, terms of points and facts."""
    terms = [*question.vocabulary, question.title, question.prompt]
    terms += [term for point in question.points for term in point.terms]
    terms += [term for fact in question.facts for term in fact.terms]
    return _stems_of(tuple(terms))


@lru_cache(maxsize=256)
def _stems_of(terms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({word for term in terms for word in content_words(term.lower())}))
