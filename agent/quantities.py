"""Figures in speech: "100 ms", "two hundred milliseconds", "1.2 percent", "20k requests a day"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from prompts.term_words import FUNCTION

Dimension = Literal["time", "share", "rate", "money", "count"]

SMALL = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen""".split()
    )
}
TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
)
SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
SUFFIX = {"k": 1e3, "m": 1e6, "bn": 1e9}
NUMBER_WORD = "|".join([*SMALL, *TENS, *SCALES])
MILLISECONDS = {
    "ms": 1.0, "millisecond": 1.0, "msec": 1.0, "s": 1e3, "sec": 1e3, "second": 1e3, "minute": 60e3,
    "min": 60e3, "hour": 3600e3, "day": 86400e3, "week": 7 * 86400e3, "month": 30 * 86400e3,
    "quarter": 91 * 86400e3, "year": 365 * 86400e3,
}  # fmt: skip
FIGURE = re.compile(
    rf"(?P<money>[$€£])?\s?(?<![\w.])(?:(?P<digits>\d{{1,3}}(?:[ ,]\d{{3}})+|"
    rf"\d+(?:\.\d+)?)(?P<suffix>k|m|bn)?(?!\w)"
    rf"|(?P<glued>\d+(?:\.\d+)?)(?P<unit0>ms|s|h|d|qps|rps|tps|gb|mb|x)\b"
    rf"|(?P<spoken>(?:a (?=hundred|thousand|"
    rf"million))?(?:{NUMBER_WORD})(?:[ -](?:and )?(?:{NUMBER_WORD}))*)\b)"
    rf"(?:\s(?P<scale>hundred|thousand|million|billion))?"
    rf"[\s-]*(?P<unit>%|percent|per cent|milliseconds?|msecs?|ms|seconds?|secs?|s\b|minutes?|"
    rf"mins?|hours?|days?|weeks?|"
    rf"months?|quarters?|years?|euros?|dollars?|pounds?|qps|rps|tps|times|x\b|gb|gigabytes?|mb|"
    rf"terabytes?|tb|"
    rf"(?!(?:a|an|per|each|every|and|or)\b)[a-z]+)?(?P<per>\s?(?:/|a |per |each |"
    rf"every )\s?(?:second|sec|minute|hour|"
    rf"day|week|month|s)\b)?",
    re.IGNORECASE,
)
STRUCTURE = frozenset(
    """things thing parts part ways way steps step stages stage options option points point levels
    reasons reason kinds kind types type models model questions layers sides side of more phases
    directions and or is the pieces aspects approaches pipelines""".split()
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure: its value in base units (ms, share 0-1, per second, money, pieces)."""

    dimension: Dimension
    value: float
    noun: str
    """What is counted ("requests"), lower case; empty for time, share and money."""
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """Figures of `text` that mean something; "two parts" and "one of" do not."""
    found: list[Quantity] = []
    for match in FIGURE.finditer(text):
        quantity = read_figure(match)
        if quantity is not None:
            found.append(quantity)
    return found


def read_figure(match: re.Match[str]) -> Quantity | None:
    """The quantity of one match, or None when the figure only counts parts of the talk."""
    unit = (match["unit"] or match["unit0"] or "").lower().strip()
    measured = measure(number_of(match), unit, match)
    if measured is None:
        return None
    dimension, value, noun = measured
    return Quantity(dimension, value, noun, match.start(), match.end())


def measure(number: float, unit: str, match: re.Match[str]) -> tuple[Dimension, float, str] | None:
    """Dimension, value in base units and noun of a number with its unit words."""
    words = unit.split()
    first = words[0] if words else ""
    singular = first.rstrip("s") if len(first) > 2 else first
    found: tuple[Dimension, float, str] | None
    if unit in {"%", "percent", "per cent"}:
        found = ("share", number / 100, "")
    elif match["money"] or singular in {"euro", "dollar", "pound"}:
        found = ("money", number, "")
    elif singular in MILLISECONDS:
        found = ("time", number * MILLISECONDS[singular], "")
    elif unit in {"qps", "rps", "tps"}:
        found = ("rate", number, "requests")
    elif match["per"]:
        period = match["per"].strip(" /").split()[-1]
        found = ("rate", number * 1000 / MILLISECONDS.get(period, 1000.0), first)
    else:
        small = match["spoken"] is not None and match["scale"] is None and number < 10
        structural = first in STRUCTURE or (small and first != "")
        found = (
            None
            if structural or (small and not first)
            else ("count", number, "" if first in FUNCTION else first)
        )
    return found


def number_of(match: re.Match[str]) -> float:
    """The bare number of one match."""
    scale = SCALES.get((match["scale"] or "").lower(), 1.0)
    if match["spoken"]:
        return spoken_number(match["spoken"]) * scale
    digits = match["digits"] or match["glued"]
    value = float(re.sub(r"[ ,]", "", digits))
    return value * SUFFIX.get((match["suffix"] or "").lower(), 1.0) * scale


def spoken_number(words: str) -> float:
    """'two hundred and fifty' -> 250; 'one twenty' -> 120 as it is said for figures."""
    total, current = 0.0, 0.0
    for word in re.split(r"[ -]+", words.lower()):
        if word in SCALES:
            current = max(current, 1.0) * SCALES[word]
            if SCALES[word] >= 1e3:
                total, current = total + current, 0.0
        elif word in TENS:
            current = current * 100 + TENS[word] if 0 < current < 10 else current + TENS[word]
        elif word in SMALL:
            current += SMALL[word]
    return total + current
