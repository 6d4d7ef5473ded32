"""The phrasebook's own words: complete, neutral, short, never repeated, strictly filled."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from agent.opinions import everywhere, plain_words
from prompts.errors import InputFileError
from prompts.phrase_keys import OPTIONAL_SLOTS, PHRASE_KEYS, SLOTS, TONES, PhraseKey
from prompts.phrasebook import (
    MAX_SPOKEN_WORDS,
    Phrasebook,
    load_phrasebook,
    normalise,
    slots_of,
)
from prompts.yaml_file import load_yaml

SAMPLES = {
    "name": "Dana",
    "title": "a staff engineer on the ranking team",
    "minutes": "20",
    "source": "CV",
    "line": "Cut the p99 of the ranking service from 120 to 40 milliseconds",
    "prompt": "Design a fraud detection system for card payments.",
    "fact": "a decision has to fall within eighty milliseconds",
    "invented": "The team has four engineers and one analyst.",
    "topic": "the size of the team",
    "hook": "a gradient boosted tree on hourly aggregates",
    "before": "we recompute everything once a night",
    "now": "the features are never older than seconds",
    "question": "How do the people downstream find out that something about the numbers changed?",
    "area": "the serving path",
    "case": "Say I'm the head of claims at Tarn, a household insurer.",
    "about": "how people learn of it",
    "twist": "The budget was cut in half and stays that way. What do you change first?",
    "hint": "Think about who is hurt first when the numbers are wrong.",
    "phase_words": "the data and the model",
}
NOT_LIMITED = {"ask_prompt", "next_question", "fact", "repeat"}
PRAISE = re.compile(
    r"\b(great|excellent|good|perfect(ly)?|nice(ly)?|well done|impressive|brilliant|amazing|"
    r"fantastic|wonderful|awesome|correct(ly)?|exactly right|that'?s right|spot on|smart|clever|"
    r"strong|weak answer|wrong answer|bravo|terrific|superb|solid|well put|love that|you missed|"
    r"you forgot|missing from)\b",
    re.IGNORECASE,
)
EVERY = [(tone, key) for tone in TONES for key in PHRASE_KEYS]


def slots_for(key: PhraseKey) -> dict[str, str]:
    names = SLOTS.get(key, frozenset()) | OPTIONAL_SLOTS.get(key, frozenset())
    return {name: SAMPLES[name] for name in names}


@functools.cache
def picks(tone: str, key: PhraseKey, count: int) -> tuple[str, ...]:
    book = next(load_phrasebook(t) for t in TONES if t == tone)
    used: list[str] = []
    for number in range(count):
        used.append(book.pick(key, used, number, **slots_for(key)))
    return tuple(used)


@pytest.mark.parametrize(("tone", "key"), EVERY)
def test_forty_picks_in_a_row_are_distinct_in_every_tone(tone: str, key: PhraseKey) -> None:
    spoken = picks(tone, key, 40)
    assert len({normalise(sentence) for sentence in spoken}) == 40


@pytest.mark.parametrize(("tone", "key"), EVERY)
def test_no_utterance_praises_or_asks_twice_or_runs_long(tone: str, key: PhraseKey) -> None:
    for sentence in picks(tone, key, 40):
        assert not PRAISE.search(sentence)
        assert sentence.count("?") <= 1
        assert not re.search(r"[{}\[\]()*_#<>\"]", sentence)
        if key not in NOT_LIMITED:
            assert len(sentence.split()) <= MAX_SPOKEN_WORDS


@pytest.mark.parametrize("tone", TONES)
def test_every_key_without_slots_has_twelve_written_variants(tone: str) -> None:
    book = next(load_phrasebook(t) for t in TONES if t == tone)
    for key in PHRASE_KEYS:
        reserve = book.reserve.phrases[key] if book.reserve else ()
        written = {normalise(text) for text in (*book.phrases[key], *reserve)}
        assert len(written) >= (12 if key not in SLOTS else 4)


def test_what_was_said_counts_as_said_whatever_its_case_and_punctuation() -> None:
    book = load_phrasebook("neutral")
    first = book.pick("ack", (), 7)
    again = book.pick("ack", [first.upper().replace(".", " !")], 7)
    assert normalise(again) != normalise(first)


def test_the_same_arguments_give_the_same_sentence_and_another_seed_can_differ() -> None:
    book = load_phrasebook("warm")
    same = {book.pick("why", ["Okay."], 3, hook="trees") for _ in range(5)}
    seeds = {book.pick("why", ["Okay."], seed, hook="trees") for seed in range(20)}
    assert len(same) == 1
    assert len(seeds) > 1


def test_a_frame_is_not_repeated_with_another_hook_while_others_are_unheard() -> None:
    book = load_phrasebook("sceptical")
    used: list[str] = []
    for number in range(9):
        used.append(book.pick("why", used, 0, hook=f"choice {number}"))
    frames = {normalise(re.sub(r"choice \d", "", sentence)) for sentence in used}
    assert len(frames) == 9


def test_a_tone_speaks_its_own_words_before_the_neutral_ones() -> None:
    book = load_phrasebook("terse")
    own = {normalise(text) for text in book.phrases["production"]}
    assert {normalise(text) for text in picks("terse", "production", len(own))} == own


def test_the_quoted_words_lose_their_end_punctuation_inside_the_quotation_marks() -> None:
    sentence = load_phrasebook("neutral").pick("why", (), 1, hook="we use trees.  ")
    assert "“we use trees”" in sentence


def test_one_minute_is_said_in_the_singular() -> None:
    book = load_phrasebook("neutral")
    spoken = {book.pick("ramble_clock", (), seed, minutes=1) for seed in range(12)}
    assert all("1 minute" in text and "1 minutes" not in text for text in spoken)


def test_an_optional_topic_is_said_when_given_and_not_needed_when_not() -> None:
    book = load_phrasebook("neutral")
    assert "the budget" in book.pick("no_such_fact", (), 2, topic="the budget")
    assert "{" not in book.pick("no_such_fact", (), 2)


def test_braces_in_the_candidates_words_are_spoken_as_they_are() -> None:
    assert "{x}" in load_phrasebook("neutral").pick("why", (), 1, hook="a map {x} here")


def test_a_too_long_frame_gives_way_to_a_shorter_one() -> None:
    question = " ".join(["word"] * 33) + " now?"
    book = load_phrasebook("neutral")
    assert all(book.pick("probe", (), seed, question=question) == question for seed in range(9))


@pytest.mark.parametrize(
    "slots", [{}, {"hook": "x", "topic": "y"}, {"hook": ""}, {"question": "Why?"}]
)
def test_a_missing_or_unknown_or_empty_slot_is_refused(slots: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="slot"):
        load_phrasebook("neutral").pick("why", (), 1, **slots)


def test_a_template_with_a_foreign_slot_is_refused_with_its_file(tmp_path: Path) -> None:
    shipped = load_phrasebook("neutral")
    text = shipped.model_dump_json(exclude={"reserve"}).replace("Why “{hook}”", "Why “{hock}”")
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError, match=r"lacks \{hook\}") as caught:
        load_yaml(path, Phrasebook)
    assert str(path) in caught.value.line()


def test_all_templates_hold_exactly_the_slots_of_their_key() -> None:
    for tone in TONES:
        for key, templates in load_phrasebook(tone).phrases.items():
            for template in templates:
                needed = SLOTS.get(key, frozenset())
                assert needed <= slots_of(template) <= needed | OPTIONAL_SLOTS.get(key, frozenset())


def test_a_sentence_of_a_frame_is_not_said_twice_while_others_are_left() -> None:
    book = load_phrasebook("neutral")
    used: list[str] = []
    for number in range(8):
        used.append(book.pick("probe", used, number, question=f"What about number {number}?"))
    parts = [part for text in used for part in re.split(r"(?<=[.?!])\s+", text)]
    long = [normalise(part) for part in parts if len(part.split()) > 3]
    assert len(set(long)) == len(long)


def test_a_bare_frame_is_used_again_rather_than_a_sentence_that_was_heard() -> None:
    book = load_phrasebook("neutral")
    used: list[str] = []
    for number in range(14):
        used.append(book.pick("probe", used, number, question=f"What about number {number}?"))
    assert used[-1].endswith("What about number 13?")
    assert sum("Another angle." in text for text in used) <= 2
    leads = [text.split(". What")[0] for text in used if ". What" in text]
    long = [lead for lead in leads if len(lead.split()) > 3]
    assert len(set(long)) == len(long)


def test_a_bridge_is_kept_short_before_a_long_question() -> None:
    book = load_phrasebook("sceptical")
    spoken = [book.pick("bridge", (), seed, 27, phase_words="data and model") for seed in range(9)]
    assert max(len(each.split()) for each in spoken) <= MAX_SPOKEN_WORDS - 27


def test_what_must_be_said_again_comes_without_the_frames_that_were_heard() -> None:
    book, fact = load_phrasebook("neutral"), "We decide within a hundred milliseconds."
    used: list[str] = []
    for seed in range(40):
        used.append(book.pick("fact", used, seed, fact=fact))
    long = [part for each in used for part in each.replace(fact, "").split(". ")]
    noticed = [part.strip(" .") for part in long if len(part.split()) > 3]
    assert len(noticed) == len(set(noticed))


def test_no_template_says_what_an_invariant_of_every_interview_forbids() -> None:
    """What the simulated interviews would find only when the phrase happens to be picked."""
    for tone in TONES:
        for key, templates in load_phrasebook(tone).phrases.items():
            for template in templates if key != "fallback_note" else ():
                own = re.sub(r"\{\w+\}|“[^”]*”", "", template)
                assert not list(everywhere(plain_words(own))), (tone, key, template)
