"""What the linter measures of a sentence without understanding it: words, figures, praise."""

from __future__ import annotations

import re

PRAISE = re.compile(
    r"(?:^|[.!?,;:]\s+)(?:great|excellent|perfect|nice|brilliant|fantastic|awesome|wonderful"
    r"|impressive|exactly|correct|that(?:'s| is) (?:right|correct|good|great))\b"
    r"|\b(?:great|excellent|good|nice|brilliant|solid|impressive)"
    r" (?:job|work|point|answer|question|idea|thinking|start|catch)\b"
    r"|\bwell done\b|\bi (?:really )?like (?:that|your|how)\b",
    re.IGNORECASE,
)
"""The interviewer never praises or grades. Descriptive uses ('a good customer') are not meant."""


def holds(text: str, term: str) -> bool:
    """True when `term` stands in `text` as whole words, whatever the case."""
    return bool(re.search(rf"(?<!\w){re.escape(term.lower())}(?!\w)", text.lower()))


def plain(text: str) -> str:
    """The words alone, for comparing sentences."""
    return " ".join(re.findall(r"\w+", text.lower()))


def numbers(text: str) -> set[str]:
    """Figures in digits, without thousands separators; '3-D' and the like are names."""
    found = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w-])", text)
    return {figure.replace(",", "") for figure in found}


def sentences(text: str) -> int:
    """Sentences of a spoken text; a dot inside a figure does not end one."""
    return len(re.findall(r"[.!?](?=\s|$)", text.strip()))
