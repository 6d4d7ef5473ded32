"""Habits of thinking (H1-H8) and common mistakes (M1-M3): yes or no, with a quote.

A checklist beside the scores. Everything is read from the prepared answer, whatever judge scored.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from evaluation.answer import Answer
from evaluation.detect_clarification import questions
from evaluation.detect_clarity import plan_first, signposts
from evaluation.detect_depth import reactions, twist_turns
from evaluation.detect_trade_offs import decides, gives_up
from evaluation.detectors import Context, Hit, pattern_hits, whole
from evaluation.evidence import find_quote
from evaluation.following import followable
from evaluation.lexicon import NUMBER
from evaluation.result import SignalResult
from prompts.rubric import QuestionType, Rubric, Signal

REASONS = 2
"""Reasons from which they count as a habit."""
FEW_REASONS_WORDS = 60
MODEL_SHARE = 0.6
"""M1: share of units on the model among those on any area."""
MIN_AREA_UNITS = 3
AREAS: dict[str, re.Pattern[str]] = {
    "data": re.compile(
        r"\b(?:data|features?|labels?|events?|logs?|history|kafka|table|warehouse|cleaning|schema"
        r"|readings|orders table|join\w*|collect\w*)\b"
    ),
    "model": re.compile(
        r"\b(?:models?|trees?|boost\w*|xgboost|lightgbm|network|regression|forest|embedding\w*"
        r"|transformer|train\w*|classif\w*|algorithm\w*|autoencoder|factori[sz]ation|layers|loss"
        r"|bert|gru|lstm|hyperparameter\w*|ensemble|two-tower)\b"
    ),
    "serving": re.compile(
        r"\b(?:serv\w+|api|latency|milliseconds?|redis|cache|batch|nightly|overnight|real-?time"
        r"|online|deploy\w*|monitor\w*|dashboards?|alert\w*|rollback|canary|request\w*|traffic"
        r"|production|endpoint|hourly|on the (?:device|lane|tablet))\b"
    ),
    "business": re.compile(
        r"\b(?:users?|customers?|shoppers?|buyers?|revenue|sales|money|cost\w*|euros?|dollars?"
        r"|pounds?|profit|business|conversion|complaints?|appeals?|orders|goal|success|people)\b"
    ),
}
CONTEXT = re.compile(
    r"\b(?:users?|customers?|company|shop|team|system|in production|my (?:last|previous)|we had"
    r"|for example|per (?:second|day|month)|milliseconds?|budget|incident|outage|once)\b"
)


def read_signals(
    answer: Answer, kind: QuestionType, rubric: Rubric, told_twists: frozenset[int] | None = None
) -> tuple[dict[str, SignalResult], dict[str, SignalResult]]:
    """Habits and mistakes by id. `told_twists`: interviewer turns the events call a twist."""
    points = {p.id: p for c in rubric.criteria for p in c.points}
    context = Context(
        answer, kind, light=False, twist_turns=twist_turns(answer, told_twists), points=points
    )
    habits = {s.id: told(answer, s, HABITS[s.id](context, s)) for s in rubric.habits}
    mistakes = {s.id: told(answer, s, MISTAKES[s.id](context)) for s in rubric.mistakes}
    return habits, mistakes


def told(answer: Answer, signal: Signal, seen: Hit | bool) -> SignalResult:
    """A hit as a result with its quote; True is seen without words to show."""
    if isinstance(seen, bool):
        return SignalResult(seen=seen, text=signal.text)
    start, end = seen.unit.quote(seen.start, seen.end)
    turn = answer.by_turn[seen.unit.turn]
    found = find_quote(turn, turn.text[start:end])
    quote = found.quote if found else ""
    return SignalResult(seen=True, quote=quote, turn=turn.turn, text=signal.text)


def first(hits: tuple[Hit, ...] | list[Hit]) -> Hit | bool:
    """The first hit, or False."""
    return hits[0] if hits else False


def clarifies(context: Context, signal: Signal) -> Hit | bool:
    """H1: a question before the first proposal."""
    return first([a.hit for a in questions(context.answer) if a.early])


def outlines(context: Context, signal: Signal) -> Hit | bool:
    """H2: a plan before the details."""
    finding = plan_first(context, context.points["plan-first"])
    return first(finding.hits) if finding.state == "present" else False


def gives_reasons(context: Context, signal: Signal) -> Hit | bool:
    """H3: reasons, more than one unless little was said."""
    hits = pattern_hits(context.answer, signal.patterns)
    words = sum(len(u.words) for u in context.answer.units)
    return first(hits) if len(hits) >= (1 if words < FEW_REASONS_WORDS else REASONS) else False


def states_trade_offs(context: Context, signal: Signal) -> Hit | bool:
    """H4: a decision with what it costs."""
    cost = gives_up(context, context.points["says-what-is-given-up"])
    decision = decides(context, context.points["decides"])
    both = cost.state == decision.state == "present"
    return first(cost.hits) if both else False


def refines(context: Context, signal: Signal) -> Hit | bool:
    """H5: a follow-up is answered by building on the design."""
    answer = context.answer
    if not answer.units:
        return False
    opening = answer.units[0].turn
    return first([h for h in pattern_hits(answer, signal.patterns) if h.unit.turn > opening])


def adapts(context: Context, signal: Signal) -> Hit | bool:
    """H6: something changes right after a new fact."""
    near = set(reactions(context))
    hits = pattern_hits(context.answer, context.points["changes-something"].patterns)
    return first([h for h in hits if h.position in near])


def guides(context: Context, signal: Signal) -> Hit | bool:
    """H7: says where the talk goes next."""
    return first(pattern_hits(context.answer, signal.patterns))


def links(context: Context, signal: Signal) -> Hit | bool:
    """H8: data, model, serving and business all come up; quoted where two of them meet."""
    areas = [areas_of(unit.norm) for unit in context.answer.units]
    if set().union(*areas) < set(AREAS):
        return False
    best = max(range(len(areas)), key=lambda p: (len(areas[p]), -p))
    return whole(context.answer, best)


def areas_of(norm: str) -> set[str]:
    """The areas a unit is about."""
    return {name for name, pattern in AREAS.items() if pattern.search(norm)}


def only_algorithms(context: Context) -> Hit | bool:
    """M1, for a design: most of the talk is the model; neither data nor serving is touched."""
    if context.type != "design":
        return False
    areas = [areas_of(unit.norm) - {"business"} for unit in context.answer.units]
    tagged = [p for p, found in enumerate(areas) if found]
    on_model = [p for p in tagged if areas[p] == {"model"}]
    if len(tagged) < MIN_AREA_UNITS or len(on_model) < MODEL_SHARE * len(tagged):
        return False
    if any("serving" in found or found == {"data"} for found in areas):
        return False
    return whole(context.answer, on_model[0])


def theory_only(context: Context) -> Hit | bool:
    """M2: no figure, no system, no incident; seen also when nothing was said."""
    text = " ".join(unit.norm for unit in context.answer.units)
    if NUMBER.search(text) or CONTEXT.search(text):
        return False
    return whole(context.answer, 0) if context.answer.units else True


def unclear_talk(context: Context) -> Hit | bool:
    """M3: no plan early, fewer than two signposts, no conclusion; or it cannot be followed."""
    points = context.points
    if context.answer.empty or not followable(context.answer):
        return True
    plan = plan_first(context, points["plan-first"]).state == "present"
    posts = signposts(context, points["signposts"]).state != "absent"
    ending = pattern_hits(context.answer, points["short-summary"].patterns)
    return not (plan or posts or ending)


HABITS: dict[str, Callable[[Context, Signal], Hit | bool]] = {
    "H1": clarifies,
    "H2": outlines,
    "H3": gives_reasons,
    "H4": states_trade_offs,
    "H5": refines,
    "H6": adapts,
    "H7": guides,
    "H8": links,
}
MISTAKES: dict[str, Callable[[Context], Hit | bool]] = {
    "M1": only_algorithms,
    "M2": theory_only,
    "M3": unclear_talk,
}
