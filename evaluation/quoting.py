"""Which words stand for which point: findings become verdicts with verbatim quotes.

One quote may stand for two points at most, so a rich sentence must not be used up by the points
that happen to come first. Every point gets one quote if the answer has words for all of them,
before any gets a second; where a sentence shows more, its clauses are quoted instead of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evaluation.detectors import Finding, Hit
from evaluation.evidence import MAX_POINTS_PER_QUOTE, MIN_QUOTE_WORDS, find_quote
from evaluation.record import Turn
from evaluation.result import Evidence, PointVerdict
from prompts.rubric import RubricPoint

MAX_QUOTES = 2
CLAUSE_END = re.compile(r"[,;:?!]\s|\s[-–—]\s")
CLAUSE_OR_SENTENCE_END = re.compile(r"[,;:?!.](?=\s|$)")
MOST_GROWN = 8
"""Words a short quote may grow further, to where a clause ends."""
Key = tuple[int, str]
"""Turn and words of a quote: what may stand for two points only."""


def verdicts(
    turns: Mapping[int, Turn], found: Sequence[tuple[RubricPoint, Finding]]
) -> tuple[PointVerdict, ...]:
    """The findings of one criterion with their quotes. A presence without a quote is not one."""
    offered = [candidates(turns, point, finding) for point, finding in found]
    given = allotted(offered)
    return tuple(
        PointVerdict(
            point=point.id,
            anchor=point.anchor,
            state=finding.state if quotes else "absent",
            quotes=quotes,
            confidence=finding.confidence,
            reason=finding.reason,
        )
        for (point, finding), quotes in zip(found, given, strict=True)
    )


def candidates(
    turns: Mapping[int, Turn], point: RubricPoint, finding: Finding
) -> dict[Key, Evidence]:
    """What may be quoted for a point, the best first: whole statements, then clauses of them.

    Words that were matched come before statements that only look like it as a whole.
    """
    quotes: dict[Key, Evidence] = {}
    hits = sorted(finding.hits, key=lambda hit: hit.end - hit.start >= len(hit.unit.norm))
    for span in (statement, clause):
        for hit in hits:
            turn = turns[hit.unit.turn]
            start, end = long_enough(turn.text, *span(turn.text, hit))
            quote = find_quote(turn, turn.text[start:end], point.id)
            if quote is not None:
                quotes.setdefault(key_of(quote), quote)
    return quotes


def key_of(quote: Evidence) -> Key:
    """Quotes with the same words in the same turn are one."""
    return quote.turn, " ".join(re.findall(r"\w+", quote.quote.lower()))


def allotted(offered: Sequence[Mapping[Key, Evidence]]) -> list[tuple[Evidence, ...]]:
    """Per point its quotes: as many points as possible have one, then a second where one is left.

    Points are served in order; one that finds its words taken moves an earlier one to other words
    when that has some (augmenting paths), so nobody who was served loses.
    """
    holders: dict[Key, list[int]] = {}
    first: dict[int, Key] = {}

    def serve(point: int, tried: set[Key]) -> bool:
        for key in offered[point]:
            if key in tried:
                continue
            tried.add(key)
            held = holders.setdefault(key, [])
            if len(held) < MAX_POINTS_PER_QUOTE:
                held.append(point)
                first[point] = key
                return True
            for other in held:
                if serve(other, tried):
                    held[held.index(other)] = point
                    first[point] = key
                    return True
        return False

    for point in range(len(offered)):
        serve(point, set())
    given = []
    for point, quotes in enumerate(offered):
        kept = [quotes[first[point]]] if point in first else []
        for key, quote in quotes.items():
            held = holders.get(key, [])
            room = len(held) < MAX_POINTS_PER_QUOTE
            if kept and len(kept) < MAX_QUOTES and room and not overlaps(quote, kept):
                holders.setdefault(key, []).append(point)
                kept.append(quote)
        given.append(tuple(kept))
    return given


def overlaps(quote: Evidence, kept: Sequence[Evidence]) -> bool:
    """Whether one of the kept quotes contains these words, or they contain it."""
    _, words = key_of(quote)
    return any(
        quote.turn == other.turn and (words in key_of(other)[1] or key_of(other)[1] in words)
        for other in kept
    )


def statement(text: str, hit: Hit) -> tuple[int, int]:
    """The statement of a hit, cut around the match when long."""
    return hit.unit.quote(hit.start, hit.end)


def clause(text: str, hit: Hit) -> tuple[int, int]:
    """The clauses that the matched words touch."""
    unit = hit.unit
    inside = [mark for mark in unit.marks if hit.start <= mark[0] < max(hit.end, hit.start + 1)]
    first, last = (inside[0][1], inside[-1][2]) if inside else (unit.start, unit.end)
    before = [m.end() for m in CLAUSE_END.finditer(text, unit.start, first)]
    after = CLAUSE_END.search(text, last, unit.end)
    return (before[-1] if before else unit.start), (after.start() if after else unit.end)


def long_enough(text: str, start: int, end: int) -> tuple[int, int]:
    """The span, grown by neighbouring words until it is long enough to stand as a quote."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\S*\w\S*", text)]
    inside = [i for i, (a, b) in enumerate(words) if a < end and start < b]
    if not inside:
        return start, end
    first, last = inside[0], inside[-1]
    grown = last - first + 1 < MIN_QUOTE_WORDS
    while last - first + 1 < MIN_QUOTE_WORDS and (first > 0 or last + 1 < len(words)):
        if last + 1 < len(words):
            last += 1
        else:
            first -= 1
    if grown:
        closing = CLAUSE_OR_SENTENCE_END.search(text, words[last][1] - 1)
        near = [n for n, (a, _) in enumerate(words) if closing and a < closing.end()]
        if near and last < near[-1] <= last + MOST_GROWN:
            last = near[-1]
    return min(start, words[first][0]), max(end, words[last][1])
