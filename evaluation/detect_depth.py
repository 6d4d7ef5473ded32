"""Detectors of S1-S5 that need more than a pattern: coverage, probes, twists."""

from __future__ import annotations

import re

from evaluation.answer import Answer, content_words
from evaluation.detect_trade_offs import has_number
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
from evaluation.following import followed
from evaluation.lexicon import FIELD_TERMS
from evaluation.record import Event, InterviewRecord
from prompts.rubric import CriterionKey, RubricPoint

METHOD_TERMS = 4
"""Distinct terms of the field from which fitting methods are named."""
SOME_SHARE, MOST_SHARE = 0.2, 0.4
"""Share of a question's expected points that is several, and many, of them. Low, because the
detection of covered points finds about one in three (JUDGE_LOG.md)."""
WHY = re.compile(
    r"\b(?:because|since|otherwise|so that|means|which makes|that is why|if|when|therefore|than)\b"
)
PROBE = re.compile(r"\b(?:why|how|what|which|where|who|when|suppose|say)\b|\?")
TWIST = re.compile(
    r"\b(?:suppose|imagine|what if|let us say|let's say|say (?:the|you|we|your|that|a|both)"
    r"|(?<!can )(?<!could )(?<!you )(?<!i )assume"
    r"|now (?:the|we|your|imagine)|turns? out|is (?:cut|halved|gone|doubled|down)|are (?:cut|gone)"
    r"|halved|doubles?|tripled?|no longer|has (?:just )?(?:changed|dropped|grown)|in fact"
    r"|(?<!would )(?<!do )(?<!does )(?<!you )(?<!did )actually"
    r"|and if|only \d|would you (?:still )?keep|what changes)\b"
)


DECLINED = re.compile(
    r"\b(?:nothing (?:more |else )?to add|(?:have|'ve) said (?:what|all|everything) i have"
    r"|(?:have )?no (?:idea|answer)(?: (?:there|for that|on that|to that))?[.,]"
    r"|i (?:do not|don't) know(?: that)?[.,]|rather (?:go|move) (?:on|into|to)|skip (?:this|that)"
    r"|can(?:not|'t| not) (?:answer|say) (?:that|this))"
)
NEED_TO_BE_FOLLOWED: frozenset[CriterionKey] = frozenset(
    {"production_depth", "business_alignment", "technical_soundness", "ownership"}
)
"""Criteria about the matter: where one cannot tell what is meant, words of it show little."""
DEEPER_FIRST, MIDDLE_ANCHOR = 0.008, 3.5
"""How much earlier findings of the next anchor are lost, in pointing words of all (following.py),
one after the other, so that a misheard word does not take all of them."""
ANSWER_WORDS = 8
"""Words from which a turn is an answer and not "let me think" or "sure"."""
TAKEN_UP_WORDS = 5
"""A shorter reply to a new fact ("okay, fine") takes nothing up."""
ALSO_SIGNALS = ("alert-owner", "outcome-with-delay")
SIGNAL_NOUNS = re.compile(
    r"\b(?:latency|how long|missing|empty|nulls?|histograms?|distributions?|spread|mean score"
    r"|scores|error|precision|recall|complaints|returns|refunds|conversion|revenue|sales|clicks"
    r"|queue|throughput|drift|calibration|uptime|appeals|cancellations|errors|volume)\b"
)
NEW_FACTS = frozenset({"twist", "scale_up"})
"""Moves that change the situation; so does a contradiction put with a fact of the sheet."""


def told_twists(record: InterviewRecord) -> frozenset[int] | None:
    """Interviewer turns of the whole session that put a new or contradicting fact.

    None for a transcript made elsewhere: it has no events to tell.
    """
    if not record.events:
        return None
    return frozenset(
        event.turn
        for event in record.events
        if event.turn is not None and (event.event == "twist" or puts_fact(event))
    )


def puts_fact(event: Event) -> bool:
    """Whether the move confronted the candidate with something new."""
    if event.event != "move":
        return False
    kind = event.get("kind")
    return kind in NEW_FACTS or (kind == "reconcile" and bool(event.get("fact_ids")))


def twist_turns(answer: Answer, told: frozenset[int] | None) -> tuple[int, ...]:
    """The turns of this answer that put a new fact: those told, else (None) read from the words.

    Only turns after the first proposal that answer no question of the candidate's can be a twist.
    """
    if told is not None:
        return tuple(sorted(told & set(answer.by_turn)))
    if answer.first_solution >= len(answer.units):
        return ()
    began = answer.units[answer.first_solution].turn
    replies = {reply.turn for reply in answer.replies}
    return tuple(
        turn.turn
        for turn in answer.turns
        if turn.speaker == "interviewer"
        and turn.turn > began
        and turn.turn not in replies
        and TWIST.search(turn.text.lower())
    )


def right_words(context: Context, point: RubricPoint) -> Finding:
    """Terms of the field in statements."""
    answer = context.answer
    terms: set[str] = set()
    hits = []
    for position, unit in enumerate(answer.units):
        found = set(FIELD_TERMS.findall(unit.norm))
        if found - terms:
            hits.append(whole(answer, position))
        terms |= found
    if len(terms) >= METHOD_TERMS:
        return present(hits, CERTAIN)
    return unclear(hits) if terms else absent()


def mechanism(context: Context, point: RubricPoint) -> Finding:
    """A reason given about something of the field; a reason about anything else is unclear."""
    hits = point_hits(context.answer, point)
    technical = [hit for hit in hits if FIELD_TERMS.search(hit.unit.norm)]
    if technical:
        return present(technical)
    return (
        unclear(hits, "A reason is given, but not for how the method works.") if hits else absent()
    )


def covers(share: float) -> Detector:
    """A detector for covering at least `share` of what the question expects."""

    def detect(context: Context, point: RubricPoint) -> Finding:
        total = len(context.covered) + len(context.uncovered)
        answer = context.answer
        if total == 0:
            return unclear([], "The question is not in the bank; coverage is unknown.")
        if len(context.covered) >= share * total:
            rich = sorted(
                range(len(answer.units)),
                key=lambda p: -len(set(FIELD_TERMS.findall(answer.units[p].norm))),
            )
            return present([whole(answer, p) for p in rich[:1]])
        return absent("Not covered: " + " ".join(context.uncovered[:2]))

    return detect


def probe_replies(answer: Answer) -> list[list[Hit]]:
    """Per probe of the interviewer after the first answer, the units that reply with substance."""
    replies = {reply.turn for reply in answer.replies}
    first = min((u.turn for u in answer.units), default=-1)
    found = []
    for turn in answer.turns:
        if turn.speaker != "interviewer" or turn.turn <= first or turn.turn in replies:
            continue
        if not PROBE.search(turn.text.lower()):
            continue
        following = [p for p, u in enumerate(answer.units) if u.turn == turn.turn + 1]
        solid = [
            whole(answer, p)
            for p in following
            if len(content_words(answer.units[p].norm)) >= 3
            and (WHY.search(answer.units[p].norm) or has_number(answer, p))
        ]
        found.append(solid)
    return found


def holds_under_probe(context: Context, point: RubricPoint) -> Finding:
    """One probe answered with a mechanism, a figure or a condition."""
    solid = [hits for hits in probe_replies(context.answer) if hits]
    return present(solid[0]) if solid else absent()


def declined(answer: Answer) -> bool:
    """Whether a follow-up got no answer but that there is none."""
    return any(DECLINED.search(turn.text.lower()) for turn in answer.candidate_turns)


def second_probe(context: Context, point: RubricPoint) -> Finding:
    """Two or more probes answered so, each with at least two such statements.

    That shows that reasons were given, not that they are right. Unless the answer also covers what
    the question expects, it stays unclear: a 5 needs more than fluent reasons.
    """
    solid = [hits for hits in probe_replies(context.answer) if len(hits) >= 2]
    if len(solid) < 2:
        return absent()
    hits = [hits[0] for hits in solid[:2]]
    if declined(context.answer):
        return unclear(hits, "Another follow-up was passed over.")
    known = len(context.covered) + len(context.uncovered)
    if known and len(context.covered) >= SOME_SHARE * known:
        return present(hits)
    return unclear(hits, "Reasons were given; whether they are right cannot be told from here.")


def next_answer(answer: Answer, after: int) -> int | None:
    """The first candidate turn after `after` that says more than "let me think"."""
    said = [turn for turn in answer.turns if turn.speaker == "candidate" and turn.turn > after]
    full = [turn for turn in said if len(turn.text.split()) >= ANSWER_WORDS]
    chosen = full or said
    return chosen[0].turn if chosen else None


def reactions(context: Context) -> list[int]:
    """Positions of the units said right after a twist."""
    following = {next_answer(context.answer, turn) for turn in context.twist_turns}
    return [p for p, unit in enumerate(context.answer.units) if unit.turn in following]


def takes_up(context: Context, point: RubricPoint) -> Finding:
    """The reply uses a word or figure of the new fact, or starts from it."""
    answer = context.answer
    for turn in context.twist_turns:
        fact = set(content_words(answer.by_turn[turn].text.lower()))
        for position in reactions(context):
            unit = answer.units[position]
            if len(answer.by_turn[unit.turn].text.split()) < TAKEN_UP_WORDS:
                continue
            if unit.turn == next_answer(answer, turn) and (
                fact & set(content_words(unit.norm)) or re.match(r"(?:ok|okay|so|then)", unit.norm)
            ):
                return present([whole(answer, position)])
    return absent()


def in_reaction(context: Context, point: RubricPoint) -> Finding:
    """A pattern, among the units said right after a twist."""
    near = set(reactions(context))
    hits = [h for h in point_hits(context.answer, point) if h.position in near]
    return present(hits) if hits else absent()


def concrete_change(context: Context, point: RubricPoint) -> Finding:
    """A figure or a component stands in the reaction."""
    answer = context.answer
    hits = [
        whole(answer, p)
        for p in reactions(context)
        if has_number(answer, p) or len(set(FIELD_TERMS.findall(answer.units[p].norm))) >= 1
    ]
    return present(hits) if hits else absent()


def revises_in_order(context: Context, point: RubricPoint) -> Finding:
    """Three or more concrete statements follow one twist."""
    answer = context.answer
    hits = [
        whole(answer, p)
        for p in reactions(context)
        if has_number(answer, p) or FIELD_TERMS.search(answer.units[p].norm)
    ]
    return present(hits) if len(hits) >= 3 else absent()


def two_signals(context: Context, point: RubricPoint) -> Finding:
    """Two distinct monitored signals; an alert and a late outcome are watched as well."""
    hits = {hit.position: hit for hit in point_hits(context.answer, point)}
    distinct = {hit.unit.norm[hit.start : hit.end].split()[0] for hit in hits.values()}
    # "I look at empty fields and the spread of the scores" watches two things in one sentence.
    distinct |= {word for hit in hits.values() for word in SIGNAL_NOUNS.findall(hit.unit.norm)}
    deeper = [h for name in ALSO_SIGNALS for h in context.hits(name) if h.position not in hits]
    found = [*hits.values(), *deeper]
    if len(distinct) + len({hit.position for hit in deeper}) >= 2:
        return present(found)
    return unclear(found) if found else absent()


def data_issue(context: Context, point: RubricPoint) -> Finding:
    """A problem of the data that the question has not named itself."""
    answer = context.answer
    asked = set(content_words(answer.turns[0].text.lower())) if answer.turns else set()
    hits = [
        hit
        for hit in point_hits(answer, point)
        if set(content_words(hit.unit.norm[hit.start : hit.end])) - asked
    ]
    return present(hits) if hits else absent()


def implied_by_deeper(context: Context, point: RubricPoint) -> Finding:
    """Mentioned at all: by this point's words or by those of a deeper point of the criterion."""
    hits = point_hits(context.answer, point)
    for other in context.points.values():
        hits = hits or point_hits(context.answer, other)
    return present(hits) if hits else absent()


def if_followable(context: Context, finding: Finding, anchor: int) -> Finding:
    """The finding, unclear when one cannot tell what is meant or what the named part does."""
    if followed(context.answer, DEEPER_FIRST * (MIDDLE_ANCHOR - anchor)) != "lost":
        return finding
    return unclear(finding.hits, "It is said, but what is meant cannot be told.")
