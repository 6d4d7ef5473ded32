"""Comparing what was said with what was heard: word errors and terms."""

from __future__ import annotations

import re
from collections.abc import Sequence

WRITTEN_PAUSE = re.compile(r"\[\d+(?:\.\d+)? s\]")
BRITISH = re.compile(r"is(?=(?:e|ed|es|er|ing|ation|ations)\b)")
"""Spelling is not hearing: "regularisation" and "regularization" are the same word."""

UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: E501
TENS = {
    word: 20 + 10 * i
    for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
NUMBERS = {word: i for i, word in enumerate(UNITS)} | TENS
FILLERS = frozenset("um uh hmm er erm".split())
"""Whisper leaves them out; they are left out of both sides."""


def words_of(text: str) -> list[str]:
    """Words as they are compared: lower case, one spelling, digits for numbers, letters joined
    ("A/B" is "ab"), no marks and no fillers."""
    plain = WRITTEN_PAUSE.sub(" ", text).lower().replace("’", "'").replace("%", " percent ")
    plain = BRITISH.sub("iz", re.sub(r"(?<=\d),(?=\d)", "", plain))
    found = re.findall(r"\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)*", plain)
    return joined_letters(joined_numbers([word for word in found if word not in FILLERS]))


def joined_letters(words: Sequence[str]) -> list[str]:
    """Letters in a row as one word."""
    out: list[str] = []
    letters = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and letters:
            out[-1] += word
        else:
            out.append(word)
        letters = single
    return out


def joined_numbers(words: Sequence[str]) -> list[str]:
    """Spoken numbers as digits: "ninety nine" becomes 99, "three hundred" 300."""
    out: list[str] = []
    total: int | None = None
    for word in words:
        if word in NUMBERS:
            if total is not None and joins(total, NUMBERS[word]):
                total += NUMBERS[word]
                continue
            if total is not None:
                out.append(str(total))
            total = NUMBERS[word]
        elif word in {"hundred", "thousand"} and total is not None:
            total *= 100 if word == "hundred" else 1000
        else:
            if total is not None:
                out.append(str(total))
                total = None
            out.append(word)
    return [*out, str(total)] if total is not None else out


def joins(total: int, value: int) -> bool:
    """Whether a number goes on: "twenty" and "five", "one hundred" and "twelve"."""
    return (20 <= total < 100 and total % 10 == 0 and 0 < value < 10) or (
        total >= 100 and total % 100 == 0 and value < 100
    )


def errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Word edit distance."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, word in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != word))
    return row[-1]


def squeezed(text: str) -> str:
    """For finding terms: case, spelling, spaces and hyphens do not count."""
    return re.sub(r"[^a-z0-9]", "", " ".join(words_of(text)))


def terms_in(text: str, vocabulary: Sequence[str]) -> list[str]:
    """The terms of the vocabulary that stand in a text."""
    flat = squeezed(text)
    return [term for term in vocabulary if squeezed(term) in flat]
