"""Every invariant can be broken: a real session, changed in one place, is noticed by its check."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from shared_encoder import BANK, ENCODER

from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.simulated.cast import CANDIDATES
from agent.simulated.invariants import INVARIANTS, violations
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from agent.simulated.session_view import SessionView
from evaluation.record import Event
from prompts.persona import load_persona

QUESTION = BANK.get("fraud-detection")


@cache
def clean() -> SessionView:
    """A session in which nothing is wrong: somebody who asks and asks."""
    with tempfile.TemporaryDirectory() as home:
        persona = load_persona("warm-coach")
        plan = Plan((QUESTION,), (6.0,), ("one",))
        setting = Setting(plan, BANK, OfflineBrain(ENCODER, persona, seed=3), persona, "senior", 3)
        candidate = CANDIDATES["question-asker"](Knowledge(plan.questions), 3)
        return SessionView.of(rehearse(setting, candidate, Path(home)), BANK)


def saying(turn: int, text: str) -> SessionView:
    """The clean session with other words in one turn."""
    turns = list(clean().turns)
    turns[turn] = turns[turn].model_copy(update={"text": text})
    return replace(clean(), turns=tuple(turns))


def moved(turn: int, **fields: Any) -> SessionView:
    """The clean session with another move at one turn."""
    events = [
        Event.model_validate({**event.model_dump(), **fields})
        if event.event == "move" and event.turn == turn
        else event
        for event in clean().events
    ]
    return replace(clean(), events=tuple(events))


def broken(session: SessionView) -> set[str]:
    """The invariants that a session breaks."""
    return {violation.invariant for violation in violations(session)}


def test_a_clean_session_breaks_nothing() -> None:
    assert broken(clean()) == set()


def test_a_candidate_who_had_to_leave_and_moves_long_after_the_time_are_noticed() -> None:
    assert "ends in time" in broken(replace(clean(), ended="left"))
    assert "ends in time" in broken(replace(clean(), minutes=0.5))


def test_the_same_probe_twice_is_noticed() -> None:
    first = moved(4, kind="probe", point_id="labels")
    again = [
        Event.model_validate({**event.model_dump(), "kind": "probe", "point_id": "labels"})
        if event.event == "move" and event.turn == 6
        else event
        for event in first.events
    ]
    assert "no move repeated" in broken(replace(first, events=tuple(again)))


def test_a_sentence_said_twice_is_noticed() -> None:
    said = "What would you want to know before you build this?"
    turns = list(saying(4, said).turns)
    turns[8] = turns[8].model_copy(update={"text": f"Okay. {said}"})
    assert "no sentence twice" in broken(replace(clean(), turns=tuple(turns)))


def test_words_of_an_unasked_fact_and_of_a_rubric_point_are_noticed() -> None:
    question = QUESTION
    told = {e.get("fact") for e in clean().events if e.event == "fact_released"}
    hidden = next(fact for fact in question.facts if fact.id not in told)
    assert "no leak" in broken(saying(4, f"By the way: {hidden.say}"))
    assert "no leak" in broken(saying(4, question.points[0].counts))
    assert "no leak" in broken(saying(4, question.strong_answer[:120]))


def test_a_question_that_is_passed_over_is_noticed() -> None:
    assert "questions met" in broken(moved(2, kind="probe", point_id="labels"))


def test_a_wish_that_is_passed_over_is_noticed() -> None:
    events = [
        Event.model_validate({**event.model_dump(), "wants": "hint"})
        if event.event == "meant" and event.get("reply") == 2
        else event
        for event in clean().events
    ]
    assert "wishes met" in broken(replace(clean(), events=tuple(events)))


def test_a_hint_that_is_not_counted_is_noticed() -> None:
    assert "hints counted" in broken(saying(4, f"Maybe this: {QUESTION.hints[1]}"))
    assert "hints counted" in broken(moved(4, kind="hint", hint_rung=1))


def test_an_empty_turn_a_missing_goodbye_and_a_stretch_of_nothing_are_noticed() -> None:
    assert "no dead end" in broken(saying(4, ""))
    assert "no dead end" in broken(replace(clean(), turns=clean().turns[:-1]))
    events = [
        Event.model_validate({**event.model_dump(), "kind": "go_on"})
        if event.event == "move" and event.turn in {4, 6, 8, 10}
        else event
        for event in clean().events
    ]
    assert "no dead end" in broken(replace(clean(), events=tuple(events)))


def test_ordered_words_and_an_unwanted_stop_are_noticed() -> None:
    events = [
        Event.model_validate({**event.model_dump(), "plants": ["velvet accordion"]})
        if event.event == "meant" and event.get("reply") == 2
        else event
        for event in clean().events
    ]
    said = replace(saying(4, "So, “Velvet accordion”!"), events=tuple(events))
    assert "no orders followed" in broken(said)
    assert "no orders followed" in broken(moved(4, kind="stopped"))


def test_every_invariant_is_described() -> None:
    assert all(check.__doc__ for check in INVARIANTS.values())


def test_a_fact_that_was_asked_for_and_is_never_told_is_noticed() -> None:
    events = [
        Event.model_validate({**event.model_dump(), "fact_ids": []})
        if event.event == "move" and event.get("fact_ids")
        else event
        for event in clean().events
    ]
    assert "facts told" in broken(replace(clean(), events=tuple(events)))


def test_two_questions_in_a_breath_and_a_long_speech_are_noticed() -> None:
    asks = moved(4, kind="probe", point_id="labels")
    turns = list(asks.turns)
    for text in ("Why trees? And why now?", "well " * 36):
        turns[4] = turns[4].model_copy(update={"text": text})
        assert "one short question" in broken(replace(asks, turns=tuple(turns)))


def test_words_that_nobody_has_said_and_a_quotation_that_is_not_spoken_are_noticed() -> None:
    assert "quotes true" in broken(moved(4, kind="why", hook="quantum annealing"))
    heard = clean().turns[3].text
    assert "quotes true" in broken(moved(4, kind="why", hook=" ".join(heard.split()[:4])))
    assert "quotes true" in broken(moved(4, kind="reconcile", before="quantum annealing"))


def test_praise_a_grade_and_a_summary_are_noticed() -> None:
    for text in ("Great answer, go on.", "That is a senior-level answer.", "You missed drift."):
        assert "neutral" in broken(saying(4, text))
