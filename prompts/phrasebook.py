"""What the offline interviewer says: templates by tone, filled strictly, never the same twice.

    1. Fill every template of the key, the tone's own ones before the neutral ones.
    2. Drop what was said before; among the rest take a frame that was not heard yet.
    3. Nothing left: put an opener ("Right.") in front, then two.

A tone changes warmth and pressure only. Every tone says the same things about the same slots.
"""

from __future__ import annotations

import functools
import itertools
import random
import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import NamedTuple, get_args

from pydantic import Field, model_validator

from prompts.errors import VivaError
from prompts.persona import Tone
from prompts.phrase_keys import (
    ASKING,
    OPTIONAL_SLOTS,
    PHRASE_KEYS,
    REPLYING,
    SLOTS,
    OpenerKind,
    PhraseKey,
)
from prompts.rubric import Strict
from prompts.yaml_file import load_yaml

QUOTED = frozenset({"hook", "before", "now", "line"})
"""Slots that hold the candidate's words inside quotation marks: end punctuation is cut off."""

SHORT_SENTENCE_WORDS = 3
"""Sentences up to this length ("Okay.", "Go on.") may be said again inside of another utterance."""
MAX_SPOKEN_WORDS = 35
"""An utterance longer than this (words) is chosen only when no shorter wording is left."""


class PhrasesExhausted(VivaError):
    """Every wording of a key was said already, openers included."""


class Wording(NamedTuple):
    """One thing that could be said."""

    text: str
    frame: str
    """The template behind `text`, without openers."""
    reserve: bool
    """True when it is used only after the others."""


class Phrasebook(Strict):
    """The templates of one tone."""

    tone: Tone
    openers: dict[OpenerKind, tuple[str, ...]] = Field(
        description="Short sentences put in front of a template once every template was used."
    )
    phrases: dict[PhraseKey, tuple[str, ...]] = Field(description="Templates by key.")
    reserve: Phrasebook | None = Field(
        default=None, description="Serves when this tone's own templates were heard; not in files."
    )

    @model_validator(mode="after")
    def whole(self) -> Phrasebook:
        """Every key is there, and its templates hold its slots and no others."""
        for kind in get_args(OpenerKind):
            if not self.openers.get(kind):
                raise ValueError(f"openers: {kind!r} is missing")
        for key in PHRASE_KEYS:
            if not self.phrases.get(key):
                raise ValueError(f"phrases: {key!r} is missing")
            for template in self.phrases[key]:
                check_template(key, template)
        return self

    def pick(
        self,
        key: PhraseKey,
        used: Collection[str],
        seed: int,
        words_before: int = 0,
        /,
        **slots: str | int,
    ) -> str:
        """One utterance for `key` that is not in `used`; the same arguments give the same one.

        `used` holds what was said before; letter case and punctuation make no difference.
        `words_before` are said in the same breath and count against its length. Raises TypeError
        when a slot is missing or unknown to the key, PhrasesExhausted when all that can be
        composed was said.
        """
        values = clean_slots(key, slots)
        said = {normalise(sentence) for sentence in used}
        chance = random.Random(f"{seed}/{key}/{len(said)}")
        known = Heard.of(used, values.values(), words_before)
        best: list[Wording] = []
        for openers in (0, 1, 2):
            wordings = self.wordings(key, values, openers)
            fresh = [wording for wording in wordings if normalise(wording.text) not in said]
            if fresh:
                best.append(best_of(fresh, known, chance))
                if not known.again(best[-1].text):
                    break
        if not best:
            raise PhrasesExhausted(f"every wording of {key!r} was said already")
        return min(best, key=lambda wording: known.again(wording.text)).text

    def wordings(
        self, key: PhraseKey, values: Mapping[str, str], openers: int
    ) -> Iterator[Wording]:
        """Every template whose slots all have values, filled, behind so many openers.

        An optional slot that was given is wanted: templates without it come as reserve.
        """
        wanted = OPTIONAL_SLOTS.get(key, frozenset()) & set(values)
        leads = self.openers[opener_kind(key)]
        for book in (self, self.reserve):
            for frame in book.phrases[key] if book else ():
                if not slots_of(frame) <= set(values):
                    continue
                reserve = book is not self or not wanted <= slots_of(frame)
                body = fill(frame, values)
                for chosen in itertools.permutations(leads, openers):
                    if not any(starts_alike(lead, frame) for lead in chosen):
                        yield Wording(" ".join((*chosen, body)), frame, reserve)


class Heard(NamedTuple):
    """What was heard before an utterance is chosen."""

    said: frozenset[str]
    """Utterances, normalised."""
    parts: frozenset[str]
    """Their sentences that one would notice, less those that have to be said now."""
    words_before: int
    """Words said in the same breath, or still to be said in it."""

    @classmethod
    def of(cls, used: Collection[str], values: Iterable[str], words_before: int) -> Heard:
        """`values` fill the slots: their sentences may come again."""
        fixed = {part for value in values for part in long_sentences(value)}
        parts = {part for sentence in used for part in long_sentences(sentence)}
        said = frozenset(normalise(sentence) for sentence in used)
        return cls(said, frozenset(parts - fixed), words_before)

    def again(self, text: str) -> int:
        """How many noticeable sentences of `text` were heard."""
        return sum(part in self.parts for part in long_sentences(text))

    def too_long(self, text: str) -> int:
        """Words beyond what is said in one breath."""
        return max(0, self.words_before + len(text.split()) - MAX_SPOKEN_WORDS)


def best_of(fresh: list[Wording], known: Heard, chance: random.Random) -> Wording:
    """The one to say: no sentence of it heard, short enough, its frame heard least; then chance.

    Of two equal ones the one of the own tone. Sentences of a few words may come again.
    """
    times = {frame: heard(frame, known.said) for frame in {wording.frame for wording in fresh}}

    def rank(wording: Wording) -> tuple[int, int, int, bool, float]:
        again, too_long = known.again(wording.text), known.too_long(wording.text)
        return (again, too_long, times[wording.frame], wording.reserve, chance.random())

    return min(fresh, key=rank)


@functools.lru_cache(maxsize=8192)
def long_sentences(text: str) -> tuple[str, ...]:
    """The sentences of an utterance that one would notice a second time, normalised."""
    parts = re.split(r"(?<=[.?!])\s+", text.strip())
    return tuple(normalise(part) for part in parts if len(part.split()) > SHORT_SENTENCE_WORDS)


def heard(template: str, said: Iterable[str]) -> int:
    """How many sentences in `said` (normalised) hold the template's fixed words, in their order.

    Plain searching instead of a pattern: several slots in a row make a pattern backtrack for
    seconds. A template without fixed words counts as never heard.
    """
    fixed = fixed_words(template)
    if not fixed:
        return 0
    return sum(1 for sentence in said if holds_in_order(f" {sentence} ", fixed))


def holds_in_order(sentence: str, fixed: Iterable[str]) -> bool:
    """Whether the word groups stand in the sentence (blanks around both) one after another."""
    place = 0
    for group in fixed:
        found = sentence.find(group, place)
        if found < 0:
            return False
        place = found + len(group) - 1
    return True


@functools.lru_cache(maxsize=4096)
def fixed_words(template: str) -> tuple[str, ...]:
    """The words between the slots, normalised, one group per gap, blanks around each."""
    literals = (normalise(text) for text, _, _, _ in string.Formatter().parse(template))
    return tuple(f" {text} " for text in literals if text)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its slots filled; "1 minutes" becomes "1 minute"."""
    text = template.format_map(values)
    return re.sub(r"\b(1|one) minutes\b", r"\1 minute", text)


def clean_slots(key: PhraseKey, slots: Mapping[str, str | int]) -> dict[str, str]:
    """The slot values as text; TypeError when they are not the slots of `key`."""
    needed, allowed = SLOTS.get(key, frozenset()), OPTIONAL_SLOTS.get(key, frozenset())
    missing, unknown = needed - set(slots), set(slots) - needed - allowed
    if missing:
        raise TypeError(f"phrase {key!r} needs the slot {sorted(missing)[0]!r}")
    if unknown:
        raise TypeError(f"phrase {key!r} has no slot {sorted(unknown)[0]!r}")
    values = {name: " ".join(str(value).split()) for name, value in slots.items()}
    empty = sorted(name for name, value in values.items() if not value)
    if empty:
        raise TypeError(f"phrase {key!r}: the slot {empty[0]!r} is empty")
    return {
        name: value.rstrip(" .,;:!?…") or value if is_quoted(key, name) else value
        for name, value in values.items()
    }


def is_quoted(key: PhraseKey, slot: str) -> bool:
    """Whether the slot stands inside quotation marks in every template of the key."""
    return slot in QUOTED or (key == "reconcile_fact" and slot == "fact")


def check_template(key: PhraseKey, template: str) -> None:
    """ValueError when the template's slots are not the key's."""
    try:
        found = slots_of(template)
    except ValueError as error:
        raise ValueError(f"phrases: {key}: {template!r} ({error})") from error
    needed, allowed = SLOTS.get(key, frozenset()), OPTIONAL_SLOTS.get(key, frozenset())
    if missing := needed - found:
        raise ValueError(f"phrases: {key}: {template!r} lacks {{{sorted(missing)[0]}}}")
    if unknown := found - needed - allowed:
        raise ValueError(f"phrases: {key}: {template!r} has no slot {{{sorted(unknown)[0]}}}")


@functools.lru_cache(maxsize=4096)
def slots_of(template: str) -> frozenset[str]:
    """The slot names in a template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def opener_kind(key: PhraseKey) -> OpenerKind:
    """The openers that fit in front of `key`."""
    if key in ASKING:
        return "ask"
    return "reply" if key in REPLYING else "turn"


@functools.lru_cache(maxsize=65536)
def starts_alike(lead: str, body: str) -> bool:
    """Whether both begin with the same word: "Right. Right, and why" is never said."""
    return normalise(lead).split()[:1] == normalise(body).split()[:1]


@functools.lru_cache(maxsize=8192)
def normalise(sentence: str) -> str:
    """Lower case, words only, single spaces: how two utterances are compared."""
    return " ".join(re.findall(r"\w+", sentence.casefold()))


@functools.cache
def load_phrasebook(tone: Tone) -> Phrasebook:
    """The shipped phrases of a tone; the neutral ones serve when its own were all heard."""
    folder = Path(str(resources.files("prompts").joinpath("phrases")))
    book = load_yaml(folder / f"{tone}.yaml", Phrasebook)
    if tone == "neutral":
        return book
    return book.model_copy(update={"reserve": load_phrasebook("neutral")})
