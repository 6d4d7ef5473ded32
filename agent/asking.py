"""Which parts of a turn ask the interviewer something, with or without question marks.

Questions the candidate puts to themselves ("how do we do that? well, ...", "the question is how
...") are part of the answer. One breath may hold several questions; each becomes its own part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from agent.clauses import Span, sentences, span
from agent.dialogue_acts import Acts, covers, is_hand_over
from agent.question_forms import (
    ALOUD,
    DECLARATIVE,
    DIRECT,
    FRAGMENT,
    HANDED,
    INDIRECT,
    LATER,
    OPENS,
    OPINION,
    OWN_ANSWER,
    OWN_CHECK,
    OWN_FACT,
    OWN_QUESTION,
    PLAIN_ANSWER,
    PREDICATE,
    QUESTION_IS,
    REPORTED,
    SELF_ANSWERED,
    TOPIC_FIRST,
    WHAT_HAPPENED,
    WISH,
    WISH_KNOWS,
    WISH_WORK,
)
from agent.requests import is_request
from agent.wording import bare, plain, strip_lead

TAKEN_SHARE = 0.7
"""Share of a sentence's letters in commands from which nothing in it is a question."""
NOUN_WORDS = 5
"""So short are the things somebody lists before the first real question of a sentence."""
LISTED_WORDS = 12
"""So short is a mere list of what somebody wants to know ("errors today and what they cost us")."""
ADDRESSED = re.compile(r"\b(?:you|your|yours|me)\b")
LEAD_WORDS = 7
"""A question may begin after so many words of a sentence ("just so I get it, ...")."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked: the quoted sentence and the part of it that names what is wanted."""

    sentence: Span
    part: Span
    handed: bool
    """It asks us to design or to steer ("which model should I use?")."""
    listed: bool = False
    """A mere noun or phrase that follows the question it belongs to ("... and the budget")."""
    never_a_fact: bool = False
    """It asks for our opinion, which no sheet answers ("how would you do it?")."""
    tentative: bool = False
    """It asks only if the sheet clearly answers: "I need the volume", "the budget, please"."""
    aloud: bool = False
    """The candidate goes on without waiting ("what breaks here? The store. So ..."): it asks us
    only if the sheet clearly answers."""


def looks_asked(text: str, *, stated: bool = False) -> bool:
    """True when the words alone, without a question mark, ask the listener something.

    `stated`: the recogniser heard a statement, a full stop ends the sentence.
    """
    said = TOPIC_FIRST.sub("", plain(strip_lead(text)) or plain(text))
    if wishes(text):
        return True
    if DECLARATIVE.match(said):
        return False
    return DIRECT.match(said) is not None or (not stated and FRAGMENT.match(said) is not None)


def opens_question(text: str) -> bool:
    """True when the first words, heard without a full stop, are those of a question."""
    said = plain(strip_lead(text)) or plain(text)
    if text.rstrip().endswith("."):
        return False
    if WHAT_HAPPENED.match(said):
        return True
    if DECLARATIVE.match(said):
        return False
    return OPENS.match(said) is not None


def names_things(text: str) -> bool:
    """True for the mere names of things: "the budget, legal limits"."""
    # "The signals we record" names signals.
    said = re.sub(r"\b(the|our|your) (\w+) (?:we|you|they) \w+", r"\1 \2", plain(strip_lead(text)))
    return bool(said) and PREDICATE.search(said) is None


def wishes(text: str) -> bool:
    """True for "I'd like to know ...": a request that is not a question by its form."""
    said = plain(strip_lead(text)) or plain(text)
    if WISH_WORK.search(said):
        return False
    return bool(WISH.search(said) and WISH_KNOWS.search(said)) or bool(INDIRECT.search(plain(text)))


def is_own_question(text: str, sentence: Span) -> bool:
    """True for a question the candidate only reports, or answers at once."""
    said = plain(strip_lead(sentence.text))
    # More questions are no answer to the first one.
    rest = [s for s in sentences(text) if s.start >= sentence.end]
    later = next((s for s in rest if not (s.asks or looks_asked(s.text))), None)
    following = text[later.start :] if later else ""
    return is_reported(sentence.text, said) or is_answered(said, following)


def is_reported(words: str, said: str) -> bool:
    """True for "the question is how we ..." and "I ask myself: is it enough?"."""
    before_colon = re.split(r"[:\"“]", words)
    if len(before_colon) > 1 and REPORTED.search(before_colon[0] + ":"):
        return True
    if QUESTION_IS.match(said):
        return "my question" not in plain(words)
    if re.search(r"\b(?:ask|asked|asking) (?:myself|ourselves|yourself|the question)\b", said):
        return True
    if ALOUD.search(said):
        return True
    return OWN_CHECK.match(said) is not None and WISH.search(said) is None


def is_answered(said: str, following: str) -> bool:
    """True for "how do we do that? Well, ..." and "why X because Y"."""
    if re.match(r"(?:why|how|what) .* (?:because|(?<!how )well) ", said) or SELF_ANSWERED.match(
        said
    ):
        return True
    if not following.strip() or OWN_FACT.search(said):
        return False
    if OWN_QUESTION.match(said):
        rhetorical = said.startswith(("why", "how do", "how would", "how can", "so what"))
        return rhetorical or OWN_ANSWER.match(following) is not None
    return PLAIN_ANSWER.match(following) is not None


@lru_cache(maxsize=64)
def find_asked(text: str, acts: Acts) -> tuple[Asked, ...]:
    """Everything in `text` that asks the interviewer something, in order."""
    found: list[Asked] = []
    for sentence in sentences(text):
        if is_taken(sentence, acts) or is_hand_over(sentence.text):
            continue
        if is_own_question(text, sentence):
            continue
        own = asked_in(text, sentence) or named_before_question(text, sentence)
        aloud = goes_on(text, sentence, acts)
        found.extend(replace(asked, aloud=True) if aloud else asked for asked in own)
    return tuple(found)


def goes_on(text: str, sentence: Span, acts: Acts) -> bool:
    """True when the candidate's own statement follows a question that does not address us."""
    said = plain(sentence.text)
    if not sentence.asks or wishes(sentence.text) or ADDRESSED.search(said):
        return False
    following = next((s for s in sentences(text) if s.start >= sentence.end), None)
    if following is None or is_taken(following, acts) or is_hand_over(following.text):
        return False
    words = following.text
    return not (following.asks or looks_asked(words) or is_request(words, plain(words)))


def named_before_question(text: str, sentence: Span) -> list[Asked]:
    """Things named right before a question of the same breath: "users, latency, what are ..."."""
    after = text[sentence.end :]
    following = next((s for s in sentences(text) if s.start >= sentence.end), None)
    ends = following is None or re.match(r"\s*[.?!]", after) is not None
    if ends or sentence.words > LISTED_WORDS or not names_things(sentence.text):
        return []
    if following and not (following.asks or looks_asked(following.text)):
        return []
    if following and is_hand_over(following.text):
        return []  # "... with context features. Is that what you'd expect?" asks for no features.
    parts = question_parts(text, sentence, loosely=True)
    return [Asked(sentence, part, handed=False, tentative=True) for part in parts]


def is_taken(sentence: Span, acts: Acts) -> bool:
    """True when commands and hand-overs make up most of the sentence."""
    if any(covers(taken, sentence) for taken in acts.taken):
        return True
    inside = sum(len(taken.text) for taken in acts.taken if covers(sentence, taken))
    return inside >= TAKEN_SHARE * len(sentence.text)


def asked_in(text: str, sentence: Span) -> list[Asked]:
    """What one sentence asks, part by part."""
    said = plain(strip_lead(sentence.text)) or plain(sentence.text)
    loosely = is_request(sentence.text, said)
    parts = question_parts(text, sentence, loosely=loosely)
    found: list[Asked] = []
    waiting: list[Span] = []
    # "I'd put it at a thousand, correct me if that's off": the topic stands before the request.
    begun = sentence.asks or loosely or INDIRECT.search(plain(sentence.text)) is not None
    for part in parts:
        if not bare(part.text):
            continue
        # What is listed after the first question of a sentence is asked as well; after a long
        # statement "how many ..." continues that statement.
        early = len(text[sentence.start : part.start].split()) <= LEAD_WORDS
        first = part.start == sentence.start
        opens = first or wishes(part.text) or LATER.match(plain(strip_lead(part.text)))
        stated = sentence.text.endswith(".")
        begun = begun or bool(
            (early or all(w.words <= NOUN_WORDS for w in waiting))
            and opens
            and looks_asked(part.text, stated=stated)
        )
        begun = begun or (first and not stated and opens_question(sentence.text))
        named = 0 < len(waiting) <= 3 and all(names_things(w.text) for w in waiting)
        begun = begun or (
            named
            and sentence.words <= LISTED_WORDS
            and re.match(r"(?:how|what) ", plain(strip_lead(part.text))) is not None
        )
        if not begun:
            waiting.append(part)
            continue
        # "Number of turbines, what sensors and how big is the crew?": nouns before the question.
        found.extend(Asked(sentence, noun, handed=False, tentative=True) for noun in waiting)
        waiting.clear()
        said = plain(part.text)
        listed = part.start > sentence.start and not looks_asked(part.text)
        # "Would you start with the features or with serving?": the rest asks for the opinion too.
        opinion = OPINION.search(said) is not None or (
            listed and bool(found) and found[-1].never_a_fact
        )
        handed = opinion or HANDED.search(said) is not None
        found.append(Asked(sentence, part, handed, listed and not loosely, opinion, loosely))
    return found


SPLIT = re.compile(
    r",\s+(?:and |or )?|;\s+|:\s+|\s+(?:and|or|plus|as well as|along with|also)\s+", re.IGNORECASE
)


def question_parts(text: str, sentence: Span, *, loosely: bool = False) -> list[Span]:
    """The separate things one sentence asks for: 'the traffic and the latency budget' are two."""
    places = [m.end() for m in SPLIT.finditer(text, sentence.start, sentence.end)]
    parts: list[Span] = []
    begin = sentence.start
    for end in [*places, sentence.end]:
        part = span(text, begin, end)
        trimmed = re.sub(
            r"(?:,|;|:|\s+(?:and|or|plus|as well as|along with|also))\s*$",
            "",
            part.text,
            flags=re.I,
        )
        if trimmed.strip():
            parts.append(Span(trimmed, part.start, part.start + len(trimmed)))
        begin = end
    asked_whole = (
        sentence.asks
        or loosely
        or any(looks_asked(p.text) for p in parts)
        or looks_asked(sentence.text)
        or opens_question(sentence.text)
    )
    return parts if asked_whole and parts else [sentence]
