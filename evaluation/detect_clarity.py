"""Detectors of C1: plan, order, closings, loose ends, and whether the words can be followed."""

from __future__ import annotations

import re

from evaluation.answer import Answer, content_words
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
from evaluation.lexicon import PROPOSAL, VAGUE
from prompts.rubric import RubricPoint

SUBSTANCE = 12
"""Distinct content words from which several statements bear on the question."""
SOME_SUBSTANCE = 6
VAGUE_SHARE = 0.092
"""Share of pointing words (it, that, one, other) above which a listener loses track. Clear spoken
answers lie around 0.05-0.08, tangled ones above 0.1 (measured, see JUDGE_LOG.md)."""
TANGLED_SHARE = 0.102
LOST_SHARE = 0.14
"""Above this no plan or summary helps."""
USUAL_SHARE, USUAL_WORDS = 0.065, 30
"""What an answer is taken to be before its words are counted, so that in a short one a single
misheard word does not decide."""
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
HEADING = re.compile(
    r"\b(?:first|second|third|fourth|last|next|then|done|step|part|piece|stage|plan|summary|sure"
    r"|yes|no|okay|right|thanks?|so|short)\b"
)
"""A short unit with one of these guides the listener; it is no fragment."""
FRAMES = {
    "plan": re.compile(
        r"\b(?:my plan|plan[:,]|(?:in|into|has|have|is|are|of|cover|take|give you) (?:two|three"
        r"|four|five)"
        r" (?:\w+ )?(?:parts|steps|pieces|stages|things|layers|views|pictures|levels|sentences))\b"
    ),
    "summary": re.compile(
        r"\b(?:in short|in summary|to sum (?:it )?up|summary|to wrap up|summing up"
        r"|pulling it together"
        r"|putting it together|to recap)\b"
    ),
    "calibration": re.compile(
        r"\b(?:is|are|was) (?:only |just |purely )*(?:my|a|an) (?:own )?(?:fact|opinion"
        r"|assumption|guess|view)\b"
        r"|\bmy (?:opinion|assumption)\b|\bis (?:a )?fact\b"
    ),
}
CLOSING = re.compile(
    r"^(?:so |and |okay |with )*(?:that|this|those|these) (?:is|was|are|were|closes|ends|finishes"
    r"|settles|brings|leaves|gives) (?:us )?(?:(?:the|my|our|all|it|part|step|stage|everything"
    r"|number|decision)\b)?.{0,30}[.]$"
)
"""A short sentence that points back at a finished part does not leave the listener lost."""
VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|am|do|does|did|has|have|had|will|would|can|could|should|may|must"
    r"|goes|go|gets?|got|takes?|took|gives?|gave|makes?|made|uses?|used|runs?|puts?|keeps?|kept|say"
    r"|says|said|need|needs|want|know|learns?|reads?|writes?|compare|compares|train|trains|counts?"
    r"|shows?|means?|loses?|lost|costs?|comes?|came|looks?|tells?|told|becomes?|wins?|split|cut"
    r"|measure[sd]?|watch|score[sd]?|check[sd]?|collect|predict\w*|assume|\w+(?:ed|ing))\b"
)


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
    share = vague_share(answer)
    named = clearest(answer)
    if share <= VAGUE_SHARE:
        return present(named)
    reason = "Much is referred to as it, that or the other one."
    return unclear(named, reason) if followable(answer) else absent(reason)


def followable(answer: Answer) -> bool:
    """True when a listener can tell what is meant; order and claims need it.

    Everyday pictures point a lot ("it is like a neighbour who ..."); with a plan or a summary
    around them they can be followed nevertheless.
    """
    if answer.empty:
        return False
    share = vague_share(answer)
    return share <= TANGLED_SHARE or (share <= LOST_SHARE and bool(frames(answer)))


def frames(answer: Answer) -> list[str]:
    """Which explicit frames the answer has: plan, summary, facts told from opinion."""
    text = " ".join(unit.norm for unit in answer.units)
    return [name for name, pattern in FRAMES.items() if pattern.search(text)]


def vague_share(answer: Answer) -> float:
    """Pointing words among all words, questions to the interviewer and closings left out."""
    total = vague = 0
    for position, unit in enumerate(answer.units):
        if answer.questions_in(position) or CLOSING.search(unit.norm):
            continue
        words = unit.words
        total += len(words)
        vague += sum(word in VAGUE for word in words)
    return (vague + USUAL_SHARE * USUAL_WORDS) / (total + USUAL_WORDS) if total else 0.0


def clearest(answer: Answer) -> list[Hit]:
    """The unit with most content words: what a listener takes away."""
    ranked = sorted(
        range(len(answer.units)), key=lambda p: -len(set(content_words(answer.units[p].norm)))
    )
    return [whole(answer, p) for p in ranked[:1]]


def main_claim(context: Context, point: RubricPoint) -> Finding:
    """A claim in the candidate's words, in an answer that can be followed."""
    hits = point_hits(context.answer, point) or proposals(context.answer)
    if not hits:
        return absent()
    if not followable(context.answer):
        return absent("A proposal is begun, but what is proposed cannot be told.")
    return present(hits) if fragment_share(context.answer) <= FRAGMENT_SHARE else unclear(hits)


def proposals(answer: Answer) -> tuple[Hit, ...]:
    """Statements that propose something, when there are several: together they are a claim."""
    found = tuple(
        whole(answer, p)
        for p, unit in enumerate(answer.units)
        if PROPOSAL.search(unit.norm) and not answer.questions_in(p)
    )
    return found if len(found) >= PROPOSALS else ()


def recognisable_order(context: Context, point: RubricPoint) -> Finding:
    """At least two words of order, in an answer that can be followed."""
    hits = point_hits(context.answer, point)
    if not followable(context.answer):
        return absent("The order cannot be followed.")
    if len(hits) >= 2:
        return present(hits)
    return unclear(hits) if hits else absent()


def few_loose_ends(context: Context, point: RubricPoint) -> Finding:
    """Few afterthoughts, digressions and fragments; needs an answer to speak of."""
    answer = context.answer
    if answer.substance < SUBSTANCE or not followable(answer):
        return absent()
    loose = point_hits(answer, point)
    per_100 = 100 * len(loose) / max(100, word_count(answer))
    fragments = fragment_share(answer)
    if fragments > FRAGMENT_SHARE:
        return absent("Much stays a fragment.")
    quote = clearest(answer)
    if per_100 <= LOOSE_PER_100:
        return present(quote)
    reason = f'Added where it did not belong: "{loose[0].unit.text.strip()}"'
    return unclear(quote, reason) if per_100 <= 2 * LOOSE_PER_100 else absent(reason)


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
    if not followable(answer):
        return absent("A plan is announced, but what follows cannot be told apart.")
    statements = [p for p in range(len(answer.units)) if not answer.questions_in(p)]
    reach = max(EARLY_UNITS, int(EARLY_SHARE * len(statements)))
    early = [hit for hit in hits if statements.index(hit.position) < reach]
    return present(early) if early else unclear(hits, "The plan comes after the details.")


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
    if not followable(answer):
        return absent()
    if len(found) >= 3:
        return present(found)
    return unclear(found) if len(found) == 2 else absent()


def named_parts(answer: Answer, plan: Hit) -> list[Hit]:
    """Later units that open with a word of the plan."""
    names = set(content_words(plan.unit.norm[plan.start :]))
    found = []
    for position in range(plan.position + 1, len(answer.units)):
        opening = " ".join(answer.units[position].norm.split()[:HEADING_WORDS])
        if names & set(content_words(opening)):
            found.append(whole(answer, position))
    return found


def closes_parts(context: Context, point: RubricPoint) -> Finding:
    """Two closings, or one in a short answer."""
    hits = point_hits(context.answer, point)
    if not hits or not followable(context.answer):
        return absent()
    if len(hits) >= 2 or word_count(context.answer) < 120:
        return present(hits)
    return unclear(hits)


def short_summary(context: Context, point: RubricPoint) -> Finding:
    """A summary late in the answer that says again what was said before."""
    answer = context.answer
    late = int(LATE_SHARE * len(answer.units))
    for hit in reversed(point_hits(answer, point)):
        if hit.position < late or not followable(answer):
            continue
        before = {w for unit in answer.units[: hit.position] for w in content_words(unit.norm)}
        said = set(content_words(hit.unit.norm))
        following = answer.units[hit.position + 1 :]
        for unit in following[:3]:
            said |= set(content_words(unit.norm))
        if len(said & before) >= max(2, 0.4 * len(said)):
            return present([hit])
    return absent()


def when_followable(detector: Detector) -> Detector:
    """The same detector, silent in an answer that cannot be followed."""

    def detect(context: Context, point: RubricPoint) -> Finding:
        return detector(context, point) if followable(context.answer) else absent()

    return detect
