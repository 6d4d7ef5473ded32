"""A fact told a second time: shorter, as somebody points back, and with every figure in it."""

from __future__ import annotations

import re

from agent.hooks import FIGURE
from agent.wording import content_words

SMALL_FIGURE = re.compile(
    r"\b(?:one|first|second|fifth|sixth|seventh|eighth|tenth|twelfth|dozen|once|daily|nightly|"
    r"weekly|monthly|yearly|always|never|none|nobody|no|not|nothing|(?:a|an|per|every|each) "
    r"(?:second|minute|hour|day|night|week|month|quarter|year))\b",
    re.IGNORECASE,
)
"""Figures and plain answers that `FIGURE` leaves out."""


def reminder(say: str, asked: str) -> str:
    """What is said of the fact `say` when it is asked for again with the words `asked`.

    The first sentence is the answer. A further one without a figure is left out, unless it is the
    one that this question is about.
    """
    first, *others = re.split(r"(?<=[.?!])\s+", say)
    wanted = set(content_words(asked))
    answered = len(wanted & set(content_words(first)))
    kept = [
        part
        for part in others
        if FIGURE.search(part)
        or SMALL_FIGURE.search(part)
        or len(wanted & set(content_words(part))) > answered
    ]
    return " ".join([first, *kept])
