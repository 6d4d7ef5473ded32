"""What an interviewer never lets on: praise, grades, corrections, a summary of the answer.

Statements are held to more than questions: in "What would a good customer notice?" nobody is
praised, in "Good, a canary." somebody is. There are more ways to praise than a list can hold, so a
statement may use only words that are on the table: those of the move, of what either side has
said, and plain everyday ones. An invitation ("Suppose ...", "Walk me through ...") may use others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from evaluation.evidence import split_sentences
from prompts.term_words import FUNCTION

SUMMARY_WORDS = 8
"""A statement of so many words may be a summary; shorter ones hold on to something."""
SUMMARY_SHARE = 0.6
"""Share of a statement's content words that are the candidate's own."""

_PRAISE = re.compile(
    r"\b(?:great|excellent|perfect|impressive|fantastic|awesome|amazing|brilliant|wonderful|superb|"
    r"outstanding|well done|good (?:job|work|point|answer|thinking|question|start|idea|catch|call)|"
    r"nice (?:job|work|point|answer|thinking|one|idea)|nicely|love (?:that|it|this|how)|"
    r"(?:that's|that is|you're|you are|exactly|absolutely|quite) (?:right|correct|spot on)|"
    r"spot[- ]on|strong answer|(?:solid|good) (?:answer|plan|approach|point)|thorough|insightful|"
    r"(?:that|it|this) makes (?:a lot of |perfect )?sense|interesting (?:point|idea|approach)|"
    r"i like (?:that|how|your))\b|^(?:exactly|absolutely|correct|perfect)[,.!]"
)
_GRADING = re.compile(
    r"\b(?:scor(?:e|es|ed|ing) (?:you|this|that|your|well|high|low)|grad(?:e|ing) you|"
    r"your (?:score|grade|rating|marks?|performance)|rubric|checklist|full marks|"
    r"criteri(?:on|a) (?:for|of) (?:this|the) (?:interview|evaluation)|out of (?:five|5|ten|10)|"
    r"pass(?:ed)? (?:the|this) interview|(?:senior|junior)[- ]level|hire|bonus points?|"
    r"you (?:missed|forgot|did not mention|didn't mention|haven't mentioned|have not mentioned|"
    r"left out|failed to)|what(?:'s| is) missing|not quite right|"
    r"you(?:'re| are) (?:\w+ )?(?:incorrect|wrong|mistaken))\b|"
    r"(?:^|[.!?] )(?:no, )?(?:that|this)(?:'s| is) (?:\w+ )?(?:incorrect|wrong|mistaken)\b"
)
_ROLE = re.compile(
    r"\b(?:as an ai|language model|i cannot|i can't help|i'm sorry, but|system prompt|"
    r"my instructions|the candidate)\b"
)
_PRAISING = re.compile(
    r"\b(?:good|great|nice|solid|strong|smart|clever|lovely|neat|elegant|sensible|wise|excellent|"
    r"congratulations|congrats|bravo|kudos|well (?:put|said|done|thought|spotted|explained)|"
    r"makes? (?:\w+ )?sense|you(?:'ve| have)? (?:got (?:it|that|the)|nailed|grasped|understood)|"
    r"you (?:clearly|obviously|certainly|evidently|really) \w+|thank you for (?:such|that)|"
    r"i (?:\w+ )?(?:like|love|enjoy|appreciate|admire|agree)|agreed|happy with)\b"
)
"""In a statement these are an opinion on the answer."""
_CORRECTING = re.compile(
    r"\b(?:is|was|are|sounds|seems|looks) (?:\w+ )?(?:wrong|incorrect|mistaken|a mistake|weak|poor|"
    r"incomplete|vague|shallow|risky|not (?:right|correct|enough|the whole \w+))\b|"
    r"\bnot the whole (?:story|picture|answer)\b|"
    r"\b(?:a|any|every|most|strong|good) (?:senior|junior|mid|staff)s?\b.{0,20}\b(?:would|should|"
    r"could|knows?|says?)\b|"
    r"\b(?:cost|costs|lose|loses|earn|earns|gain|gains|gets?|worth|minus|plus)\b.{0,15}\bpoints?\b|"
    r"\byou(?:'re| are) (?:rambling|vague|wandering|lost|off track|too \w+)\b"
)
"""In a statement these correct or grade."""
_SUMMING_UP = re.compile(
    r"^(?:so,? |okay,? |ok,? |right,? )*(?:(?:to|let me) (?:summari[sz]e|recap|sum up|repeat)|"
    r"in (?:summary|short|other words)|summing up|basically|essentially|"
    r"what you(?:'re| are) saying|if i (?:understand|understood|heard|get|got) (?:you|that|this)|"
    r"i (?:understand|hear|gather))\b"
)
_OPENING = re.compile(r"^(?:(?:so|and|okay|ok|right|then|well|hm|now)\b,? ?)+")
_SAID_BACK = re.compile(
    r"^(?:you|i) (?:said|asked|told|mentioned|heard|have)\b|\byou (?:say|said)\W*$"
)
"""Beginnings and ends of a quotation: "You said two stages.", "Concept drift, you said." """


_INVITES = re.compile(
    r"^(?:suppose|imagine|say|take|let|picture|assume|walk|show|tell|put|think|go|give|name|pick|"
    r"choose|describe|sketch|help|hold|convince|leave)\b"
)
_EVERYDAY = frozenset(
    "thing things something anything everything nothing else other another part parts way piece "
    "moment second minute hour day days today tomorrow yesterday night morning evening week weeks "
    "month months year years time times first last next second third before after later now then "
    "begin start stop end come back go going gone give given take taken hear heard hold keep look "
    "looks looked see seen want wanted ask asked asks say says said tell told mention mentioned "
    "talk talked speak happen happens happened change changes changed let like thought mind stay "
    "one two both half little bit question questions word words point sentence topic side case "
    "person people somebody someone anybody nobody everybody colleague sorry hm okay ok right sure "
    "well yes no all put place places jump cut pause step steps turn turns move work works working "
    "course hurry need needs rest wait somewhere use used live "
    "new old same different number numbers figure figures down up in out here there".split()
)
"""Words that carry no opinion and no knowledge of the field."""


def plain_words(text: str) -> str:
    """Lower case, straight apostrophes, single spaces."""
    return " ".join(text.replace("’", "'").casefold().split())


def opinions(text: str, safe: str = "") -> list[str]:
    """Why `text` is not neutral, one short reason each; what `safe` (plain) holds may be said."""
    return [
        f"{reason}: {words}"
        for reason, words in (*everywhere(plain_words(text)), *in_statements(text))
        if words not in safe
    ]


def loose_statements(
    text: str, known: Iterable[str], said: Iterable[str], quoted: Sequence[str] = ()
) -> list[str]:
    """Why a statement in `text` says too much, one short reason each.

    `known` are texts whose words are on the table, `said` those of the candidate, `quoted` the
    words that must be said back: they count in no statement.
    """
    on_table = content(plain_words(" ".join((*known, *said, *_EVERYDAY))))
    theirs = content(plain_words(" ".join(said)))
    faults = []
    for sentence in split_sentences(text):
        plain = plain_words(sentence)
        for words in quoted:
            plain = plain.replace(plain_words(words), " ")
        if plain.rstrip('"”').endswith("?"):
            continue
        loose = content(plain) - on_table
        if loose and not _INVITES.search(_OPENING.sub("", plain)):
            faults.append(f"says more than it asks: {', '.join(sorted(loose))}")
        if summarises(plain, theirs):
            faults.append(f"summarises the answer: {plain}")
    return faults


def everywhere(plain: str) -> Iterator[tuple[str, str]]:
    """What must not be said in any kind of sentence."""
    for pattern, reason in (
        (_PRAISE, "praise"),
        (_GRADING, "talk about scores or what is missing"),
        (_ROLE, "falls out of its role"),
    ):
        found = pattern.search(plain)
        if found:
            yield reason, found[0]


def in_statements(text: str) -> Iterator[tuple[str, str]]:
    """What must not be said in a sentence that asks nothing."""
    for sentence in split_sentences(text):
        plain = plain_words(sentence)
        if plain.endswith("!"):
            yield "praise", plain
        summed = _SUMMING_UP.search(plain)
        if summed:
            yield "summarises the answer", summed[0]
        if plain.endswith("?"):
            continue
        for pattern, reason in ((_PRAISING, "praise"), (_CORRECTING, "corrects or grades")):
            found = pattern.search(plain)
            if found:
                yield reason, found[0]


def summarises(plain: str, said: frozenset[str]) -> bool:
    """Whether a statement tells the candidate what the candidate has said."""
    body = _OPENING.sub("", plain)
    if len(body.split()) < SUMMARY_WORDS or _SAID_BACK.search(body):
        return False
    mine = content(body)
    return body.startswith("you ") or len(mine & said) >= SUMMARY_SHARE * max(1, len(mine))


def content(plain: str) -> frozenset[str]:
    """The words that carry meaning, without a plural's s."""
    words = set(re.findall(r"[a-z0-9]+", re.sub(r"(?:n't|'\w+)\b", "", plain))) - FUNCTION
    return frozenset(word.removesuffix("s") for word in words)
