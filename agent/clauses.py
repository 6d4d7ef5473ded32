"""Cutting a spoken answer into sentences and clauses, every one a verbatim part of the text.

Recognised speech is often one long line without a full stop or a question mark. So sentences are
cut at punctuation where there is some, and otherwise before the words that begin a new thought.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LONG_SENTENCE_WORDS = 26
"""Longer "sentences" are taken for unpunctuated speech and cut at spoken connectives as well.
Spoken English sentences average 12-18 words; 26 leaves ordinary long ones whole."""
SHORTEST_PIECE_WORDS = 4
"""A cut that would leave less than this before or after it is not made."""

SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.?!…]+[\"”’)]*(?=\s|$)|\n+")
CONNECTIVE = re.compile(
    r"\s(?=(?:so|and then|then|but|also|because|and (?:i|we|you|it|the|if|for|that|this)|next|"
    r"first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|now|okay|after that)\s)",
    re.IGNORECASE,
)
CLAUSE_END = re.compile(
    r"[,;:]\s+|\s[-–—]+\s|\s(?=(?:but|because|so that|whereas|while|and (?:then|i|we|it|they))\s)",
    re.IGNORECASE,
)
# Words that open a direct question when nothing before them makes the question a subordinate one.
INTERROGATIVE = re.compile(
    r"\b(?:how (?:many|much|long|fast|often|big|large|late|quickly|soon|far|fresh|old|bad)"
    r"|what(?:(?:'s|’s| is| are) (?:the|a|our|your|this|it|in|we|they)| kind| sort| type| about)"
    r"|what (?:does|do|happens|would|will)"
    r"|whats|(?:which|who|where|when|why) (?:do|does|is|are|can|will|would|should|\w+ (?:do|does|"
    r"is|are|should))|do (?:we|you|they|i)|does (?:the|it|that|this|our|anyone|anybody|someone)"
    r"|(?:is|are) there|(?:is|are|has) (?:it|this|that|the|we|they|you|these)"
    r"|(?:can|could|should|may|shall) (?:i|we|you)|would (?:you|it|we)|will (?:we|the|there|you)"
    r"|have (?:we|you)|has anyone|am i|any )\b",
    re.IGNORECASE,
)
AFTER_LEAD = re.compile(
    r"any |what (?:do|does|would|will)|does|(?:is|are|has) (?:it|this|that|the|we|they|you|these)",
    re.IGNORECASE,
)
# After these a "how many" or "what is" is part of a statement ("it depends on how many ...").
SUBORDINATING = re.compile(
    r"(?:\b|['’])(?:s|only|just|even|exactly|know|knows|knowing|decide|decides|depends?(?: on)?|"
    r"see|understand|about|on|of|in|for|to|"
    r"from|by|at|with|after|within|until|over|under|that|which|who|what|how|when|where|why|while|"
    r"if|whether|tell|tells|me|say|says|"
    r"matters?|regardless|check|measure|count|compare|track|plot|compute|ask|asks|asking|wonder|wondering|question|than|as|because|"
    r"define|defines|learn|estimate|find|out|is|are|was|be|like|and that|it|this|they|we|i|you|"
    r"there|ones?|person|people|someone|somebody|colleagues?|"
    r"the|a|an|not|don't|dont|without|have|has|whatever|figure)\s*$",
    re.IGNORECASE,
)

# A question that still waits for its verb: "how many transactions | do we have".
UNFINISHED = re.compile(
    r"\b(?:how|what|which|whose|when|where|why|who)(?: (?!do |does |is |are |can |will |"
    r"did )[\w/'-]+){0,6}\s*$",
    re.IGNORECASE,
)

# "we log what was served": the question word is the object of the verb before it.
OBJECT_OF_VERB = re.compile(
    r"(?<!before )(?<!when )(?<!if )(?<!once )(?<!until )\b(?:i|we|you|they|it)"
    r"(?: (?:would|will|can|could|should|do|also|then|just|always))* \w+$",
    re.IGNORECASE,
)
# "I count how often it was used and how many ...": the second question word continues the first.
COORDINATE = re.compile(r"\w\s+(?:how|what|which|who|whether|where|when)\s", re.IGNORECASE)
TOPIC_WORDS = 3
"""So few words before a question are its topic: "and the chargebacks when do those come in"."""


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim part of a text: `text == source[start:end]`."""

    text: str
    start: int
    end: int

    @property
    def words(self) -> int:
        """Words in it, by white space."""
        return len(self.text.split())

    @property
    def asks(self) -> bool:
        """True when it ends with a question mark."""
        return self.text.rstrip('"”’) ').endswith("?")


def span(source: str, start: int, end: int) -> Span:
    """`source[start:end]` without the white space around it and a comma left at its end."""
    part = source[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip().rstrip(",;: ")
    return Span(part, start, start + len(part))


def cut(source: str, whole: Span, places: list[int], shortest: int) -> Iterator[Span]:
    """`whole` cut at `places` (offsets into `source`), never leaving less than `shortest` words."""
    begin = whole.start
    for place in places:
        if (
            len(source[begin:place].split()) >= shortest
            and len(source[place : whole.end].split()) >= shortest
        ):
            yield span(source, begin, place)
            begin = place
    yield span(source, begin, whole.end)


@lru_cache(maxsize=256)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text` in order; unpunctuated speech is cut before spoken connectives."""
    found: list[Span] = []
    begin = 0
    for end in [*(m.end() for m in SENTENCE_END.finditer(text)), len(text)]:
        whole = span(text, begin, end)
        begin = end
        if not re.search(r"\w", whole.text):
            continue
        places = direct_questions(text, whole)
        for part in cut(text, whole, places, 1):
            if part.words <= LONG_SENTENCE_WORDS:
                found.append(part)
                continue
            inner = [m.end() for m in CONNECTIVE.finditer(text, part.start, part.end)]
            found.extend(cut(text, part, inner, SHORTEST_PIECE_WORDS))
    return tuple(found)


def direct_questions(text: str, whole: Span) -> list[int]:
    """Offsets in `whole` where a direct question begins in the middle of running words."""
    places: list[int] = []
    for match in INTERROGATIVE.finditer(text, whole.start, whole.end):
        before = text[whole.start : match.start()]
        lead = re.search(r"(?:\b(?:and|or|but|so|also|then|okay|well|,)\s+)+$", before, re.I)
        stem = before[: lead.start()] if lead else before
        bare = re.sub(r"[,;:]\s*$", "", stem.rstrip())
        after_comma = re.search(r"[,;:]\s*$", stem) is not None
        subordinate = not after_comma and (
            SUBORDINATING.search(bare) or OBJECT_OF_VERB.search(bare)
        )
        # "the limit is the budget" is no question; after "and" or "also" it may be one.
        listed = lead is None and AFTER_LEAD.match(match.group()) is not None
        begun = text[places[-1] if places else whole.start : whole.start + len(bare)]
        continues = COORDINATE.search(begun) and re.match(
            r"(?:how|what|which|who)", match.group(), re.I
        )
        topic = len(begun.split()) <= TOPIC_WORDS
        whole_one = UNFINISHED.search(begun) is None and not continues and not topic
        if bare.strip() and not subordinate and not listed and whole_one:
            skipped = re.match(r"[\s,;:]*", text[whole.start + len(bare) :])
            places.append(whole.start + len(bare) + (skipped.end() if skipped else 0))
    return places


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[Span, ...]:
    """The clauses of all sentences of `text`, in order; a short sentence is its own clause."""
    found: list[Span] = []
    for sentence in sentences(text):
        places = [m.end() for m in CLAUSE_END.finditer(text, sentence.start, sentence.end)]
        found.extend(cut(text, sentence, places, SHORTEST_PIECE_WORDS))
    return tuple(found)


TAKEN_BACK = re.compile(
    r"[\s,.;:…–—-]*(?:(?:hmm?|um|uh|oh|well|or|but)\b[\s,]*)*(?:wait\b|scratch (?:that|it)|"
    r"no\b(?! (?:one|need|more|longer|matter))|actually,? no\b|or rather\b|"
    r"let me take (?:that|it) back)",
    re.IGNORECASE,
)
RETRACTS = re.compile(
    r"\b(?:(?:was|were) (?:going|about) to say|scratch that|my first (?:thought|idea|instinct)|"
    r"take (?:that|it) back)\b",
    re.IGNORECASE,
)


def is_taken_back(source: str, part: Span) -> bool:
    """Whether the speaker takes `part` of `source` back at once: "raw data, no, scratch that"."""
    after = source[part.end :]
    return RETRACTS.search(part.text) is not None or TAKEN_BACK.match(after) is not None
