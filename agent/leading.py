"""Where the candidate leads the talk, and how long that holds.

A lead is a topic that the candidate names: "can we move on to serving?", or the part that is to be
taken apart. It holds until the answers are about something else, or nothing is left to ask there.
"""

from __future__ import annotations

import re

from agent.clauses import sentences
from agent.dialogue_acts import LEADS_ON
from agent.moves import Move
from agent.reading import Reading
from agent.situation import Situation
from agent.wording import bare, content_words, plain
from prompts.conduct import Phase
from prompts.question_bank import Area, Question

LEADS = re.compile(
    r"\b(?:let us|let me|i (?:would|will|want to|am going to)(?: now)?(?: like to)?|now i)"
    r"(?: (?:now|then|maybe|also|just))* (?:go|move|turn|jump|switch|come)(?: on| over| deeper)? "
    r"(?:to|into) (?P<topic>(?:[a-z-]+ ?){1,4})"
)
"""The same as a statement: "let me move on to serving"."""
TOPICS: tuple[tuple[str, tuple[Area, ...]], ...] = (
    (
        r"serv(?:ing|ers?)|inference|latency|deploy\w*|infrastructure|scaling",
        ("serving", "production"),
    ),
    (
        r"production|monitor\w*|roll(?:ing )?out|canar\w+|alert\w*|operations?|retrain\w*|on-call",
        ("production", "serving"),
    ),
    (r"data|features?|labels?|labelling|pipelines?|ingestion|negatives?", ("data",)),
    (
        r"models?|modell?ing|architectures?|training|ranker|ranking|retrieval|loss|embeddings?",
        ("model",),
    ),
    (r"evaluat\w+|metrics?|offline|experiments?|tests?|testing", ("evaluation",)),
    (r"business|costs?|money|goals?|impact", ("business", "framing")),
    (r"team|people|reviewers?|stakeholders?|users?", ("people",)),
)
"""Words that name an area of a question, and the areas that a talk about it may touch."""
NO_LEAD_IN: frozenset[Phase] = frozenset({"open", "twist", "production", "close"})
"""Phases that the interviewer leads: no topic is carried into them."""


def topic_of(text: str) -> str:
    """The words by which a turn names where to go; empty when it does not."""
    for sentence in reversed(sentences(text)):
        found = LEADS_ON.fullmatch(bare(sentence.text)) or LEADS.search(plain(sentence.text))
        if found is not None:
            return found["topic"].strip()
    return ""


def areas_named(words: str, question: Question) -> tuple[Area, ...]:
    """The areas that some words are about: of a point by its terms, else by the first topic."""
    said = set(content_words(words))
    for point in question.points:
        own = [set(content_words(term)) for term in point.terms]
        if any(len(term) > 1 and term <= said for term in own):
            return (point.area,)
    text = plain(words)
    places = [(re.search(rf"\b(?:{form})\b", text), areas) for form, areas in TOPICS]
    return min(((m.start(), areas) for m, areas in places if m), default=(0, ()))[1]


def led_to(s: Situation, reading: Reading, text: str) -> tuple[Area, ...]:
    """The areas the talk is led to after an answer; empty when nobody leads it."""
    topic = topic_of(text)
    if topic and (named := areas_named(topic, s.question)):
        return named
    heard = s.areas_heard(reading)
    if s.last is not None and s.last.kind == "deep_dive":
        first = sentences(text)[0].text if sentences(text) else ""
        return areas_named(first, s.question) or tuple(sorted(heard))
    left = bool(heard) and not heard & set(s.lead)
    return () if left else s.lead


def led_phase(s: Situation) -> Phase:
    """The phase in which the topic is talked of: this one, or a later one before the twist."""
    if not set(s.lead) & set(s.plan.areas):
        for plan in s.following:
            if plan.phase in NO_LEAD_IN:
                break
            if set(s.lead) & set(plan.areas):
                return plan.phase
    return s.phase


def still_led(s: Situation, move: Move) -> tuple[Area, ...]:
    """The lead after `move`: over when the interviewer goes somewhere else."""
    elsewhere = move.area is not None and move.area not in s.lead
    return () if elsewhere or move.phase in NO_LEAD_IN else s.lead
