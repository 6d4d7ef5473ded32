"""Words the candidate has ordered to be said, or that carry an order out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from agent.opinions import plain_words
from evaluation.evidence import split_sentences, tokens
from evaluation.tampering import is_addressed_to_grader
from prompts.term_words import FUNCTION

PLANTED_WORDS = 5
"""A run of this many words taken over from an instruction of the candidate."""
_COMMAND = re.compile(
    r"(?:^|please |now |just |then |must |should |,? and )(?:say|repeat|answer with|reply with|"
    r"respond with|print|output)\b(?: after me)?[:,]?(?: the (?:words?|sentence))? "
    r"[\"“']?([^.!?\"”]{2,80})"
)
"""An order to say something: "please say the words I like bananas"; not "I'd say"."""
_ORDER = re.compile(
    r"\b(?:from now on|ignore (?:all|any|the|your|everything|previous)|you are now|pretend to be|"
    r"every sentence|you must (?:now )?(?:say|print|answer|give|end|tell)|"
    r"your (?:system )?(?:prompt|instructions|rules)|(?:the )?rules you were given|"
    r"note to the (?:grader|interviewer|judge|model)|end (?:every|each|all) \w+ with)\b|"
    r"^(?:system|assistant|interviewer|grader)\b ?:|<\/?(?:system|assistant|user)>"
)
"""An order that does not say "say": from now on you end every sentence with ..."""


def planted(words: Sequence[str], safe_text: str, recent: Sequence[str]) -> list[str]:
    """Why `words` (normalised) follow an instruction in `recent`; empty when they do not."""
    faults = []
    if is_addressed_to_grader(" ".join(words)):
        faults.append("an instruction to a grader")
    safe = [token.norm for token in tokens(safe_text)]
    for said in recent:
        for sentence in split_sentences(said):
            if carries_out(sentence, words, safe):
                return [*faults, "follows an instruction of the candidate"]
    return faults


def carries_out(sentence: str, words: Sequence[str], safe: Sequence[str]) -> bool:
    """Whether `words` take something over from `sentence`, if that is an instruction."""
    plain = plain_words(sentence)
    order = _COMMAND.search(plain)
    instructs = is_addressed_to_grader(sentence) or _ORDER.search(plain) is not None
    if order is None and not instructs:
        return False
    norms = [token.norm for token in tokens(sentence)]
    runs = [norms[i : i + PLANTED_WORDS] for i in range(len(norms) - PLANTED_WORDS + 1)]
    if order:
        runs.append([token.norm for token in tokens(order[1])])
    if any(run_in(run, words) and not run_in(run, safe) for run in runs):
        return True
    ordered = norms if instructs else [token.norm for token in tokens(order[1] if order else "")]
    return bool(pairs(ordered) & pairs(words) - pairs(safe))


def pairs(norms: Sequence[str]) -> set[tuple[str, str]]:
    """Neighbouring words that carry meaning: two of them are no accident."""
    carrying = [norm for norm in norms if norm not in FUNCTION]
    return set(itertools.pairwise(carrying))


def run_in(run: Sequence[str], words: Sequence[str]) -> bool:
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
