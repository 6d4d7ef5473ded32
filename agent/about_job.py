"""Questions about the company and the position: no sheet answers them, and no design does."""

from __future__ import annotations

import re

from agent.wording import plain

OF_THE_JOB = re.compile(
    r"\b(?:want|like|expect|need)(?:ed)? (?:me|us|somebody|someone|a person) to\b"
    r"|\b(?:my|the) (?:first|job|role|manager|team)\b|\bfirst (?:\w+ )?(?:days|weeks|months)\b",
    re.IGNORECASE,
)
"""What awaits the candidate, where it is plain that the interview is over."""
ABOUT_JOB = re.compile(
    r"\b(?:want|like|expect|need) me to (?:work on|achieve|own|take over|deliver)\b"
    r"|\b(?:who|what|which \w+|whom) (?:would|will|do) i (?:be |get to )?(?:work|report)(?:ing)?\b"
    r"|\b(?:what|who|how|which|when|where) .*\bmy (?:role|manager|boss|colleagues|team|"
    r"(?:first|daily) (?:project|task|day|week|month|tasks)s?)\b"
    r"|\b(?:what|how|is|why) .*\b(?:this|the) (?:role|position)"
    r"(?: (?:here|like|look|involve|and)\w*|$)"
    r"|\b(?:what|how) .*\bfirst (?:\w+ )?(?:days|weeks|months|year) (?:look|be)\b"
    r"|\b(?:how|what|who|why) .*\b(?:work|working|decisions?|decided|culture|life|people)\b.*"
    r"\b(?:at|in) your company\b"
    r"|\bafter (?:this|the) (?:round|interview|call)\b"
    r"|\b(?:what|which|how) .*\b(?:i|me)\b.* (?:in|during|over) (?:the|my) first (?:\w+ )?"
    r"(?:days|weeks|months|year)\b"
    r"|\b(?:like|enjoy)(?:s|ed)? (?:to work|working|it) (?:here|there|for you|at your|on your team)"
    r"|\b(?:what|how) .*\b(?:career|onboarding|work.life|company culture|team culture)\b"
    r"|\b(?:what|when) .*\b(?:next steps?(?: in (?:the|this|your) \w+)?|rest of the process|"
    r"other (?:rounds|interviews))$"
)


def asks_about_job(text: str) -> bool:
    """True for "who would I be working with?" and "what would you want me to work on?"."""
    return ABOUT_JOB.search(plain(text)) is not None


def names_us(text: str) -> bool:
    """True for "in your team", which is ours only where no scenario has one."""
    return re.search(r"\byour (?:team|company|group|department|place)\b", plain(text)) is not None
