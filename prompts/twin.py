"""The shifted twin of a question: the same facts with other values, for a second attempt.

Which values may move, together and by how much, is data of the question (`Fact.shift`). The same
question and seed always give the same twin; everything that is not listed there stays.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from prompts.question_bank import Fact, Question, Twist

SIGNIFICANT = 3
"""Digits kept of a shifted value, so that it is as round as the sheet's own ("about 690")."""
PRECISE_BELOW = 1000
"""Whole values below it are not rounded."""
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Twin:
    """A question with shifted values."""

    question: Question
    """The question itself when nothing on its sheet may move."""
    factors: dict[str, float]
    """Fact id → factor on its values."""
    changed: dict[str, str]
    """Fact id → its values as `old → new`."""


def shifted_twin(question: Question, seed: int) -> Twin:
    """The twin of `question` for `seed`."""
    factors = choose_factors(question, seed)
    swaps = {
        fact.id: {value: scaled(value, factors[fact.id]) for value in fact.shift.values}
        for fact in question.facts
        if fact.shift and fact.id in factors
    }
    if not swaps:
        return Twin(question, {}, {})
    everywhere = {old: new for pairs in swaps.values() for old, new in pairs.items()}
    facts = tuple(move(fact, swaps.get(fact.id, {})) for fact in question.facts)
    twists = tuple(retell(twist, everywhere) for twist in question.twists)
    return Twin(
        question.model_copy(update={"facts": facts, "twists": twists}),
        factors,
        {name: ", ".join(f"{a} → {b}" for a, b in pairs.items()) for name, pairs in swaps.items()},
    )


def choose_factors(question: Question, seed: int) -> dict[str, float]:
    """A factor for each fact that may move; facts that hang together share one."""
    chosen: dict[str, float] = {}
    for fact in question.facts:
        if fact.shift and fact.shift.by:
            chance = random.Random(f"{seed}/{question.id}/{fact.id}")
            chosen[fact.id] = chance.choice(fact.shift.by)
    for fact in question.facts:
        if fact.shift and fact.shift.like in chosen:
            chosen[fact.id] = chosen[fact.shift.like]
    return chosen


def move(fact: Fact, pairs: dict[str, str]) -> Fact:
    """The fact with its values swapped, in what is said and in what shows that it was used."""
    if not pairs:
        return fact
    return fact.model_copy(
        update={
            "say": swapped(fact.say, pairs),
            "uses": tuple(swapped(use, pairs) for use in fact.uses),
            "shift": None,
            "was": fact.say,
        }
    )


def retell(twist: Twist, pairs: dict[str, str]) -> Twist:
    """A twist that names a shifted value names the new one."""
    return twist.model_copy(update={"say": swapped(twist.say, pairs)})


def swapped(text: str, pairs: dict[str, str]) -> str:
    """`text` with every old value replaced at once, never inside a longer number."""
    longest_first = sorted(pairs, key=len, reverse=True)
    options = "|".join(re.escape(old) for old in longest_first)
    pattern = re.compile(rf"(?<![\d.,])(?:{options})(?![.,]?\d)")
    return pattern.sub(lambda found: pairs[found.group()], text)


def scaled(value: str, factor: float) -> str:
    """`1,200` by 3 as `3,600`; what stands behind the number stays, and its decimals too."""
    found = NUMBER.match(value)
    assert found is not None, value
    digits = found.group()
    decimals = len(digits.partition(".")[2])
    number = float(digits.replace(",", "")) * factor
    if not decimals and number >= PRECISE_BELOW:
        magnitude = len(str(int(number))) - SIGNIFICANT
        number = round(number, -magnitude)
    elif not decimals:
        number = max(1, int(number + 0.5))
    grouping = "," if "," in digits or number >= PRECISE_BELOW else ""
    shown = f"{number:{grouping}.{decimals}f}"
    # "3.0 million" is not said; "3.00" euros is.
    return (shown.removesuffix(".0") if decimals == 1 else shown) + value[found.end() :]
