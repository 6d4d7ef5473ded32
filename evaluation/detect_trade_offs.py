"""Detectors of C3: comparison, decision, and the figures and limits around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evaluation.answer import EMPTY_STEMS, Answer, content_words, stem
from evaluation.detect_clarification import facts
from evaluation.detectors import (
    Context,
    Finding,
    Hit,
    absent,
    point_hits,
    present,
    unclear,
    whole,
)
from evaluation.lexicon import CHOOSING_WORDS, NUMBER
from prompts.rubric import RubricPoint

REACH = 3
"""Units between a comparison and the decision, cost or condition that still belongs to it."""
GENERAL = EMPTY_STEMS | frozenset(stem(word) for word in CHOOSING_WORDS)
NAMED = 3
"""Words of the matter from which options, or what speaks for them, are named."""
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
MEASURED = re.compile(
    r"(?P<figure>\d[\d.,]*)(?P<kind>[km]\b|%)? ?(?P<of>percent|points?|milliseconds?|ms|seconds?"
    r"|minutes?|hours?|days?|weeks?|months?|dollars?|euros?|pounds?)?"
)
OPPOSED = re.compile(
    r"\b\d\S*(?: [a-z]+){0,2} (?:against|versus|compared (?:to|with)) (?:[a-z]+ ){0,2}\d"
)
"""Two figures held against each other are on one measure, whichever it is."""
WHY = re.compile(r"\b(?:because|since|as|for the|so that|otherwise|the reason)\b")
WITHOUT_REASON = re.compile(
    r"\b(?:always (?:use|take|do)|use \w+ always|it is what (?:i|you|we|everybody|everyone|people)"
    r"|is (?:the )?(?:standard|best|state of the art|method)|what you use"
    r"|the one i would (?:go|put|take)|i would (?:still )?(?:say|stay) with)\b"
)
"""A choice by habit or authority instead of a reason."""
SHORT_CHOICE = re.compile(
    r"\bso,? (?:the |a |an |i )?\w+|^(?:then |so |okay |the )*\w+(?: \w+)?(?:, then)?[.]$"
    r"|^(?:so |okay )*(?:the )?\w+(?: \w+)?,? then\b|^then (?:the |a |an )?\w+"
    r"|\b(?:i|we) (?:would )?(?:take|go|put) .*"
)
BARE_CHOICE = re.compile(
    r"^(?:so|then),? (?:the |a )?(?!far|that|it|what|yes|no|this|we|i|you|there|there|how|if)\w+$"
)
"""A choice of one word after a comparison needs no second mention: "so overnight"."""
CONDITION = re.compile(
    r"\b(?:if|when|once|unless|until|should|had|where|whenever|as soon as|the moment|only|above"
    r"|below|over|under|past|beyond|more than|less than|fewer than|with|without|flips?"
    r"|flipped|changes?|switch\w*|tips?|drops?|falls?|rises?|grows?|becomes?|went|got|turns?"
    r"|in case|suppose|otherwise|mind|reconsider\w*|reopen\w*|back|instead)\b"
)
"""What would flip a choice is said with one of these."""
PARALLEL = re.compile(r"(?:but |and )?with (?:a |an |the )?\w+")
DEPENDS = re.compile(
    r"\b(?:it|that|this) (?:really |all |just )?(?:depends|varies)\b|\beither (?:can|is|would)\b"
    r"|\bpros and cons\b|\bboth (?:are|have|work)\b|\bcase by case\b|\bgood and bad\b"
)
SHRUG = re.compile(DEPENDS.pattern + r"|\bpeople do both\b|\bdepends\b")
SHRUG_REACH = 2
"""Statements around "it depends" whose pros and cons in general lead to nothing (anchor 2)."""


def comparisons(context: Context) -> list[Hit]:
    """Units that set two options side by side; "both have good and bad sides" does not, nor do
    pros and cons without a figure that end in "it depends"."""
    hits = {h.position: h for h in context.hits("compares-two")}
    for hit in parallels(context.answer):
        hits.setdefault(hit.position, hit)
    units = context.answer.units
    shrugs = [p for p, unit in enumerate(units) if SHRUG.search(unit.norm)]
    return [
        hits[p]
        for p in sorted(hits)
        if not DEPENDS.search(units[p].norm)
        and about_something(context.answer, p)
        and (QUANTITY.search(units[p].norm) or all(abs(p - s) > SHRUG_REACH for s in shrugs))
    ]


def about_something(answer: Answer, position: int) -> bool:
    """Whether what is weighed here is named: words beyond those for choosing in general and those
    of the question, in the unit and its neighbours."""
    asked = frozenset(content_words(answer.turns[0].text.lower())) if answer.turns else frozenset()
    turn = answer.units[position].turn
    around = range(max(0, position - NEIGHBOURS), min(len(answer.units), position + NEIGHBOURS + 1))
    named = {
        word
        for p in around
        if answer.units[p].turn == turn
        for word in content_words(answer.units[p].norm)
    }
    return len(named - GENERAL - asked) >= NAMED


def parallels(answer: Answer) -> list[Hit]:
    """Units that open like one shortly before them: "with a calendar ... with an alert ..."."""
    opening = [PARALLEL.match(unit.norm) for unit in answer.units]
    found = []
    for p, match in enumerate(opening):
        for before in range(max(0, p - REACH), p):
            earlier = opening[before]
            same_turn = answer.units[before].turn == answer.units[p].turn
            if match and earlier and same_turn and match.group() != earlier.group():
                found.append(whole(answer, p))
                break
    return found


def decisions(context: Context) -> list[Hit]:
    """Units that choose, with or without a comparison before; a bare preference is none."""
    units = context.answer.units
    hits = {h.position: h for h in context.hits("decides")}
    for compared in comparisons(context):
        names = {w for w in content_words(compared.unit.norm) if not w[0].isdigit()}
        for p in range(compared.position, min(len(units), compared.position + REACH)):
            for short in SHORT_CHOICE.finditer(units[p].norm):
                if BARE_CHOICE.match(short.group()) or names & set(content_words(short.group())):
                    hits.setdefault(p, Hit(p, units[p], short.start(), short.end()))
    shrugs = [p for p, unit in enumerate(units) if DEPENDS.search(unit.norm)]
    return [
        hits[p]
        for p in sorted(hits)
        if reasoned(hits[p], shrugs) and about_something(context.answer, p)
    ]


def reasoned(hit: Hit, shrugs: Sequence[int]) -> bool:
    """False for "it is what I always use", and for a choice beside "it depends" without a why."""
    norm = hit.unit.norm
    if WITHOUT_REASON.search(norm) or DEPENDS.search(norm):
        return False
    return bool(WHY.search(norm)) or all(abs(hit.position - p) > NEIGHBOURS + 1 for p in shrugs)


def near(position: int, hits: Sequence[Hit], reach: int) -> bool:
    """True when one of the hits is at most `reach` units away."""
    return any(abs(position - hit.position) <= reach for hit in hits)


def costs(context: Context) -> list[Hit]:
    """What is given up, near a comparison, a decision or the condition that would flip it."""
    anchors = [*comparisons(context), *decisions(context), *context.hits("names-the-flip")]
    return [
        h
        for h in context.hits("says-what-is-given-up")
        if near(h.position, anchors, REACH) and about_something(context.answer, h.position)
    ]


def flips(context: Context) -> list[Hit]:
    """Conditions that would change a choice, near a comparison, a decision or a cost."""
    anchors = [*comparisons(context), *decisions(context), *context.hits("says-what-is-given-up")]
    return [
        h
        for h in context.hits("names-the-flip")
        if near(h.position, anchors, REACH)
        and about_something(context.answer, h.position)
        and CONDITION.search(h.unit.norm)
    ]


def weighing(context: Context) -> list[int]:
    """Positions of units in or next to a comparison, a cost or a flip."""
    centres = {h.position for h in (*comparisons(context), *costs(context), *flips(context))}
    last = len(context.answer.units) - 1
    return sorted(
        {
            beside
            for centre in centres
            for beside in range(max(0, centre - NEIGHBOURS), min(last, centre + NEIGHBOURS) + 1)
        }
    )


def compares_two(context: Context, point: RubricPoint) -> Finding:
    """Two options side by side."""
    hits = comparisons(context)
    return present(hits) if hits else absent()


def names_the_axis(context: Context, point: RubricPoint) -> Finding:
    """A measure, in or beside a comparison, or two figures on one measure in it."""
    beside = set(weighing(context))
    hits = [h for h in point_hits(context.answer, point) if h.position in beside]
    hits = hits or [h for h in comparisons(context) if on_one_measure(h.unit.norm)]
    return present(hits) if hits else absent()


def on_one_measure(norm: str) -> bool:
    """Whether two different figures of a statement are on one measure: "2k against 6k a month"."""
    figures: dict[str, set[str]] = {}
    for match in MEASURED.finditer(norm):
        kind = (match.group("kind") or match.group("of") or "").removesuffix("s")
        figures.setdefault(kind, set()).add(match.group("figure"))
    figures.pop("", None)
    return any(len(different) > 1 for different in figures.values()) or bool(OPPOSED.search(norm))


def decides(context: Context, point: RubricPoint) -> Finding:
    """A decision in or soon after a comparison; who names both what is lost and what would flip
    the choice has made one, even if it is never said as a sentence."""
    compared = comparisons(context)
    hits = [
        h
        for h in decisions(context)
        if any(0 <= h.position - c.position <= REACH for c in compared)
    ]
    lost, turned = costs(context), flips(context)
    if not hits and lost and turned:
        hits = [*lost, *turned]
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
    hits = costs(context)
    return present(hits) if hits else absent()


def names_the_flip(context: Context, point: RubricPoint) -> Finding:
    """The condition that would change the choice."""
    hits = flips(context)
    return present(hits) if hits else absent()


def beside_a_choice(context: Context, point: RubricPoint) -> Finding:
    """A pattern, counted only in an answer that weighs options at all."""
    hits = point_hits(context.answer, point)
    if not hits:
        return absent()
    return present(hits) if comparisons(context) or flips(context) else unclear(hits)


def second_decision(context: Context, point: RubricPoint) -> Finding:
    """Costs or flips that belong to more than one decision: apart from each other."""
    hits = sorted((*costs(context), *flips(context)), key=lambda h: h.position)
    groups: list[Hit] = []
    for hit in hits:
        if not groups or hit.position - groups[-1].position > REACH:
            groups.append(hit)
    return present(groups) if len(groups) >= 2 else absent()


def has_number(answer: Answer, position: int) -> bool:
    """Any figure in the unit."""
    return NUMBER.search(answer.units[position].norm) is not None


def sees_an_alternative(context: Context, point: RubricPoint) -> Finding:
    """More than one way is seen; a comparison, a cost or a flip shows it as well."""
    hits = point_hits(context.answer, point)
    hits = hits or (*comparisons(context), *costs(context), *flips(context))
    return present(hits) if hits else absent()
