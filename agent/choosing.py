"""The choices of an answer, the bigger ones first: those that bear on what the question is about.

Nobody who interviews asks "why OCR?" when the same breath decided who may see which document. A
choice is as big as the rubric point that its clause covers; the names of tools cover none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from agent.clauses import Span, is_taken_back
from agent.hooks import (
    CHOICE,
    REFERS,
    SUBJECT,
    begins,
    is_reasoned,
    statements,
    term_of,
)
from agent.point_matcher import PointMatcher, is_negated, probability
from agent.reading import Hook
from agent.saying_back import DANGLING
from agent.wording import content_words, plain

BEARS_AT_LEAST = 0.35
"""Chance (0-1) that the clause covers a point, from which the choice in it matters. Named tools
("I'd use Kubernetes") have 0.0-0.2, choices that a probe of the bank asks about 0.4-0.99."""
HEAVIER = 0.05
"""What a must-have of the level adds to that."""

PLANNED = re.compile(
    rf"\b{SUBJECT}(?:\s*['’]?(?:d|ll)\b|\s+(?:would|will|could|need to|have to|want to))"
    r"(?:\s+(?:then|also|just|only|always|first|rather))*\s+"
    r"(?P<plan>(?:filter|index|split|chunk|cache|precompute|compute|store|reserve|sample|weight|"
    r"log|aggregate|join|shard|batch|quanti[sz]e|distil|calibrate|cap|clip|freeze|version|route|"
    r"re-?rank|block|mask|encode|impute|retrain|fine-tune|hold back|hold out|blend|average)"
    r"\s+\S.*)",
    re.IGNORECASE,
)
"""What is done rather than taken: "I need to filter by permissions before retrieval"."""
PLAN_END = re.compile(
    r"\s+(?:because|since|so|which|that|and|but|as|if|when|while|instead|rather|until|unless|or|"
    r"to (?!the\b|a\b))\b|[,.;:!?(]",
    re.IGNORECASE,
)
PREPOSITIONS = frozenset("in on at by for with from to of into over per before after".split())
LEAST_PLAN_WORDS, PLAN_WORDS = 3, 8
"""Words of a plan that are said back; a longer one ends before a preposition."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something decided in a clause."""

    hook: Hook
    clause: Span
    reasoned: bool
    planned: bool
    """It is a thing done, of which only those count that bear on a point."""


def choices(text: str, ignored: Sequence[Span]) -> list[Choice]:
    """All choices of `text`, in order, each once."""
    found: dict[str, Choice] = {}
    for clause in statements(text, ignored):
        term, planned = named_in(clause.text), False
        if not term:
            term, planned = plan_in(clause.text), True
        if term and term.casefold() not in found and not is_taken_back(text, clause):
            hook = Hook(quote=clause.text, term=term)
            reasoned = is_reasoned(text, clause)
            found[term.casefold()] = Choice(hook, clause, reasoned, planned)
    return list(found.values())


def named_in(clause: str) -> str:
    """The thing that is taken in a clause, verbatim; empty when none is."""
    match = CHOICE.search(clause)
    if match is None or REFERS.search(begins(match)):
        return ""
    return term_of(match["object"])


def plan_in(clause: str) -> str:
    """What is done in a clause, verbatim and short enough to be said back, or empty."""
    match = PLANNED.search(clause)
    if match is None:
        return ""
    plan = match["plan"]
    end = PLAN_END.search(plan)
    words = (plan[: end.start()] if end else plan).split()
    if len(words) > PLAN_WORDS:
        cuts = [n for n, word in enumerate(words[:PLAN_WORDS]) if word.lower() in PREPOSITIONS]
        words = words[: max((n for n in cuts if n >= LEAST_PLAN_WORDS), default=0)]
    while words and DANGLING.search(plain(" ".join(words))):
        words.pop()
    term = " ".join(words).rstrip("\"'”’.,;:!?")
    enough = len(words) >= LEAST_PLAN_WORDS and len(content_words(term)) > 1
    return term if enough and term in clause else ""


class Choices:
    """Reads the choices of answers to one question."""

    def __init__(
        self, points: PointMatcher, must_haves: Collection[str], *, trifles: bool = True
    ) -> None:
        """`must_haves` are ids of points expected at the level: of two alike they come first.

        `trifles`: whether a choice that bears on nothing is one; in a story it is a detail.
        """
        self.points, self.trifles = points, trifles
        self.heavy = np.array([HEAVIER * (point.id in must_haves) for point in points.points])

    def read(self, text: str, ignored: Sequence[Span]) -> tuple[tuple[Hook, ...], tuple[Hook, ...]]:
        """Choices without a reason, and those with one that bear on something; biggest first.

        When anything bigger was chosen in the turn, with or without a reason, trifles are left out.
        """
        found = choices(text, ignored)
        if not found:
            return (), ()
        sizes = dict(zip(found, self.sizes([each.clause for each in found]), strict=True))
        bigger = [each for each in found if sizes[each] >= BEARS_AT_LEAST]
        trifles = [each for each in found if self.trifles and not each.planned]
        asked = bigger or trifles
        asked.sort(key=lambda each: -sizes[each])
        return (
            tuple(each.hook for each in asked if not each.reasoned),
            tuple(each.hook for each in bigger if each.reasoned),
        )

    def sizes(self, clauses: Sequence[Span]) -> list[float]:
        """The greatest chance (0-1) that each clause covers a point; more on must-haves."""
        if not len(self.heavy):
            return [0.0] * len(clauses)
        chances = probability(self.points.features(clauses))
        bears = np.where(chances >= BEARS_AT_LEAST, chances.round(1) + self.heavy, chances)
        return [
            0.0 if is_negated(clause.text) else float(row.max())
            for clause, row in zip(clauses, bears, strict=True)
        ]
