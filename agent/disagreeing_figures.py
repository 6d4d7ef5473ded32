"""A figure about the same thing that disagrees with one that was told or said before."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.clauses import clauses
from agent.outdated import figures, same_noun
from agent.quantities import Quantity
from agent.statements import NEGATION, Statement, is_guess, of_a_peak
from agent.wording import plain

DIFFERENT_FACTOR = 1.3
"""Figures within this factor are the same figure, rounded or remembered."""
FAR_FACTOR = 3.0
"""The same for a guess ("maybe 200 milliseconds") and beside a fact with several figures, all of
which must disagree: by less, one of them may be meant."""
OTHER_SCALE = 100.0
"""Factor from which two times are not both the time of an answer, nor two counts of a whole."""
SAME_SCALE = frozenset({"latency", "users", "catalogue"})

TOPICS: dict[str, str] = {
    "latency": r"latency|latencies|response time|decision time|time budget|answer (?:with)?in|"
    r"respond (?:with)?in|decide (?:with)?in|p9\d",
    "label delay": r"labels?|labell?ed|chargebacks?|disputes?|ground truth|outcomes?|feedback",
    "base rate": r"base rate|fraud rate|positive rate|share of (?:fraud|positives?|churn)|"
    r"(?:percent|of (?:the |all )?\w+) (?:is|are) (?:fraud\w*|positive|churn\w*)|"
    r"rare class",
    "traffic": r"traffic|requests?|transactions?|payments?|qps|queries|events?|throughput|calls?",
    "review": r"reviewers?|analysts?|review (?:team|capacity)|cases",
    "users": r"users?|customers?|shoppers?|visitors?",
    "catalogue": r"items?|products?|catalog(?:ue)?|skus?|articles?",
    "storage": r"terabytes?|gigabytes?|tb|gb",
    "retraining": r"retrain\w*",
    "history": r"history|months of|years of",
}
TOPIC_PATTERNS = {name: re.compile(rf"\b(?:{pattern})\b") for name, pattern in TOPICS.items()}
DIMENSIONS = {
    "latency": {"time"}, "label delay": {"time"}, "base rate": {"share"}, "traffic": {"rate"},
    "review": {"count", "rate"}, "users": {"count"}, "catalogue": {"count"}, "storage": {"count"},
    "retraining": {"time"}, "history": {"time"},
}  # fmt: skip
SUB_DAY_MS = 3_600_000.0

WHOLE = re.compile(r"\bend.to.end\b|\b(?:in|for) total\b|\baltogether\b|\boverall\b")
WINDOW = re.compile(r"\b(?:last|past|recent|first|window)\b")
NAMED = re.compile(r"\b(?!(?:this|is|was|has|does|as|us)\b)\w+s\b", re.IGNORECASE)
"""Before a bare figure in another clause: that has a subject of its own ("listings come at 40")."""
PART = re.compile(
    r"\b(?:pick|choose|select|fetch|retriev|narrow|shortlist|filter|sampl|rank|scor|top|candidate|"
    r"subset|out of|some of|among|at most|up to|cap|limit|batch|page|row)\w*\b"
)
"""A part is taken of the whole: two hundred of two million items do not disagree with them."""


@lru_cache(maxsize=4096)
def topics(text: str, *, fact: bool = False) -> frozenset[str]:
    """What a statement is about, by its words; a fact in milliseconds is about latency."""
    said = plain(text)
    found = {name for name, pattern in TOPIC_PATTERNS.items() if pattern.search(said)}
    return frozenset(found | ({"latency"} if fact and "milliseconds" in said else set()))


def figures_disagree(now: str, before: Statement) -> bool:
    """The same thing with another figure; of a limit only exceeding it counts.

    A fact may hold several figures ("6,000 in the evening and 1,500 at night"): then all of them
    must be far from the one that was said.
    """
    told = before.whole or before.text
    for topic in topics(now) & topics(before.text, fact=bool(before.fact_id)):
        mine = [q for q in figures(now) if q.dimension in DIMENSIONS[topic] and fits(topic, q)]
        if len(mine) != 1:
            continue  # several figures about one thing: which belongs to which is a guess
        own = [q for q in figures(before.text) if comparable(topic, mine[0], q)]
        if not own or (len(own) > 1 and not before.fact_id):
            continue
        if mine[0].dimension == "rate" and any(q.dimension == "share" for q in figures(now)):
            continue  # "a canary of one percent sees sixty requests a second"
        counted = mine[0].dimension == "count"
        if counted and (of_a_part(now) or of_a_part(before.text)):
            continue
        others = [q for q in figures(told) if comparable(topic, mine[0], q)]
        others += [q for q in bare_figures(before.text, told) if may_be_meant(mine[0], q)]
        alike = [q for q in figures(told) if q.dimension == mine[0].dimension]
        loosely = max(len(others), len(alike)) > 1 or is_guess(now) or is_guess(before.text)
        factor = FAR_FACTOR if loosely else DIFFERENT_FACTOR
        if all(apart(topic, mine[0].value, q.value, now, told, factor) for q in others):
            return True
    return False


def comparable(topic: str, mine: Quantity, other: Quantity) -> bool:
    """Both figures can be compared: the same unit, and of what is counted the same thing."""
    if other.dimension != mine.dimension or not fits(topic, other):
        return False
    return (mine.dimension != "count" and topic != "traffic") or same_noun(mine, other)


def bare_figures(text: str, whole: str) -> list[Quantity]:
    """Figures of `whole` without a noun, in other clauses than `text` those without a subject."""
    return [
        q
        for clause in clauses(whole)
        for q in figures(clause.text)
        if not q.noun and (clause.text == text or not NAMED.search(clause.text[: q.start]))
    ]


def may_be_meant(mine: Quantity, bare: Quantity) -> bool:
    """A bare figure beside one with a unit may have its unit: "... and 1,500 at night"."""
    return bool(mine.noun) and bare.dimension in {"count", mine.dimension}


def apart(topic: str, mine: float, other: float, now: str, told: str, factor: float) -> bool:
    """Whether one value cannot stand beside the other, both in base units."""
    ratio = mine / other if other else 0.0
    if topic in SAME_SCALE and not 1 / OTHER_SCALE < ratio < OTHER_SCALE:
        return False  # minutes beside milliseconds are about something else, twenty items a part
    if topic == "latency" and ratio < 1 and not of_the_whole(now, told):
        return False  # a part of a budget may be smaller than the budget
    if topic == "history" and ratio < 1 and WINDOW.search(plain(now)):
        return False
    peak, told_peak = of_a_peak(now), of_a_peak(told)
    if peak and not told_peak and ratio >= 1:
        return False  # a peak may be far above what is usual
    if peak != told_peak:
        factor = max(factor, FAR_FACTOR) if ratio < 1 or peak else factor
    return ratio > factor or 0 < ratio < 1 / factor


def of_the_whole(now: str, told: str) -> bool:
    """Whether a time is all there is: the budget, or both are from end to end."""
    said = plain(now)
    return "budget" in said.split() or bool(WHOLE.search(said) and WHOLE.search(plain(told)))


def of_a_part(text: str) -> bool:
    """Whether a figure may count a part only, or what is not done: "I can't score two million"."""
    said = plain(text)
    return bool(PART.search(said) or NEGATION.search(said))


def fits(topic: str, quantity: Quantity) -> bool:
    """A latency is below an hour, a label delay above one; counts need their noun."""
    if topic == "latency":
        return quantity.value < SUB_DAY_MS
    if topic in {"label delay", "retraining", "history"}:
        return quantity.value >= SUB_DAY_MS
    return quantity.dimension not in {"count"} or bool(quantity.noun)
