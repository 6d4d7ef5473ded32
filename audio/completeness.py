"""Whether words sound finished: read from what was said last, not from the recogniser's full stops.

Whisper ends nearly every segment with a full stop, also "So the trade-off is between.", so a final
stop proves nothing. A comma, a dash or dots at the end do mean that more was coming. The word lists
are our own reading of spoken interview answers; a model trained on statements cut off anywhere
(`audio/completeness_model.py`) says how far to believe them, and finds what they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from audio.completeness_model import goes_on


class Completeness(StrEnum):
    """What the last words say about the turn."""

    HANDED_OVER = "handed_over"
    """A question or request to the interviewer, or "that's my answer"."""
    COMPLETE = "complete"
    """A finished statement; more may follow."""
    DOUBTFUL = "doubtful"
    """It may be finished or not."""
    INCOMPLETE = "incomplete"
    """The sentence cannot end here."""
    THINKING = "thinking"
    """The candidate announced that they are thinking."""


def words_of(text: str) -> str:
    """Words that pad an alternation into one regular expression."""
    return "(?:" + "|".join(text.split()) + ")"


OPENERS = (
    r"(?:(?:so|and|but|or|ok|okay|well|right|alright|sure|yeah|yes|no|hmm+|hm+|um+|uh+|erm?|"
    r"actually|then|now|also|first|maybe|just|please|sorry|i guess|i mean|before that|"
    r"before (?:i|we) start|one (?:more )?question|quick question|let me ask)\W+)*"
)
"""What a sentence may start with before it says what it is."""

FILLERS = words_of(r"um+ uh+ er erm uhm like (?<!as\s)well (?<!think\s)(?<!hope\s)(?<!say\s)so")
CONJUNCTIONS = words_of(
    "and but or nor because since although whereas while unless until whether if when where who "
    "which whose than as plus"
)
PREPOSITIONS = words_of(
    "of to for with between from in on at by into onto through against without within across "
    "during per via versus vs toward towards among beyond upon about"
)
DETERMINERS = words_of("a an the my your our their its every another")
AUXILIARIES = words_of(
    "is are was were be been am will would could should can may might must has had "
    "i'd i'll i'm i've we'd we'll we're we've it's that's there's they're they'll they'd you'd "
    "you'll what's let's isn't don't doesn't didn't can't won't wouldn't not very more most"
)
SUBJECTS = words_of("i we they he she")
OPEN_WORD = re.compile(
    rf"\b(?:{FILLERS}|{CONJUNCTIONS}|{PREPOSITIONS}|{DETERMINERS}|{AUXILIARIES}|{SUBJECTS}|"
    rf"(?:{AUXILIARIES}|{SUBJECTS}) (?:really|basically|actually|also|probably|just|maybe))$"
)
OPEN_IN_QUESTION = re.compile(rf"\w \b(?:um+|uh+|er|{CONJUNCTIONS}|{DETERMINERS}|between)$")
"""A question may well end in a verb or a preposition ("what should I focus on?")."""
OPEN_PHRASE = re.compile(
    r"\b(?:for example|for instance|such as|in terms of|kind of|sort of|you know|i mean|let's say|"
    r"(?:i|we|you) (?:think|guess|mean|assume|believe|suppose|say) that|so that|such that|"
    r"(?:means|is|was|ensure|sure|know) that|rather than|depends on|due to|based on|as well as|"
    r"(?:i|we|i'd|we'd|i'll|we'll|to|would|could|should|can|will|might|let's) "
    r"(?:probably |also |then |first |just |maybe )*"
    r"(?:use|choose|pick|need|want|prefer|take|build|make|get|put|add|consider|say|"
    r"want to|need to|have to|start by|start with)|"
    r"(?:would|could|should|might|will|to|i'd|we'd|i'll|we'll) have|"
    r"(?:there are|there's|i see|i have|we have|i'd say) (?:basically |really |maybe )?"
    r"(?:two|three|four|five|a few|several|a couple of) (?:main |big |key |different )*"
    r"(?:things|options|ways|parts|reasons|approaches|aspects|choices|points|steps|questions)"
    r"(?: (?:to consider|here|to this|to it|to think about))?)$"
    rf"|^{OPENERS}(?:i|we) have$"
    rf"|^{OPENERS}what \b.*\b(?:is|was|are) (?:there|that|a|in)$"
)
"""Phrases after which something has to come, the announcement of a list included. "What worries me
is there" is how a recogniser hears "is the", cut off."""
ALL_OPENERS = re.compile(
    r"(?:(?:so|and|but|okay|ok|well|right|alright|sure|um+|uh+|erm?|first|firstly|second|secondly|"
    r"third|thirdly|finally|next|also|however|therefore|then|now|again|otherwise|basically)\b\W*)+$"
)
HALF_PAIRS = (
    (
        re.compile(r"(?<!in )\bbetween\b"),
        re.compile(r"\b(?:and|versus|vs|them|these|those|the two|\w+[^s\W]s)\b"),
    ),
    (re.compile(r"\beither\b"), re.compile(r"\b(?:or|way|one|works|of)\b")),
    (re.compile(r"\bnot only\b"), re.compile(r"\b(?:but|also)\b")),
    (re.compile(r"\bon the one hand\b"), re.compile(r"\bother\b")),
)
"""The first half of a pair, and what shows that the second half has come."""
SUBORDINATE = re.compile(rf"{OPENERS}(?:if|when|once|unless|although|given|assuming|suppose)\b")
SUBORDINATE_WORDS = 7
"""An "if …" of at most this many words without a comma has no main clause yet."""

THINKING = re.compile(
    r"\b(?:let me (?:just )?(?:think|see|collect my thoughts|consider)|"
    r"(?:give me|i need|i'll take|i'd like|can i (?:have|take|get)|could i (?:have|take|get)|"
    r"may i (?:have|take)|let me (?:have|take)) (?:just )?(?:a|one|another|a few|some) "
    r"(?:quick |little |couple of )?(?:moments?|minutes?|seconds?|secs?|bit)|"
    r"bear with me|i(?:'m| am) (?:still |just )?thinking|(?:i|i'd) (?:have|need) to think|"
    r"thinking out loud)\b(?! of (?!course))(?P<rest>.*)$"
)
WAIT_A_MOMENT = re.compile(
    rf"{OPENERS}(?:hold on|wait|(?:hold on |wait )?(?:just )?(?:a|one) "
    r"(?:moment|minute|second|sec))(?: please)?(?: let me.*)?$"
)
"""Only as a sentence of its own: "one minute" is also a measure."""
THINKING_REST_WORDS = 8
"""Words that may still follow ("about how to shard this for a second")."""
ANSWERING = re.compile(
    r"\b(?:i would|i'd|we would|we'd|i'll|we'll|because|first i|let's)\b(?! like a)"
)
HUM = re.compile(r"(?:(?:h+m+|m+h?m+|m+)\W*)+$")
MUSING = re.compile(
    rf"{OPENERS}(?:that'?s|it'?s|that is)? ?(?:a |an )?(?:really |very )?"
    r"(?:good|great|interesting|tough|hard|tricky|nice) (?:question|one|point)$"
)

HAND_OVER = re.compile(
    r"\b(?:(?:that's|that is|that would be|this is|here's) (?:basically |pretty much |about |"
    r"roughly |really |probably )?(?:my (?:answer|approach|design|proposal|plan|solution|view|take|"
    r"summary|final answer)|it|all|all (?:i have|from me|i've got|i can think of|i would say)|"
    r"everything|how (?:i|we)(?: would|'d) \w+(?: \w+){0,4}|what (?:i|we)(?: would|'d) "
    r"(?:do|say|propose|suggest|go with))(?: for (?:now|this|that)| from my side| so far)?|"
    r"(?:does|did|do) (?:that|this|it) (?:make sense|answer (?:your|the) question|help|sound "
    r"(?:good|right|reasonable|ok|okay))(?: to you| so far)?|is that (?:ok|okay|clear|fine|right|"
    r"correct|what you (?:mean|meant|wanted|had in mind|were (?:looking|asking) for))|"
    r"(?:i'm|i am) (?:done|finished)|over to you|what do you think|"
    r"(?:i|let me|i'll|let's) (?:will )?(?:stop|leave it|pause|end) (?:here|there|at that)|"
    r"(?:should|shall|can|do you want me to|would you like me to) (?:i )?(?:go on|continue|"
    r"go deeper|go into (?:more )?detail|elaborate|move on|start)|any (?:other )?questions|"
    r"(?:happy|glad) to (?:go deeper|elaborate|answer questions|go into (?:more )?detail)|"
    r"(?:skip|pass on) (?:this|(?:this|that|the) (?:one|question))|"
    r"(?:let's|can we) (?:move on|skip)|next question|"
    r"(?:have|get|need|give me|want) a hint)(?: please)?$"
)
DIRECT_QUESTION = re.compile(
    rf"{OPENERS}(?:(?:is|are|does|should|shall|can|could|would|will|may|has) "
    r"(?:i|we|you|they|it|there|the|that|this|these|our|your|any)\b|"
    r"(?:do|have) (?:i|we|you|they)\b|"
    r"what(?:'s| is| are) (?:the|our|your)\b|"
    r"(?:what|which)(?: \w+){0,4} (?:do|does|should|can|did) (?:i|we|you|they|it|the|our|your)\b|"
    r"how (?:many|much|long|often|fast|big|large|soon|late|fresh)(?: \w+){0,5} "
    r"(?:do|does|is|are|should|can|will|did) (?:i|we|you|they|it|there|the|our|your)\b)"
)
"""Plainly a question even where the recogniser put a full stop."""
UNMARKED_QUESTION_WORDS = 5
"""Without a question mark, fewer words ("do you have many") are more likely half a question."""
QUESTION_FORM = re.compile(
    r"\b(?:what|which|who|whose|when|where|how)\b|"
    r"\b(?:is|are|was|do|does|did|can|could|should|shall|would|will|may|might|have|has|am) "
    r"(?:i|we|you|he|she|they|it|there|the|that|this|these|those|our|your|any|someone|anybody)\b|"
    r"\b(?:you|your|any)\b"
)
"""What a real question holds. The recogniser also puts a question mark behind a statement whose
voice rises, as in "counts per shop or device?"."""
RHETORICAL = re.compile(
    rf"{OPENERS}(?:why\b|(?!what should i|which \w+ should i)"
    r"(?:what|how|where|which \w+) (?:do|would|should|could|can|will|might|did) "
    r"(?:i|we)\b(?! (?:know|have|get|want|need|care|expect|assume|mean by success))|"
    r"what (?:do|does|would|did) (?:i|that|this|it) mean\b|what if\b)"
)
"""Questions that speakers put to themselves and then answer."""
ASKED_OF_YOU = re.compile(r"\b(?:you|your|you'd)\b")
REPEAT = re.compile(
    r"\b(?:(?:repeat|rephrase|say) (?:the |that |your |this )?(?:question|that|again|last part)"
    r"(?: again)?|come again|what was the question(?: again)?)(?: please)?$"
)
CUT_MARK = re.compile(r"(?:,|;|:|\.\.+|…|-|–|—)\s*$")
SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


SURELY_ON = 0.88
"""The model alone, from here on. All three were chosen on questions left out of the training: about
4 % of whole statements read as incomplete, and as many as doubtful."""
LIKELY_ON = 0.4
"""The same where a word list says so too."""
MAYBE_ON = 0.82
FEW_WORDS = 5
"""So few words without a verb may be the whole answer to a short question."""


def completeness(text: str) -> Completeness:
    """What the last words of a turn say about it; text without words is INCOMPLETE.

    Only the words and a question mark, comma, dash or dots at the end are used: see the module.
    """
    said = sentences_of(text)
    rules = read_by_rules(text)
    if said and said[-1].rstrip().endswith(","):
        # How the voice was held: tiny.en ended none of 40 cut-off fragments in one, and one of ten
        # whole statements.
        without = completeness(text.rstrip().rstrip(","))
        return Completeness.DOUBTFUL if without is Completeness.COMPLETE else without
    if not said or CUT_MARK.search(said[-1]) or said[-1].endswith("?"):
        return rules
    words = plain(said[-1]).split()
    on = goes_on(words)
    if len(said) > 1 and read_by_rules(said[-2]) is Completeness.INCOMPLETE:
        # The recogniser ends a sentence at each pause: "The trade-off is between. Cost and risk."
        on = min(on, goes_on([*plain(said[-2]).split(), *words]))
    return weighed(rules, words, on)


def weighed(rules: Completeness, words: Sequence[str], on: float) -> Completeness:
    """What the rules say of a statement, weighed with its probability (0-1) to go on."""
    if rules not in {Completeness.COMPLETE, Completeness.INCOMPLETE}:
        return rules
    if rules is Completeness.INCOMPLETE:
        return rules if on >= LIKELY_ON or len(words) <= FEW_WORDS else Completeness.DOUBTFUL
    if on >= SURELY_ON and len(words) > FEW_WORDS:
        return Completeness.INCOMPLETE
    return Completeness.DOUBTFUL if on >= MAYBE_ON else Completeness.COMPLETE


def sentences_of(text: str) -> list[str]:
    """The sentences with words in them, in lower case."""
    cleaned = text.lower().replace("’", "'").strip()
    return [part.strip() for part in SENTENCE_END.split(cleaned) if plain(part)]


def read_by_rules(text: str) -> Completeness:
    """The word lists alone; never DOUBTFUL."""
    said = sentences_of(text)
    if not said:
        return Completeness.INCOMPLETE
    last = said[-1]
    words = plain(last)
    if thinks(words):
        return Completeness.THINKING
    asked = last.rstrip().endswith("?")
    if hands_over(words, asked):
        return Completeness.HANDED_OVER
    if is_open(last, words, asked):
        return Completeness.INCOMPLETE
    return Completeness.HANDED_OVER if asks(words, asked) else Completeness.COMPLETE


def plain(text: str) -> str:
    """The words, separated by single spaces; apostrophes stay."""
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)*", text))


def thinks(words: str) -> bool:
    """Announced thinking that has not turned into an answer within the same breath."""
    if any(form.fullmatch(words) for form in (HUM, MUSING, WAIT_A_MOMENT)):
        return True
    found = THINKING.search(words)
    if not found:
        return False
    rest = found.group("rest")
    return len(rest.split()) <= THINKING_REST_WORDS and not ANSWERING.search(rest)


def hands_over(words: str, asked: bool) -> bool:
    """A phrase or request that gives the turn to the interviewer."""
    if REPEAT.search(words):
        return True
    found = HAND_OVER.search(words)
    return found is not None and not (RHETORICAL.match(words) and not asked)


def is_open(last: str, words: str, asked: bool) -> bool:
    """Whether the sentence cannot end here."""
    if CUT_MARK.search(last) or ALL_OPENERS.fullmatch(words):
        return True
    if asked:
        return OPEN_IN_QUESTION.search(words) is not None
    if OPEN_WORD.search(words) or OPEN_PHRASE.search(words):
        return True
    for half, other in HALF_PAIRS:
        found = half.search(words)
        if found and not other.search(words[found.end() :]):
            return True
    return (
        SUBORDINATE.match(words) is not None
        and "," not in last
        and len(words.split()) <= SUBORDINATE_WORDS
    )


def asks(words: str, asked: bool) -> bool:
    """A question that the interviewer is meant to answer.

    One that speakers put to themselves ("how do we handle that?") is not, unless it says "you".
    """
    if RHETORICAL.match(words) and not ASKED_OF_YOU.search(words):
        return False
    if asked:
        return QUESTION_FORM.search(words) is not None
    long_enough = len(words.split()) >= UNMARKED_QUESTION_WORDS
    return long_enough and DIRECT_QUESTION.match(words) is not None
