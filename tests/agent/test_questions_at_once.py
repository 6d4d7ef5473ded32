"""Several things asked in one breath, questions in the close, facts that are asked for again."""

from __future__ import annotations

import pytest
from policy_states import CONDUCT, QUESTION, move, situation, talk
from shared_encoder import BANK, ENCODER

from agent.move_words import sentences_for
from agent.moves import Move
from agent.offline_brain import OfflineBrain
from agent.on_request import still_owed
from agent.policy import next_move
from agent.reader import AnswerReader
from agent.reading import FactAsked, Reading
from agent.reminding import reminder
from agent.simulated.manners import TOLD_WITHIN
from agent.situation import Situation
from agent.state import Owed, Released
from prompts.persona import load_persona
from prompts.phrasebook import MAX_SPOKEN_WORDS, load_phrasebook

VOLUME = FactAsked(fact_id="volume", quote="How many payments a second?", score=0.9)
IN_CLOSE = (
    *(move("prompt", "open"), move("reflect", "close")),
    move("candidate_questions", "close"),
)


def keys(chosen: Move, s: Situation) -> list[str]:
    """The kinds of sentences of a move, in the order they are said."""
    return [key for key, _ in sentences_for(chosen, s, s.persona)]


def spoken(chosen: Move, s: Situation) -> str:
    """What is said for a move in the neutral tone."""
    book = load_phrasebook("neutral")
    return " ".join(
        book.pick(key, (), 1, **slots) for key, slots in sentences_for(chosen, s, s.persona)
    )


def told(*fact_ids: str) -> list[Released]:
    """These facts as told in turn 0."""
    return [
        Released(fact_id=each, say=QUESTION.fact(each).say, question_id=QUESTION.id, after_turn=0)
        for each in fact_ids
    ]


@pytest.mark.parametrize(
    ("others", "sentences"),
    [
        ({"unknown_questions": ("Who owns it?",)}, ["open_named"]),
        ({"unknown_questions": ("Who owns it?", "Is it on?")}, ["open_named"]),
        ({"unknown_questions": ("Is it?",)}, ["ask_again"]),
        ({"unknown_questions": ("Is it?", "Was it?")}, ["ask_again_all"]),
        ({"handed_questions": ("Which model would you use?",)}, ["decide_named"]),
        ({"handed_questions": ("Should I go into the math?",)}, ["decide_beside"]),
        ({"aside": "verdict"}, ["verdict_beside"]),
        ({"aside": "time"}, ["time_left"]),
        (
            {"unknown_questions": ("Who owns it?",), "handed_questions": ("Which model?",)},
            ["open_named", "decide_named"],
        ),
    ],
)
def test_everything_asked_beside_a_fact_gets_a_sentence(
    others: dict[str, object], sentences: list[str]
) -> None:
    s = situation(talk(facts_asked=(VOLUME,), questions=("a", "b"), words=8, **others))
    assert keys(next_move(s), s) == ["fact", *sentences]


def test_a_decision_beside_a_question_without_a_fact_hands_both_back_with_one_question() -> None:
    reading = talk(
        handed_questions=("Which model?",), unknown_questions=("Who owns it?",), aside="verdict"
    )
    s = situation(reading)
    chosen = next_move(s)
    assert keys(chosen, s) == ["assume_named", "verdict_beside", "hand_back"]
    said = spoken(chosen, s)
    assert said.count("?") == 1
    assert said.endswith("?")


def test_several_questions_without_a_fact_are_not_answered_as_if_they_were_one() -> None:
    s = situation(talk(unknown_questions=("Who owns it?", "Since when?")))
    assert keys(next_move(s), s) == ["no_such_facts"]


def test_a_wish_for_a_verdict_beside_a_question_hides_neither() -> None:
    reader = AnswerReader(ENCODER, BANK.get(QUESTION.id), "senior")
    fact = reader.read("How am I doing? And how many payments a second do we have?")
    assert [each.fact_id for each in fact.facts_asked] == ["volume"]
    assert (fact.aside, fact.act, fact.unknown_questions) == ("verdict", "question", ())
    handed = reader.read("Which model would you use here? Is that right?")
    assert (handed.aside, handed.handed_questions) == (
        "verdict",
        ("Which model would you use here?",),
    )
    alone = reader.read("How am I doing?")
    assert (alone.aside, alone.act) == ("verdict", "off_topic")


def in_close(**fields: object) -> tuple[Move, Situation]:
    """The move after the candidate has asked something at the very end."""
    s = situation(talk(act="question", questions=("x",), **fields), phase="close", moves=IN_CLOSE)
    return next_move(s), s


def test_in_the_close_only_a_question_about_the_company_is_answered_as_one() -> None:
    technical, s = in_close(handed_questions=("How would you handle coverage?",))
    assert keys(technical, s) == ["own_answer", "close"]
    job, s = in_close(handed_questions=("What would you want me to work on in the first months?",))
    assert keys(job, s) == ["answer_candidate_question", "close"]
    company, s = in_close(unknown_questions=("How big is the team?",))
    assert keys(company, s) == ["answer_candidate_question", "close"]
    both, s = in_close(handed_questions=("How would you ...",), unknown_questions=("How big?",))
    assert keys(both, s) == ["answer_candidate_question", "own_answer", "close"]
    verdict, s = in_close(aside="verdict")
    assert keys(verdict, s) == ["no_verdict", "close"]
    beside, s = in_close(aside="verdict", unknown_questions=("How big is the team?",))
    assert keys(beside, s) == ["answer_candidate_question", "verdict_beside", "close"]


def test_in_the_close_the_sheet_still_answers_while_there_is_time() -> None:
    chosen, s = in_close(facts_asked=(VOLUME,))
    assert (chosen.kind, chosen.fact_ids) == ("fact", ("volume",))
    late = situation(s.reading, phase="close", moves=IN_CLOSE, now_ms=20 * 60_000 + 1)
    assert next_move(late).kind == "close"
    thanks = situation(talk(words=3), phase="close", moves=(*IN_CLOSE, chosen))
    assert next_move(thanks).kind == "close"


@pytest.mark.parametrize(
    ("say", "asked", "again"),
    [
        (
            "About 230 a second. The rest of the day is quiet.",
            "How many a second was it?",
            "About 230 a second.",
        ),
        (
            "It must fall within 100 milliseconds. If we are late, the payment is approved.",
            "And what happens when we are late?",
            "It must fall within 100 milliseconds. If we are late, the payment is approved.",
        ),
        (
            "About 1.2 percent. On the busiest days we see 1,200 a second.",
            "Once more?",
            "About 1.2 percent. On the busiest days we see 1,200 a second.",
        ),
    ],
)
def test_a_fact_told_again_keeps_every_figure_and_what_is_asked_for(
    say: str, asked: str, again: str
) -> None:
    assert reminder(say, asked) == again


def test_a_reminder_is_never_longer_than_the_fact_and_loses_no_figure() -> None:
    shorter = 0
    for fact in (fact for question in BANK for fact in question.facts):
        said = reminder(fact.say, fact.asks[0])
        digits = [part for part in fact.say.split() if any(c.isdigit() for c in part)]
        assert [part for part in said.split() if any(c.isdigit() for c in part)] == digits
        shorter += len(said) < len(fact.say)
    assert shorter > 50


def test_a_fact_told_again_and_again_is_said_to_be_all_there_is() -> None:
    asks = talk(facts_asked=(VOLUME,))
    fact = move("fact", fact_ids=("volume",))
    first, second, third = (
        situation(asks, moves=(move("prompt", "open"), *[fact] * times, fact), released=released)
        for times, released in ((0, []), (1, told("volume")), (2, told("volume")))
    )
    assert [keys(fact, s) for s in (first, second, third)] == [
        ["fact"],
        ["fact_again"],
        ["fact_known"],
    ]


def test_a_fact_of_the_question_before_does_not_count_as_told() -> None:
    before = [Released(fact_id="volume", say="Other.", question_id="other", after_turn=0)]
    s = situation(talk(facts_asked=(VOLUME,)), released=before)
    assert keys(next_move(s), s) == ["fact"]


def test_what_was_owed_is_told_as_such() -> None:
    s = situation(talk(words=3), owed=[Owed(fact_id="volume", quote="how many per second")])
    assert keys(next_move(s), s) == ["owed_named"]
    unnamed = situation(talk(words=3), owed=[Owed(fact_id="volume", quote="And is it?")])
    assert keys(next_move(unnamed), unnamed) == ["fact_owed"]


def test_asking_for_told_facts_again_keeps_no_owed_one_waiting() -> None:
    ids = [fact.id for fact in QUESTION.facts]
    asks = [FactAsked(fact_id=each, quote=each, score=0.9) for each in ids]
    reading, released, owed = talk(facts_asked=tuple(asks)), told(), list[Owed]()
    for _ in range(TOLD_WITHIN):
        s = situation(reading, released=released, owed=owed)
        chosen = next_move(s)
        owed = still_owed(s, chosen)
        released = [*released, *told(*(set(chosen.fact_ids) - s.told))]
        # From then on only what is known already is asked for.
        reading = talk(facts_asked=tuple(asks[:3]))
    assert {each.fact_id for each in released} == set(ids)
    assert len(ids) > 9


def test_new_questions_leave_a_place_for_what_was_asked_before() -> None:
    ids = [fact.id for fact in QUESTION.facts]
    asks = tuple(FactAsked(fact_id=each, quote=each, score=0.9) for each in ids[:3])
    s = situation(talk(facts_asked=asks), owed=[Owed(fact_id=ids[5], quote="before")])
    assert next_move(s).fact_ids == (ids[0], ids[5])


def test_the_answer_to_a_repeated_question_comes_at_once_though_others_wait() -> None:
    ids = [fact.id for fact in QUESTION.facts if fact.id != "volume"][:5]
    owed = [Owed(fact_id=each, quote=each) for each in ids]
    s = situation(talk(facts_asked=(VOLUME,)), owed=owed, released=told("volume"))
    most = CONDUCT.limits.facts_per_reply
    assert set(next_move(s).fact_ids) == {*ids[:most], "volume"}
    new = tuple(FactAsked(fact_id=each, quote=each, score=0.9) for each in ids[:most])
    beside = situation(talk(facts_asked=(*new, VOLUME)), released=told("volume"))
    assert next_move(beside).fact_ids == tuple(ids[:most])


def test_personas_meet_the_same_questions_in_the_same_order() -> None:
    reading = Reading(
        act="question",
        facts_asked=(VOLUME,),
        unknown_questions=("Who owns it?",),
        handed_questions=("Which model?",),
        aside="verdict",
    )
    personas = ("neutral-professional", "warm-coach", "terse-bar-raiser")
    said = set[tuple[str, ...]]()
    for persona in personas:
        s = situation(reading, persona=persona)
        said.add(tuple(key for key, _ in sentences_for(next_move(s), s, load_persona(persona))))
    assert said == {("fact", "open_named", "decide_named", "verdict_beside")}


@pytest.mark.parametrize("persona", ["neutral-professional", "warm-coach"])
@pytest.mark.parametrize("aside", ["", "verdict"])
def test_a_close_with_words_on_several_questions_stays_short(persona: str, aside: str) -> None:
    _, s = in_close(
        handed_questions=("How would you ...",), unknown_questions=("How big?",), aside=aside
    )
    for seed in range(8):
        brain = OfflineBrain(ENCODER, load_persona(persona), seed=seed)
        said = " ".join(brain.phrase(next_move(s), s))
        assert len(said.split()) <= MAX_SPOKEN_WORDS


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("How many machines do we have?", "no_such_fact"),
        ("What's the budget for that?", "no_such_fact"),
        ("Who sits in marketing?", "no_such_detail"),
        ("How is it stored?", "no_such_detail"),
        ("Why are we assuming that?", "premise"),
        ("Why would we need a decision here at all?", "premise"),
        ("Why do we have two of them?", "no_such_detail"),
    ],
)
def test_only_who_asks_for_a_figure_hears_of_one_and_a_doubted_premise_is_met(
    asked: str, key: str
) -> None:
    s = situation(talk(unknown_questions=(asked,)))
    assert keys(next_move(s), s) == [key]


def test_in_the_close_a_decision_is_not_handed_back_before_the_last_question() -> None:
    moves = (move("prompt", "open"), move("reflect", "close"))
    asks = talk(act="question", questions=("x",), handed_questions=("What would you do?",))
    s = situation(asks, phase="close", moves=moves)
    assert keys(next_move(s), s) == ["own_answer", "candidate_questions"]
    late = situation(asks, phase="close", moves=moves, now_ms=20 * 60_000 + 1)
    assert keys(next_move(late), late) == ["no_time_for_question", "close"]
