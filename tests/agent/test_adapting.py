"""Harder after a strong answer, easier after a weak one; what difficulty changes, and what not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.adapting import next_question
from agent.beginning import difficulty_words, first_events, first_state
from agent.moves import Move
from agent.phases import choose_twist
from agent.plan import STEP, Choosing, hardness, plan_session
from agent.policy import next_move
from agent.reading import Reading
from agent.situation import Situation
from agent.state import Answer, Covered, InterviewState
from evaluation.session import PlannedQuestion, SessionMeta, now_utc
from prompts.conduct import DIFFICULTIES, load_conduct
from prompts.persona import load_persona, load_personas
from prompts.question_bank import load_bank
from prompts.rubric import LEVELS, Level

BANK, CONDUCT = load_bank(), load_conduct()
COACH = load_persona("warm-coach")


def state_of(level: Level, seed: int, **fields: Any) -> InterviewState:
    """The state in which a session of 90 minutes begins."""
    plan = plan_session(BANK, CONDUCT, Choosing(level=level, minutes=90, seed=seed))
    meta = SessionMeta(
        id="x",
        created=now_utc(),
        level=level,
        minutes=90,
        persona=COACH.id,
        brain="offline",
        questions=tuple(PlannedQuestion(id=q.id, text="", type=q.type) for q in plan.questions),
    )
    state = first_state(plan, meta, 0)
    state.update(fields)  # type: ignore[typeddict-item]
    return state


def heard(question_id: str, share: float, level: Level) -> list[Covered]:
    """The first points of the question, so many as make up `share` of the expected ones."""
    points = BANK.get(question_id).expected_points(level)
    return [
        Covered(question_id=question_id, point_id=point.id, quote="words", turn=1)
        for point in points[: round(share * len(points))]
    ]


def situation(state: InterviewState) -> Situation:
    question = BANK.get(state["plan"][state["question_index"]])
    return Situation(state, question, COACH, CONDUCT)


@given(
    level=st.sampled_from(LEVELS),
    seed=st.integers(0, 200),
    shares=st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=1, max_size=9),
    hints=st.integers(0, 4),
)
def test_neither_question_nor_difficulty_ever_jumps_by_two(
    level: Level, seed: int, shares: list[float], hints: int
) -> None:
    state = state_of(level, seed)
    for index, share in enumerate(shares[: len(state["plan"]) - 1]):
        now = state["plan"][index]
        state.update(question_index=index, covered=heard(now, share, level), hints=hints)
        following = next_question(situation(state))
        assert following is not None
        assert abs(following.difficulty - state["difficulty"]) <= 1
        assert following.difficulty in DIFFICULTIES
        planned = state["plan"][index + 1]
        before, after = hardness(BANK.get(now)), hardness(BANK.get(following.question_id))
        assert abs(after - before) <= STEP
        assert BANK.get(following.question_id).type == BANK.get(planned).type
        assert following.question_id not in state["plan"][: index + 1]
        plan = list(state["plan"])
        plan[index + 1] = following.question_id
        state.update(plan=tuple(plan), difficulty=following.difficulty)


def test_a_strong_answer_makes_the_next_question_harder_and_a_weak_one_easier() -> None:
    steps: dict[float, set[int]] = {1.0: set(), 0.0: set()}
    for share, found in steps.items():
        for seed in range(30):
            state = state_of("senior", seed)
            first = state["plan"][0]
            state["covered"] = heard(first, share, "senior")
            following = next_question(situation(state))
            assert following is not None
            found.add(hardness(BANK.get(following.question_id)) - hardness(BANK.get(first)))
            assert following.difficulty == (4 if share else 2)
    assert 1 in steps[1.0]
    assert min(steps[1.0]) >= 0
    assert -1 in steps[0.0]
    assert max(steps[0.0]) <= 0


def test_many_hints_make_no_answer_strong() -> None:
    state = state_of("senior", 1, hints=3)
    state["covered"] = heard(state["plan"][0], 1.0, "senior")
    following = next_question(situation(state))
    assert following is not None
    assert following.difficulty == 3
    assert "after 3 hints" in following.reason


def test_the_notebook_reads_how_the_answer_went_and_what_follows() -> None:
    state = state_of("senior", 1)
    first = BANK.get(state["plan"][0])
    state["covered"] = heard(first.id, 1.0, "senior")
    following = next_question(situation(state))
    assert following is not None
    expected = len(first.expected_points("senior"))
    assert f"{expected} of {expected} expected points were heard" in following.reason
    assert "difficulty 4 instead of 3" in following.reason


def test_the_last_question_has_no_next_one() -> None:
    state = state_of("senior", 1)
    state["question_index"] = len(state["plan"]) - 1
    assert next_question(situation(state)) is None


def test_each_step_probes_no_less_hurries_no_less_and_hints_no_more() -> None:
    def probes(step: int) -> int:
        return sum(p.probes for plans in CONDUCT.at(step).phases.values() for p in plans)

    for easier, harder in pairwise(DIFFICULTIES):
        a, b = CONDUCT.difficulty[easier], CONDUCT.difficulty[harder]
        assert probes(easier) <= probes(harder)
        assert a.hints > b.hints
        assert a.pace > b.pace
        assert (
            CONDUCT.at(easier).limits.ramble_design_words
            > CONDUCT.at(harder).limits.ramble_design_words
        )
    assert probes(1) < probes(3) < probes(5)


def test_the_ordinary_step_changes_nothing() -> None:
    assert CONDUCT.at(3) == CONDUCT
    assert COACH.more_generous(CONDUCT.difficulty[3].hints) == COACH


@pytest.mark.parametrize(("difficulty", "pick"), [(1, min), (5, max)])
def test_the_mildest_or_severest_twist_comes_first(difficulty: int, pick: Any) -> None:
    for question in BANK:
        state = InterviewState(
            level="senior",
            plan=(question.id,),
            minutes=(20.0,),
            question_index=0,
            phase="twist",
            moves=[],
        )
        chosen = choose_twist(Situation(state, question, COACH, CONDUCT.at(difficulty)))
        assert chosen is not None
        assert chosen.severity == pick(twist.severity for twist in question.twists)


def test_difficulty_and_every_reason_are_told_at_the_beginning() -> None:
    plan = plan_session(BANK, CONDUCT, Choosing(level="senior", minutes=45, difficulty=5))
    meta = SessionMeta(
        id="x",
        created=now_utc(),
        level="senior",
        minutes=45,
        persona="x",
        brain="offline",
        difficulty=5,
        material=("Read your CV.",),
        questions=tuple(PlannedQuestion(id=q.id, text="", type=q.type) for q in plan.questions),
    )
    told = list(first_events(plan, meta, CONDUCT))
    assert [event for event, _ in told[:2]] == ["difficulty", "material"]
    assert told[0][1]["what"] == difficulty_words(CONDUCT, 5)
    assert "the rubric is the same" in told[0][1]["what"]
    assert [fields["question_id"] for _, fields in told[2:]] == [q.id for q in plan.questions]
    assert all(fields["reason"] for _, fields in told[2:])


@pytest.mark.parametrize("persona", load_personas(), ids=lambda persona: persona.id)
def test_no_persona_gives_unasked_a_hint_that_costs_anything(persona: Any) -> None:
    question = BANK.get("fraud-detection")
    for hints in range(5):
        for fields in ({"act": "dont_know"}, {"act": "answer", "words": 3}, {"act": "silence"}):
            state = InterviewState(
                level="senior",
                plan=(question.id,),
                minutes=(20.0,),
                question_index=0,
                phase="deep_dive",
                now_ms=60_000,
                question_started_ms=0,
                hints=hints,
                fruitless=2,
                silence_rung=2,
                solving_since_ms=-1,
                asked_something=True,
                moves=[Move(kind="prompt", reason="", question_id=question.id, phase="open")],
                reading=Reading(**fields),  # type: ignore[arg-type]
                answer=Answer(text="well", turn=1, silent_ms=46_000),
            )
            move = next_move(Situation(state, question, persona.more_generous(1.0), CONDUCT))
            assert move.hint_rung <= 1
