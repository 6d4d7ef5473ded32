"""A fact that the candidate gives back wrongly: "as you said, we have thirty milliseconds".

Who names the other as the source of a figure says what they believe they heard. When nothing that
was told holds such a figure, the two have to be put side by side, whatever the figure is about; and
when nothing like it was told at all, we say that it did not come from us.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.clauses import Span, clauses, sentences
from agent.outdated import figures
from agent.quantities import FIGURE, Dimension, Quantity, number_of
from agent.reading import Contradiction
from agent.saying_back import LEAST_WORDS, without_link
from agent.wording import content_words, plain

ATTRIBUTED = re.compile(
    r"\b(?:you(?:['’]ve)? (?:have |had |just |also |already )*(?:said|told (?:me|us)|mentioned|"
    r"gave (?:me|us)|stated)|according to you|your (?:figure|number)s? (?:of|was|were|is|are))\b",
    re.IGNORECASE,
)
TAKES_BACK = re.compile(
    r"\b(?:sorry|i (?:meant|misspoke|mixed|confused|was wrong)|correct(?:ion| myself)|my mistake|"
    r"i take (?:that|it) back|apologies)\b"
)
WORKED_OUT = re.compile(
    r"\b(?:so|then|therefore|thus|means?|if|when|would|will|could|should|i|my|roughly|about)\b"
)
"""Between "you said" and a figure: the figure may be the candidate's own."""
IN_WORDS: dict[Dimension, re.Pattern[str]] = {
    "time": re.compile(
        r"\b(?:half an?|quarter of an?|couple of|few|several|one|every|each|(?:within|under|over|"
        r"than|after|takes?|lasts?|for) an?) "
        r"(?:second|minute|hour|day|night|week|month|quarter|year)s?\b"
        r"|\b(?:hourly|daily|nightly|weekly|monthly|yearly)\b"
    ),
    "share": re.compile(
        r"\b(?:half|thirds?|quarters?|fifths?|tenths?|in (?:ten|twenty|a (?:hundred|thousand))|"
        r"out of|every \w+th|one in)\b"
    ),
    "rate": re.compile(r"\b(?:half|twice|double|thrice|times|third|quarter)\b"),
    "money": re.compile(r"\b(?:half|twice|double|times|third|quarter|cents?)\b"),
    "count": re.compile(
        r"\b(?:half|twice|double|dozen|couple|few|several|hundreds|thousands|millions|two|three|"
        r"four|five|six|seven|eight|nine)\b"
    ),
}
"""How amounts are told without a figure that is read."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SAME_FACTOR = 1.3
"""Figures within this factor are the same, rounded or remembered."""


def misquoted(
    text: str, released: Mapping[str, str], ours: Sequence[str] = ()
) -> tuple[Contradiction, ...]:
    """Figures that `text` ascribes to us, and that no fact told so far (id -> words) holds.

    `ours`: everything we have said. Without a statement to put beside it `before` is empty.
    """
    found: list[Contradiction] = []
    for sentence in sentences(text):
        if sentence.asks or not ATTRIBUTED.search(plain(sentence.text)):
            continue
        for clause in (c for c in clauses(text) if inside(sentence, c) and not c.asks):
            mine = figures(clause.text)
            if not mine or any(told(figure, released) for figure in mine):
                continue
            against = nearest(clause.text, mine[0], released)
            if against is not None:
                now = claimed(clause.text)
                found.append(Contradiction(now=now, before=against[1], fact_id=against[0]))
            elif names_us(sentence, clause) and never_said(
                clause.text, [*released.values(), *ours]
            ):
                found.append(Contradiction(now=claimed(clause.text), before=""))
    return tuple(found)


def names_us(sentence: Span, clause: Span) -> bool:
    """Whether a clause is what was ascribed, and nothing worked out from it further on."""
    source = ATTRIBUTED.search(sentence.text)
    if source is None or clause.end <= sentence.start + source.end():
        return False
    between = sentence.text[source.end() : max(source.end(), clause.start - sentence.start)]
    first = figures(clause.text)[0]
    up_to_it = sentence.text[source.end() : clause.start - sentence.start + first.start]
    return not re.search(r"\w", between) and not WORKED_OUT.search(plain(up_to_it))


def never_said(words: str, ours: Sequence[str]) -> bool:
    """True when none of the figures in `words` stands in `ours`, in whatever unit or wording."""
    ours_together = " ".join(ours)
    mine = figures(words)
    known = {number_of(match) for match in FIGURE.finditer(ours_together)}
    if known & {number_of(match) for match in FIGURE.finditer(words)}:
        return False
    if any(
        same_kind(q, other) and close(q, other) for q in mine for other in figures(ours_together)
    ):
        return False
    # "Half a second" is no figure, "you said 500 milliseconds" is right all the same.
    return not any(IN_WORDS[q.dimension].search(plain(ours_together)) for q in mine)


def taken_back(text: str, held: str) -> bool:
    """Whether `text` is a correction to a figure of `held`, what it was held against.

    People say the bare number then: "sorry, 180".
    """
    if not TAKES_BACK.search(plain(text)):
        return False
    numbers = set(NUMBER.findall(text)) & set(NUMBER.findall(held))
    pairs = ((mine, other) for mine in figures(text) for other in figures(held))
    return bool(numbers) or any(same_kind(*pair) and close(*pair) for pair in pairs)


def close(one: Quantity, other: Quantity) -> bool:
    """The same value, rounded or remembered."""
    return bool(other.value) and 1 / SAME_FACTOR <= one.value / other.value <= SAME_FACTOR


def claimed(clause: str) -> str:
    """The words without "as you said" before them, where enough is left to be quoted."""
    source = ATTRIBUTED.search(clause)
    rest = re.sub(r"^[\s,:]*(?:that\s+)?", "", clause[source.end() :]) if source else ""
    return without_link(rest if len(rest.split()) >= LEAST_WORDS else clause)


def inside(outer: Span, inner: Span) -> bool:
    """True when `inner` lies inside `outer`."""
    return outer.start <= inner.start and inner.end <= outer.end


def told(quantity: Quantity, released: Mapping[str, str]) -> bool:
    """Whether a fact holds this figure, about whatever."""
    return any(
        same_kind(quantity, other) and close(quantity, other)
        for say in released.values()
        for other in figures(say)
    )


def nearest(clause: str, quantity: Quantity, released: Mapping[str, str]) -> tuple[str, str] | None:
    """Id and words of the told statement with such a figure that shares most words with `clause`.

    None when there is none that shares any: then it is not known what was meant.
    """
    words = set(content_words(clause))
    unit = unit_of(quantity, clause)
    shared = [
        (len(words & set(content_words(part.text))), unit == unit_of(other, part.text), fact_id, n)
        for fact_id, say in released.items()
        for n, part in enumerate(clauses(say))
        for other in figures(part.text)
        if same_kind(quantity, other)
    ]
    about = {each[2] for each in shared if each[0]}  # Facts that share a word at all.
    shared = [each for each in shared if each[2] in about]
    if not shared:
        return None
    _, _, fact_id, place = max(shared, key=lambda each: (each[1], each[0]))
    return fact_id, clauses(released[fact_id])[place].text


def unit_of(quantity: Quantity, text: str) -> str:
    """The last word of a figure as it was said: "second" of "230 a second"."""
    return text[quantity.start : quantity.end].rsplit(maxsplit=1)[-1].rstrip("s")


def same_kind(one: Quantity, other: Quantity) -> bool:
    """Both times, both shares, both rates, or counts of the same things."""
    if one.dimension != other.dimension:
        return False
    return one.dimension not in {"count", "rate"} or not (
        one.noun and other.noun and one.noun.rstrip("s") != other.noun.rstrip("s")
    )
