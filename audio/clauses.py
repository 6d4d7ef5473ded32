"""Text cut where speech may stop."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONG_SENTENCE_WORDS = 24
"""A sentence longer than this is cut at its commas, so that speaking can stop inside it (words)."""
SHORT_CLAUSE_WORDS = 5
"""A clause shorter than this stays with its neighbour: alone it sounds chopped (words)."""

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|etc|approx|e\.g|i\.e)|\b[A-Z])\.$")
CLAUSE_END = re.compile(r"(?<=[,;:—])\s+")


def clauses(text: str) -> list[str]:
    """`text` cut where speech may stop: at sentence ends, long sentences also at commas.

    Joined by single spaces the clauses are the text again, apart from white space.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        for sentence in sentences(" ".join(paragraph.split())):
            found.extend(cut_long(sentence))
    return found


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of one paragraph; "Dr. Smith", "e.g. 5" and "J. Doe" do not end one."""
    start = 0
    for end in SENTENCE_END.finditer(paragraph):
        candidate = paragraph[start : end.start()]
        if ABBREVIATION.search(candidate):
            continue
        yield paragraph[start : end.end()].strip()
        start = end.end()
    if rest := paragraph[start:].strip():
        yield rest


def cut_long(sentence: str) -> list[str]:
    """A long sentence as clauses of at least SHORT_CLAUSE_WORDS words; a short one unchanged."""
    if len(sentence.split()) <= LONG_SENTENCE_WORDS:
        return [sentence]
    pieces: list[str] = []
    for part in CLAUSE_END.split(sentence):
        too_short = len(part.split()) < SHORT_CLAUSE_WORDS
        if pieces and (too_short or len(pieces[-1].split()) < SHORT_CLAUSE_WORDS):
            pieces[-1] = f"{pieces[-1]} {part}"
        else:
            pieces.append(part)
    return pieces
