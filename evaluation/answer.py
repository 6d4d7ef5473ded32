"""A candidate's answer prepared for the detectors: what counts as said, and what was set aside.

Set aside, with a reason, and never evidence: words to the grader, self-praise, the interviewer's
own words said back, lists of terms without a verb, repetition, and an answer whose words stand in
no order. What is set aside neither earns nor costs anything: padding and pleading have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from evaluation.disorder import WordOrder, word_order
from evaluation.lexicon import (
    AUXILIARIES,
    EMPTY_WORDS,
    FIELD_TERMS,
    FUNCTION_WORDS,
    MODESTY,
    NUMBER,
    OTHER_LANGUAGES,
    PROPOSAL,
    SELF_PRAISE,
    SOLUTION_TERMS,
    STOP_WORDS,
)
from evaluation.questions import question_clauses
from evaluation.record import Turn
from evaluation.sentences import CONFIDENCE_FLOOR, Unit, units_of
from evaluation.tampering import is_addressed_to_grader

LOW_CONFIDENCE_SHARE = 0.25
"""Above this share of words below the recogniser's floor nothing is judged."""
LIST_FUNCTION_SHARE = 0.12
"""Share of function words under which a unit of LIST_WORDS or more is a list of terms."""
LIST_WORDS = 8
LONE_TERM_WORDS = 5
"""Words up to which a sentence without any function word only names something."""
PLAN = re.compile(r"(?:so |okay |right,? |and )*(?:my |the )?(?:plan|outline|agenda)[:,] ")
OPENERS = frozenset("so and or also well okay ok yes no then".split())
"""Words before a lone term that say nothing about it."""
ECHO_SHARE = 0.75
"""Share of a unit's content words taken from one interviewer turn from which it is an echo."""
ECHO_WORDS = 3
REPEAT_SHARE = 0.8
"""Share of common content words, of all in both, from which a unit repeats an earlier one."""
REPEAT_WORDS = 4
OFF_TOPIC_WORDS = 15
OFF_TOPIC_TERMS = 2
"""Distinct terms of the field or the question that OFF_TOPIC_WORDS content words must hold."""
FOREIGN_SHARE = 0.12
FOREIGN_ENGLISH_SHARE = 0.2
MAY_FOLLOW_A_QUESTION = 2
"""Statements after a question in the same turn up to which it waits for a reply."""
SUBSTANCE_WORDS = 4
"""Content words under which nothing of substance was said ("fine", "I would use a model")."""

TERM_LIST = "lists terms without a statement"
LONE_TERM = "names something without saying anything about it"
PADDING_WORDS = 7
"""Shorter sentences without content may still order or close something ("that is that part")."""
SPOKEN_NUMBER = re.compile(r"(?<![\w.])\d|" + NUMBER.pattern.split("|", 1)[1])
"""A figure, not the digit inside a term ("p99", "F1")."""
VERBISH = AUXILIARIES | {"i", "we", "you", "they", "it", "he", "she"}


@dataclass(frozen=True, slots=True)
class SetAside:
    """A unit that does not count, and why."""

    unit: Unit
    reason: str


@dataclass(frozen=True)
class Answer:
    """What detectors see of one question's turns. Build it with `prepare`."""

    turns: tuple[Turn, ...]
    units: tuple[Unit, ...]
    """Candidate units that count, in order."""
    set_aside: tuple[SetAside, ...]
    vocabulary: frozenset[str] = field(default_factory=frozenset)
    """Content words of the question's own terms, lower case."""
    misheard: bool = False
    """The words keep too little of an order for speech and too much for none."""
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    """What detectors worked out on this answer, so that none works it out twice."""

    @cached_property
    def by_turn(self) -> dict[int, Turn]:
        """Turns by their index in the record."""
        return {turn.turn: turn for turn in self.turns}

    @cached_property
    def candidate_turns(self) -> tuple[Turn, ...]:
        """The candidate's turns, in order."""
        return tuple(turn for turn in self.turns if turn.speaker == "candidate")

    @cached_property
    def substance(self) -> int:
        """Distinct content words said, numbers included."""
        return len({w for unit in self.units for w in content_words(unit.norm)})

    @cached_property
    def empty(self) -> bool:
        """True when nothing of substance was said."""
        return self.substance < SUBSTANCE_WORDS

    @cached_property
    def only_asks(self) -> bool:
        """True when everything that was said is questions to the interviewer."""
        return (
            bool(self.units)
            and all(
                self.questions_in(p) or len(content_words(unit.norm)) < SUBSTANCE_WORDS
                for p, unit in enumerate(self.units)
            )
            and any(self.questions_in(p) for p in range(len(self.units)))
        )

    @cached_property
    def first_solution(self) -> int:
        """Position in `units` of the first unit that proposes something; their number if none."""
        for position, unit in enumerate(self.units):
            asked = bool(self.questions_in(position))
            if PROPOSAL.search(unit.norm) and not asked:
                return position
            if SOLUTION_TERMS.search(unit.norm) and not asked:
                return position
        return len(self.units)

    @cached_property
    def _questions(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        found = []
        for position, unit in enumerate(self.units):
            after = [u for u in self.units[position + 1 :] if u.turn == unit.turn]
            goes_on = [u for u in after if not u.norm.endswith("?")]
            opening = unit.turn == self.units[0].turn
            last = len(goes_on) <= MAY_FOLLOW_A_QUESTION
            found.append(question_clauses(unit.norm, last_of_turn=last, opening=opening))
        return tuple(found)

    def questions_in(self, position: int) -> tuple[tuple[int, int], ...]:
        """Spans in the unit's normal form of questions to the interviewer."""
        return self._questions[position]

    @cached_property
    def replies(self) -> tuple[Turn, ...]:
        """Interviewer turns that answer a candidate turn in which something was asked."""
        asking = {self.units[p].turn for p in range(len(self.units)) if self.questions_in(p)}
        found = []
        for before, turn in zip(self.turns, self.turns[1:], strict=False):
            if turn.speaker == "interviewer" and before.turn in asking:
                found.append(turn)
        return tuple(found)


def prepare(turns: Sequence[Turn], terms: Iterable[str] = ()) -> Answer:
    """The answer in these turns; `terms` are the question's own terms (for what is on topic)."""
    return _prepare(tuple(turns), tuple(sorted(set(terms))))


@lru_cache(maxsize=256)
def _prepare(turns: tuple[Turn, ...], terms: tuple[str, ...]) -> Answer:
    vocabulary = frozenset(w for term in terms for w in content_words(term.lower()))
    kept: list[Unit] = []
    aside: list[SetAside] = []
    heard: list[frozenset[str]] = []
    seen: list[frozenset[str]] = []
    for turn in turns:
        if turn.speaker == "interviewer":
            heard.append(frozenset(content_words(turn.text.lower())))
            continue
        for unit in units_of(turn):
            reason = why_not(unit, heard, seen)
            if reason:
                aside.append(SetAside(unit, reason))
            else:
                kept.append(unit)
                seen.append(frozenset(content_words(unit.norm)))
    order = word_order(kept)
    whole = why_nothing(kept, vocabulary.union(*heard), order)
    if whole:
        aside += [SetAside(unit, whole) for unit in kept]
        kept = []
    return Answer(turns, tuple(kept), tuple(aside), vocabulary, misheard=order == "damaged")


def why_not(unit: Unit, heard: Sequence[frozenset[str]], seen: Sequence[frozenset[str]]) -> str:
    """Why a unit is set aside; empty when it counts."""
    content = frozenset(content_words(unit.norm))
    for reason, holds in (
        ("speaks to the grader", is_addressed_to_grader(unit.text)),
        ("praises the answer instead of giving it", SELF_PRAISE.search(unit.norm)),
        ("says nothing about the problem", MODESTY.search(unit.norm) or is_padding(unit.norm)),
        (TERM_LIST, is_term_list(unit.norm)),
        (LONE_TERM, is_lone_term(unit.norm)),
        ("repeats the question", is_echo(unit.norm, content, heard[:1])),
        ("repeats itself", is_repetition(content, seen)),
    ):
        if holds:
            return reason
    return ""


def is_echo(norm: str, content: frozenset[str], heard: Sequence[frozenset[str]]) -> bool:
    """True when nearly all content words are the interviewer's; a figure of one's own makes it a
    statement."""
    if len(content) < ECHO_WORDS:
        return False
    return any(
        len(content & other) >= ECHO_SHARE * len(content)
        and not any(NUMBER.search(word) for word in content - other)
        for other in heard
    )


def is_repetition(content: frozenset[str], seen: Sequence[frozenset[str]]) -> bool:
    """True when an earlier unit said nearly the same words."""
    if len(content) < REPEAT_WORDS:
        return False
    return any(len(content & other) >= REPEAT_SHARE * len(content | other) for other in seen)


def why_nothing(units: Sequence[Unit], vocabulary: frozenset[str], order: WordOrder) -> str:
    """Why the whole answer does not count: no word order, no term of the field; else empty."""
    if order == "none":
        return "the words stand in no order"
    text = " ".join(unit.norm for unit in units)
    if len(set(content_words(text))) >= OFF_TOPIC_WORDS:
        terms = set(FIELD_TERMS.findall(text)) | (set(content_words(text)) & vocabulary)
        if len(terms) < OFF_TOPIC_TERMS:
            return "is about something else"
    return ""


def is_padding(norm: str) -> bool:
    """True for a longer sentence whose only content words are empty ones."""
    words = re.findall(r"[a-z][a-z'-]*", norm)
    if len(words) < PADDING_WORDS or NUMBER.search(norm) or norm.endswith("?"):
        return False
    return not set(content_words(norm)) - EMPTY_STEMS


def is_term_list(norm: str) -> bool:
    """True for a run of terms without pronoun or auxiliary: "precision, recall, drift, canary"."""
    words = re.findall(r"[a-z0-9][a-z0-9'-]*", norm)
    if len(words) < LIST_WORDS or SPOKEN_NUMBER.search(norm):
        return False
    functional = sum(word in FUNCTION_WORDS for word in words)
    return functional <= LIST_FUNCTION_SHARE * len(words) and not VERBISH & set(words)


def is_lone_term(norm: str) -> bool:
    """True for "Kafka." and "So, feature store, drift.": a name, which may be misheard as well.

    A word of order or comparison ("labels first"), a figure or a question makes it a statement, and
    so does a plan ("plan: data, model, rollout").
    """
    words = re.findall(r"[a-z0-9][a-z0-9'/-]*", norm)
    while words and words[0] in OPENERS:
        words.pop(0)
    if not 0 < len(words) <= LONE_TERM_WORDS or norm.endswith("?") or PLAN.match(norm):
        return False
    figures = any(NUMBER.fullmatch(word) or word.isdigit() for word in words)
    return not figures and not STOP_WORDS & set(words)


def content_words(norm: str) -> list[str]:
    """Crudely stemmed words that carry content, numbers included."""
    return list(_content_words(norm))


@lru_cache(maxsize=8192)
def _content_words(norm: str) -> tuple[str, ...]:
    """The same, kept: every detector asks for the words of every statement."""
    found = []
    for word in re.findall(r"[a-z0-9][a-z0-9'.%-]*", norm):
        bare = word.strip(".'-")
        if bare and bare not in STOP_WORDS and (len(bare) > 2 or bare.isdigit()):
            found.append(stem(bare))
    return tuple(found)


def stem(word: str) -> str:
    """A word without its commonest endings, so that `payments` meets `payment`."""
    if word[0].isdigit() or len(word) < 5:
        return word
    for ending in ("ings", "ing", "ies", "es", "ed", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


EMPTY_STEMS = frozenset(stem(word) for word in EMPTY_WORDS)


def doubtful_words(turns: Iterable[Turn]) -> tuple[int, int]:
    """How many of the candidate's words the recogniser was not sure of, and how many it told."""
    words = [word for turn in turns if turn.speaker == "candidate" for word in turn.words]
    return sum(word.confidence < CONFIDENCE_FLOOR for word in words), len(words)


def why_unreadable(turns: Sequence[Turn]) -> str:
    """Why a candidate's words cannot be judged at all; empty when they can.

    An answer that is there but says nothing is judged (a 1); an answer that was not heard is not.
    """
    spoken = [turn for turn in turns if turn.speaker == "candidate"]
    if not spoken:
        return "The candidate had not answered when the session ended."
    doubtful, words = doubtful_words(turns)
    if doubtful > LOW_CONFIDENCE_SHARE * words:
        return f"{doubtful} of {words} words were not recognised reliably."
    tokens = re.findall(r"[^\W\d_]+", " ".join(turn.text.lower() for turn in spoken))
    if len(tokens) >= 8:
        foreign = sum(t in OTHER_LANGUAGES for t in tokens) / len(tokens)
        latin = sum(t.isascii() for t in tokens) / len(tokens)
        english = sum(t in FUNCTION_WORDS for t in tokens) / len(tokens)
        if latin < 0.5 or (foreign >= FOREIGN_SHARE and english < FOREIGN_ENGLISH_SHARE):
            return "The answer is not in English."
    if spoken[-1].interrupted and len(spoken) == 1 and len(tokens) < 15:
        return "The session broke off after a few words."
    return ""
