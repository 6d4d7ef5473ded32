"""Whether the words of an answer stand in an order at all: shuffled words are no answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal

from evaluation.lexicon import AUXILIARIES, CONJUNCTIONS, DETERMINERS, FUNCTION_WORDS, PREPOSITIONS
from evaluation.sentences import Unit
from evaluation.word_order import order_sense

WordOrder = Literal["kept", "damaged", "none"]
MIN_DETERMINERS = 6
DISORDER_SHARE = 0.2
"""Share of determiners followed by a word that cannot follow one, which speaks for shuffled words.
Ordered speech, non-native speech included, stays under 0.08."""
NO_ORDER, DOUBTFUL_ORDER = 0.05, 0.3
"""Sense of the word order (word_order.py) under which words have none, alone and together with
misplaced determiners. Answers lie above 0.8, those with a fifth of their words wrong above 0.3 in
95 of 100, shuffled words below 0.05 in as many (JUDGE_LOG.md)."""
DAMAGED_ORDER, CHANCE_ORDER = 0.65, -0.05
"""Sense under which too many words are wrong to judge an answer, and under which short statements,
in which there is little order to lose, have none either. Of 317 stretches of 200 words of real
telephone talk one lies below the first (0.61)."""
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


def word_order(units: Sequence[Unit]) -> WordOrder:
    """Whether the words of an answer stand in an order.

    `none`: shuffled words, which do not foretell each other, or whose determiners stand astray.
    `damaged`: less order than speech has and more than shuffled words have, as when a quarter of
    the words or more were misheard.
    """
    if terse(units):
        return "kept"
    turns = [
        [unit.norm for unit in group] for _, group in itertools.groupby(units, lambda u: u.turn)
    ]
    sense, count = order_sense(turns)
    if sense >= DAMAGED_ORDER or count < MIN_ORDER_WORDS:
        return "none" if sense < DOUBTFUL_ORDER and astray(units) else "kept"
    if sense < NO_ORDER:
        return "damaged" if sense >= CHANCE_ORDER and short_statements(units) else "none"
    return "none" if sense < DOUBTFUL_ORDER and astray(units) else "damaged"


def astray(units: Sequence[Unit]) -> bool:
    """Whether many determiners stand before words that cannot follow one."""
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
    return functional < TERSE_SHARE * len(words) and short_statements(units)


def short_statements(units: Sequence[Unit]) -> bool:
    """Whether the words came in short statements, which random words do not end in."""
    return sum(len(unit.words) for unit in units) <= TERSE_WORDS * len(units)
