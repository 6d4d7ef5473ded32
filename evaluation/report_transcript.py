"""A turn's text cut into pieces: evidence marked, words the recogniser was unsure about marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evaluation.record import Turn
from evaluation.sentences import CONFIDENCE_FLOOR


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the same marks."""

    text: str
    criteria: tuple[str, ...] = ()
    """Names of the criteria this is evidence for."""
    codes: tuple[str, ...] = ()
    """Their short names: C1, S2."""
    target: str = ""
    """Place in the page of the first of them."""
    unsure: bool = False
    """The recogniser was unsure about this word; it never counts against the candidate."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote to mark."""

    quote: str
    name: str
    """Name of the criterion."""
    code: str
    target: str
    """Place of the criterion in the page."""


def view_text(turn: Turn, evidence: Sequence[Cited]) -> tuple[tuple[Piece, ...], int]:
    """The pieces of a turn, joined giving its text, and the number of unsure words.

    A quote that does not stand in the text verbatim is not marked.
    """
    marks = [
        (start, start + len(each.quote), each)
        for each in evidence
        if each.quote and (start := turn.text.find(each.quote)) >= 0
    ]
    unsure = unsure_spans(turn)
    edges = {0, len(turn.text)}
    edges |= {edge for start, end, _ in marks for edge in (start, end)}
    edges |= {edge for span in unsure for edge in span}
    pieces = []
    for start, end in pairwise(sorted(edges)):
        over = [cited for first, last, cited in marks if first <= start and end <= last]
        pieces.append(
            Piece(
                turn.text[start:end],
                criteria=tuple(dict.fromkeys(cited.name for cited in over)),
                codes=tuple(dict.fromkeys(cited.code for cited in over)),
                target=over[0].target if over else "",
                unsure=any(first <= start and end <= last for first, last in unsure),
            )
        )
    return tuple(pieces), len(unsure)


def unsure_spans(turn: Turn) -> list[tuple[int, int]]:
    """Character spans of the words below the recogniser's floor, found in order in the text."""
    spans, cursor, lower = [], 0, turn.text.lower()
    for word in turn.words:
        wanted = word.word.strip().lower()
        start = lower.find(wanted, cursor) if wanted else -1
        if start < 0 or len(lower) != len(turn.text):
            continue
        cursor = start + len(wanted)
        if word.confidence < CONFIDENCE_FLOOR:
            spans.append((start, cursor))
    return spans
