"""Questions a candidate puts to the interviewer, found with and without punctuation."""

from __future__ import annotations

import itertools
import re

Span = tuple[int, int]

WH = (
    r"(?:what|which|who|whose|where|when|why|how(?: (?:many|much|fast|quick|quickly|often|big|large"
    r"|long|soon|late|rare|old|fresh|good|bad|likely|do|does|is|are|will|would|can))?)"
)
AUX = (
    r"(?:do|does|did|is|are|was|were|will|would|can|could|should|may|have|has) "
    r"(?:we|you|they|i|it|there|the|this|that|these|people|anyone|anybody|someone|somebody|users"
    r"|customers|labels|all|both|your|our)"
)
STARTER = rf"(?:{WH} (?!i would|i will|we would|we will)|{AUX}\b)"
BEGIN = (
    r"(?:^|[,;:?!.] |\b(?:and|or|also|so|okay|ok|first|then|well|but|sure|right|one|plus|ask|know"
    r"|asking|question|wondering|understand|check|clarify|anything|questions|sense|idea) )"
)
STRONG = re.compile(
    r"(?<!know )(?<!see )(?<!tell )(?<!on )(?<!learn )(?<!decide )\b(?:how (?:many|much|fast"
    r"|quick|often|big|late|rare|soon|good|long)"
    r"|what (?:is|are|does|do) (?:the|a|it|we|they|each|that|this|one|must)|when (?:do|does|is"
    r"|are) |is it |do we (?:know|have|find)"
    r"|what is (?:must|important))"
)
"""Openings that start a question also without a pause before them, in recogniser text."""
LATE_STARTER = (
    r"(?:how (?:many|much|fast|often)|are we|is there|do we|can we|which (?:one )?(?:wins|comes))"
)
CLAUSE = re.compile(rf"{BEGIN}(?:and |so |also |like )?(?={STARTER})")
ASKS = re.compile(
    r"\b(?:can|could|may|should|let) (?:i|me|us|we) (?:just |first |quickly )?(?:ask|check|clarify)"
    r"|\bi (?:would|want to|need to|have to|should|must|will|do)(?: first| also"
    r"| just)? ?(?:like to )?"
    r"(?:ask|know|clarify|understand|check with you)"
    r"|\b(?:one|another|a|few|couple|two|three|four) (?:more |quick |smaller |last )?"
    r"(?:thing|question|questions|fact|ones)\b"
    r"|\b(?:are|is) (?:we|it|there|anything|anyone) (?:allowed|not allowed|promised|any)"
)
RHETORICAL = re.compile(
    r"^(?:what if|so what|why not|why is that|why\??$|how so|right\??$|what, |what is wrong with)"
    r"|\b(?:right|okay|ok|yes|no|correct|isn't it|does that make sense|make sense|you know)\?$"
    r"|^(?:does|did) (?:that|this) (?:help|answer|make sense)|^(?:shall|should) i "
    r"|^(?:it|that|the model|which|who) asks?\b"
    r"|^(?:and |so |but )*(?:it|that|this|they|there) (?:is|are|was) (?!must|fixed|needed|required)"
    r"|, (?:would|is|do|does|did|are|was|could)(?: not)? (?:you|it|they|we|i|not it)\?$"
    r"|^(?:so |and |now )*(?:what|how|where|why) (?:do|would|will|should|can|did) (?:i|one)\b"
)
MANY_CLAUSES = 3
"""Question clauses in one unit from which they are no narration ("we know what they do")."""
EMBEDDED = re.compile(
    r"(?:what|which|who|where|when|why|how) (?:i|we|he|she|they|it|you|came|comes"
    r"|happened|happens)\b"
)
"""No question in a sentence that ends with a full stop: "what I saw, what we changed"."""
QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
NARRATED = re.compile(
    r"\b(?:it|that|model|they|gate|this|which|he|she|gates|score) (?:asks?|tells? us|says?|decides?"
    r"|knows?|checks?|shows?)\b|\bask(?:s|ed)? (?:whether|if|myself|what they)\b"
    r"|\b(?:depends on|decide|decides|know|tells?|shows?|see|check|learn|find out|explain\w*|define"
    r"|compare|look at|measure|count|understand) (?:what|which|who|where|when|why|how)\b"
)


def question_clauses(norm: str, *, last_of_turn: bool, opening: bool) -> tuple[Span, ...]:
    """Spans of questions in one unit's normal form.

    A question mark decides where there is one, except in the middle of a later turn, where the
    candidate goes on and answers it: that is a figure of speech. Without punctuation the unit must
    either announce a question or stand in the opening turn or at the end of a turn, where the
    interviewer replies.
    """
    text = QUOTED.sub(lambda m: " " * len(m.group()), norm)
    announced = ASKS.search(text) is not None
    waits = opening or last_of_turn
    if text.rstrip("\"') ").endswith("?"):
        real = not RHETORICAL.search(text) and (waits or announced)
        return (clauses(text) or ((0, len(text)),)) if real else ()
    if re.search(r"[.!]$", text):
        if announced and not NARRATED.search(text):
            return ((0, len(text)),)
        in_a_row = clauses(text, run_on=True) if opening else ()
        in_a_row = tuple(c for c in in_a_row if not EMBEDDED.match(text[c[0] : c[1]]))
        return in_a_row if len(in_a_row) >= MANY_CLAUSES or STRONG.match(text) else ()
    found = clauses(text, run_on=opening)
    if announced:
        return found
    told = NARRATED.search(text) is not None and len(found) < MANY_CLAUSES
    return found if waits and not told and starts_asking(text, found, opening=opening) else ()


def starts_asking(text: str, found: tuple[Span, ...], *, opening: bool) -> bool:
    """Whether unpunctuated words begin like a question; stricter after the opening turn."""
    if opening:
        return len(found) >= 2 or re.match(rf"(?:\S+ ){{0,6}}{STARTER}", text) is not None
    start = rf"(?:(?:okay|ok|so|and|but|one|wait) ){{0,3}}{LATE_STARTER}"
    return re.match(start, text) is not None


def clauses(text: str, *, run_on: bool = False) -> tuple[Span, ...]:
    """One span per question put in a row: "how many users, and how fast"."""
    starts = {match.end() for match in CLAUSE.finditer(text)}
    if run_on:
        starts |= {match.start() for match in STRONG.finditer(text)}
    kept = []
    for start, stop in itertools.pairwise([*sorted(starts), len(text)]):
        if len(text[start:stop].split()) >= 2:
            kept.append((start, stop))
    return tuple(kept)


NEEDS: dict[str, re.Pattern[str]] = {
    "goal": re.compile(
        r"\b(?:for what|what for|predict what|what is (?:the )?model|goal|purpose|aim"
        r"|optimi[sz]\w*|suppose\w*|meant to|achieve|improve"
        r"|trying to|use case|business|decision|decides?|deciding|happens? (?:after|with|when|if"
        r"|in)"
        r"|do with|act(?:s|ed)? on|protect\w*|predict(?:ed|ing)?|for whom|who (?:is it|uses?|sees?"
        r"|acts?|reads?|are the)|move|raise|what kind|what is (?:it|this|the (?:model|system|domain"
        r"|pipeline|problem|product))\b|what does|domain|what are (?:we|they|the models)|use of"
        r"|feed"
        r"|matter|which business|what sort|is it for)\b"
    ),
    "scale": re.compile(
        r"\b(?:how (?:many|big|large)|scale|volume|traffic|per (?:second|day|hour)|requests|qps"
        r"|how much (?:data|traffic|volume)|size|many|much traffic|rows|users|items|catalogue)\b"
    ),
    "latency": re.compile(
        r"\b(?:how (?:fast|quick\w*|soon|fresh)|latency|milliseconds?|real[- ]?time|budget|deadline"
        r"|seconds|how long (?:do|can|may|before)|when does the answer|in time|quick|fast|slow"
        r"|have to be there|batch|streaming|delay|stale)\b"
    ),
    "data": re.compile(
        r"\b(?:data|history|logs?|sources?|features?|records?|pii|personal|privacy|store[sd]?"
        r"|collect\w*|format|schema|missing|events?|signals?|logged in)\b"
    ),
    "labels": re.compile(
        r"\b(?:labels?|truth|ground truth|confirmed|outcomes?|find out|learn what|know (?:the|it"
        r"|what)"
        r"|feedback|annotat\w*|how late|chargebacks?)\b"
    ),
    "cost_of_errors": re.compile(
        r"\b(?:cost\w*|mistakes?|errors?|wrong|false (?:alarm|positive|negative)s?|miss(?:ed|ing"
        r"|es)?"
        r"|expensive|worse|hurts?|accus\w*|loses?|harm\w*|price of|rare|rarity|imbalance"
        r"|base rate)\b"
    ),
    "metric": re.compile(
        r"\b(?:metric|metrics|success|kpi|measured|judged|target|number|good enough|accepta\w+"
        r"|accuracy|win|won)\b"
    ),
    "constraint": re.compile(
        r"\b(?:allowed|legal|regulat\w*|compliance|budget|constraint\w*|limits?|must|never"
        r"|promis\w*"
        r"|forbid\w*|capacity|can people|explain\w*|interpret\w*|audit\w*|regions?|hardware"
        r"|cloud)\b"
    ),
    "people": re.compile(
        r"\b(?:team|who (?:looks|maintains|owns|is on)|engineers?|reviewers?|analysts?|on call"
        r"|maintain\w*|operat\w*|staff|review\w*)\b"
    ),
}
"""What a question is about, by the kinds of the scenario sheet."""


def needs_of(clause: str) -> frozenset[str]:
    """The kinds of requirement a question clause is about; none for a generic one."""
    return frozenset(kind for kind, pattern in NEEDS.items() if pattern.search(clause))
