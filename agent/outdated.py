"""Figures of a first attempt that a shifted twin has changed: used anyway, they contradict it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from agent.clauses import clauses
from agent.quantities import MILLISECONDS, NUMBER_WORD, Quantity, quantities
from agent.wording import content_words
from prompts.term_words import stem

SAME_VALUE = 0.02
"""Relative difference up to which a figure is the one that was told."""
NUMBER_WORDS = frozenset(stem(word) for word in (*NUMBER_WORD.split("|"), *MILLISECONDS, "percent"))


def first_outdated(now: str, old: Iterable[tuple[str, str, str]]) -> tuple[str, str] | None:
    """What was told, and the fact's id, when a value of the first attempt is used instead.

    `old` holds id, the words of the first attempt, and those of this one.
    """
    for fact_id, was, say in old:
        gone = [f for f in figures(was) if not any(same_figure(f, kept) for kept in figures(say))]
        shared = set(content_words(now)) & set(content_words(was))
        for mine in figures(now):
            if any(same_figure(mine, f) for f in gone) and words_of(shared):
                told = next((c.text for c in clauses(say) if figures(c.text)), say)
                return told, fact_id
    return None


def same_figure(one: Quantity, other: Quantity) -> bool:
    """The same value of the same kind, as it is said again."""
    if one.dimension != other.dimension or not other.value:
        return False
    nouns_differ = bool(one.noun and other.noun) and not same_noun(one, other)
    return not nouns_differ and abs(one.value / other.value - 1) < SAME_VALUE


def words_of(shared: Iterable[str]) -> list[str]:
    """Words without the figures among them: the figure alone says nothing about the topic."""
    return [word for word in shared if not re.match(r"[\d%]", word) and word not in NUMBER_WORDS]


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Quantity, ...]:
    """`quantities`, remembered."""
    return tuple(quantities(text))


def same_noun(one: Quantity, other: Quantity) -> bool:
    """Both count the same kind of thing."""
    return one.noun.rstrip("s")[:5] == other.noun.rstrip("s")[:5]
