"""Words as the rules compare them: lower case, plain apostrophes, without fillers at the ends."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from prompts.term_words import FUNCTION, stem, tells_little

FILLERS = (
    r"(?:um+|uh+|er+m?|ah+|hmm*|mhm|oh|okay|ok|so|well|yeah|yes|yep|right|sorry|please|actually|"
    r"honestly|and|but|now|look|like|alright|all right|sure|thanks|thank you|you know|i mean|"
    r"to be honest|i guess|great|got it|good question|i see|i think|just|then|also|maybe)"
)
LEADING = re.compile(rf"^(?:{FILLERS}\b[\s,.;:!?…-]*)+", re.IGNORECASE)
TRAILING = re.compile(
    r"(?:[\s,.;:!?…-]*\b(?:um+|uh+|please|sorry|thanks|thank you|okay|ok|to be honest|honestly|"
    r"actually|for me|if that's (?:ok|okay|fine|all right)|if possible|if you don't mind|i think|"
    r"i guess|really|then|at the moment|right now))*[\s,.;:!?…-]*$",
    re.IGNORECASE,
)
LEAD_IN = re.compile(
    r"^(?:(?:before (?:i|we|anything|diving|designing|starting)[^,]{0,40}|first(?: of all)?|"
    r"firstly|second(?:ly)?|"
    r"third(?:ly)?|another (?:question|one|thing)(?: is)?|one (?:more )?(?:quick )?(?:question|"
    r"thing)(?: is| first| here)?|"
    r"(?:a )?(?:quick|final|last|small|clarifying) (?:question|one)|my (?:first |second |next |"
    r"last |main )?question (?:is|would be)|"
    r"just (?:to (?:clarify|confirm|check|be sure|make sure)|so i (?:understand|know))|"
    r"to (?:clarify|confirm|start|begin)|"
    r"let me (?:just )?(?:ask|clarify|check)(?: first| one thing| something| this| you)*|"
    r"in terms of \w+(?: \w+)?|regarding \w+(?: \w+)?|on the \w+ side|finally|next|additionally|"
    r"plus|or|and|for (?:the )?\w+(?: \w+)?|"
    r"then|also|so|but|because)\b[\s,:;.-]*)+",
    re.IGNORECASE,
)
CONTRACTIONS = (
    (r"\b(i|we|you|they|it|he|she|that|who|what) ?['’]d\b", r"\1 would"),
    (
        r"\bid\b(?= (?:use|go|like|say|start|pick|choose|train|rather|skip|need|want|build|add|"
        r"put))",
        "i would",
    ),
    (r"\b(i|we|you|they|it|that) ?['’]ll\b", r"\1 will"),
    (r"\b(we|you|they) ?['’]re\b", r"\1 are"),
    (r"\b(i) ?['’]m\b|\bim\b", "i am"),
    (r"\b(i|we|you|they) ?['’]ve\b", r"\1 have"),
    (r"\b(what|that|it|there|where|who|how|let) ?['’]s\b", r"\1 s"),
    (r"\bwhats\b", "what is"),
    (r"\bthats\b", "that is"),
    (r"\blets\b", "let us"),
    (r"\bdont\b", "do not"),
    (r"\bdidnt\b", "did not"),
    (r"\bcant\b", "can not"),
    (r"\bcan['’]?t\b|\bcannot\b", "can not"),
    (r"\bwon['’]?t\b(?!\w)", "will not"),
    (r"(\w)n['’]t\b", r"\1 not"),
    (r"\blet s\b", "let us"),
    (r"\b(what|that|it|there|where|who|how) s\b", r"\1 is"),
)
COMPILED = tuple((re.compile(pattern, re.IGNORECASE), to) for pattern, to in CONTRACTIONS)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """`text` in lower case, contractions spelt out, without punctuation except inside numbers."""
    lowered = text.lower().replace("’", "'")
    for pattern, to in COMPILED:
        lowered = pattern.sub(to, lowered)
    lowered = re.sub(r"(?<!\d)[.,](?!\d)|[.,](?!\d)|[^\w\s.,%/€$&'-]", " ", lowered)
    return " ".join(lowered.replace("'", "").split())


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """`plain` without the fillers and courtesies around it: the form commands are matched in."""
    stripped = LEADING.sub("", TRAILING.sub("", text.strip()))
    result = plain(stripped)
    while (shorter := plain(LEADING.sub("", TRAILING.sub("", result)))) != result:
        result = shorter
    return result


def strip_lead(text: str) -> str:
    """The text without fillers and lead-ins before a question."""
    before = None
    while before != text:
        before = text
        text = LEAD_IN.sub("", LEADING.sub("", text))
    return text


def content_words(text: str) -> list[str]:
    """Words of `text` that carry meaning, lightly stemmed (plural and verb endings)."""
    return [stem(word) for word in re.findall(r"[a-z0-9%/-]+", plain(text)) if word not in FUNCTION]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a fact or point, and how it is found in speech.

    Stems let "labelling" meet "labels". A term whose stems say nothing ("how many", "used for")
    must stand there as the phrase it is: by stems alone it would meet "too many".
    """

    phrase: str
    stems: tuple[str, ...]
    literal: bool

    @classmethod
    def of(cls, term: str) -> Term:
        """The term as the bank writes it."""
        return cls(plain(term), tuple(content_words(term)), tells_little(term))

    def stands_in(self, said: Sequence[str], text: str) -> bool:
        """True when it was said: `said` are content words, `text` the plain text of the same."""
        if self.literal or not self.stems:
            return f" {self.phrase} " in f" {text} "
        return set(self.stems) <= set(said)


class WordOverlap:
    """How much of some words stands in each of several texts; words of few texts count more."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [frozenset(content_words(text)) for text in texts]
        spread = Counter(word for text in self.texts for word in text)
        self.rarity = {w: math.log(1 + len(self.texts) / n) for w, n in spread.items()}
        self.unknown = math.log(1 + len(self.texts))

    def overlap(self, said: Sequence[str], index: int) -> float:
        """Share (0-1) of the weight of `said` (content words) that text `index` holds."""
        words = set(said)
        total = sum(self.rarity.get(word, self.unknown) for word in words)
        shared = sum(self.rarity[word] for word in words & self.texts[index])
        return shared / total if total else 0.0
