"""Evidence: words of the candidate found again in the transcript, with the second to listen to.

A quote counts only when code finds it in a candidate turn. Matching ignores case, punctuation,
spacing and typography; what is returned is always the verbatim part of the turn.
"""

from __future__ import annotations

import difflib
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.record import Turn, Word
from evaluation.result import Evidence
from evaluation.sentences import CONFIDENCE_FLOOR, spans
from evaluation.tampering import is_addressed_to_grader

TERM_LETTERS = 5
"""Letters from which a word counts as one that a finding may rest on."""
LOW_CONFIDENCE = 0.5
"""Mean probability (0-1) of a quote's words below which the quote is marked as poorly recognised.
A starting value: Whisper's word probabilities of wrong words lie mostly below it."""

MIN_QUOTE_WORDS = 4
"""Shorter quotes show too little, unless the whole turn is no longer."""

MAX_POINTS_PER_QUOTE = 2
"""One sentence may show this many points; more means that the judge waves one quote about."""

MAX_SENTENCE_WORDS = 45
"""Recognised speech without punctuation is cut into pieces of at most this many words."""

_WORD = re.compile(r"[^\W_]+(?:['’ʼ‘`´][^\W_]+)*")
_APOSTROPHES = re.compile(r"['’ʼ‘`´]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: `text[start:end]`, and the form under which it is compared."""

    norm: str
    start: int
    end: int


@functools.lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text` with their character positions; punctuation is no word.

    Cached: every quote of a turn is looked for in the same text.
    """
    return _tokens_of(text)


def _tokens_of(text: str) -> tuple[Token, ...]:
    """As `tokens`, without a place in its cache."""
    return tuple(
        Token(
            _APOSTROPHES.sub("", unicodedata.normalize("NFKC", match[0])).casefold(),
            match.start(),
            match.end(),
        )
        for match in _WORD.finditer(text)
    )


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` in order, each a verbatim part of it and with a word in it.

    Built on `sentences.spans`; pieces still longer than MAX_SENTENCE_WORDS words are cut, because
    speech may come without punctuation and without connectives.
    """
    return tuple(
        short.strip()
        for start, end in spans(text)
        for short in _short_pieces(text[start:end])
        if any(char.isalnum() for char in short)
    )


def _short_pieces(piece: str) -> list[str]:
    """`piece` cut before every MAX_SENTENCE_WORDS-th word."""
    words = tokens(piece)
    cuts = [words[i].start for i in range(MAX_SENTENCE_WORDS, len(words), MAX_SENTENCE_WORDS)]
    edges = [0, *cuts, len(piece)]
    return [piece[a:b] for a, b in itertools.pairwise(edges)]


def find_quote(turn: Turn, quote: str, point: str = "") -> Evidence | None:
    """`quote` as evidence from `turn`, or None when it is not among the candidate's words.

    The returned quote is a verbatim part of `turn.text`. Times come from the turn's words, else in
    proportion from the turn's own times, else they are None. Where the words stand more than once,
    the first place is taken.
    """
    if turn.speaker != "candidate":
        return None
    place = _locate(turn.text, quote)
    if place is None:
        return None
    text, first, last, start, end = place
    spoken = _words_of(turn, text, first, last)
    begin_ms, end_ms = _times(turn, spoken, start, end)
    return Evidence(
        turn=turn.turn,
        quote=turn.text[start:end],
        start_ms=begin_ms,
        end_ms=end_ms,
        point=point,
        low_confidence=doubtful(spoken),
    )


def doubtful(spoken: Sequence[Word]) -> bool:
    """Whether a finding on these words may not be one: unsure as a whole, or of a word in them that
    carries meaning."""
    if not spoken:
        return False
    mean = sum(word.confidence for word in spoken) / len(spoken)
    return mean < LOW_CONFIDENCE or any(
        word.confidence < CONFIDENCE_FLOOR and carries(word.word) for word in spoken
    )


def carries(word: str) -> bool:
    """Whether a word is long enough to be a term, or a number.

    Recognisers are often unsure of "and" and "so", and nothing rests on them.
    """
    return sum(map(str.isalpha, word)) >= TERM_LETTERS or any(map(str.isdigit, word))


def verbatim_part(text: str, part: str) -> str | None:
    """The words of `part` as they stand in `text`, or None; matching as in `find_quote`."""
    place = _locate(text, part)
    return text[place[3] : place[4]] if place else None


def _locate(text: str, part: str) -> tuple[tuple[Token, ...], int, int, int, int] | None:
    """The tokens of `text`, the range of them that says `part`, and its characters."""
    words, asked = tokens(text), tokens(part)
    first = _find([token.norm for token in asked], [token.norm for token in words])
    if first is None:
        return None
    last = first + len(asked)
    start, end = _with_signs(text, words[first].start, words[last - 1].end, part, asked)
    return words, first, last, start, end


def _find(wanted: Sequence[str], norms: Sequence[str]) -> int | None:
    """Where `wanted` begins as a contiguous run of `norms`."""
    if not wanted:
        return None
    for i in range(len(norms) - len(wanted) + 1):
        if norms[i] == wanted[0] and list(norms[i : i + len(wanted)]) == list(wanted):
            return i
    return None


def _with_signs(
    text: str, start: int, end: int, quote: str, asked: Sequence[Token]
) -> tuple[int, int]:
    """`start` and `end` moved over signs the quote has too: a closing "%" or "?" is no word."""
    before, after = quote[: asked[0].start].strip(), quote[asked[-1].end :].strip()
    if before and text[:start].rstrip().endswith(before):
        start = text.rindex(before, 0, start)
    if after and text[end:].lstrip().startswith(after):
        end = text.index(after, end) + len(after)
    return start, end


@functools.lru_cache(maxsize=32)
def _owners(words: tuple[Word, ...]) -> tuple[tuple[str, Word], ...]:
    """Each token of the recognised words with its word; cached, every quote of a turn asks."""
    return tuple((token.norm, word) for word in words for token in _tokens_of(word.word))


def _words_of(turn: Turn, text: Sequence[Token], first: int, last: int) -> list[Word]:
    """The recognised words behind `text[first:last]`.

    Text and words agree word for word unless a word was corrected by hand; then they are aligned,
    and a part whose words were all replaced has none.
    """
    owners = _owners(turn.words)
    norms, spoken = [token.norm for token in text], [norm for norm, _ in owners]
    if norms == spoken:
        covered = range(first, last)
    else:
        matcher = difflib.SequenceMatcher(None, norms, spoken, autojunk=False)
        pairs = {
            block.a + k: block.b + k
            for block in matcher.get_matching_blocks()
            for k in range(block.size)
        }
        hits = [pairs[i] for i in range(first, last) if i in pairs]
        covered = range(min(hits), max(hits) + 1) if hits else range(0)
    unique: list[Word] = []
    for i in covered:
        if not unique or unique[-1] is not owners[i][1]:
            unique.append(owners[i][1])
    return unique


def _times(
    turn: Turn, spoken: Sequence[Word], start: int, end: int
) -> tuple[int | None, int | None]:
    """Begin and end of the quote on the session clock, milliseconds."""
    if spoken:
        return spoken[0].start_ms, spoken[-1].end_ms
    if turn.start_ms is None or turn.end_ms is None or not turn.text:
        return None, None
    span, length = turn.end_ms - turn.start_ms, len(turn.text)
    return turn.start_ms + span * start // length, turn.start_ms + span * end // length


def valid_quotes(quotes: Iterable[Evidence], turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    """The quotes that may stand as evidence, in order, with times and text from the transcript.

    Dropped: what is not in the named candidate turn, what has fewer than MIN_QUOTE_WORDS words in a
    longer turn, what talks to the grader, and any quote for its third and further points.
    `turns` may be part of an interview; `Evidence.turn` is compared with `Turn.turn`.
    """
    by_index = {turn.turn: turn for turn in turns}
    points_of: dict[tuple[int, str], set[str]] = {}
    kept = []
    for quote in quotes:
        turn = by_index.get(quote.turn)
        found = find_quote(turn, quote.quote, quote.point) if turn else None
        if turn is None or found is None or is_addressed_to_grader(found.quote):
            continue
        words = [token.norm for token in tokens(found.quote)]
        if len(words) < min(MIN_QUOTE_WORDS, len(tokens(turn.text))):
            continue
        points = points_of.setdefault((turn.turn, " ".join(words)), set())
        if found.point not in points and len(points) >= MAX_POINTS_PER_QUOTE:
            continue
        points.add(found.point)
        kept.append(found)
    return tuple(kept)
