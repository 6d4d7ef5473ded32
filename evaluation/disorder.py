"""Whether the words of an answer stand in an order at all: shuffled words are no answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from evaluation.lexicon import AUXILIARIES, CONJUNCTIONS, DETERMINERS, FUNCTION_WORDS, PREPOSITIONS
from evaluation.sentences import Unit
from evaluation.word_order import order_sense

MIN_DETERMINERS = 6
DISORDER_SHARE = 0.2
"""Share of determiners followed by a word that cannot follow one, which speaks for shuffled words.
Ordered speech, non-native speech included, stays under 0.08."""
NO_ORDER, DOUBTFUL_ORDER = 0.2, 0.3
"""Sense of the word order (word_order.py) under which words have none, alone and together with
misplaced determiners. Answers lie above 1.2, the tersest above 0.22 (JUDGE_LOG.md)."""
MIN_ORDER_WORDS = 30
TERSE_SHARE, TERSE_WORDS = 0.33, 10
"""Share of function words, and words to a statement, under which speech is terse ("cheap, fast, so
trees."). What foretells the next word is mostly a function word (0.36-0.65 of other answers), so
little can be told from terse words, and that they came in short statements speaks for an order."""
CANNOT_FOLLOW_DETERMINER = (
    (DETERMINERS - {"every", "each", "their", "his", "its", "my", "our", "your"})
    | PREPOSITIONS - {"over", "under", "about", "per"}
    | {"i", "he", "she", "we", "they", "him", "us", "them"}
    | AUXILIARIES - {"will", "might", "may", "must", "is", "are", "was", "were", "would", "does",
                     "has", "had", "can", "could", "should", "did", "do", "have"}
    | CONJUNCTIONS - {"not", "then", "because", "so"}
)  # fmt: skip
SPELLED = re.compile(r"\b[a-z](?: [a-z]\b)+")
"""Letters read out ("a u c"): the first of them is no article."""
STRICT_DETERMINERS = frozenset({"the", "a", "an", "my", "our", "your", "their", "every"})


def disordered(units: Sequence[Unit]) -> bool:
    """True for shuffled words: they do not foretell each other, and determiners stand astray."""
    if terse(units):
        return False
    turns = [
        [unit.norm for unit in group] for _, group in itertools.groupby(units, lambda u: u.turn)
    ]
    sense, count = order_sense(turns)
    if sense < NO_ORDER and count >= MIN_ORDER_WORDS:
        return True
    if sense >= DOUBTFUL_ORDER:
        return False
    determiners = misplaced = 0
    for unit in units:
        words = SPELLED.sub("letters", " ".join(unit.words)).split()
        for word, following in itertools.pairwise([*words, ""]):
            if word in STRICT_DETERMINERS:
                determiners += 1
                misplaced += not following or following in CANNOT_FOLLOW_DETERMINER | AUXILIARIES
    return determiners >= MIN_DETERMINERS and misplaced >= DISORDER_SHARE * determiners


def terse(units: Sequence[Unit]) -> bool:
    """True for short statements nearly without function words, about which nothing can be told."""
    words = [word for unit in units for word in unit.words]
    functional = sum(word in FUNCTION_WORDS for word in words)
    return functional < TERSE_SHARE * len(words) and len(words) <= TERSE_WORDS * len(units)
