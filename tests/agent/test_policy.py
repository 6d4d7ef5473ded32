"""The policy alone: a reading and a state in, a move with its reason out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_states import HOOK, QUESTION, move, situation, talk

from agent.pacing import silence_limit
from agent.policy import next_move
from agent.reading import Contradiction, DialogueAct, FactAsked, PointSeen, Reading
from agent.state import Covered, Released
from prompts.conduct import PHASES, Phase


def test_the_question_is_put_first() -> None:
    s = situation(talk(), moves=())
    assert next_move(s).kind == "prompt"


def test_facts_that_were_asked_for_are_released_together_and_nothing_else_is_asked() -> None:
    facts = (
        FactAsked(fact_id="volume", quote="how many per second", score=0.9),
        FactAsked(fact_id="decision-time", quote="how fast", score=0.9),
    )
    chosen = next_move(situation(talk(facts_asked=facts, unjustified=(HOOK,))))
    assert chosen.kind == "fact"
    assert chosen.fact_ids == ("volume", "decision-time")
    assert chosen.trigger == "how many per second"


def test_a_design_decision_is_handed_back() -> None:
    chosen = next_move(situation(talk(handed_questions=("Which model should I use?",))))
    assert chosen.kind == "hand_back"
    assert chosen.trigger == "Which model should I use?"


def test_a_choice_without_a_reason_is_asked_why_with_the_candidates_words() -> None:
    chosen = next_move(situation(talk(unjustified=(HOOK,)), phase="data_and_model"))
    assert (chosen.kind, chosen.hook) == ("why", "gradient boosted trees")


def test_the_same_words_are_never_held_against_the_candidate_twice() -> None:
    moves = (move("prompt", "open"), move("why", "data_and_model", hook="Gradient boosted trees"))
    chosen = next_move(situation(talk(unjustified=(HOOK,)), phase="data_and_model", moves=moves))
    assert chosen.kind != "why"


def test_a_contradiction_quotes_both_statements() -> None:
    found = Contradiction(now="score it in a nightly batch", before="decide while they wait")
    chosen = next_move(situation(talk(), phase="data_and_model", contradictions=[found]))
    assert chosen.kind == "reconcile"
    assert (chosen.before, chosen.hook) == (found.before, found.now)


def test_an_uncovered_must_have_is_probed_and_names_no_other_area() -> None:
    chosen = next_move(situation(talk(), phase="data_and_model"))
    assert chosen.kind == "probe"
    point = QUESTION.point(chosen.point_id)
    assert point.must_have
    assert point.area in {"data", "model", "evaluation"}


def test_who_has_asked_for_much_is_not_asked_what_one_would_want_to_know() -> None:
    (point,) = [p for p in QUESTION.points if p.must_have and p.id == "goal-before-model"]
    told = [
        Released(fact_id=fact.id, say=fact.say, question_id=QUESTION.id, after_turn=1)
        for fact in QUESTION.facts[:3]
    ]
    for released, asked in ((told[:2], True), (told, False)):
        found = situation(talk(), phase="framing", released=released)
        assert (point in found.open_points(["framing"])) is asked


def test_what_was_said_already_is_taken_one_level_deeper() -> None:
    covered = [
        Covered(question_id=QUESTION.id, point_id=point.id, quote="words", turn=1)
        for point in QUESTION.points
        if point.area in {"data", "model", "evaluation"}
    ]
    chosen = next_move(situation(talk(), phase="data_and_model", covered=covered))
    assert chosen.kind == "deeper"


def test_two_probes_without_gain_leave_the_thread() -> None:
    moves = (move("prompt", "open"), move("probe", "data_and_model", area="data", point_id="x"))
    terse = situation(
        talk(), phase="data_and_model", fruitless=2, persona="terse-bar-raiser", moves=moves
    )
    chosen = next_move(terse)
    assert chosen.area != "data"
    assert "brought nothing" in chosen.reason


def test_a_phase_is_left_on_time_with_a_bridge() -> None:
    late = situation(talk(unjustified=(HOOK,)), phase="data_and_model", now_ms=12 * 60_000)
    chosen = next_move(late)
    assert (chosen.phase, chosen.lead) == ("deep_dive", "bridge")


def test_the_twist_comes_once_and_prefers_what_was_said() -> None:
    said = "I would score every payment with gradient boosted trees."
    s = situation(talk(), phase="deep_dive", now_ms=16 * 60_000, text=said)
    chosen = next_move(s)
    assert chosen.kind == "twist"
    again = situation(talk(), phase="twist", moves=(*s.moves, chosen), now_ms=16 * 60_000)
    assert next_move(again).kind != "twist"


def test_nothing_is_changed_in_a_design_that_does_not_exist() -> None:
    asked_only = "What is the budget for a decision? And who reviews the cases?"
    s = situation(talk(), phase="deep_dive", now_ms=16 * 60_000, text=asked_only)
    assert next_move(s).kind != "twist"


def test_production_is_asked_only_when_it_was_not_volunteered() -> None:
    asked = next_move(situation(talk(), phase="twist", now_ms=17 * 60_000))
    assert asked.kind == "production"
    monitored = [
        Covered(question_id=QUESTION.id, point_id=point.id, quote="words", turn=1)
        for point in QUESTION.points
        if point.area == "production"
    ]
    volunteered = next_move(situation(talk(), phase="twist", now_ms=17 * 60_000, covered=monitored))
    assert volunteered.kind != "production"


def test_the_silence_ladder_climbs_and_waits_ever_longer() -> None:
    quiet = Reading(act="silence")
    first = next_move(situation(quiet, answer={"silent_ms": 11_000}, silence_rung=0))
    assert first.kind == "take_your_time"
    second = next_move(situation(quiet, silence_rung=1))
    assert second.kind == "what_weighing"
    third = next_move(situation(quiet, silence_rung=2))
    assert (third.kind, third.hint_rung) == ("hint", 1)
    s = situation(quiet)
    assert silence_limit(s, first) + silence_limit(s, move("prompt")) == 27_000


def test_announced_thinking_gets_a_minute_of_silence() -> None:
    s = situation(talk(act="wait", words=4))
    chosen = next_move(s)
    assert chosen.kind == "wait_ok"
    assert silence_limit(s, chosen) == 60_000


def test_skipping_the_prompt_skips_the_question_and_skipping_a_probe_only_the_thread() -> None:
    assert next_move(situation(talk(act="skip", words=5))).kind == "close"
    moves = (move("prompt", "open"), move("probe", "data_and_model", point_id="labels"))
    thread = next_move(situation(talk(act="skip", words=5), phase="data_and_model", moves=moves))
    assert thread.lead == "skip_ok"
    assert thread.kind in {"probe", "deep_dive"}


def test_hints_climb_rung_by_rung_and_end() -> None:
    rungs = [
        next_move(situation(talk(act="hint", words=5), hints=given)).hint_rung for given in range(4)
    ]
    assert rungs == [1, 2, 3, 4]
    assert next_move(situation(talk(act="hint", words=5), hints=4)).kind != "hint"


def test_solving_for_two_minutes_without_a_question_gets_one_nudge() -> None:
    s = situation(talk(solving=True), now_ms=140_000, solving_since_ms=5_000, minutes=45)
    assert next_move(s).kind == "nudge_framing"
    nudged = situation(
        talk(solving=True),
        now_ms=150_000,
        solving_since_ms=5_000,
        minutes=45,
        moves=(move("prompt", "open"), move("nudge_framing")),
    )
    assert next_move(nudged).kind != "nudge_framing"


def test_a_candidate_who_leaves_is_let_go_and_one_who_stops_is_stopped() -> None:
    assert next_move(situation(talk(), answer={"left": True})).kind == "close"
    assert next_move(situation(talk(act="stop", words=4))).kind == "stopped"


def test_a_reasoned_choice_is_challenged_once_by_those_who_push() -> None:
    reasoned = talk(justified=(HOOK,))
    pushed = situation(reasoned, phase="data_and_model", persona="sceptical-staff-engineer")
    assert (next_move(pushed).kind, next_move(pushed).hook) == ("challenge", HOOK.term)
    gentle = situation(reasoned, phase="data_and_model", persona="warm-coach")
    assert next_move(gentle).kind != "challenge"
    early = situation(reasoned, phase="outline", persona="sceptical-staff-engineer")
    assert next_move(early).kind != "challenge"
    for before in (move("challenge", hook="a cache"), move("why", hook="boosted trees")):
        later = replace(pushed, state={**pushed.state, "moves": [*pushed.moves, before]})  # type: ignore[typeddict-item]
        assert next_move(later).kind != "challenge"


def test_a_complete_answer_with_time_to_spare_is_scaled_up() -> None:
    covered = [
        Covered(question_id=QUESTION.id, point_id=p.id, quote="words", turn=1)
        for p in QUESTION.points
    ]
    asked = tuple(move("deeper", "deep_dive", point_id=p.id) for p in QUESTION.points)
    moves = (move("prompt", "open"), move("why", "data_and_model", hook="boosted trees"), *asked)
    fast = situation(talk(), phase="deep_dive", moves=moves, covered=covered, now_ms=9 * 60_000)
    assert next_move(fast).kind == "scale_up"
    method = replace(fast, question=fast.question.model_copy(update={"type": "method"}))
    assert next_move(method).kind != "scale_up"
    late = situation(talk(), phase="deep_dive", moves=moves, covered=covered, now_ms=13 * 60_000)
    assert next_move(late).kind == "twist"


@pytest.mark.parametrize("persona", ["warm-coach", "sceptical-staff-engineer", "terse-bar-raiser"])
def test_personas_get_the_same_facts_and_probes(persona: str) -> None:
    asked = talk(facts_asked=(FactAsked(fact_id="volume", quote="how many", score=0.9),))
    for reading, phase in ((asked, "framing"), (talk(), "data_and_model")):
        one = next_move(situation(reading, phase=phase))  # type: ignore[arg-type]
        other = next_move(situation(reading, phase=phase, persona=persona))  # type: ignore[arg-type]
        assert one == other


ACTS: tuple[DialogueAct, ...] = (
    "answer",
    "question",
    "off_topic",
    "wait",
    "hint",
    "skip",
    "dont_know",
    "silence",
)
readings = st.builds(
    Reading,
    act=st.sampled_from(ACTS),
    words=st.integers(0, 900),
    solving=st.booleans(),
    signposted=st.booleans(),
    unjustified=st.sampled_from([(), (HOOK,)]),
    points=st.sampled_from([(), (PointSeen(point_id="labels", quote="labels", score=0.8),)]),
)


@given(
    reading=readings,
    phase=st.sampled_from(PHASES[1:]),
    now=st.integers(0, 40 * 60_000),
    hints=st.integers(0, 4),
    rung=st.integers(0, 3),
    fruitless=st.integers(0, 4),
)
def test_from_every_state_there_is_a_move_and_time_always_ends_it(
    reading: Reading, phase: Phase, now: int, hints: int, rung: int, fruitless: int
) -> None:
    s = situation(
        reading, phase=phase, now_ms=now, hints=hints, silence_rung=rung, fruitless=fruitless
    )
    chosen = next_move(s)
    assert chosen.reason
    if now > 20 * 60_000 and reading.act != "stop":
        assert chosen.phase == "close"


def test_solving_without_a_question_may_run_and_then_gets_its_nudge() -> None:
    first = next_move(situation(talk(solving=True, words=30), solving_since_ms=10_000))
    assert first.kind == "go_on"
    moves = (move("prompt", "open"), first)
    assert next_move(situation(talk(solving=True), moves=moves)).kind == "nudge_framing"


def test_a_contradiction_waits_for_its_turn_and_is_not_lost() -> None:
    found = Contradiction(now="score it in a nightly batch", before="decide while they wait")
    why = situation(talk(unjustified=(HOOK,)), phase="data_and_model", contradictions=[found])
    assert next_move(why).kind == "why"
    moves = (*why.moves, next_move(why))
    later = situation(talk(), phase="data_and_model", contradictions=[found], moves=moves)
    assert next_move(later).kind == "reconcile"


def test_an_interviewer_who_gives_hints_only_on_request_gives_none_for_silence() -> None:
    quiet = situation(Reading(act="silence"), silence_rung=2, persona="terse-bar-raiser")
    assert next_move(quiet).kind != "hint"


def test_after_several_questions_without_an_answer_the_interviewer_goes_on_as_well() -> None:
    asks = talk(act="question", unknown_questions=("Who sits in marketing?",), questions=("Who",))
    moves = (move("prompt", "open"), *(move("no_such_fact") for _ in range(6)))
    few = next_move(situation(asks, moves=moves[:-1], phase="data_and_model"))
    assert few.kind == "no_such_fact"
    many = next_move(situation(asks, moves=moves, phase="data_and_model"))
    assert (many.kind, many.lead) == ("probe", "assume_it")


def test_a_decision_handed_over_once_more_stays_the_candidates_in_words_of_its_own() -> None:
    asks = talk(act="question", handed_questions=("Trees or a network?",), questions=("Trees",))
    moves = (move("prompt", "open"), *(move("hand_back") for _ in range(6)))
    many = next_move(situation(asks, moves=moves, phase="data_and_model"))
    assert (many.kind, many.lead) == ("probe", "decide_it")


def test_after_several_times_of_not_knowing_the_interviewer_no_longer_asks_how_to_find_out() -> (
    None
):
    knows_nothing = talk(act="dont_know", words=3)
    moves = (move("prompt", "open"), *(move("dont_know") for _ in range(6)), move("probe"))
    few = situation(knows_nothing, moves=moves[2:], phase="data_and_model")
    assert next_move(few).kind == "dont_know"
    many = situation(knows_nothing, moves=moves, phase="data_and_model")
    assert next_move(many).kind != "dont_know"
