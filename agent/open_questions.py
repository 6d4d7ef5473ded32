"""Which of the things asked in one breath the sheet leaves open, each in the candidate's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.asking import Asked, looks_asked, names_things, wishes
from agent.clauses import Span
from agent.fact_matcher import FactMatch
from agent.wording import content_words, plain, strip_lead

SURELY_ASKED = 0.75
"""Probability (0-1) from which a question in the form of "should I ..." is about a sheet fact."""
POINTS_BACK = re.compile(r"\b(?:each|those|these|them|all that)$")
LISTED = 3
"""From so many parts on, a thing named after a question is one more question, and no rest of it."""
ITEM = re.compile(r"(?:the|our|your|any|how (?:many|much|often|long|fast|late|big)|which) \w")
LEANS = re.compile(r"\b(?:it|they|them|those|these|this|one|ones)\b")

Match = tuple[Asked, FactMatch | None]


def answers(asked: Asked, match: FactMatch) -> bool:
    """True when the sheet answers: "should I ..." must match clearly, else it is handed back."""
    return not asked.never_a_fact and (not asked.handed or match.score >= SURELY_ASKED)


def open_questions(
    matches: Sequence[Match], facts: Mapping[str, frozenset[str]]
) -> list[tuple[Span, bool]]:
    """What is asked and not answered, and whether it asks us to design.

    `facts` are the content words of each fact. A sentence none of whose parts is answered counts
    as one question, unless several of them are questions of their own.
    """
    found: dict[Span, bool] = {}
    told: set[str] = set()
    for sentence in dict.fromkeys(asked.sentence for asked, _ in matches):
        parts = [pair for pair in matches if pair[0].sentence == sentence]
        left: list[Asked] = []
        for asked, match in parts:
            if match is None or not answers(asked, match) or is_stray(asked, match, told, facts):
                left.append(asked)
            else:
                told.add(match.fact_id)
        alone = [asked for asked in left if stands_alone(asked, len(parts))]
        if len(left) < len(parts) or len(alone) > 1:
            found.update({asked.part: asked.handed for asked in alone})
        elif open_whole(sentence, parts, matches):
            found[sentence] = any(asked.handed for asked, _ in parts if not asked.listed)
    return list(found.items())


def is_stray(
    asked: Asked, match: FactMatch, told: set[str], facts: Mapping[str, frozenset[str]]
) -> bool:
    """Whether the fact was taken from the question before, and has no word of this one.

    "What does an error cost, and what data do we have?": so short a question is read with the one
    before it, whose fact it then seems to ask for.
    """
    if match.fact_id not in told or LEANS.search(plain(asked.part.text)):
        return False
    own = set(content_words(strip_lead(asked.part.text)))
    return bool(own) and looks_asked(asked.part.text) and not own & facts[match.fact_id]


def stands_alone(asked: Asked, parts: int) -> bool:
    """True when the part asks something by itself, though it is one of several."""
    words = strip_lead(asked.part.text)
    if asked.tentative or not content_words(words):
        return False
    if not asked.listed:
        return looks_asked(asked.part.text) or parts == 1
    return parts >= LISTED and names_things(words) and ITEM.match(plain(words)) is not None


def open_whole(sentence: Span, parts: Sequence[Match], matches: Sequence[Match]) -> bool:
    """Whether a sentence without an answer is a question, and no announcement of others."""
    place = max(i for i, (asked, _) in enumerate(matches) if asked.sentence == sentence)
    # "Could you say something on each?" points back at what was named before it.
    points_back = place > 0 and POINTS_BACK.search(plain(sentence.text)) is not None
    announces = wishes(sentence.text) and (place + 1 < len(matches) or points_back)
    return not announces and any(not asked.listed for asked, _ in parts)
