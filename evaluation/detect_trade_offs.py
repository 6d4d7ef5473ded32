"""Detectors of C3: comparison, decision, and the figures and limits around them."""

from __future__ import annotations

import re

from evaluation.answer import Answer, content_words
from evaluation.detect_clarification import facts
from evaluation.detectors import (
    Context,
    Finding,
    Hit,
    absent,
    pattern_hits,
    present,
    unclear,
    whole,
)
from evaluation.lexicon import NUMBER
from prompts.rubric import RubricPoint

NEIGHBOURS = 1
"""Units before and after a comparison or decision that still belong to it."""
FIGURES = 3
"""Figures around decisions from which they rest on numbers."""
QUANTITY = re.compile(
    r"\d[\d.,]*(?:st|nd|rd|th)?|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|half"
    r"|third|quarter|twice|double|ten times)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine"
    r"|hundred|thousand|million))*\b"
)
ORDINAL_USE = re.compile(
    r"\b(?:step|part|piece|stage|gate|layer|option|station|phase|question)s? (?:one|two|three|four"
    r"|five|six|\d)\b|\b(?:one|two|three|four|five|six) (?:\w+ )?(?:steps|parts|pieces|gates|layers"
    r"|stages|ways|options|routes|things|questions|stations|phases|approaches|choices|models)\b"
)
WITHOUT_REASON = re.compile(
    r"\b(?:always (?:use|take|do)|use \w+ always|is (?:the )?(?:standard|best|state of the art|method)"
    r"|it is what (?:i|you|we|everybody|everyone|people)|what you use|the one i would (?:go|put|take)"
    r"|i would (?:still )?(?:say|stay) with|it is \w+ in my design)\b"
)
DEPENDS = re.compile(
    r"\b(?:it|that|this) (?:really |all |just )?(?:depends|varies)\b|\beither (?:can|is|would)\b"
    r"|\bpros and cons\b|\bboth (?:are|have|work)\b|\bcase by case\b|\bgood and bad\b"
)


def weighing(context: Context) -> list[int]:
    """Positions of units in or next to a comparison, a decision, a cost or a flip."""
    ids = ("compares-two", "says-what-is-given-up", "names-the-flip")
    centres = {hit.position for name in ids for hit in context.hits(name)}
    last = len(context.answer.units) - 1
    return sorted(
        {
            near
            for centre in centres
            for near in range(max(0, centre - NEIGHBOURS), min(last, centre + NEIGHBOURS) + 1)
        }
    )


def compares_two(context: Context, point: RubricPoint) -> Finding:
    """A comparison that is more than "both have good and bad sides"."""
    hits = [h for h in context.hits("compares-two") if not DEPENDS.search(h.unit.norm)]
    return present(hits) if hits else absent()


def names_the_axis(context: Context, point: RubricPoint) -> Finding:
    """A measure, in or beside a comparison."""
    near = set(weighing(context))
    hits = [h for h in pattern_hits(context.answer, point.patterns) if h.position in near]
    return present(hits) if hits else absent()


def decides(context: Context, point: RubricPoint) -> Finding:
    """A decision in or after a comparison; a bare preference is no reasoned decision."""
    near = weighing(context)
    hits = [
        h
        for h in pattern_hits(context.answer, point.patterns)
        if any(0 <= h.position - p <= 2 for p in near)
        and not WITHOUT_REASON.search(h.unit.norm)
        and not DEPENDS.search(h.unit.norm)
    ]
    return present(hits) if hits else absent()


def ties_to_constraint(context: Context, point: RubricPoint) -> Finding:
    """A figure or a fact of this case stands where options are weighed."""
    answer = context.answer
    given = frozenset[str]().union(
        *(facts(t.text) for t in answer.turns if t.speaker == "interviewer")
    )
    hits = [
        whole(answer, p)
        for p in weighing(context)
        if quantities(answer, p) or len(facts(answer.units[p].norm) & given) >= 2
    ]
    if len(hits) >= 2:
        return present(hits)
    return unclear(hits) if hits else absent()


def quantities(answer: Answer, position: int) -> int:
    """Figures in a unit that are no numbering ("part two", "three ways")."""
    text = ORDINAL_USE.sub(" ", answer.units[position].norm)
    return len(QUANTITY.findall(text))


def rough_numbers(context: Context, point: RubricPoint) -> Finding:
    """Several figures where options are weighed."""
    answer = context.answer
    counted = [(quantities(answer, p), p) for p in weighing(context)]
    total = sum(count for count, _ in counted)
    best = [whole(answer, p) for count, p in sorted(counted, key=lambda c: (-c[0], c[1])) if count]
    if total >= 2 * FIGURES:
        return present(best)
    return unclear(best) if total >= FIGURES else absent()


def gives_up(context: Context, point: RubricPoint) -> Finding:
    """A cost of the choice, not the cost of an error in general."""
    hits = [
        h
        for h in pattern_hits(context.answer, point.patterns)
        if len(content_words(h.unit.norm)) >= 2
    ]
    return present(hits) if hits else absent()


def second_decision(context: Context, point: RubricPoint) -> Finding:
    """Costs or flips that belong to more than one decision: apart from each other."""
    both = (*context.hits("says-what-is-given-up"), *context.hits("names-the-flip"))
    hits = sorted(both, key=lambda h: h.position)
    groups: list[Hit] = []
    for hit in hits:
        if not groups or hit.position - groups[-1].position > 2 * NEIGHBOURS:
            groups.append(hit)
    return present(groups) if len(groups) >= 2 else absent()


def has_number(answer: Answer, position: int) -> bool:
    """Any figure in the unit."""
    return NUMBER.search(answer.units[position].norm) is not None
