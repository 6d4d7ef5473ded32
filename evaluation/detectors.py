"""The port of a point detector, and the one most points use: regular expressions in context.

A detector says whether one yes/no point of the rubric is visible in an answer and in which words.
Points with a structure (order, reuse of a reply, a decision after a comparison) have detectors of
their own in `detect_*.py`; a trained one can replace any of them by point id.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from evaluation.answer import Answer, content_words
from evaluation.point_heads import seen_points
from evaluation.result import PointState
from evaluation.sentences import Unit
from prompts.question_bank import Question
from prompts.rubric import QuestionType, RubricPoint

CERTAIN, LIKELY, DOUBTFUL = 0.8, 0.65, 0.5
"""How often a finding of this kind is right, 0-1; coarse, shown to the user as confidence."""
MAX_HITS = 6
"""Places that are kept of a finding; quoting.py takes at most two of them."""
READER_WORDS = 3
"""Content words a statement needs for the trained readers: they mask the subject, so that "then it
is that" has the form of a statement without saying anything."""
NEGATION_REACH = 18
"""Characters before a match in which a negation turns it round."""
NEGATED = re.compile(r"\b(?:not|never|no|nothing|none|without|hardly)\b[^,.;:]*$")


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that show a point: a span of a unit's normal form."""

    position: int
    """Index of the unit in `Answer.units`."""
    unit: Unit
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector saw."""

    state: PointState
    hits: tuple[Hit, ...] = ()
    confidence: float = LIKELY
    reason: str = ""


@dataclass(frozen=True)
class Context:
    """Everything a detector may look at."""

    answer: Answer
    type: QuestionType
    light: bool
    """The criterion applies light to this question type."""
    question: Question | None = None
    covered: tuple[str, ...] = ()
    """Ids of the question's own points that the answer covers."""
    uncovered: tuple[str, ...] = ()
    """Texts of expected points that it does not."""
    twist_turns: tuple[int, ...] = ()
    """Interviewer turns that put a new fact."""
    points: dict[str, RubricPoint] = field(default_factory=dict)
    """The criterion's points by id, for detectors that build on another one."""

    def hits(self, point_id: str) -> tuple[Hit, ...]:
        """Where a point's patterns match or its trained reader sees it."""
        return point_hits(self.answer, self.points[point_id])


Detector = Callable[[Context, RubricPoint], Finding]


@functools.lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the rubric, compiled once."""
    return re.compile(pattern)


def first_hit(position: int, unit: Unit, patterns: Sequence[str]) -> Hit | None:
    """The first pattern that matches the unit and is not negated."""
    for pattern in patterns:
        for match in compiled(pattern).finditer(unit.norm):
            before = unit.norm[max(0, match.start() - NEGATION_REACH) : match.start()]
            if match.group().strip() and not NEGATED.search(before):
                return Hit(position, unit, match.start(), match.end())
    return None


def pattern_hits(answer: Answer, patterns: Sequence[str]) -> tuple[Hit, ...]:
    """One hit per unit in which a pattern matches; questions to the interviewer are left out.

    Kept with the answer, because detectors build on each other's patterns.
    """
    key = tuple(patterns)
    if key not in answer.memo:
        found = (
            first_hit(position, unit, key)
            for position, unit in enumerate(answer.units)
            if not answer.questions_in(position)
        )
        answer.memo[key] = tuple(hit for hit in found if hit)
    return cast(tuple[Hit, ...], answer.memo[key])


def point_hits(answer: Answer, point: RubricPoint) -> tuple[Hit, ...]:
    """One hit per unit that matches a pattern of the point, or in which its reader sees it."""
    key = ("point", point.id)
    if key not in answer.memo:
        hits = {hit.position: hit for hit in pattern_hits(answer, point.patterns)}
        for position, unit in enumerate(answer.units):
            if position in hits or answer.questions_in(position):
                continue
            named = len(set(content_words(unit.norm)))
            if named >= READER_WORDS and point.id in seen_points(unit.norm):
                hits[position] = whole(answer, position)
        answer.memo[key] = tuple(hits[position] for position in sorted(hits))
    return cast(tuple[Hit, ...], answer.memo[key])


def present(hits: Iterable[Hit], confidence: float = LIKELY, reason: str = "") -> Finding:
    """The point is there, in these words."""
    return Finding("present", tuple(hits)[:MAX_HITS], confidence, reason)


def unclear(hits: Iterable[Hit], reason: str = "") -> Finding:
    """Something points at it, not enough."""
    return Finding("unclear", tuple(hits)[:MAX_HITS], DOUBTFUL, reason)


def absent(reason: str = "", confidence: float = LIKELY) -> Finding:
    """It was not found."""
    return Finding("absent", (), confidence, reason)


def whole(answer: Answer, position: int) -> Hit:
    """A hit on a whole unit."""
    unit = answer.units[position]
    return Hit(position, unit, 0, len(unit.norm))


def by_patterns(context: Context, point: RubricPoint) -> Finding:
    """Present when a pattern matches a unit that counts, or the point's reader sees it."""
    hits = point_hits(context.answer, point)
    return present(hits) if hits else absent()


def at_least(count: int) -> Detector:
    """Present from `count` units on, unclear from half of it."""

    def detect(context: Context, point: RubricPoint) -> Finding:
        hits = point_hits(context.answer, point)
        if len(hits) >= count:
            return present(hits)
        return unclear(hits) if hits and 2 * len(hits) >= count else absent()

    return detect
