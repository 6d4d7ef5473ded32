"""Misheard words put right: the correction stands beside what was heard, never in its place.

`corrections.jsonl` holds one `Correction` a line; of several for a turn the last one counts. What
the recogniser heard stays in `turns.jsonl` as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from pydantic import BaseModel, ConfigDict, Field

from evaluation.record import Turn, Word
from evaluation.sentences import CONFIDENCE_FLOOR, doubtful_spans

VOUCHED = 1.0
"""Confidence of a word that the user has put right or confirmed."""
TOKEN = re.compile(r"\S+")
EDGES = re.compile(r"^(?P<before>[^\w]*)(?P<word>.*?)(?P<after>[^\w%]*)$", re.DOTALL)
"""A word with the punctuation around it."""


class Correction(BaseModel):
    """One line of `corrections.jsonl`."""

    model_config = ConfigDict(frozen=True)

    turn: int = Field(ge=0, description="Index of the turn.")
    made: datetime = Field(description="UTC.")
    heard: str = Field(description="The turn's text as it was recognised; it must still be that.")
    text: str = Field(description="The turn's text now.")
    words: tuple[Word, ...] = Field(default=(), description="The words of `text` with times.")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A word of a turn as `viva correct` lists it."""

    number: int
    """Counted from 1."""
    text: str
    """With the punctuation at it."""
    unsure: bool
    """The recogniser was below its floor of confidence."""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words put right."""

    heard: str
    """Empty where words were added."""
    now: str
    """Empty where words were taken out."""


def numbered(turn: Turn) -> tuple[Numbered, ...]:
    """The words of a turn with their numbers."""
    doubtful = doubtful_spans(turn)
    return tuple(
        Numbered(
            number,
            each.group(),
            any(start < each.end() and each.start() < end for start, end in doubtful),
        )
        for number, each in enumerate(TOKEN.finditer(turn.text), start=1)
    )


def with_words(turn: Turn, changes: Mapping[tuple[int, int], str]) -> Turn:
    """`turn` with words replaced: (first, last) number, counted from 1 → what was said.

    Punctuation around a replaced word stays; an empty replacement takes the words out. A word
    replaced by itself is confirmed. Raises ValueError for a number the turn does not have.
    """
    tokens = TOKEN.findall(turn.text)
    said: list[tuple[str, bool]] = [(token, False) for token in tokens]
    for (first, last), replacement in sorted(changes.items(), reverse=True):
        if not 1 <= first <= last <= len(tokens):
            raise ValueError(f"the turn has words 1 to {len(tokens)}")
        kept = edged(tokens[first - 1], tokens[last - 1], replacement)
        said[first - 1 : last] = [(token, True) for token in TOKEN.findall(kept)]
    return retimed(
        turn, [token for token, _ in said], {i for i, (_, own) in enumerate(said) if own}
    )


def with_text(turn: Turn, text: str) -> Turn:
    """`turn` saying `text`; every word of it is vouched for."""
    tokens = TOKEN.findall(text)
    return retimed(turn, tokens, set(range(len(tokens))))


def with_edit(turn: Turn, text: str) -> Turn:
    """`turn` saying `text`, of which only the words that differ are vouched for."""
    before, after = TOKEN.findall(turn.text), TOKEN.findall(text)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changed = {
        index
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind != "equal"
        for index in range(first, last)
    }
    return retimed(turn, after, changed) if before != after else turn


def edged(first: str, last: str, replacement: str) -> str:
    """`replacement` with the punctuation that stood around what it replaces."""
    replacement = replacement.strip()
    before, after = EDGES.match(first), EDGES.match(last)
    if not replacement or before is None or after is None:
        return replacement
    own = EDGES.match(replacement)
    lead = "" if own and own["before"] else before["before"]
    tail = "" if own and own["after"] else after["after"]
    return f"{lead}{replacement}{tail}"


def retimed(turn: Turn, tokens: Sequence[str], vouched: set[int]) -> Turn:
    """`turn` with other words; unchanged ones keep their times, new ones share those they replace.

    `vouched`: indices of tokens the user stands for, which the recogniser can no longer doubt.
    """
    text = " ".join(tokens)
    if not turn.words:
        return turn.model_copy(update={"text": text})
    old = [bare(word.word) for word in turn.words]
    words: list[Word] = []
    matcher = SequenceMatcher(None, old, [bare(token) for token in tokens], autojunk=False)
    for kind, i, j, first, last in matcher.get_opcodes():
        if kind == "equal":
            words += [
                same.model_copy(update={"word": token, "confidence": VOUCHED})
                if index in vouched
                else same.model_copy(update={"word": token})
                for same, token, index in zip(
                    turn.words[i:j], tokens[first:last], range(first, last), strict=True
                )
            ]
        elif first < last:
            words += spread(tokens[first:last], *stretch(turn.words, i, j))
    return turn.model_copy(update={"text": text, "words": tuple(words)})


def stretch(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    """The time of words[first:last]; of none, the moment between their neighbours."""
    if first < last:
        return words[first].start_ms, words[last - 1].end_ms
    at = words[first - 1].end_ms if first else words[0].start_ms
    return at, at


def spread(tokens: Sequence[str], start_ms: int, end_ms: int) -> list[Word]:
    """New words over a stretch of time, evenly."""
    step = (end_ms - start_ms) / len(tokens)
    return [
        Word(
            word=token,
            start_ms=round(start_ms + i * step),
            end_ms=round(start_ms + (i + 1) * step),
            confidence=VOUCHED,
        )
        for i, token in enumerate(tokens)
    ]


def bare(word: str) -> str:
    """A word without punctuation and case, for comparing."""
    return re.sub(r"[^\w%]+", "", word).lower() or word.strip()


def applied(turns: Sequence[Turn], corrections: Iterable[Correction]) -> tuple[Turn, ...]:
    """`turns` as the user put them right.

    A correction of words the turn no longer holds is passed over: a turn may have gone on after it.
    """
    latest = {each.turn: each for each in corrections}
    return tuple(put_right(turn, latest.get(turn.turn)) for turn in turns)


def put_right(turn: Turn, correction: Correction | None) -> Turn:
    """`turn` with its correction, where there is one that belongs to these words."""
    if correction is None or correction.heard != turn.text:
        return turn
    return turn.model_copy(update={"text": correction.text, "words": correction.words})


def changes(heard: str, now: str) -> tuple[Change, ...]:
    """Which words were put right, in order."""
    before, after = TOKEN.findall(heard), TOKEN.findall(now)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Change(" ".join(before[i:j]), " ".join(after[first:last]))
        for kind, i, j, first, last in matcher.get_opcodes()
        if kind != "equal"
    )


def unsure_words(turn: Turn) -> int:
    """How many words of a turn the recogniser was unsure about."""
    return sum(word.confidence < CONFIDENCE_FLOOR for word in turn.words)
