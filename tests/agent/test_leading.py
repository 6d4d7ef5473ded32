"""Where the candidate leads the talk stays, until the topic is left or exhausted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from policy_states import HOOK, QUESTION, move, situation, talk

from agent.leading import areas_named, led_phase, led_to, still_led, topic_of
from agent.move_words import sentences_for
from agent.policy import next_move
from agent.reading import PointSeen, Reading
from agent.situation import Situation
from agent.state import Covered

SERVING = ("serving", "production")


def seen(area: str) -> PointSeen:
    """A point of this area, heard just now."""
    point = next(each for each in QUESTION.points if each.area == area)
    return PointSeen(point_id=point.id, quote="words", score=0.9)


def led(reading: Reading | None = None, **fields: Any) -> Situation:
    """The candidate has led the talk to serving."""
    fields = {"phase": "deep_dive", "lead": SERVING, "now_ms": 300_000, **fields}
    return situation(reading or talk(), **fields)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("The trees run nightly. Can we move on to serving?", "serving"),
        ("Let me now move on to monitoring. I'd look at the inputs.", "monitoring"),
        ("I'd like to go into the features now.", "the features now"),
        ("We move the data to the warehouse.", ""),
        ("I would go to a smaller model there.", "a smaller model there"),
    ],
)
def test_a_topic_is_named_by_who_leads_to_it(said: str, topic: str) -> None:
    assert topic_of(said) == topic


@pytest.mark.parametrize(
    ("words", "areas"),
    [
        ("serving", SERVING),
        ("how we monitor it in production", ("production", "serving")),
        ("labels", ("data",)),
        ("the metrics", ("evaluation",)),
        ("lunch", ()),
    ],
)
def test_the_words_of_a_topic_name_an_area(words: str, areas: tuple[str, ...]) -> None:
    assert areas_named(words, QUESTION) == areas


def test_a_lead_holds_over_several_answers_on_its_topic_and_goes_with_another() -> None:
    s = led()
    assert led_to(s, talk(points=(seen("serving"),)), "We run a canary.") == SERVING
    assert led_to(s, talk(), "Fifty milliseconds.") == SERVING
    assert led_to(s, talk(points=(seen("data"),)), "The labels come late.") == ()
    assert led_to(s, talk(), "Can we move on to the labels?") == ("data",)


def test_what_is_to_be_taken_apart_is_a_lead() -> None:
    asked = led(lead=(), moves=(move("prompt", "open"), move("deep_dive", "deep_dive")))
    assert led_to(asked, talk(), "The serving path, I think. It is the tightest.") == SERVING
    by_points = led_to(asked, talk(points=(seen("data"),)), "That one about what came late.")
    assert by_points == ("data",)


def test_the_next_probe_is_where_the_candidate_leads_not_where_the_phase_would_begin() -> None:
    first = next_move(led(phase="data_and_model"))
    assert (first.kind, first.area) == ("probe", "serving")
    own = next_move(led(phase="data_and_model", lead=()))
    assert own.area == "data"


def test_heard_points_of_the_topic_are_asked_on_before_open_ones_of_another() -> None:
    points = [p for p in QUESTION.points if p.area in SERVING]
    heard = [Covered(question_id=QUESTION.id, point_id=p.id, quote="x", turn=1) for p in points]
    on = next_move(led(covered=heard))
    assert (on.kind, on.area in SERVING) == ("deeper", True)
    asked = tuple(move("deeper", "framing", point_id=p.id, area=p.area) for p in points)
    exhausted = next_move(led(covered=heard, moves=(move("prompt", "open"), *asked)))
    assert exhausted.area not in SERVING


def test_who_leads_to_a_later_part_is_in_its_phase_and_not_asked_where_to_go() -> None:
    asks = talk(leads_on=True)
    s = led(asks, phase="data_and_model")
    assert led_phase(s) == "deep_dive"
    assert (next_move(s).kind, next_move(s).phase) == ("go_on", "deep_dive")
    assert led_phase(led(asks, phase="data_and_model", lead=("data",))) == "data_and_model"
    late = led(phase="data_and_model", now_ms=12 * 60_000)
    entered = next_move(late)
    assert (entered.phase, entered.area, entered.lead) == ("deep_dive", "serving", "")
    nobody_leads = next_move(led(phase="data_and_model", lead=(), now_ms=12 * 60_000))
    assert (nobody_leads.kind, nobody_leads.lead) == ("deep_dive", "bridge")


def test_a_lead_ends_where_the_interviewer_goes_somewhere_else() -> None:
    s = led()
    assert still_led(s, move("probe", "deep_dive", area="serving")) == SERVING
    assert still_led(s, move("fact", "deep_dive")) == SERVING
    assert still_led(s, move("probe", "deep_dive", area="data")) == ()
    assert still_led(s, move("twist", "twist")) == ()


def test_among_open_points_the_area_just_talked_of_comes_first() -> None:
    optional = next(p for p in QUESTION.points if p.area == "evaluation" and not p.must_have)
    heard = [Covered(question_id=QUESTION.id, point_id=optional.id, quote="x", turn=1)]
    just = talk(points=(PointSeen(point_id=optional.id, quote="x", score=0.9),))
    for reading, area in ((just, "evaluation"), (talk(), "data")):
        s = situation(reading, phase="data_and_model", covered=heard, now_ms=200_000)
        assert next_move(s).area == area


@pytest.mark.parametrize(
    ("words", "fields", "kind"),
    [
        (12, {}, "go_on"),
        (60, {}, "nudge_framing"),
        (20, {"handed_over": True}, "nudge_framing"),
        (20, {"points": (seen("model"), seen("serving"))}, "nudge_framing"),
    ],
)
def test_nobody_waits_for_more_of_a_whole_proposal_made_without_a_question(
    words: int, fields: dict[str, Any], kind: str
) -> None:
    s = situation(talk(solving=True, words=words, unjustified=(HOOK,), **fields))
    assert next_move(s).kind == kind


def test_the_floor_is_given_with_other_words_once_something_was_proposed() -> None:
    floor = move("go_on")
    for reading, key in ((talk(), "go_on"), (talk(solving=True), "keep_on")):
        s = situation(reading)
        assert [k for k, _ in sentences_for(floor, s, s.persona)] == [key]
    before = replace(situation(talk()), state={**situation(talk()).state, "solving_since_ms": 5})  # type: ignore[typeddict-item]
    assert [k for k, _ in sentences_for(floor, before, before.persona)] == ["keep_on"]
