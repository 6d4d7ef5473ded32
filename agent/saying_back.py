"""A few of the candidate's own words to begin a follow-up with: "You said “…”."

Whole short clauses only: cut-off or dependent ones sound as if a machine had cut them.
"""

from __future__ import annotations

import re

from agent.clauses import clauses, is_taken_back
from agent.outdated import words_of
from agent.wording import content_words, plain
from evaluation.tampering import is_addressed_to_grader

LEAST_WORDS, MOST_WORDS = 4, 9
"""Shorter quotes say nothing, longer ones cannot be followed by a question in one breath."""

LINK = re.compile(
    r"^(?:(?:and|so|next|then|also|but|besides|beyond that|on top of (?:it|that)|well|okay|ok|now|"
    r"finally|i mean|you know|um|uh)\b[\s,]*)+",
    re.IGNORECASE,
)
DEPENDENT = re.compile(
    r"^(?:because|which|that|since|where|while|whereas|if|when|as|to|than|rather|until|unless|"
    r"although|though|otherwise|or|not|with|without|for|from|in|on|at|by|of|it|they|those|these|"
    r"this|he|she|who|costs?|is|are|was|were|has|have)\b"
)
DANGLING = re.compile(
    r"\b(?:a|an|the|of|to|and|or|with|for|in|on|at|by|from|that|which|so|than|as|is|are|i|we|into|"
    r"per|its|their|our|my|not|would|will|it|them|this|those|these|again|too|all of them)$"
)
VERB_OR_PRONOUN = re.compile(
    r"\b(?:i|we|you|is|are|was|were|has|have|will|would|can|could|should|must|do|does|did|\w+s)\b"
)
ANCHOR = re.compile(
    r"^(?:on|stay with|take|let(?:['’]s| us) (?:dig into|look closer at|stay with)|"
    r"go one level down on|in more detail on|think of|"
    r"one step further on|about) (?P<about>[^:?]*): (?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""What a bank's follow-up begins with, so that one knows what it is about."""
FURTHER = re.compile(r"\s+(?:one step further|in more detail|once more)$", re.IGNORECASE)
"""What another frame says already."""
POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|those|these|this|one|ones|both|either|he|she|his|her|"
    r"there|such|that|other|same|else|very)\b",
    re.IGNORECASE,
)


def short_quote(words: str, about: str) -> str:
    """The clause of `words` that can be said back, verbatim; empty when there is none.

    It shares a word with what it leads to (`about`): any other would be a bridge to nowhere.
    """
    if is_addressed_to_grader(words):
        return ""
    fitting: list[str] = []
    wanted = set(content_words(about))
    for clause in clauses(words):
        text = without_link(clause.text)
        said = plain(text)
        if (
            LEAST_WORDS <= len(text.split()) <= MOST_WORDS
            and not clause.asks
            and "," not in text
            and not DEPENDENT.search(said)
            and not DANGLING.search(said)
            and VERB_OR_PRONOUN.search(said)
            and not is_taken_back(words, clause)
        ):
            fitting.append(text)
    # "Two" in both of them is no relation.
    shared = {text: len(words_of(wanted & set(content_words(text)))) for text in fitting}
    related = [text for text in fitting if shared[text]]
    return max(related, key=lambda text: shared[text], default="")


def without_link(text: str) -> str:
    """The words without "and", "next", "on top of it" before them; still a part of the turn."""
    return LINK.sub("", text).strip(" ,;:.")


def split_anchor(question: str) -> tuple[str, str]:
    """What a bank's follow-up is about, and what it asks; "" and all of it without an anchor."""
    found = ANCHOR.match(question)
    if found is None:
        return "", question
    return FURTHER.sub("", found["about"]), found["rest"][:1].upper() + found["rest"][1:]


def after_anchor(question: str) -> str:
    """A bank's follow-up without "On such and such:", where it can be understood without."""
    rest = split_anchor(question)[1]
    return question if POINTS_BACK.search(rest) else rest
