"""Questions about the answer itself, never answered here: "is that right?", "what you wanted?"."""

from __future__ import annotations

import re

from agent.wording import plain

VERDICT = re.compile(
    r"\b(?:is|was) (?:that|this|it|my (?:answer|design|approach)) (?:the )?"
    r"(?:right|correct|wrong|good|any good|best)(?: answer| one| way)?$"
    r"|\bhow (?:am i doing|did i do|was i|was (?:that|my answer|it))\b"
    r"|^(?:\w+ )?how (?:is|was) (?:it|this) going(?: so far| for me)?$"
    r"|\bwhat (?:is|was|would be|would have been) (?:the|your) "
    r"(?:right|correct|best|expected|ideal|model) (?:answer|solution|one)\b"
    r"|\bam i (?:right(?! (?:in|to|that)\b)|correct|wrong|on the right track|"
    r"doing (?:well|okay|ok|fine))\b"
    r"|\b(?:is|was) (?:that|this) too (?:few|many|much|little|naive|simple|short|long|vague)$"
    r"|\b(?:have|got|give me)(?: \w+){0,2} feedback (?:for|to|on|about) (?:me|my)\b"
    r"|\b(?:is|was) (?:it|that) (?:ok|okay|fine|bad|normal|a problem)(?: for you)? (?:that|if) i "
    r"(?:\w+ed|forgot|took|was|(?:did|do|could|can) not)\b"
    r"|\b(?:do|will|can) i (?:get|have) (?:any |some )?feedback\b"
    r"|\b(?:did|do|will|have) i (?:pass|passed|fail|failed|get it right|get the job)\b"
)


def asks_verdict(text: str) -> bool:
    """True when the words ask whether the answer was right or how the interview goes."""
    return VERDICT.search(plain(text)) is not None


EXPECTED = re.compile(
    r"\bwhat (?:do|would|did) you (?:want|like|expect)(?: me)? to (?:say|hear|answer|cover)\b|"
    r"\bwhy (?:do|did|are|would) you (?:ask|asking|want to (?:know|hear))\b|"
    r"\b(?:is|was|does|did) (?:this|that|it)(?: \w+){0,6}? (?:what )?you (?:want|wanted|expected|"
    r"had in mind|are (?:after|looking for|expecting)|would (?:want|like|expect)|expect)"
    r"(?: to hear| to see| here| from me| so far)*$"
    r"|\b(?:do|did) you have (?:something|anything)(?: \w+){0,2} in mind\b"
    r"|\b(?:something|anything|(?:other|more|further) (?:things?|topics?|points?|questions?))"
    r"(?: \w+){0,2} (?:on|in) your (?:list|mind|agenda|notes|plan)\b"
    r"|\b(?:anything|something)(?: else| specific| in particular)? you (?:would )?(?:want|like)"
    r"(?: me)? to (?:cover|discuss|focus on|talk about|address|touch on|go into|go deeper on)\b"
)


def asks_what_is_expected(text: str) -> bool:
    """True for "is this what you wanted?" and "did you have something in mind there?"."""
    return EXPECTED.search(plain(text)) is not None
