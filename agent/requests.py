"""Requests without a question: things that are needed or wished for, named one after another."""

from __future__ import annotations

import re

REQUEST = re.compile(
    r"(?:i|we) (?:would |will |just |also |still |first |really )*(?:need|want|like|require)"
    r"(?: to (?:have|see|get|hear about))? (?:the|some|numbers?|figures?|all the|your|our)\b"
)
REQUEST_WORK = re.compile(
    r"\b(?:to (?!have|see|get|hear|know|understand)\w+|so|because|that|which|from|in order|"
    r"model|features?|when|then)\b"
)
PLEASE = re.compile(r"\bplease\W*$", re.IGNORECASE)
NOUN_FIRST = re.compile(r"(?:the|your|our|number of|how|what|some)\b")

LISTED_WORDS = 12
"""So short is a list of things with "please" at its end."""


def is_request(words: str, said: str) -> bool:
    """True for "I need the volume and the budget" and "the volume, the budget, please".

    `said` is the plain form of `words` without a lead-in. A plan ("I need the features to be
    fresh") only looks like one, so whoever asks for a thing this way asks for it tentatively.
    """
    if REQUEST.match(said) and not REQUEST_WORK.search(said):
        return True
    listed = "," in words.rstrip(",") and len(words.split()) <= LISTED_WORDS
    return PLEASE.search(words) is not None and (listed or NOUN_FIRST.match(said) is not None)
