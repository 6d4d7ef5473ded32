"""The parts of an answer by name: those of the candidate's own plan, else those that were told."""

from __future__ import annotations

import re

from evaluation.answer import content_words
from evaluation.detect_clarity import EARLY_SHARE, EARLY_UNITS
from evaluation.detectors import Context, point_hits
from evaluation.signals import AREAS

PART_NAMES = {
    "data": "the data",
    "model": "the model",
    "serving": "how it runs",
}
STORY_PARTS = ("what was wrong", "what I did", "what came out")
DECISION_PARTS = ("quality", "what each costs to run", "when I would switch")
CONCEPT_PARTS = ("the idea", "an example", "what follows for the design")
PLAN_LIST = re.compile(
    r"(?:\b(?:plan|outline|order)\b ?(?:is|:|,)|\b(?:two|three|four) (?:\w+ )?(?:parts|things|steps"
    r"|pieces|stages|layers|blocks)\b ?[:,.–-]*) ?(?P<list>[^.?!;]{8,110})"
)
"""A plan that names its parts: "three parts: training, the line, then what we watch"."""
BETWEEN = re.compile(r",? (?:and|then) (?:then )?|, |(?<=\w) - ")
BEFORE_THE = re.compile(r" (?=the \w)")
LED_BY = re.compile(
    r"^(?:(?:so|and|also|first|second|third|fourth|finally|last|lastly|next)\b,? ?)+"
)
LONGEST_PART = 4
FEWEST, MOST = 2, 4


def parts_of(context: Context) -> tuple[str, ...]:
    """The parts the candidate named in a plan, else those that were told, in the order the data
    flows, or those its kind of question asks for; none when it has but one."""
    named = planned(context)
    if named:
        return named
    fixed = {
        "behavioural": STORY_PARTS,
        "decision": DECISION_PARTS,
        "concept": CONCEPT_PARTS,
    }.get(context.type)
    if fixed:
        return fixed
    told = {
        area
        for position, unit in enumerate(context.answer.units)
        for area, pattern in AREAS.items()
        if not context.answer.questions_in(position) and pattern.search(unit.norm)
    }
    parts = tuple(name for area, name in PART_NAMES.items() if area in told)
    return parts if len(parts) > 1 else ()


def planned(context: Context) -> tuple[str, ...]:
    """The parts named in a plan near the beginning; empty when it names none."""
    early = max(EARLY_UNITS, int(EARLY_SHARE * len(context.answer.units)))
    for hit in point_hits(context.answer, context.points["plan-first"]):
        if hit.position >= early:
            break
        match = PLAN_LIST.search(hit.unit.norm)
        parts = listed(match.group("list")) if match else ()
        if parts:
            return parts
    return ()


def listed(text: str) -> tuple[str, ...]:
    """A spoken list as its items; empty when it is none."""
    text = text.strip(" ,:-–")
    items = BETWEEN.split(text)
    if len(items) == FEWEST and items[0].count("the ") > 1:
        items = [*BEFORE_THE.split(items[0]), items[1]]
    items = [LED_BY.sub("", item.strip(" ,:")) for item in items]
    short = all(0 < len(item.split()) <= LONGEST_PART for item in items)
    named = sum(bool(content_words(item)) for item in items)
    right = FEWEST <= len(items) <= MOST and short and named >= len(items) - 1
    return tuple(items) if right else ()


def second_part(context: Context, name: str) -> int:
    """Where the second part begins: the first statement after its plan that names it, else half
    way."""
    names = set(content_words(name))
    plans = point_hits(context.answer, context.points["plan-first"])
    began = plans[0].position if plans else 0
    units = context.answer.units
    later = (p for p in range(began + 1, len(units)) if names & opening(units[p].norm))
    return next(later, len(units) // 2)


def opening(norm: str) -> set[str]:
    """Content words of the first words of a statement."""
    return set(content_words(" ".join(norm.split()[: LONGEST_PART + 1])))
