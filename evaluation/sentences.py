"""Turns split into spoken units with offsets, and the normalised form the detectors read.

Spoken answers come as clean sentences, as recogniser text without punctuation, and with fillers
and repeated words. All three end as the same kind of unit: a verbatim slice of one turn plus its
normal form (lower case, contractions written out, fillers and stutters left out).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from evaluation.record import Turn

CONFIDENCE_FLOOR = 0.35
"""Recogniser probability (0-1) below which a word is not read: it may be anything."""
LONG_UNIT_WORDS = 38
"""A longer run without a full stop is recogniser text; it is split at connectives."""
SHORT_PIECE_WORDS = 7
"""Splitting at a connective leaves no piece shorter than this, so that a reason keeps its claim."""
QUOTE_WORDS = 18
"""A quote longer than this is cut around the words that matter: it is read and listened to."""

SENTENCE_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n+")
TOKEN = re.compile(r"\S+")
CONNECTIVES = frozenset({"so", "but", "okay", "ok", "then", "now", "also", "anyway", "because"})
CLAUSE_SIGNS = frozenset(",;:.!?-–—")
FILLERS = frozenset({"um", "uh", "er", "erm", "uhm", "hmm", "mm", "ah", "eh", "mhm"})
EXPANSIONS = {
    "can't": "can not", "cant": "can not", "won't": "will not", "wont": "will not",
    "let's": "let us", "id": "i would", "ill": "i will", "im": "i am", "ive": "i have",
    "whats": "what is", "thats": "that is", "theres": "there is", "youre": "you are",
    "weve": "we have", "wed": "we would", "dont": "do not", "doesnt": "does not",
    "didnt": "did not", "isnt": "is not", "arent": "are not", "wouldnt": "would not",
    "couldnt": "could not", "shouldnt": "should not", "wasnt": "was not", "theyre": "they are",
    "havent": "have not", "hasnt": "has not", "gonna": "going to", "wanna": "want to",
}  # fmt: skip
SUFFIXES = (("n't", " not"), ("'d", " would"), ("'ll", " will"), ("'ve", " have"),
            ("'re", " are"), ("'m", " am"))  # fmt: skip
IS_AFTER = frozenset({"that", "it", "what", "there", "here", "who", "where", "how", "he", "she"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence or clause of a turn. `turn.text[start:end] == text`."""

    turn: int
    """`Turn.turn` of the turn it stands in."""
    start: int
    end: int
    text: str
    norm: str
    """What detectors read: lower case, single spaces, punctuation kept."""
    marks: tuple[tuple[int, int, int], ...]
    """Per token kept in `norm`: offset in `norm`, then start and end in the turn's text."""

    @property
    def words(self) -> list[str]:
        """The words of the normal form, without punctuation."""
        return re.findall(r"[a-z0-9][a-z0-9'.%-]*", self.norm)

    def quote(self, match_start: int = 0, match_end: int = 0) -> tuple[int, int]:
        """Start and end in the turn of a quote of at most QUOTE_WORDS around a match in `norm`.

        Whole clauses where they fit, so that a reader sees what is meant; else cut to length.
        """
        count = len(self.marks)
        if count <= QUOTE_WORDS:
            return self.start, self.end
        offsets = [mark[0] for mark in self.marks]
        first = max(0, bisect_right(offsets, match_start) - 1)
        last = max(first, bisect_right(offsets, max(match_start, match_end - 1)) - 1)
        begins = self._clause_begins()
        ends = [begin - 1 for begin in begins[1:]] + [count - 1]
        spans = [
            (begin, end)
            for begin in begins
            for end in ends
            if begin <= first and last <= end < begin + QUOTE_WORDS
        ]
        if spans:
            begin, end = max(spans, key=lambda span: (span[1] - span[0], -span[0]))
            return self.marks[begin][1], self.marks[end][2]
        spare = max(0, QUOTE_WORDS - (last - first + 1))
        first = max(0, first - spare // 2)
        last = min(count - 1, max(last, first + QUOTE_WORDS - 1))
        return self.marks[first][1], self.marks[last][2]

    def _clause_begins(self) -> list[int]:
        """Tokens with which a clause begins: after a comma or the like, or at a connective."""
        texts = [
            self.norm[mark[0] : following[0]].strip()
            for mark, following in pairwise([*self.marks, (len(self.norm), 0, 0)])
        ]
        return [0] + [
            n
            for n in range(1, len(texts))
            if texts[n - 1][-1:] in CLAUSE_SIGNS or texts[n] in CONNECTIVES
        ]


def units_of(turn: Turn) -> list[Unit]:
    """The units of one turn, in order; none when the turn holds no word."""
    doubtful = doubtful_spans(turn)
    units = []
    for start, end in spans(turn.text):
        text = turn.text[start:end]
        norm, marks = normalise(text, start, doubtful)
        if norm:
            units.append(Unit(turn.turn, start, end, text, norm, marks))
    return units


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of sentences; a run without punctuation is split at connectives."""
    position = 0
    ends = [match.end() for match in SENTENCE_END.finditer(text)] + [len(text)]
    for end in ends:
        tokens = [(m.start() + position, m.end() + position, m.group())
                  for m in TOKEN.finditer(text[position:end])]  # fmt: skip
        position = end
        if not tokens:
            continue
        begin = 0
        for i, (_, _, token) in enumerate(tokens):
            starts_piece = token.lower().strip(",;:") in CONNECTIVES
            if (
                len(tokens) > LONG_UNIT_WORDS
                and starts_piece
                and i - begin >= SHORT_PIECE_WORDS
                and len(tokens) - i >= SHORT_PIECE_WORDS
            ):
                yield tokens[begin][0], tokens[i - 1][1]
                begin = i
        yield tokens[begin][0], tokens[-1][1]


def normalise(
    text: str, offset: int = 0, doubtful: tuple[tuple[int, int], ...] = ()
) -> tuple[str, tuple[tuple[int, int, int], ...]]:
    """The normal form of `text` and, per kept token, where it stands.

    `offset` is added to the offsets in the turn; tokens overlapping a `doubtful` span are left out.
    """
    parts: list[str] = []
    marks: list[tuple[int, int, int]] = []
    bares: list[str] = []
    length = 0
    for match in TOKEN.finditer(text):
        start, end = match.start() + offset, match.end() + offset
        if any(start < stop and begin < end for begin, stop in doubtful):
            continue
        token = match.group().lower().replace("’", "'").replace("‘", "'")
        token = token.replace("“", '"').replace("”", '"')
        bare = token.strip(".,;:!?\"'()[]-–—…")
        if not bare or bare in FILLERS:
            continue
        if bares and bare == bares[-1]:
            marks[-1] = (marks[-1][0], marks[-1][1], end)
            continue
        if len(bares) >= 3 and [bares[-1], bare] == bares[-3:-1]:  # "is it, is it for"
            for _ in range(2):
                length -= len(parts.pop()) + 1
                start = marks.pop()[1]
                bares.pop()
        bares.append(bare)
        expanded = token.replace(bare, expand(bare), 1)
        marks.append((length, start, end))
        parts.append(expanded)
        length += len(expanded) + 1
    return " ".join(parts), tuple(marks)


def expand(word: str) -> str:
    """A contraction written out, so that one pattern matches spoken and careful wording."""
    if word in EXPANSIONS:
        return EXPANSIONS[word]
    for suffix, full in SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix):
            return word[: -len(suffix)] + full
    if word.endswith("'s") and word[:-2] in IS_AFTER:
        return word[:-2] + " is"
    return word


def doubtful_spans(turn: Turn) -> tuple[tuple[int, int], ...]:
    """Where in the turn's text the words stand that the recogniser was not sure of."""
    if not any(word.confidence < CONFIDENCE_FLOOR for word in turn.words):
        return ()
    found: list[tuple[int, int]] = []
    position = 0
    for word in turn.words:
        needle = word.word.strip()
        at = turn.text.lower().find(needle.lower(), position) if needle else -1
        if at < 0:
            continue
        position = at + len(needle)
        if word.confidence < CONFIDENCE_FLOOR:
            found.append((at, position))
    return tuple(found)
