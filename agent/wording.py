"""Words as the rules compare them: lower case, plain apostrophes, without fillers at the ends."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

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


def content_words(text: str) -> list[str]:
    """Words of `text` that carry meaning, lightly stemmed (plural and verb endings)."""
    return [stem(word) for word in re.findall(r"[a-z0-9%/-]+", plain(text)) if word not in FUNCTION]


def stem(word: str) -> str:
    """A word without plural and verb endings, cut to STEM_LETTERS ("attackers" is "attack").

    Crude, and the same on both sides of every comparison.
    """
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word[:STEM_LETTERS]


STEM_LETTERS = 6
"""Letters of a stem: "attack" and "attackers" meet, "transaction" and "transfer" do not."""


FUNCTION = frozenset(
    """a about after all also am an and any are as at be because been before being both but by
    can could did do does doing done down each few for from get go goes going got had
    has have having he her here him his how i if in into is it its just let like make me
    more most much my no not now of off on one only or other our out over own per really
    same say she should so some such take than that the their them then there these they
    thing things this those to too under until up us use very want was we well were what
    when where which while who why will with would you your yes okay um uh er erm hmm
    know think mean need would might may first second maybe kind sort lot bit""".split()
)


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
