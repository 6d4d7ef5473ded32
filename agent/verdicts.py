"""Questions about the answer itself: "is that right?", "how am I doing?" Never answered here."""

from __future__ import annotations

import re

from agent.wording import plain

VERDICT = re.compile(
    r"\b(?:is|was) (?:that|this|it|my (?:answer|design|approach)) (?:the )?"
    r"(?:right|correct|wrong|good|any good|best)(?: answer| one| way)?$"
    r"|\bhow (?:am i doing|did i do|was i|was (?:that|my answer|it))\b"
    r"|\bwhat (?:is|was|would be|would have been) (?:the|your) "
    r"(?:right|correct|best|expected|ideal|model) (?:answer|solution|one)\b"
    r"|\bam i (?:right(?! (?:in|to|that)\b)|correct|wrong|on the right track|"
    r"doing (?:well|okay|ok|fine))\b"
    r"|\b(?:did|do|will|have) i (?:pass|passed|fail|failed|get it right|get the job)\b"
)


def asks_verdict(text: str) -> bool:
    """True when the words ask whether the answer was right or how the interview goes."""
    return VERDICT.search(plain(text)) is not None
