"""Statements that reverse one another: at once or late, batch or live, refused or used."""

from __future__ import annotations

import re

from agent.outdated import figures
from agent.statements import NEGATION, Statement
from agent.wording import content_words, plain
from prompts.term_words import stem

LONG_DELAY_MS = 2 * 86_400_000.0
"""Two days: from here on a delay is not "immediate"."""
LATE_LABELS = re.compile(
    r"\b(?:labels?|labell?ed|chargebacks?|disputes?|ground truth|outcomes?|feedback)\b|\barrive"
)

IMMEDIATE = re.compile(
    r"\b(?:immediate(?:ly)?|instant(?:ly|aneous\w*)?|right away|straight away|at once|"
    r"in real time|real.?time labels|"
    r"within (?:seconds|minutes|an hour|the hour)|(?:the )?same day|without (?:any )?delay|"
    r"no delay|the (?:very )?next (?:day|minute|second))\b"
)
LABELS = re.compile(r"\b(?:labels?|ground truth|chargebacks?|outcomes?)\b")
ARRIVE = re.compile(
    r"\b(?:arrives?|come|comes|get|gets|have|has|know|knows|available|receive|see|are|is|there)\b"
)
STANCES: tuple[tuple[str, str], ...] = (
    (
        r"in (?:nightly |daily |a )?batch(?:es)?|batch (?:scoring|predictions?|inference|job|"
        r"mode)|nightly|offline overnight|once a (?:day|night)",
        r"real.?time|online (?:inference|scoring)|streaming|synchronous(?:ly)?|on (?:every|"
        r"each) request|on the fly",
    ),
    (
        r"one global model|single global model|one model for all|a single model",
        r"one model per \w+|a (?:separate )?model (?:per|for each) \w+|separate models",
    ),
)
STANCE_PATTERNS = tuple(
    (re.compile(rf"\b(?:{one})\b"), re.compile(rf"\b(?:{other})\b")) for one, other in STANCES
)
OWN_PLAN = re.compile(
    r"\b(?:i|we) (?:would |will |can |could |am going to |are going to )?(?:just |always |only |"
    r"simply )*(?:score|serve|predict|run|compute|do|use|deploy|"
    r"go with|make|train|build|generate|handle|keep|have|recommend|decide)\b|\b(?:it|this|"
    r"everything|scoring|serving|inference|predictions?) (?:runs?|is|are|happens?|works?|"
    r"will (?:run|be))\b"
)
REFUSES = re.compile(
    r"\b(?:i|we) (?:would |will |do |can |should )?(?:not|never) (?:really |ever |even )?(?:use|"
    r"need|want|have|retrain|run|build|do|add|store|log|keep|deploy)"
    r" (?:any |a |an |the |our )?(?P<object>\w+(?: \w+){0,2})"
)
USES = re.compile(
    r"\b(?:i|we) (?:would |will |can |should |are going to |am going to )?(?:use|have|run|build|"
    r"add|deploy|need|put|keep|retrain|store|log) "
    r"(?:any |a |an |the |our )?(?P<object>\w+(?: \w+){0,2})"
)
MISSING = re.compile(
    r"\b(?:there is|we have|there are|you have|have|"
    r"has) (?:currently )?no (?P<object>\w+(?: \w+)?)|\bno (?P<other>review team|reviewers|"
    r"feature store|gpus?|labels|budget|history|on.?call)\b"
)
VAGUE = frozenset(
    stem(word)
    for word in """time data model system thing way idea choice number point part kind place answer
    case people person team user value reason problem one something anything example""".split()
)
"""Objects that are hardly ever the same thing twice."""
SENDS = re.compile(r"\b(?:our|the|send|sent|sends|goes?|use|using|by|with|from|on|to)\b")


def immediate_against_late(quick: str, late: str) -> bool:
    """'We get the labels immediately' beside 'labels arrive within 45 days'."""
    said, other = plain(quick), plain(late)
    if not (
        LABELS.search(said) and IMMEDIATE.search(said) and ARRIVE.search(said)
    ) or NEGATION.search(said):
        return False
    if not LATE_LABELS.search(other):
        return False
    slow = [q for q in figures(late) if q.dimension == "time" and q.value >= LONG_DELAY_MS]
    return (
        bool(slow) or re.search(r"\b(?:weeks|months) (?:late|later|after|to)\b", other) is not None
    )


def reversed_stance(now: str, before: Statement) -> bool:
    """Everything in batch now, everything in real time before, both as one's own plan."""
    said, other = plain(now), plain(before.text)
    if before.fact_id or not (OWN_PLAN.search(said) and OWN_PLAN.search(other)):
        return False
    if NEGATION.search(said) or NEGATION.search(other):
        return False
    for one, opposite in STANCE_PATTERNS:
        mixed = (one.search(said) and opposite.search(said)) or (
            one.search(other) and opposite.search(other)
        )
        crossed = (one.search(said) and opposite.search(other)) or (
            opposite.search(said) and one.search(other)
        )
        if crossed and not mixed and about_the_same(said, other):
            return True
    return False


def about_the_same(one: str, other: str) -> bool:
    """Both statements have a word in common beside the stance: 'score', 'payments'."""
    stance = {
        "batch",
        "real",
        "time",
        "real-time",
        "online",
        "stream",
        "nightly",
        "streaming",
        "model",
    }
    return bool(set(content_words(one)) & set(content_words(other)) - stance)


def refused_and_used(now: str, before: Statement) -> bool:
    """'We will not use a cache' beside 'we use a cache'; and a fact's 'no X' beside using X."""
    said, other = plain(now), plain(before.text)
    if before.fact_id:
        missing = MISSING.search(other)
        thing = (missing["object"] or missing["other"]) if missing else ""
        return (
            bool(thing)
            and mentions(said, thing)
            and bool(SENDS.search(said))
            and not NEGATION.search(said)
        )
    for refused, used in ((said, other), (other, said)):
        no, yes = REFUSES.search(refused), USES.search(used)
        if no and yes and not NEGATION.search(used):
            first, second = content_words(no["object"]), content_words(yes["object"])
            if VAGUE & set(first[:1] + second[:1]):
                continue  # "I don't have that time" is not about "the time on the phone"
            if first and second and first[: len(second)] == second[: len(first)]:
                return True
    return False


def mentions(said: str, thing: str) -> bool:
    """All content words of `thing` stand in `said`."""
    wanted = set(content_words(thing))
    return bool(wanted) and wanted <= set(content_words(said))
