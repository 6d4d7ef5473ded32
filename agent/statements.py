"""Plain statements: what may be held against something else that was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.clauses import Span
from agent.wording import plain

UNSURE = re.compile(
    r"\b(?:if|what if|suppose|assume|assuming|say|imagine|unless|until|were|could|"
    r"even|whether|"
    r"instead|actually|change my mind|changed|revise|correct myself|i was wrong|now that|"
    r"no longer|switch|"
    r"at first|initially|later|eventually|in phase|fallback|fall back|as well|both|hybrid|also|"
    r"plus|"
    r"on top|in parallel|compared|than|better|for example|per (?:hop|stage|call)|of (?:that|which|"
    r"the budget)|"
    r"worst|extra|another|more|remaining|left|headroom|spend|each|half|about half|first|"
    r"earlier|previously|used to|before)\b"
)
GUESS = re.compile(r"\b(?:maybe|perhaps|might)\b")
PEAK = re.compile(
    r"\b(?:peaks?|evenings?|nights?|mornings?|noon|dinner|weekends?|busiest|busy|rush|spikes?)\b"
)
NEGATION = re.compile(
    r"\b(?:not|never|no|without|none|nobody|neither|nor|hardly|will not|would not)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said before: words, the turn or the fact they come from."""

    text: str
    turn: int | None = None
    fact_id: str = ""
    whole: str = ""
    """All words of the fact, when `text` is a part of it."""


def usable(clause: Span, ignored: Sequence[Span]) -> bool:
    """True for a plain statement: no question, no hypothesis, no announced change of mind."""
    said = plain(clause.text)
    return states(clause, ignored) and not is_guess(said) and "peak" not in said


def states(clause: Span, ignored: Sequence[Span]) -> bool:
    """The same, but it may be a guess or about a peak: good enough for figures that are far off."""
    if clause.asks or UNSURE.search(plain(clause.text)):
        return False
    return not any(part.start < clause.end and clause.start < part.end for part in ignored)


def is_guess(text: str) -> bool:
    """True for "maybe 200 milliseconds"."""
    return GUESS.search(plain(text)) is not None


def of_a_peak(text: str) -> bool:
    """Whether a figure is of a certain time, the busiest above all."""
    return PEAK.search(plain(text)) is not None
