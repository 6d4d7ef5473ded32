"""Sound that came without usable words: the recogniser doubts them, or they are not English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from agent.wording import plain
from evaluation.record import Word
from prompts.term_words import FUNCTION

UNHEARD_CONFIDENCE = 0.3
"""Median word probability (0-1) below which the recogniser itself did not believe its words."""
GIBBERISH_WORDS = 3
"""Fewer words are never called gibberish: a name alone may be a full answer."""
GIBBERISH_FUNCTION_SHARE = 0.13
"""English speech has 0.4-0.6 function words; a list of technical names has few, but known words."""
GIBBERISH_PIECES = 1.7
"""Word pieces per word of the encoder's English vocabulary; English answers have 1.0-1.4."""
GIBBERISH_DIFFERENT = 0.3
"""Share of different words from which it is one sound over and over; speech has 0.5 and more."""
GIBBERISH_STRETCH = 60
"""Words looked at in one go: the longer somebody talks, the more often words come again."""


def unintelligible(
    text: str, words: Sequence[Word], vocabulary: Sequence[str], pieces: Callable[[str], int]
) -> bool:
    """Whether a turn has no usable words.

    `words`: as they were heard, empty when they were typed. `vocabulary`: terms of the question,
    known whatever they look like. `pieces` counts the encoder's word pieces.
    """
    if words and median(word.confidence for word in words) < UNHEARD_CONFIDENCE:
        return True
    tokens = plain(text).split()
    if len(tokens) < GIBBERISH_WORDS:
        return False
    begins = range(0, len(tokens), GIBBERISH_STRETCH)
    stretches = [tokens[begin : begin + GIBBERISH_STRETCH] for begin in begins]
    if len(tokens) >= 5 and all(is_one_sound(stretch) for stretch in stretches):
        return True
    known = set(plain(" ".join(vocabulary)).split())
    unknown = [token for token in tokens if token not in known]
    function = sum(token in FUNCTION for token in tokens) / len(tokens)
    if function >= GIBBERISH_FUNCTION_SHARE or not unknown:
        return False
    return pieces(" ".join(unknown)) / len(tokens) >= GIBBERISH_PIECES


def is_one_sound(tokens: Sequence[str]) -> bool:
    """True for 'the the the the': hardly any of the words is another one."""
    return len(set(tokens)) <= max(1, len(tokens) * GIBBERISH_DIFFERENT)
