"""Detectors of C1: claim, plan, order, closings and loose ends."""

from __future__ import annotations

import re
from dataclasses import replace

from evaluation.answer import LONE_TERM, Answer, content_words
from evaluation.detectors import (
    CERTAIN,
    Context,
    Detector,
    Finding,
    Hit,
    absent,
    point_hits,
    present,
    unclear,
    whole,
)
from evaluation.following import (
    HEADING,
    RECALL_ORDER,
    VERB,
    eased,
    in_doubt,
    ordered,
    recall_share,
)
from evaluation.lexicon import PROPOSAL
from evaluation.sentences import Unit
from prompts.rubric import RubricPoint

SUBSTANCE = 12
"""Distinct content words from which several statements bear on the question."""
SOME_SUBSTANCE = 6
FRAGMENT_WORDS = 5
"""A statement of at most this many words without a verb is a fragment."""
FRAGMENT_SHARE = 0.26
LOOSE_PER_100 = 1.3
"""Afterthoughts and digressions per 100 words above which ends stay loose."""
PROPOSALS = 2
EARLY_UNITS = 5
EARLY_SHARE = 0.34
LATE_SHARE = 0.7
HEADING_WORDS = 4
HEADING_GAP = 3
"""Characters between a heading and its first statement."""
SAME_STEM = 4
"""First letters that "scoring" and "score" share."""
PICTURE = re.compile(
    r"\b(?:picture|imagine|think of|suppose|say you|take (?:a|an|two|five|ten|hundred)"
    r"|(?:like|as if) (?:a|an|your|the|you|when|one|teaching|arranging|opening)"
    r"|the way (?:a|an|your|one))\b"
)
"""An everyday picture fits the depth wherever it stands."""
FIRM = {"order": -0.006, "plan": -0.003, "claim": 0.003, "loose": 0.0, "signposts": 0.0,
        "closings": 0.0}  # fmt: skip
"""Which findings an answer that is hard to follow loses first (below 0) and last (following.py)."""


def says_something(context: Context, point: RubricPoint) -> Finding:
    """Enough distinct content, whatever its form."""
    answer = context.answer
    rich = [whole(answer, p) for p, u in enumerate(answer.units) if len(content_words(u.norm)) >= 3]
    if answer.substance >= SUBSTANCE and rich:
        return present(rich, CERTAIN)
    return unclear(rich) if answer.substance >= SOME_SUBSTANCE and rich else absent()


def can_be_followed(context: Context, point: RubricPoint) -> Finding:
    """Things are named rather than pointed at."""
    answer = context.answer
    if answer.empty:
        return absent()
    reason = "Much is referred to as it, that or the other one."
    found = eased(answer, present(clearest(answer)), reason)
    return replace(found, reason=reason) if found.state == "unclear" else found


def clearest(answer: Answer) -> list[Hit]:
    """The unit with most content words: what a listener takes away."""
    ranked = sorted(
        range(len(answer.units)), key=lambda p: -len(set(content_words(answer.units[p].norm)))
    )
    return [whole(answer, p) for p in ranked[:1]]


def main_claim(context: Context, point: RubricPoint) -> Finding:
    """A claim in the candidate's words, or the summary of it, in an answer that can be followed."""
    answer = context.answer
    hits = point_hits(answer, point) or proposals(answer)
    hits = hits or short_summary(context, context.points["short-summary"]).hits
    if not hits:
        return absent()
    fragments = fragment_share(answer) > FRAGMENT_SHARE
    found = unclear(hits) if fragments else present(hits)
    found = eased(
        answer, found, "A proposal is begun, but what is proposed cannot be told.", FIRM["claim"]
    )
    return in_doubt(found) if recall_share(answer) >= RECALL_ORDER else found


def proposals(answer: Answer) -> tuple[Hit, ...]:
    """Statements that propose something, when there are several: together they are a claim."""
    found = tuple(
        whole(answer, p)
        for p, unit in enumerate(answer.units)
        if PROPOSAL.search(unit.norm) and not answer.questions_in(p)
    )
    return found if len(found) >= PROPOSALS else ()


def recognisable_order(context: Context, point: RubricPoint) -> Finding:
    """At least two words of order, in an answer that can be followed; parts that are introduced one
    by one, or follow a plan, have an order as well."""
    hits = point_hits(context.answer, point)
    found = present(hits) if len(hits) >= 2 else unclear(hits) if hits else absent()
    if found.state != "present":
        parts = signposts(context, context.points["signposts"])
        plan = plan_first(context, context.points["plan-first"])
        found = next((f for f in (parts, plan) if f.state == "present"), found)
    return ordered(context.answer, found, "The order cannot be followed.", FIRM["order"])


def few_loose_ends(context: Context, point: RubricPoint) -> Finding:
    """Few afterthoughts, digressions and fragments; needs an answer to speak of."""
    answer = context.answer
    if answer.substance < SUBSTANCE:
        return absent()
    loose = point_hits(answer, point)
    per_100 = 100 * len(loose) / max(100, word_count(answer))
    fragments = fragment_share(answer)
    if fragments > FRAGMENT_SHARE:
        return absent("Much stays a fragment.")
    quote = clearest(answer)
    if per_100 <= LOOSE_PER_100:
        return ordered(answer, present(quote), firm=FIRM["loose"])
    reason = f'Added where it did not belong: "{loose[0].unit.text.strip()}"'
    found = unclear(quote, reason) if per_100 <= 2 * LOOSE_PER_100 else absent(reason)
    return ordered(answer, found, firm=FIRM["loose"])


def word_count(answer: Answer) -> int:
    """Words of the units that count."""
    return sum(len(unit.words) for unit in answer.units)


def fragment_share(answer: Answer) -> float:
    """Share of statements that are short, have no verb and announce or close nothing."""
    statements = [u for p, u in enumerate(answer.units) if not answer.questions_in(p)]
    fragments = [
        u
        for u in statements
        if len(u.words) <= FRAGMENT_WORDS and not VERB.search(u.norm) and not HEADING.search(u.norm)
    ]
    return len(fragments) / len(statements) if statements else 0.0


def plan_first(context: Context, point: RubricPoint) -> Finding:
    """A plan before the details: early among the statements."""
    answer = context.answer
    hits = plan_hits(context, point)
    if not hits:
        return absent()
    statements = [p for p in range(len(answer.units)) if not answer.questions_in(p)]
    reach = max(EARLY_UNITS, int(EARLY_SHARE * len(statements)))
    early = [hit for hit in hits if statements.index(hit.position) < reach]
    late = unclear(hits, "The plan comes after the details.")
    unlike = "A plan is announced, but what follows cannot be told apart."
    return ordered(answer, present(early) if early else late, unlike, FIRM["plan"])


def plan_hits(context: Context, point: RubricPoint) -> tuple[Hit, ...]:
    """Units that announce a plan."""
    return point_hits(context.answer, point)


def signposts(context: Context, point: RubricPoint) -> Finding:
    """Three parts introduced aloud: by number, or by the name the plan gave them."""
    answer = context.answer
    hits = {hit.position: hit for hit in point_hits(answer, point)}
    plan = plan_hits(context, context.points["plan-first"])
    if plan:
        hits |= {hit.position: hit for hit in named_parts(answer, plan[0])}
    found = [hits[position] for position in sorted(hits)]
    if len(found) >= 3:
        return ordered(answer, present(found), firm=FIRM["signposts"])
    if len(found) == 2:
        return ordered(answer, unclear(found), firm=FIRM["signposts"])
    return absent()


def named_parts(answer: Answer, plan: Hit) -> list[Hit]:
    """Later statements that open with a word of the plan; a heading of one word ("Scoring.") is one
    as well, though it says nothing by itself."""
    names = {word[:SAME_STEM] for word in content_words(plan.unit.norm[plan.start :])}
    headings = [each.unit for each in answer.set_aside if each.reason == LONE_TERM]
    found = []
    for position in range(plan.position + 1, len(answer.units)):
        unit = answer.units[position]
        before = [h for h in headings if follows(unit, h)]
        for said in (*before, unit):
            opening = " ".join(said.norm.split()[:HEADING_WORDS])
            if names & {word[:SAME_STEM] for word in content_words(opening)}:
                found.append(Hit(position, said, 0, len(said.norm)))
                break
    return found


def follows(unit: Unit, heading: Unit) -> bool:
    """Whether a heading stands right before a statement."""
    return heading.turn == unit.turn and 0 <= unit.start - heading.end <= HEADING_GAP


def closes_parts(context: Context, point: RubricPoint) -> Finding:
    """Two closings, or one in a short answer."""
    hits = point_hits(context.answer, point)
    if not hits:
        return absent()
    enough = len(hits) >= 2 or word_count(context.answer) < 120
    return ordered(
        context.answer, present(hits) if enough else unclear(hits), firm=FIRM["closings"]
    )


def short_summary(context: Context, point: RubricPoint) -> Finding:
    """A summary late in the answer that says again what was said before."""
    answer = context.answer
    late = int(LATE_SHARE * len(answer.units))
    for hit in reversed(point_hits(answer, point)):
        if hit.position < late:
            continue
        before = {w for unit in answer.units[: hit.position] for w in content_words(unit.norm)}
        said = set(content_words(hit.unit.norm))
        following = answer.units[hit.position + 1 :]
        for unit in following[:3]:
            said |= set(content_words(unit.norm))
        if len(said & before) >= max(2, 0.4 * len(said)):
            return eased(answer, present([hit]))
    return absent()


def when_followable(detector: Detector) -> Detector:
    """The same detector, as far as the answer can be followed."""

    def detect(context: Context, point: RubricPoint) -> Finding:
        return eased(context.answer, detector(context, point))

    return detect


def adapts_depth(context: Context, point: RubricPoint) -> Finding:
    """An everyday picture, or another depth after the interviewer spoke; what is said unasked at
    the start ("my answer in one sentence") fits nobody in particular."""
    answer = context.answer
    opening = min((unit.turn for unit in answer.units), default=0)
    hits = [
        hit
        for hit in point_hits(answer, point)
        if hit.unit.turn > opening or PICTURE.search(hit.unit.norm)
    ]
    return eased(answer, present(hits) if hits else absent())
