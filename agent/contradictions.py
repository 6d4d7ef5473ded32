"""Two statements that cannot both hold: with a released fact, or with an earlier turn.

Precision over recall: a wrongly quoted contradiction costs more trust than a missed one. So only
four forms are looked for: a figure about the same thing that disagrees, labels or decisions said
to be immediate although they take long, an explicit reversal, and in a shifted twin the figure of
the first attempt. A candidate who says that they change their mind does not contradict themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.clauses import Span, clauses
from agent.outdated import figures, first_outdated, same_noun
from agent.quantities import Quantity
from agent.reading import Contradiction
from agent.saying_back import without_link
from agent.wording import content_words, plain
from prompts.term_words import stem

DIFFERENT_FACTOR = 1.3
"""Figures within this factor are the same figure, rounded or remembered."""
OTHER_SCALE = 100.0
"""Factor from which two times are not both the time of an answer."""
LONG_DELAY_MS = 2 * 86_400_000.0
"""Two days: from here on a delay is not "immediate"."""

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

UNSURE = re.compile(
    r"\b(?:if|what if|suppose|assume|assuming|say|imagine|unless|until|were|could|might|maybe|"
    r"even|whether|"
    r"instead|actually|change my mind|changed|revise|correct myself|i was wrong|now that|"
    r"no longer|switch|"
    r"at first|initially|later|eventually|in phase|fallback|fall back|as well|both|hybrid|also|"
    r"plus|"
    r"on top|in parallel|compared|than|better|for example|per (?:hop|stage|call)|of (?:that|which|"
    r"the budget)|"
    r"worst|peak|extra|another|more|remaining|left|headroom|spend|each|half|about half|first|"
    r"earlier|previously|used to|before)\b"
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
NEGATION = re.compile(
    r"\b(?:not|never|no|without|none|nobody|neither|nor|hardly|will not|would not)\b"
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
PART = re.compile(
    r"\b(?:pick|choose|select|fetch|retriev|narrow|shortlist|filter|sampl|rank|scor|top|candidate|"
    r"subset|out of|some of|among|at most|up to|cap|limit)\w*\b"
)
"""A part is taken of the whole: two hundred of two million items do not disagree with them."""
VAGUE = frozenset(
    stem(word)
    for word in """time data model system thing way idea choice number point part kind place answer
    case people person team user value reason problem one something anything example""".split()
)
"""Objects that are hardly ever the same thing twice."""
SENDS = re.compile(r"\b(?:our|the|send|sent|sends|goes?|use|using|by|with|from|on|to)\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said before: words, the turn or the fact they come from."""

    text: str
    turn: int | None = None
    fact_id: str = ""


def find_contradictions(
    text: str,
    earlier: Sequence[tuple[int, str]],
    released: Mapping[str, str],
    ignored: Sequence[Span] = (),
    outdated: Mapping[str, str] | None = None,
) -> tuple[Contradiction, ...]:
    """Contradictions of `text` with released facts (id -> what was said) and earlier turns.

    `outdated` holds what facts of a shifted twin said the first time, by id.
    """
    now = [c for c in clauses(text) if usable(c, ignored) and telling(c.text)]
    if not now:
        return ()
    before = [
        Statement(c.text, fact_id=fact_id)
        for fact_id, say in released.items()
        for c in clauses(say)
    ]
    before += [Statement(words, turn=turn) for turn, said in earlier for words in statements(said)]
    old = [(key, say, released[key]) for key, say in (outdated or {}).items() if key in released]
    found: list[Contradiction] = []
    for clause in now:
        outdated_use = first_outdated(clause.text, old)
        clash = (
            Statement(outdated_use[0], fact_id=outdated_use[1])
            if outdated_use
            else first_clash(clause.text, before)
        )
        if clash is not None:
            found.append(
                Contradiction(
                    now=without_link(clause.text),
                    before=clash.text if clash.fact_id else without_link(clash.text),
                    before_turn=clash.turn,
                    fact_id=clash.fact_id,
                )
            )
    return tuple(found)


@lru_cache(maxsize=4096)
def statements(said: str) -> tuple[str, ...]:
    """What of an earlier turn something may be held against; a long session asks every turn."""
    return tuple(c.text for c in clauses(said) if usable(c, ()) and telling(c.text))


@lru_cache(maxsize=4096)
def telling(text: str) -> bool:
    """Whether a statement holds anything that could contradict another."""
    said = plain(text)
    return bool(
        figures(text)
        or IMMEDIATE.search(said)
        or REFUSES.search(said)
        or USES.search(said)
        or SENDS.search(said)
        or any(one.search(said) or other.search(said) for one, other in STANCE_PATTERNS)
    )


def usable(clause: Span, ignored: Sequence[Span]) -> bool:
    """True for a plain statement: no question, no hypothesis, no announced change of mind."""
    if clause.asks or UNSURE.search(plain(clause.text)):
        return False
    return not any(part.start < clause.end and clause.start < part.end for part in ignored)


def first_clash(now: str, before: Iterable[Statement]) -> Statement | None:
    """The first earlier statement that `now` cannot be true beside."""
    for statement in before:
        if plain(statement.text) == plain(now):
            continue
        if (
            figures_disagree(now, statement)
            or immediate_against_late(now, statement.text)
            or immediate_against_late(statement.text, now)
            or reversed_stance(now, statement)
            or refused_and_used(now, statement)
        ):
            return statement
    return None


@lru_cache(maxsize=4096)
def topics(text: str, *, fact: bool = False) -> frozenset[str]:
    """What a statement is about, by its words; a fact in milliseconds is about latency."""
    said = plain(text)
    found = {name for name, pattern in TOPIC_PATTERNS.items() if pattern.search(said)}
    return frozenset(found | ({"latency"} if fact and "milliseconds" in said else set()))


def figures_disagree(now: str, before: Statement) -> bool:
    """The same thing with another figure; of a limit only exceeding it counts."""
    shared = topics(now) & topics(before.text, fact=bool(before.fact_id))
    if not shared:
        return False
    mine, theirs = figures(now), figures(before.text)
    for topic in shared:
        one = [q for q in mine if q.dimension in DIMENSIONS[topic] and fits(topic, q)]
        other = [q for q in theirs if q.dimension in DIMENSIONS[topic] and fits(topic, q)]
        if len(one) != 1 or len(other) != 1:
            continue  # several figures about one thing: which belongs to which is a guess
        a, b = one[0], other[0]
        if a.dimension != b.dimension or (a.dimension == "count" and not same_noun(a, b)):
            continue
        if topic == "traffic" and not same_noun(a, b):
            continue
        if a.dimension == "count" and (of_a_part(now) or of_a_part(before.text)):
            continue
        ratio = a.value / b.value if b.value else 0.0
        if topic == "latency" and not 1 / OTHER_SCALE < ratio < OTHER_SCALE:
            continue  # minutes beside milliseconds are about something else
        if topic == "latency" and ratio < 1 and not re.search(r"\bbudget\b", plain(now)):
            continue  # a part of a budget may be smaller than the budget
        if ratio > DIFFERENT_FACTOR or 0 < ratio < 1 / DIFFERENT_FACTOR:
            return True
    return False


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


def immediate_against_late(quick: str, late: str) -> bool:
    """'We get the labels immediately' beside 'labels arrive within 45 days'."""
    said, other = plain(quick), plain(late)
    if not (
        LABELS.search(said) and IMMEDIATE.search(said) and ARRIVE.search(said)
    ) or NEGATION.search(said):
        return False
    if not TOPIC_PATTERNS["label delay"].search(other) and not re.search(r"\barrive", other):
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
