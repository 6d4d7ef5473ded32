"""A question of the candidate, named by a few of its own words: “how many users”."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asking import names_things
from agent.saying_back import DANGLING
from agent.wording import content_words, plain, strip_lead

LEAST_WORDS, MOST_WORDS = 3, 10
"""A name that was cut has at least so many words; more than the most are not needed to know it."""
MOST_NAMED = 18
"""Words that several names have together; whoever listens wants the reply, not their own list."""

REQUEST = re.compile(
    r"^(?:(?:could|can|would|will) you (?:please |maybe |quickly )?(?:tell|give|say|share|explain)"
    r"(?: me| us)?|(?:please )?(?:tell|give) (?:me|us)"
    r"|i(?: would|['’]d| also)* (?:like|need|want) to (?:know|understand|hear))"
    r"(?: something)?(?: about| of)?\s+",
    re.IGNORECASE,
)
WHAT_IS = re.compile(r"^(?:what|which)(?:['’]s| is| are| was| were)\s+(?=(?:the|our|your)\b)", re.I)
WHETHER = re.compile(
    r"^(?:(?:do|does|did) (?:we|you|they) (?:already )?(?:have|get|know)|"
    r"(?:have|has) (?:we|you) got|(?:is|are|was|were) there)"
    r"(?: (?:already|also|any|some))*\s+(?=\w)",
    re.IGNORECASE,
)
RELATIVE = re.compile(r"(?<=\w)\s+(?:that|which|who|when|if|while|because|so)\b.*$", re.IGNORECASE)
ASKING = r"(?:do|does|did|is|are|was|were|can|could|should|would|will|have|has|may|must)"
SUBJECT = r"(?:i|we|you|they|it|he|she|there|this|that|the|our|your)"
TAIL = re.compile(rf"\s+{ASKING}\s+{SUBJECT}\b.*$", re.IGNORECASE)
LEADS_ON = frozenset("against between than about before during per without over under".split())
ASKS = re.compile(rf"(?:who|whose|what|which|how|when|where|why|whether|{ASKING})\b", re.IGNORECASE)
VERBAL = re.compile(r"\b(?:\w+ing|\w+ed|is|are|was|were|do|does|done|been)$", re.IGNORECASE)


def named(question: str) -> str:
    """A few words of `question`, verbatim but for the first letter; empty when there are none."""
    core = strip_lead(question.strip()).strip(' ,;:.?!"“”')
    core = REQUEST.sub("", core)
    shorter = (WHAT_IS.sub("", core), TAIL.sub("", core), WHETHER.sub("", core))
    core = next((each for each in shorter if each != core and is_name(each)), core)
    short = RELATIVE.sub("", core)
    short = short if content_words(short) else core
    core = short if len(short.split()) >= LEAST_WORDS else core
    words = core.split()[:MOST_WORDS]
    while words and ends_open(words) and len(core.split()) > len(words):
        words.pop()
    name = " ".join(words).rstrip(" ,;:.?!")
    if not content_words(name) or not (names_things(name) or ASKS.match(name)):
        return ""
    first = name.split()[0]
    kept = first[1:] != first[1:].lower() or first == "I"
    return name if kept else name[0].lower() + name[1:]


def ends_open(words: Sequence[str]) -> bool:
    """Whether the words were cut before something that belongs to them."""
    return words[-1].lower() in LEADS_ON or DANGLING.search(plain(" ".join(words))) is not None


def is_name(words: str) -> bool:
    """Whether the words say by themselves what they are about: "the budget", not "how big"."""
    asks_how = re.fullmatch(r"how \w+", words, re.IGNORECASE) is not None
    return names_things(words) and not (
        asks_how or VERBAL.search(words) or not content_words(words)
    )


def names(questions: Sequence[str]) -> str:
    """“the budget” and “who labels”: as many as are kept in mind; may be empty."""
    found: list[str] = []
    for name in dict.fromkeys(named(question) for question in questions):
        if name and sum(len(each.split()) for each in (*found, name)) <= MOST_NAMED:
            found.append(name)
    quoted = [f"“{name}”" for name in found]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))
