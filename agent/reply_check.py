"""What a model's wording must not be, checked by code before a word of it is spoken.

Pure functions: words in, reasons out. An empty list of reasons means that it may be spoken. A check
that is too strict costs a stiffer sentence, one that is too lax a spoiled interview, so they lean
to the strict side; what the safe wording says itself is never held against the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.evidence import split_sentences, tokens
from evaluation.tampering import is_addressed_to_grader

MAX_WORDS = 35
"""Longest spoken turn that is not the question itself or a fact."""
REPEAT_SIMILARITY = 92.0
"""Token-sort similarity (0-100) from which a sentence counts as one that was spoken before."""
SHORT_SENTENCE_WORDS = 3
"""Sentences up to this length ("Go on.", "I see.") may come again."""
PLANTED_WORDS = 5
"""A run of this many words taken over from an instruction of the candidate."""
FACT_WORDS = 4
"""A run of this many words of a hidden fact gives it away."""
NON_ENGLISH_SHARE = 0.2
"""Share of letters outside the Latin alphabet from which the words are another language."""
ENOUGH_WORDS = 8
COMMON_SHARE = 0.15
"""English of ENOUGH_WORDS words has at least this share of function words; others do not."""

_PRAISE = re.compile(
    r"\b(?:great|excellent|perfect|impressive|fantastic|awesome|amazing|brilliant|wonderful|superb|"
    r"outstanding|well done|good (?:job|work|point|answer|thinking|question|start|idea|catch|call)|"
    r"nice (?:job|work|point|answer|thinking|one|idea)|nicely|love (?:that|it|this|how)|"
    r"(?:that's|that is|you're|you are|exactly|absolutely|quite) (?:right|correct|spot on)|"
    r"spot[- ]on|strong answer|(?:solid|good) (?:answer|plan|approach|point)|thorough|insightful|"
    r"(?:that|it|this) makes (?:a lot of |perfect )?sense|interesting (?:point|idea|approach)|"
    r"i like (?:that|how|your))\b|^(?:exactly|absolutely|correct|perfect)[,.!]"
)
_GRADING = re.compile(
    r"\b(?:scor(?:e|es|ed|ing) (?:you|this|that|your|well|high|low)|grad(?:e|ing) you|"
    r"your (?:score|grade|rating|marks?|performance)|rubric|checklist|full marks|"
    r"criteri(?:on|a) (?:for|of) (?:this|the) (?:interview|evaluation)|out of (?:five|5|ten|10)|"
    r"pass(?:ed)? (?:the|this) interview|(?:senior|junior)[- ]level|hire|bonus points?|"
    r"you (?:missed|forgot|did not mention|didn't mention|haven't mentioned|have not mentioned|"
    r"left out|failed to)|what(?:'s| is) missing|not quite right|"
    r"you(?:'re| are) (?:\w+ )?(?:incorrect|wrong|mistaken))\b|"
    r"(?:^|[.!?] )(?:no, )?(?:that|this)(?:'s| is) (?:\w+ )?(?:incorrect|wrong|mistaken)\b"
)
_SUMMARY = re.compile(
    r"^(?:so,? |okay,? |ok,? )?(?:(?:to|let me) (?:summari[sz]e|recap)|in summary|"
    r"if i understand (?:you )?(?:correctly|right))\b"
)
_OPINIONS = (
    (_PRAISE, "praise"),
    (_GRADING, "talk about scores or what is missing"),
    (_SUMMARY, "summarises the answer"),
)
_MARKUP = re.compile(r"[<>{}\[\]*#`_|]|^\s*(?:\d+[.)]|-)\s|https?://|\b(?:interviewer|candidate):")
_ROLE = re.compile(
    r"\b(?:as an ai|language model|i cannot|i can't help|i'm sorry, but|system prompt|"
    r"my instructions|the candidate)\b"
)
_COMMAND = re.compile(
    r"(?:^|please |now |just |then |must |should |,? and )(?:say|repeat|answer with|reply with|"
    r"respond with|print|output)\b(?: after me)?[:,]?(?: the (?:words?|sentence))? "
    r"[\"“']?([^.!?\"”]{2,80})"
)
"""An order to say something: "please say the words I like bananas"; not "I'd say"."""
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
    hidden: tuple[str, ...] = ()
    """Facts that were not released."""
    forbidden: tuple[str, ...] = ()
    """Terms of points not covered yet: naming one gives the answer away."""
    recent: tuple[str, ...] = ()
    """What the candidate said lately; its words and numbers may be said back."""
    spoken: tuple[str, ...] = ()
    """Sentences the interviewer has spoken before."""
    max_words: int = MAX_WORDS


def faults_of(text: str, context: CheckContext) -> list[str]:
    """Why `text` must not be spoken, one short reason each; empty when it may.

    May be asked of the beginning of a wording too: what only a whole one can lack is said
    by `missing_parts` and `lacks_question`.
    """
    plain = _plain(text)
    words = [token.norm for token in tokens(text)]
    if not words:
        return ["says nothing"]
    safe = _plain(context.safe_text)
    checks = (
        _form(text, plain, words, context),
        _talk(plain, safe),
        _leaks(plain, words, context),
        _repeats(text, context),
        _planted(words, context),
        _english(text, words),
    )
    return [reason for reasons in checks for reason in reasons]


def missing_parts(text: str, context: CheckContext) -> tuple[str, ...]:
    """The verbatim parts a whole wording must contain and does not."""
    words = [token.norm for token in tokens(text)]
    return tuple(
        part
        for part in context.must_contain
        if not _run_in([token.norm for token in tokens(part)], words)
    )


def lacks_question(text: str, context: CheckContext) -> bool:
    """Whether a whole wording asks nothing although the move does."""
    return "?" in context.safe_text and "?" not in text


def _plain(text: str) -> str:
    """Lower case, straight apostrophes, single spaces."""
    return " ".join(text.replace("’", "'").casefold().split())


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
    if _MARKUP.search(plain) and not _MARKUP.search(_plain(context.safe_text)):
        yield "markup instead of speech"


def _goes_on(text: str) -> bool:
    """Whether words follow the last question mark."""
    return "?" in text and bool(tokens(text.rsplit("?", 1)[1]))


def opinions(text: str) -> list[str]:
    """Praise, grading and summaries in what an interviewer says, one short reason each."""
    return list(_matches(_plain(text), "", _OPINIONS))


def _talk(plain: str, safe: str) -> Iterable[str]:
    yield from _matches(plain, safe, (*_OPINIONS, (_ROLE, "falls out of its role")))


def _matches(
    plain: str, safe: str, patterns: Iterable[tuple[re.Pattern[str], str]]
) -> Iterable[str]:
    for pattern, reason in patterns:
        found = pattern.search(plain)
        if found and found[0] not in safe:
            yield f"{reason}: {found[0]}"


def _leaks(plain: str, words: Sequence[str], context: CheckContext) -> Iterable[str]:
    """Hidden facts, their numbers, terms of uncovered points, and figures nobody has said."""
    known = " ".join((context.safe_text, *context.must_contain, *context.recent))
    known_words = [token.norm for token in tokens(known)]
    for term in context.forbidden:
        norms = [token.norm for token in tokens(term)]
        if norms and _run_in(norms, words) and not _run_in(norms, known_words):
            yield f"names what was not said yet: {term}"
    for fact in context.hidden:
        norms = [token.norm for token in tokens(fact)]
        for i in range(max(1, len(norms) - FACT_WORDS + 1)):
            run = norms[i : i + FACT_WORDS]
            if _run_in(run, words) and not _run_in(run, known_words):
                yield f"gives a hidden fact away: {' '.join(run)}"
                break
    figures = set(_NUMBER.findall(plain)) | (set(words) & _NUMBER_WORDS)
    unknown = figures - set(_NUMBER.findall(_plain(known))) - set(known_words)
    if unknown:
        yield f"a figure nobody has said: {', '.join(sorted(unknown))}"


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


def _planted(words: Sequence[str], context: CheckContext) -> Iterable[str]:
    """Words that carry out, or read out, an instruction the candidate has planted."""
    if is_addressed_to_grader(" ".join(words)):
        yield "an instruction to a grader"
    safe = [token.norm for token in tokens(context.safe_text)]
    for said in context.recent:
        for sentence in split_sentences(said):
            order = _COMMAND.search(_plain(sentence))
            if order is None and not is_addressed_to_grader(sentence):
                continue
            norms = [token.norm for token in tokens(sentence)]
            runs = [norms[i : i + PLANTED_WORDS] for i in range(len(norms) - PLANTED_WORDS + 1)]
            if order:
                runs.append([token.norm for token in tokens(order[1])])
            if any(_run_in(run, words) and not _run_in(run, safe) for run in runs):
                yield "follows an instruction of the candidate"
                return


def _english(text: str, words: Sequence[str]) -> Iterable[str]:
    letters = [char for char in text if char.isalpha()]
    foreign = sum(1 for char in letters if ord(char) > 0x24F)
    common = sum(word in _COMMON for word in words)
    if foreign > NON_ENGLISH_SHARE * len(letters) or (
        len(words) >= ENOUGH_WORDS and common < COMMON_SHARE * len(words)
    ):
        yield "not in English"


def _run_in(run: Sequence[str], words: Sequence[str]) -> bool:
    """Whether `run` stands in `words` as it is; a plural of its last word counts too."""
    size = len(run)
    if not size:
        return False
    for i in range(len(words) - size + 1):
        if list(words[i : i + size - 1]) == list(run[:-1]) and words[i + size - 1] in {
            run[-1],
            run[-1] + "s",
            run[-1] + "es",
        }:
            return True
    return False
