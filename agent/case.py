"""The case that the questions of the bank are about, told to who has not asked for it.

A follow-up on "extra places" means nothing to somebody who does not know that a ferry sells them.
In a design the task names the case; elsewhere it is told once, without a figure, before the first
follow-up, unless a fact of the sheet has been told already.
"""

from __future__ import annotations

import re

from agent.moves import MoveKind
from agent.situation import Situation
from prompts.question_bank import Question

NEEDS_CASE: frozenset[MoveKind] = frozenset({"probe", "deeper", "twist", "hint"})
"""Moves that read out what the bank says of its case."""
WITHOUT_CASE = frozenset({"design", "behavioural"})
"""Types of questions that need none: the task is the case, or the story is."""
MOST_WORDS = 38
"""A case longer than this is told by its first sentence only."""
FIGURE = re.compile(r"\d")

FIRST_PERSON = (
    (r"\byou are\b", "I'm"),
    (r"\byou['’]ve\b", "I've"),
    (r"\byou['’]d\b", "I'd"),
    (r"\byou\b", "I"),
    (r"\byour\b", "my"),
)


def case_of(question: Question) -> str:
    """Whom the interviewer plays and what is going on there; empty where none is needed."""
    if question.type in WITHOUT_CASE:
        return ""
    first, *others = re.split(r"(?<=[.?!])\s+", question.scenario.strip())
    told = [first, *(each for each in others[:1] if not FIGURE.search(each))]
    if sum(len(each.split()) for each in told) > MOST_WORDS:
        told = told[:1]
    return f"Say {' '.join(own_words(each) for each in told)}"


def own_words(sentence: str) -> str:
    """A sentence about the interviewer's role as the interviewer says it."""
    if re.search(r"\b(?:I|me|my)\b", sentence):
        return sentence  # Here "you" is the candidate already.
    for form, own in FIRST_PERSON:
        sentence = re.sub(form, own, sentence, flags=re.IGNORECASE)
    return sentence


def case_due(s: Situation, kind: MoveKind) -> str:
    """The case, when a move of this kind would not be understood without it; else empty."""
    if kind not in NEEDS_CASE or any(
        each.question_id == s.question.id for each in s.state.get("released", [])
    ):
        return ""
    case = case_of(s.question)
    said = any(case in sentence for sentence in s.state.get("sentences", []))
    return "" if said else case
