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
# Said to somebody who knows: nobody words a plan like this.
TOLD = re.compile(
    r"(?:(?:please )?(?:give|tell) (?:me|us) (?!a (?:minute|moment|second|hint)\b|another\b|time\b)"
    r"|walk me through|say something (?:about|on)|(?:explain|describe) (?:the|your|our|what|how)\b"
    r"|help me with (?:the|some) (?:numbers|figures|facts)"
    r"|i am (?:still )?missing (?:the|some|a|your|our)\b"
    r"|it would (?:be (?:good|useful|helpful|great|nice|important|interesting) to "
    r"(?:know|have|hear|understand|see|get)|help to (?:know|have|hear))\b"
    r"|(?:i|we) should (?:first )?(?:know|find out|ask about) "
    r"(?:the|what|how|who|whether|if|when|about)"
    r"|(?:i have |i have got )?(?:my |a few |some |(?:a )?couple of |two |three |four |more )?"
    r"(?:quick )?questions(?: are| would be)? (?:about|on)\b"
    r"|i do not (?:yet )?know (?:yet )?(?:how (?!to\b|i\b|we would\b)|what (?!to\b|i\b)|who |when |"
    r"whether (?!i\b))|(?:how|what) about (?!i\b|we\b|using\b|a\b|an\b|\w+ing\b))"
)
LIST_OF_QUESTIONS = re.compile(
    r"(?:my |a few |some |(?:a )?couple of |two |three |four |more )?(?:quick )?questions"
    r"(?: first| then| here)?\W*[:,]",
    re.IGNORECASE,
)
HELPS = re.compile(r"\b(?:the|your|our|some) .{3,60} would (?:help|be (?:good|useful|helpful))\b")
# "We've got how much time for a decision", "you got any labels": the question word stays behind.
IN_PLACE = re.compile(
    r"(?:we|you|they|it|there|and) .{0,24}?\b(?:got|have|need|are|is|takes?) "
    r"(?:how (?:many|much|long|often|big)|any)\b"
)
AND_THE = re.compile(r"(?:the|our|your) \w+(?: \w+){0,2}")
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
    if TOLD.match(said) or LIST_OF_QUESTIONS.match(words.strip()) or HELPS.match(said):
        return True
    short = len(words.split()) <= LISTED_WORDS
    if short and not words.rstrip().endswith("."):
        leaning = re.match(r"\W*and (?:the|our|your)\b", words, re.IGNORECASE)
        if IN_PLACE.match(said) or (leaning and AND_THE.fullmatch(said)):
            return True
    listed = "," in words.rstrip(",") and short
    return PLEASE.search(words) is not None and (listed or NOUN_FIRST.match(said) is not None)
