"""Figures in speech: "100 ms", "two hundred milliseconds", "1.2 percent", "20k requests a second"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

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
    rf"(?P<money>[$€£])?\s?(?<![\w.])(?:(?P<digits>\d{{1,3}}(?:[ ,]\d{{3}})+|\d+(?:\.\d+)?)(?P<suffix>k|m|bn)?(?!\w)"
    rf"|(?P<glued>\d+(?:\.\d+)?)(?P<unit0>ms|s|h|d|qps|rps|tps|gb|mb|x)\b"
    rf"|(?P<spoken>(?:a (?=hundred|thousand|million))?(?:{NUMBER_WORD})(?:[ -](?:and )?(?:{NUMBER_WORD}))*))"
    rf"(?:\s(?P<scale>hundred|thousand|million|billion))?"
    rf"[\s-]*(?P<unit>%|percent|per cent|milliseconds?|msecs?|ms|seconds?|secs?|s\b|minutes?|mins?|hours?|days?|weeks?|"
    rf"months?|quarters?|years?|euros?|dollars?|pounds?|qps|rps|tps|times|x\b|gb|gigabytes?|mb|terabytes?|tb|"
    rf"[a-z]+(?:\s[a-z]+)?)?(?P<per>\s?(?:/|a |per |each |every )\s?(?:second|sec|minute|hour|day|week|month|s)\b)?",
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
    value = number_of(match)
    unit = (match["unit"] or match["unit0"] or "").lower().strip()
    per = match["per"]
    start, end = match.start(), match.end()
    words = unit.split()
    singular = words[0].rstrip("s") if words and len(words[0]) > 2 else "".join(words[:1])
    if unit in {"%", "percent", "per cent"}:
        return Quantity("share", value / 100, "", start, end)
    if match["money"] or singular in {"euro", "dollar", "pound"}:
        return Quantity("money", value, "", start, end)
    if singular in MILLISECONDS or unit in MILLISECONDS:
        factor = MILLISECONDS.get(unit, MILLISECONDS.get(singular, 1.0))
        return Quantity("time", value * factor, "", start, end)
    if unit in {"qps", "rps", "tps"}:
        return Quantity("rate", value, "requests", start, end)
    if per or re.match(r".*\b(?:a|per)\b", unit):
        period = (per or unit).split()[-1].strip("/").rstrip("s")
        seconds = MILLISECONDS.get(period, 1e3) / 1e3
        return Quantity("rate", value / seconds, singular, start, end)
    spoken = match["spoken"] is not None and match["scale"] is None
    if not words or words[0] in STRUCTURE or (spoken and value < 10):
        counts = not spoken and (not words or words[0] not in STRUCTURE)
        return Quantity("count", value, "", start, end) if counts else None
    return Quantity("count", value, words[0], start, end)


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
