"""Detectors of C2: what was asked, when, about what, and whether the replies were used."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evaluation.answer import Answer, content_words
from evaluation.detectors import (
    CERTAIN,
    Context,
    Finding,
    Hit,
    absent,
    point_hits,
    present,
    unclear,
)
from evaluation.questions import needs_of
from prompts.rubric import RubricPoint

INVITES = re.compile(
    r"\b(?:what (?:can|may) i (?:tell|answer)(?: for)? you|(?:do|did) you have (?:any |some )?"
    r"questions|(?:any |your )questions (?:for|to) (?:me|us)|your turn to ask|turn it around"
    r"|what (?:would|do) you (?:like to |want to )?(?:ask|know|question)|any questions"
    r"|(?:like|want) to ask)\b"
)
"""The interviewer hands over to the candidate's questions; at the end they are about the job."""
CLOSING_TURNS = 4

HARD_NEEDS = frozenset({"scale", "latency", "data", "labels", "cost_of_errors"})
BROAD_KINDS = 4
"""Kinds of need from which the framing covers most of what matters."""
BROAD_QUESTIONS = 4
SPELT = (
    "0 zero 1 one 2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 11 eleven "
    "12 twelve 15 fifteen 20 twenty 30 thirty 40 forty 50 fifty 60 sixty 70 seventy 80 eighty "
    "90 ninety 100 hundred 1000 thousand"
).split()
DIGITS = dict(zip(SPELT[1::2], SPELT[::2], strict=True))
"""Number words as digits, so that "forty-five" meets "45" at least in part."""
RESTATES = re.compile(
    r"\b(?:scope|success|restate|repeat|understand|aim is|goal is|we (?:have )?won|so the)\b"
)
CLASH = re.compile(
    r"\b(?:fight|fights|conflict|clash|collide|both can not|can not both|which (?:one )?wins"
    r"|will not fit|do not fit)\b"
)
"""Holding two replies against each other is no choice yet."""
BECAUSE = re.compile(
    r"\b(?:because|since|given|therefore|as you|due to|that is why|you (?:said|gave|told|have|allow"
    r"|mentioned|only)|your|so|with|within|under|inside|means|enough|allows?|allowed|too (?:slow"
    r"|few"
    r"|late|many|big)|must|need|needs|only|for the|from the|every|each|as)\b"
)
CAUSAL = re.compile(
    r"\b(?:because|since|given|therefore|that is why|as you|you (?:said|gave|told|allow)|so|means"
    r"|must|allowed?|your|due to|with)\b"
)
GENERIC = frozenset(
    "other before come build model data month days day hour order time question people change "
    "work start system week year case part number predict train point high low big small long "
    "number new old today next look call".split()
)
"""Words that two turns share by chance: taking them up shows nothing."""
SMALL_NUMBER = 12
"""Numbers up to this are shared by chance; with another shared word they count."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question put to the interviewer."""

    hit: Hit
    needs: frozenset[str]
    early: bool
    """Before anything was proposed."""


def questions(answer: Answer) -> list[Asked]:
    """Every question to the interviewer about the problem, in order; those in the close, which were
    invited, are about the job."""
    found = []
    closing = answer.turns[-CLOSING_TURNS:] if len(answer.turns) > 2 * CLOSING_TURNS else ()
    invited = {
        turn.turn + 1
        for turn in closing
        if turn.speaker == "interviewer" and INVITES.search(turn.text.lower())
    }
    for position, unit in enumerate(answer.units):
        if unit.turn in invited:
            continue
        for start, end in answer.questions_in(position):
            text = unit.norm[start:end]
            hit = Hit(position, unit, start, end)
            found.append(Asked(hit, needs_of(text), position < answer.first_solution))
    return found


def asks_something(context: Context, point: RubricPoint) -> Finding:
    """A question; where C2 is light an assumption about the context counts like one."""
    asked = questions(context.answer)
    if asked:
        return present([a.hit for a in asked], CERTAIN)
    assumed = context.hits("states-an-assumption")
    if assumed:
        return present(assumed) if context.light else unclear(assumed, "Assumed, not asked.")
    return absent()


def asks_the_goal(context: Context, point: RubricPoint) -> Finding:
    """The purpose is asked for before solving."""
    return asked_about(context, frozenset({"goal", "metric"}))


def asks_a_constraint(context: Context, point: RubricPoint) -> Finding:
    """A hard limit is asked for before solving."""
    return asked_about(context, HARD_NEEDS | {"constraint", "people"})


def asked_about(context: Context, kinds: frozenset[str]) -> Finding:
    """Present when asked early, unclear when asked only after proposing."""
    asked = [a for a in questions(context.answer) if a.needs & kinds]
    early = [a.hit for a in asked if a.early]
    if early:
        return present(early)
    return unclear([a.hit for a in asked], "Asked after proposing.") if asked else absent()


def asks_broadly(context: Context, point: RubricPoint) -> Finding:
    """Several kinds of need in the framing."""
    asked = [a for a in questions(context.answer) if a.early]
    kinds = frozenset(kind for a in asked for kind in a.needs)
    if len(kinds) >= BROAD_KINDS and len(asked) >= BROAD_QUESTIONS:
        return present([a.hit for a in asked])
    if len(kinds) >= BROAD_KINDS - 1 and len(asked) >= BROAD_QUESTIONS - 1:
        return unclear([a.hit for a in asked])
    return absent()


def facts(text: str) -> frozenset[str]:
    """What a reply brings: numbers as digits, and content words."""
    found = set()
    for word in content_words(text.lower().replace(",", "").replace("-", " ")):
        found.add(DIGITS.get(word, word))
    return frozenset(found)


def uses(answer: Answer) -> list[tuple[Hit, frozenset[str]]]:
    """Later statements that take something up from a reply, with what they take up.

    A fact is new with the reply: words the candidate had used before it do not show that the reply
    was used. A word taken up once is not counted again, so that one fact is one use.
    """
    found: list[tuple[Hit, frozenset[str]]] = []
    spent: set[str] = set()
    for reply in answer.replies:
        said = {w for u in answer.units if u.turn < reply.turn for w in facts(u.norm)}
        new = facts(reply.text) - said
        for position, unit in enumerate(answer.units):
            if unit.turn <= reply.turn or answer.questions_in(position):
                continue
            shared = ((facts(unit.norm) & new) - spent) - GENERIC
            telling = {w for w in shared if not (w.isdigit() and int(w) <= SMALL_NUMBER)}
            if telling and (BECAUSE.search(unit.norm) or len(shared) >= 2):
                found.append((Hit(position, unit, 0, len(unit.norm)), shared))
                spent |= shared
    return found


def design_uses(answer: Answer) -> list[Hit]:
    """Uses that are more than the reply said back."""
    return [
        hit
        for hit, _ in uses(answer)
        if not RESTATES.search(hit.unit.norm) and not CLASH.search(hit.unit.norm)
    ]


def uses_a_reply(context: Context, point: RubricPoint) -> Finding:
    """One reply taken up."""
    found = design_uses(context.answer)
    if found:
        return present(found)
    restated = [hit for hit, _ in uses(context.answer)]
    return unclear(restated, "Said back, but no choice follows from it.") if restated else absent()


def ties_two_choices(context: Context, point: RubricPoint) -> Finding:
    """Two or more separate statements each take up something else from the replies."""
    found = design_uses(context.answer)
    causal = [hit for hit in found if CAUSAL.search(hit.unit.norm)]
    if len(causal) >= 2 or len(found) >= 4:
        return present(causal or found)
    return unclear(found) if len(found) >= 2 else absent()


def after_replies(context: Context, point: RubricPoint) -> Finding:
    """A pattern, after the interviewer has replied."""
    replies = context.answer.replies
    hits = point_hits(context.answer, point)
    late = [hit for hit in hits if replies and hit.unit.turn > replies[0].turn]
    return present(late) if late else absent()


def restates_scope(context: Context, point: RubricPoint) -> Finding:
    """Scope said back: announced, or several facts of the reply in the unit after it."""
    finding = after_replies(context, point)
    if finding.state == "present":
        return finding
    for hit, shared in uses(context.answer):
        if len(shared) >= 4 and any(hit.unit.turn == r.turn + 1 for r in context.answer.replies):
            return present([hit])
    return absent()


def exposes_a_conflict(context: Context, point: RubricPoint) -> Finding:
    """A conflict of requirements; questions count here ("which of the two wins?")."""
    answer = context.answer
    if not answer.replies:
        return absent()
    first = answer.replies[0].turn
    for position, unit in enumerate(answer.units):
        if unit.turn <= first:
            continue
        for pattern in point.patterns:
            match = re.search(pattern, unit.norm)
            if match:
                return present([Hit(position, unit, match.start(), match.end())])
    return absent()


def asks_again(context: Context, point: RubricPoint) -> Finding:
    """A question in a later turn, after something was proposed and a reply had come."""
    answer = context.answer
    late = [
        a.hit
        for a in questions(answer)
        if not a.early and answer.replies and a.hit.unit.turn > answer.replies[0].turn
    ]
    if late:
        return present(late)
    turns = sorted({a.hit.unit.turn for a in questions(answer)})
    if len(turns) >= 3:
        return unclear([a.hit for a in questions(answer) if a.hit.unit.turn == turns[-1]])
    return absent()
