"""The policy where time, owed facts and talk beside the problem are concerned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from policy_states import QUESTION, move, situation, talk

from agent.moves import Move, MoveKind
from agent.pacing import monologue_limit, silence_limit
from agent.policy import next_move
from agent.reading import FactAsked, Reading
from agent.situation import Situation
from agent.state import Owed


def test_more_facts_than_one_reply_holds_are_not_dropped_silently() -> None:
    ids = [fact.id for fact in situation(talk()).question.facts][:5]
    asked = tuple(FactAsked(fact_id=each, quote=each, score=0.9) for each in ids)
    chosen = next_move(situation(talk(facts_asked=asked), phase="framing"))
    assert (chosen.kind, chosen.more_asked) == ("fact", True)
    assert list(chosen.fact_ids) == ids[: len(chosen.fact_ids)]
    whole = next_move(situation(talk(facts_asked=asked[:1]), phase="framing"))
    assert not whole.more_asked


def owing(reading: Reading, text: str = "Okay, I see.") -> Move:
    """The next move while a fact is owed."""
    owed = [Owed(fact_id="volume", quote="how many per second")]
    return next_move(situation(reading, text=text, phase="framing", owed=owed))


def test_facts_that_are_owed_are_told_next_whatever_comes_between_but_after_other_questions() -> (
    None
):
    for reading in (talk(words=3), talk(words=90, solving=True), Reading(act="silence")):
        chosen = owing(reading)
        assert (chosen.kind, chosen.fact_ids, chosen.trigger) == (
            *("fact", ("volume",)),
            "how many per second",
        )
    new = (FactAsked(fact_id="labels-delay", quote="when do labels come", score=0.9),)
    assert owing(talk(facts_asked=new)).fact_ids == ("labels-delay", "volume")
    other = talk(unknown_questions=("Who sits in marketing?",), questions=("Who ...",))
    assert owing(other).kind == "no_such_fact"


def test_a_question_beside_a_fact_that_found_none_is_asked_for_again() -> None:
    found = (FactAsked(fact_id="volume", quote="how many per second", score=0.9),)
    both = talk(
        facts_asked=found, unknown_questions=("And who owns it?",), questions=("And", "How")
    )
    chosen = next_move(situation(both, phase="framing"))
    assert (chosen.kind, chosen.fact_ids, chosen.left_out) == (
        *("fact", ("volume",)),
        ("And who owns it?",),
    )


@pytest.mark.parametrize("text", ["No, that's enough.", "Never mind.", "I don't need the rest."])
def test_facts_that_are_not_wanted_any_more_are_not_told(text: str) -> None:
    assert owing(talk(words=4), text).kind != "fact"


def test_talk_beside_the_problem_is_steered_softly_then_with_the_clock_then_let_be() -> None:
    kinds: list[MoveKind] = []
    moves = (move("prompt", "open"),)
    for _ in range(3):
        s = situation(talk(astray=True), phase="data_and_model", moves=moves, astray_ms=41_000)
        moves = (*moves, next_move(s))
        kinds.append(moves[-1].kind)
    assert kinds[:2] == ["ramble_soft", "ramble_clock"]
    assert kinds[2] not in kinds[:2]
    short = situation(talk(astray=True), phase="data_and_model", astray_ms=39_000)
    assert next_move(short).kind != "ramble_soft"


def test_when_the_planned_time_is_over_only_the_goodbye_is_left() -> None:
    over = situation(talk(), phase="production", now_ms=20 * 60_000 + 1)
    assert next_move(over).kind == "close"
    reflected = (move("prompt", "open"), move("reflect", "close"))
    again = talk(act="repeat", words=4)
    wish = situation(again, phase="close", moves=reflected, now_ms=20 * 60_000 + 1)
    assert next_move(wish).kind == "close"


def of_two(question_index: int = 0, **fields: Any) -> Situation:
    """A state in a session of two questions of ten minutes each."""
    s = situation(talk(), question_index=question_index, **fields)
    plan: Any = {"plan": (QUESTION.id, "bias-variance"), "minutes": (10.0, 10.0)}
    return replace(s, state={**s.state, **plan})


def test_a_question_that_overran_takes_its_time_from_the_next_and_late_none_is_begun() -> None:
    assert of_two(1, question_started_ms=14 * 60_000).budget_ms == 6 * 60_000
    reflected = (move("prompt", "open"), move("reflect", "close"))
    kinds = [
        next_move(of_two(phase="close", moves=reflected, now_ms=minute * 60_000)).kind
        for minute in (14, 17)
    ]
    assert kinds == ["next_question", "close"]


def test_every_persona_cuts_in_when_the_interview_ends_and_the_patient_ones_only_then() -> None:
    coach = situation(talk(), persona="warm-coach", now_ms=2 * 60_000)
    assert monologue_limit(coach) == 18 * 60_000
    late = situation(talk(), now_ms=20 * 60_000 - 5_000)
    assert monologue_limit(late) == silence_limit(late, move("probe")) == 10_000


def test_small_talk_leads_back_to_the_problem() -> None:
    chosen = next_move(situation(talk(act="off_topic", aside="chat"), phase="framing"))
    assert chosen.kind == "off_topic"


def test_the_close_hears_commands_but_no_hints_and_ends() -> None:
    reflected = (move("prompt", "open"), move("reflect", "close"))
    repeat = situation(talk(act="repeat", words=5), phase="close", moves=reflected)
    assert next_move(repeat).kind == "repeat"
    hint = situation(talk(act="hint", words=5), phase="close", moves=reflected)
    assert next_move(hint).kind == "candidate_questions"
    asked = (*reflected, move("candidate_questions", "close"), move("repeat", "close"))
    assert next_move(situation(talk(), phase="close", moves=asked)).kind == "close"


def test_the_candidates_questions_are_asked_for_once_whatever_comes_back() -> None:
    asked = (move("prompt", "open"), move("reflect", "close"), move("candidate_questions", "close"))
    for reading in (Reading(act="unintelligible"), Reading(act="silence"), talk()):
        chosen = next_move(situation(reading, phase="close", moves=asked, unclear=9))
        assert chosen.kind == "close"


def test_a_question_that_comes_when_the_time_is_up_is_handed_back_before_the_close() -> None:
    late = talk(act="question", unknown_questions=("Do we have GPUs?",), questions=("Do we ...",))
    chosen = next_move(situation(late, phase="production", now_ms=20 * 60_000))
    assert (chosen.kind, chosen.lead) == ("reflect", "no_time_for_question")
    asked = (move("prompt", "open"), move("reflect", "close"), move("candidate_questions", "close"))
    last = next_move(situation(late, phase="close", moves=asked, now_ms=19 * 60_000))
    assert (last.kind, last.lead) == ("close", "answer_candidate_question")


def test_nobody_hears_a_verdict_before_the_report() -> None:
    chosen = next_move(situation(talk(words=3, aside="verdict"), text="Is that right?"))
    assert chosen.kind == "no_verdict"
    asked = (move("prompt", "open"), move("reflect", "close"), move("candidate_questions", "close"))
    last = situation(talk(words=4, aside="verdict"), phase="close", moves=asked)
    assert (next_move(last).kind, next_move(last).lead) == ("close", "no_verdict")


def test_a_wish_for_a_verdict_at_the_end_of_an_answer_is_met_on_the_way_to_the_next_move() -> None:
    answer = next_move(situation(talk(words=60, aside="verdict"), phase="data_and_model"))
    assert (answer.kind, answer.lead) == ("probe", "no_verdict")


def test_in_the_close_a_question_is_repeated_once_and_a_second_wish_ends_it() -> None:
    reflected = (move("prompt", "open"), move("reflect", "close"))
    again = talk(act="repeat", words=5)
    assert next_move(situation(again, phase="close", moves=reflected)).kind == "repeat"
    twice = (*reflected, move("repeat", "close"))
    chosen = next_move(situation(again, phase="close", moves=twice))
    assert (chosen.kind, chosen.lead) == ("candidate_questions", "no_answer_move_on")


def test_the_look_back_can_be_skipped_and_the_candidate_is_told_so() -> None:
    reflected = (move("prompt", "open"), move("reflect", "close"))
    chosen = next_move(situation(talk(act="skip", words=4), phase="close", moves=reflected))
    assert (chosen.kind, chosen.lead) == ("candidate_questions", "no_answer_move_on")


def test_when_the_time_is_used_up_nobody_is_asked_to_say_the_look_back_again() -> None:
    reflected = (move("prompt", "open"), move("reflect", "close"))
    unclear = Reading(act="unintelligible")
    late = situation(unclear, phase="close", moves=reflected, now_ms=21 * 60_000)
    assert next_move(late).kind == "close"
    early = situation(unclear, phase="close", moves=reflected, now_ms=15 * 60_000)
    assert next_move(early).kind == "unintelligible"
