"""Which of the things asked in one breath the sheet leaves open, each in the candidate's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from agent.asking import Asked, looks_asked, names_things, wishes
from agent.clauses import Span
from agent.dialogue_acts import command_of
from agent.fact_matcher import FactMatch, FactMatcher
from agent.fact_signals import reply_words
from agent.naming import REQUEST
from agent.wording import content_words, plain, strip_lead
from prompts.term_words import COMMON

SURELY_ASKED = 0.75
"""Probability (0-1) from which a question in the form of "should I ..." is about a sheet fact."""
POINTS_BACK = re.compile(r"\b(?:each|those|these|them|all that)$")
LISTED = 3
"""From so many parts on, a thing named after a question is one more question, and no rest of it."""
ITEM = re.compile(r"(?:the|our|your|any|how (?:many|much|often|long|fast|late|big)|which) \w")
LEANS = re.compile(r"\b(?:it|they|them|that|those|these|this|one|ones|each|(?:some|any)thing)\b")
WITH_VERB = re.compile(
    r"\b(?:do|does|did|is|are|was|were|can|could|should|would|will|have|has|may|must|\w+s) \w+"
)
CHECK = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have) (?!there\b|we have\b)"
)
"""Beside another question, "is it ...?" mostly makes sure of the same; what is told answers it."""
UNFINISHED = re.compile(r"\b(?:the|a|an|and|or|our|your|about|like)$")
PAST = re.compile(r"\w+ed\W*$")

Match = tuple[Asked, FactMatch | None]


def answers(asked: Asked, match: FactMatch) -> bool:
    """True when the sheet answers: "should I ..." must match clearly, else it is handed back."""
    return not asked.never_a_fact and (not asked.handed or match.score >= SURELY_ASKED)


class OpenQuestions:
    """What is asked and found no fact; of one question's sheet."""

    def __init__(self, matcher: FactMatcher) -> None:
        self.matcher = matcher
        self.words = {
            fact.id: frozenset(content_words(" ".join((reply_words(fact), *fact.asks))))
            for fact in matcher.facts
        }

    def of(self, matches: Sequence[Match]) -> list[tuple[Span, bool]]:
        """What is not answered, and whether it asks us to design.

        A sentence none of whose parts is answered counts as one question, unless several of them
        are questions of their own.
        """
        found: dict[Span, bool] = {}
        told: set[str] = set()
        for sentence in dict.fromkeys(asked.sentence for asked, _ in matches):
            parts = [pair for pair in matches if pair[0].sentence == sentence]
            left: list[Asked] = []
            for asked, match in parts:
                if match is None or not answers(asked, match) or self.stray(asked, match, told):
                    left.append(asked)
                else:
                    told.add(match.fact_id)
            every = [each for each, _ in parts]
            alone = [a for a in left if stands_alone(a, every) and not self.covered(a, told)]
            if len(left) < len(parts) or len(alone) > 1:
                found.update({asked.part: asked.handed for asked in alone})
            elif open_whole(sentence, parts, matches) and not checks(sentence, matches):
                found[sentence] = any(asked.handed for asked, _ in parts if not asked.listed)
        return list(found.items())

    def covered(self, asked: Asked, told: set[str]) -> bool:
        """Whether a fact that is told besides has all words of this question, as far as they tell.

        "What happens with budgets, is there pacing?" is answered by what is said of the pacing.
        """
        words = [w for w in content_words(strip_lead(asked.part.text)) if w not in COMMON]
        return bool(words) and any(set(words) <= self.words[fact_id] for fact_id in told)

    def stray(self, asked: Asked, match: FactMatch, told: set[str]) -> bool:
        """Whether the fact was taken from the question before, and has no word of this one.

        "What does an error cost, and what data do we have?": so short a question is read with the
        one before it, whose fact it then seems to ask for.
        """
        words = asked.part.text
        said = plain(strip_lead(words))
        if match.fact_id not in told or LEANS.search(said) or not WITH_VERB.search(said):
            return False
        alone = self.matcher.best(words)
        if alone is not None and alone.fact_id == match.fact_id:
            return False
        return not set(content_words(strip_lead(words))) & self.words[match.fact_id]


def stands_alone(asked: Asked, parts: Sequence[Asked]) -> bool:
    """True when the part asks something by itself, though it is one of several."""
    words = strip_lead(asked.part.text)
    said = plain(words)
    unfinished = UNFINISHED.search(said) or LEANS.search(said) or command_of(words) is not None
    if asked.tentative or not content_words(words) or unfinished or shares(asked, parts):
        return False
    if wishes(asked.part.text):
        return item(REQUEST.sub("", words))
    if len(parts) > 1 and CHECK.match(said):
        return False
    if not asked.listed:
        return looks_asked(asked.part.text) or len(parts) == 1
    return len(parts) >= LISTED and item(words)


def item(words: str) -> bool:
    """True for the mere name of something that one can ask for."""
    return names_things(words) and ITEM.match(plain(words)) is not None and not PAST.search(words)


def shares(asked: Asked, parts: Sequence[Asked]) -> bool:
    """Whether the part is one half of something: of an "or", or of things that share their verb."""
    sentence = asked.sentence
    for first, second in pairwise(parts):
        if asked not in (first, second):
            continue
        between = sentence.text[
            first.part.end - sentence.start : second.part.start - sentence.start
        ]
        if re.search(r"\bor\b", between):
            return True
        joined = "," not in between and ";" not in between and "and" in between
        verbless = WITH_VERB.search(plain(strip_lead(first.part.text))) is None
        if asked is first and joined and not asked.listed and (second.listed or verbless):
            return True
    return False


def checks(sentence: Span, matches: Sequence[Match]) -> bool:
    """Whether it only makes sure of something on the way to a question that is answered."""
    if sentence.asks or not CHECK.match(plain(strip_lead(sentence.text))):
        return False
    return any(match and asked.part.start > sentence.end for asked, match in matches)


def open_whole(sentence: Span, parts: Sequence[Match], matches: Sequence[Match]) -> bool:
    """Whether a sentence without an answer is a question, and no announcement of others."""
    place = max(i for i, (asked, _) in enumerate(matches) if asked.sentence == sentence)
    # "Could you say something on each?" points back at what was named before it.
    points_back = place > 0 and POINTS_BACK.search(plain(sentence.text)) is not None
    announces = wishes(sentence.text) and (place + 1 < len(matches) or points_back)
    return not announces and any(not asked.listed for asked, _ in parts)
