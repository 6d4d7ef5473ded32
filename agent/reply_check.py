"""What a model's wording must not be, checked by code before a word of it is spoken.

Pure functions: words in, reasons out. An empty list of reasons means that it may be spoken. A check
that is too strict costs a stiffer sentence, one that is too lax a spoiled interview, so they lean
to the strict side; what the safe wording says itself is never held against the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.opinions import content, loose_statements, opinions, plain_words
from agent.planted import planted, run_in
from evaluation.evidence import split_sentences, tokens

MAX_WORDS = 35
"""Longest spoken turn that is not the question itself or a fact."""
REPEAT_SIMILARITY = 92.0
"""Token-sort similarity (0-100) from which a sentence counts as one that was spoken before."""
SHORT_SENTENCE_WORDS = 3
"""Sentences up to this length ("Go on.", "I see.") may come again."""
FACT_WORDS = 4
"""A run of this many words of a hidden fact gives it away."""
FACT_CONTENT_WORDS = 3
"""So many of its content words that nobody has said, in any order."""
NON_ENGLISH_SHARE = 0.2
"""Share of letters outside the Latin alphabet from which the words are another language."""
ENOUGH_WORDS = 8
COMMON_SHARE = 0.15
"""English of ENOUGH_WORDS words has at least this share of function words; others do not."""

_EXAMPLE = re.compile(r"\b(?:for (?:example|instance)|such as|e\.g\.|like (?:a|an|the) \w+ \w+\?)")
"""An example shows what a good answer would hold."""
_MARKUP = re.compile(
    r"[()<>{}\[\]*#`_|]|^\s*(?:\d+[.)]|-)\s|https?://|\b(?:interviewer|candidate):"
)
_COMMON = frozenset(
    "a an the and or but if of to in on for with at by from as is are was be been would could "
    "should do does did you your i we it that this what which how why when where who can will have "
    "has had not no so there then about into more most some any me my us our they them their its "
    "let go say tell".split()
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
# "Two" and "three" are left out: "between those two" claims no figure.
_NUMBER_WORDS = frozenset(
    "four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion "
    "billions percent percentage".split()
)


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a wording is held against."""

    safe_text: str
    """The offline wording of the same move: whatever it says may be said, and when it asks, the
    wording must ask too."""
    must_contain: tuple[str, ...] = ()
    """Verbatim parts, such as a fact."""
    question: str = ""
    """The interview question as it was put."""
    told: tuple[str, ...] = ()
    """Facts that were released: their words and figures may be said again."""
    hidden: tuple[str, ...] = ()
    """Facts that were not released."""
    forbidden: tuple[str, ...] = ()
    """Terms of points not covered yet: naming one gives the answer away."""
    recent: tuple[str, ...] = ()
    """What the candidate said lately; its words and numbers may be said back."""
    spoken: tuple[str, ...] = ()
    """Sentences the interviewer has spoken before."""
    max_words: int = MAX_WORDS
    tells: bool = False
    """It is a detail that is told: statements and figures of its own are its purpose."""


def faults_of(text: str, context: CheckContext) -> list[str]:
    """Why `text` must not be spoken, one short reason each; empty when it may.

    May be asked of the beginning of a wording too: what only a whole one can lack is said
    by `missing_parts` and `lacks_question`.
    """
    plain = plain_words(text)
    words = [token.norm for token in tokens(text)]
    if not words:
        return ["says nothing"]
    safe = plain_words(context.safe_text)
    checks = (
        _form(text, plain, words, context),
        opinions(text, safe),
        _loose(text, context),
        _leaks(plain, words, context),
        _repeats(text, context),
        planted(words, context.safe_text, context.recent),
        _english(text, words),
    )
    return [reason for reasons in checks for reason in reasons]


def missing_parts(text: str, context: CheckContext) -> tuple[str, ...]:
    """The verbatim parts a whole wording must contain and does not."""
    words = [token.norm for token in tokens(text)]
    return tuple(
        part
        for part in context.must_contain
        if not run_in([token.norm for token in tokens(part)], words)
    )


def lacks_question(text: str, context: CheckContext) -> bool:
    """Whether a whole wording asks nothing although the move does."""
    return "?" in context.safe_text and "?" not in text


def _form(text: str, plain: str, words: Sequence[str], context: CheckContext) -> Iterable[str]:
    questions = text.count("?")
    if questions > 1:
        yield "more than one question"
    if questions and "?" not in context.safe_text:
        yield "asks where nothing is to be asked"
    # An answer begins where the question ends: whoever goes on talking is talked over.
    if questions and _goes_on(text) and not _goes_on(context.safe_text):
        yield "goes on after its question"
    # A fact is read out in full, so the limit counts what stands around it.
    fixed = sum(len(tokens(part)) for part in context.must_contain)
    if len(words) - fixed > context.max_words:
        yield f"longer than {context.max_words} words"
    if _MARKUP.search(plain) and not _MARKUP.search(plain_words(context.safe_text)):
        yield "markup instead of speech"


def _goes_on(text: str) -> bool:
    """Whether words follow the last question mark."""
    return "?" in text and bool(tokens(text.rsplit("?", 1)[1]))


def _known(context: CheckContext) -> tuple[str, ...]:
    """Texts whose words are on the table, whoever said them."""
    return (context.safe_text, *context.must_contain, *context.told, context.question)


def _loose(text: str, context: CheckContext) -> list[str]:
    """What a statement says beyond what is on the table."""
    if context.tells:
        return []
    return loose_statements(text, _known(context), context.recent, context.must_contain)


def _leaks(plain: str, words: Sequence[str], context: CheckContext) -> Iterable[str]:
    """Hidden facts, their numbers, terms of uncovered points, and figures nobody has said."""
    known = " ".join((*_known(context), *context.recent))
    known_words = [token.norm for token in tokens(known)]
    example = _EXAMPLE.search(plain)
    if example and example[0] not in plain_words(context.safe_text):
        yield f"gives an example: {example[0]}"
    for term in context.forbidden:
        norms = [token.norm for token in tokens(term)]
        if norms and run_in(norms, words) and not run_in(norms, known_words):
            yield f"names what was not said yet: {term}"
    for fact in context.hidden:
        given = _given_away(fact, plain, words, known, known_words)
        if given:
            yield f"gives a hidden fact away: {given}"
    figures = set(_NUMBER.findall(plain)) | (set(words) & _NUMBER_WORDS)
    unknown = figures - set(_NUMBER.findall(plain_words(known))) - set(known_words)
    if unknown and not context.tells:
        yield f"a figure nobody has said: {', '.join(sorted(unknown))}"


def _given_away(
    fact: str, plain: str, words: Sequence[str], known: str, known_words: Sequence[str]
) -> str:
    """Words of a hidden fact that nobody has said: a run of them, or several in any order."""
    norms = [token.norm for token in tokens(fact)]
    for i in range(max(1, len(norms) - FACT_WORDS + 1)):
        run = norms[i : i + FACT_WORDS]
        if run_in(run, words) and not run_in(run, known_words):
            return " ".join(run)
    shared = content(plain) & content(plain_words(fact)) - content(plain_words(known))
    return ", ".join(sorted(shared)) if len(shared) >= FACT_CONTENT_WORDS else ""


def _repeats(text: str, context: CheckContext) -> Iterable[str]:
    from rapidfuzz import fuzz, utils

    for sentence in split_sentences(text):
        if len(tokens(sentence)) <= SHORT_SENTENCE_WORDS:
            continue
        for before in context.spoken:
            alike = fuzz.token_sort_ratio(sentence, before, processor=utils.default_process)
            if alike >= REPEAT_SIMILARITY:
                yield f"spoken before: {sentence}"
                break


def _english(text: str, words: Sequence[str]) -> Iterable[str]:
    letters = [char for char in text if char.isalpha()]
    foreign = sum(1 for char in letters if ord(char) > 0x24F)
    common = sum(word in _COMMON for word in words)
    if foreign > NON_ENGLISH_SHARE * len(letters) or (
        len(words) >= ENOUGH_WORDS and common < COMMON_SHARE * len(words)
    ):
        yield "not in English"
