"""A drill is a small interview on one criterion; rating oneself comes before the score."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
from terminal import Terminal

from agent.commands.drill import compared
from agent.commands.self_rating import off_lines, rate_oneself
from agent.drills import make_drill
from agent.moves import Move
from agent.phases import drilled_on
from agent.planning import Wish
from agent.policy import next_move
from agent.reading import Hook, Reading
from agent.settings import load_settings
from agent.situation import Situation
from agent.state import Answer, Covered, InterviewState, Said
from agent.studio import conduct_of
from evaluation.history import read_history
from evaluation.progress import progress
from evaluation.record import AskedQuestion, InterviewRecord
from evaluation.result import CriterionResult, Evaluation, QuestionEvaluation, Verdict
from evaluation.score import evaluate, tasks
from evaluation.session import (
    PlannedQuestion,
    SessionFolder,
    SessionMeta,
    new_session_id,
    now_utc,
)
from prompts.conduct import DRILLS, DrillName, load_conduct
from prompts.errors import UsageError
from prompts.persona import load_persona
from prompts.question_bank import load_bank
from prompts.rubric import LEVELS, CriterionKey, Level, load_rubric

BANK, CONDUCT, RUBRIC = load_bank(), load_conduct(), load_rubric()


def drilled(
    name: DrillName, question_id: str, reading: Reading, *moves: Move, **state: Any
) -> Situation:
    question = BANK.get(question_id)
    text = "some words of the candidate"
    conduct = CONDUCT.drilled(name)
    base = InterviewState(
        level="senior",
        plan=(question_id,),
        minutes=(5,),
        question_index=0,
        phase=conduct.phases[question.type][1].phase,
        now_ms=40_000,
        question_started_ms=0,
        said=[Said(turn=1, speaker="candidate", text=text, question_id=question_id)],
        covered=[],
        moves=[Move(kind="prompt", reason="", question_id=question_id, phase="open"), *moves],
        reading=reading,
        answer=Answer(text=text, turn=1, end_ms=40_000),
        solving_since_ms=-1,
    )
    base.update(state)  # type: ignore[typeddict-item]
    return Situation(base, question, load_persona("neutral-professional"), conduct)


@pytest.mark.parametrize("name", DRILLS)
def test_a_drill_probes_only_its_criterion_and_then_ends(name: DrillName) -> None:
    drill = CONDUCT.drills[name]
    question = next(q for q in BANK if q.type == drill.types[0] and "senior" in q.levels)
    moves: list[Move] = []
    covered: list[Covered] = []
    for turn in range(30):
        now = 15_000 + turn * 12_000
        reading = Reading(act="answer", words=60, solving=True)
        s = drilled(
            name, question.id, reading, *moves, now_ms=now, covered=covered, asked_something=True
        )
        move = next_move(s)
        if move.point_id:
            assert question.point(move.point_id).criterion == drill.criterion
        if not move.expects_answer:
            break
        moves.append(move)
    assert moves
    assert move.kind == "close"
    assert {each.phase for each in moves} == {drill.phases[1].phase}
    assert not {each.kind for each in moves} & {"reflect", "twist", "outline", "deep_dive"}


def test_clarifying_never_asks_why() -> None:
    choice = Hook(term="boosted trees", quote="I take boosted trees")
    hooked = Reading(act="answer", words=60, solving=True, unjustified=(choice,))
    assert next_move(drilled("clarifying", "fraud-detection", hooked)).kind != "why"
    assert next_move(drilled("trade-offs", "two-models", hooked)).kind == "why"


def test_more_of_the_part_is_asked_for_twice_in_a_drill_and_never_in_an_interview() -> None:
    reading = Reading(act="answer", words=60)
    going = Move(kind="go_on", reason="", question_id="monitoring", phase="production")
    assert drilled_on(drilled("production", "monitoring", reading)) is not None
    assert drilled_on(drilled("production", "monitoring", reading, going, going)) is None
    late = drilled("production", "monitoring", reading, now_ms=290_000)
    assert drilled_on(late) is None
    clarifying = drilled_on(drilled("clarifying", "fraud-detection", reading))
    assert clarifying is not None
    assert clarifying.kind == "nudge_framing"
    whole = Situation(late.state, late.question, late.persona, CONDUCT)
    assert drilled_on(whole) is None


@pytest.mark.parametrize("name", DRILLS)
@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_questions_for_each_drill(
    tmp_path: Path, name: DrillName, level: Level
) -> None:
    settings = load_settings(sessions_home=tmp_path, level=level)
    ids = {
        make_drill(settings, Wish(seed=seed), name, BANK).plan.questions[0].id for seed in range(12)
    }
    assert len(ids) > 1
    assert all(level in BANK.get(question_id).levels for question_id in ids)
    assert all(BANK.get(each).type in CONDUCT.drills[name].types for each in ids)


def test_a_drill_says_what_it_cannot_be_run_on(tmp_path: Path) -> None:
    settings = load_settings(sessions_home=tmp_path)
    with pytest.raises(UsageError, match="bias-variance is a concept question"):
        make_drill(settings, Wish(question="bias-variance"), "production", BANK)


class Unused:
    """A judge that fails the test when it is asked about anything but one criterion."""

    name = "unused"

    def judge(self, task: Any) -> Any:
        raise AssertionError(task.criterion.key)


def test_only_the_criterion_of_a_drill_is_judged() -> None:
    asked = AskedQuestion("monitoring", "How do you monitor?", "operations", known=True)
    record = InterviewRecord("here", "senior", (asked,), (), criteria=("production_depth",))
    assert [task.criterion.key for task in tasks(record, BANK, RUBRIC)] == ["production_depth"]
    none = InterviewRecord("here", "senior", (asked,), (), criteria=("ownership",))
    result = evaluate(none, Unused(), bank=BANK)
    assert {each.status for each in result.questions[0].criteria.values()} == {"not_applicable"}
    reason = result.questions[0].criteria["trade_offs"].reason
    assert reason == "This was a drill: only Ownership and impact counts."


# rating oneself ---------------------------------------------------------------------------------


def scored(home: Path, scores: dict[CriterionKey, float], **fields: Any) -> SessionFolder:
    question = PlannedQuestion(id="two-models", text="Which?", type="decision")
    meta = SessionMeta(
        id=new_session_id(),
        created=now_utc(),
        level="senior",
        minutes=5,
        persona="warm-coach",
        brain="offline",
        questions=(question,),
        **fields,
    )
    session = SessionFolder.create(home, meta)
    criteria = {key: CriterionResult(status="scored", score=score) for key, score in scores.items()}
    below = Verdict(result="below")
    session.save_evaluation(
        Evaluation(
            source="",
            level="senior",
            judge="offline",
            rubric="1",
            questions=(
                QuestionEvaluation(
                    question_id="two-models", type="decision", criteria=criteria, verdict=below
                ),
            ),
            verdict=below,
        )
    )
    return session


def rated(session: SessionFolder, *typed: str) -> list[str]:
    """What was shown while these lines were typed; Ctrl-C when they are used up."""
    lines, shown = list(typed), []

    def ask(prompt: str) -> str:
        shown.append(prompt)
        if not lines:
            raise click.Abort
        return lines.pop(0)

    evaluation = session.evaluation()
    assert evaluation is not None
    rate_oneself(session, evaluation, shown.append, ask)
    return shown


def test_a_rating_is_kept_with_the_session_and_held_against_the_score(tmp_path: Path) -> None:
    session = scored(tmp_path, {"clarity": 3.0, "trade_offs": 2.5})
    before = session.evaluation_path.read_bytes()
    shown = rated(session, "good", "4", "")
    assert not any(re.search(r"\d\.\d", line) for line in shown)
    read = SessionFolder.open(session.path)
    assert read.meta.self_rating == {"clarity": 4}
    assert session.evaluation_path.read_bytes() == before
    evaluation = read.evaluation()
    assert evaluation is not None
    (line,) = off_lines(read, evaluation)[2:]
    assert line.split() == "Clarity and structure you 4, scored 3.0: 1 too high".split()


def test_ctrl_c_keeps_what_was_given_and_what_was_not_scored_is_not_asked(tmp_path: Path) -> None:
    session = scored(tmp_path, {"clarity": 3.0, "trade_offs": 2.5})
    shown = rated(session, "5")
    assert session.meta.self_rating == {"clarity": 5}
    assert not any("Requirement" in line for line in shown)


def test_of_a_drill_its_only_criterion_is_rated(tmp_path: Path) -> None:
    session = scored(tmp_path, {"production_depth": 3.0})
    rated(session, "3")
    evaluation = session.evaluation()
    assert evaluation is not None
    assert off_lines(session, evaluation)[-1].endswith("you 3, scored 3.0: close")


def test_a_stored_drill_is_taken_up_as_one_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    session = scored(tmp_path, {"trade_offs": 3.0}, drill="trade-offs", criteria=("trade_offs",))
    assert conduct_of(session.meta).focus == "trade_offs"
    assert session.record().criteria == ("trade_offs",)
    assert conduct_of(session.meta.model_copy(update={"drill": ""})) == CONDUCT
    with pytest.raises(UsageError, match="there is no drill 'juggling'"):
        conduct_of(session.meta.model_copy(update={"drill": "juggling"}))


def test_a_record_for_the_judges_does_not_know_of_ratings(tmp_path: Path) -> None:
    session = scored(tmp_path, {"clarity": 3.0})
    before = session.record()
    rated(session, "1")
    assert SessionFolder.open(session.path).record() == before


def test_a_drill_is_shown_beside_earlier_ones_and_interviews(tmp_path: Path) -> None:
    drill: dict[str, Any] = {"drill": "trade-offs", "criteria": ("trade_offs",)}
    scored(tmp_path, {"clarity": 3.0, "trade_offs": 2.0})
    first = scored(tmp_path, {"trade_offs": 2.5}, **drill)
    seen = progress(read_history(tmp_path), BANK, now=now_utc())
    assert compared(first, seen)[1:] == [
        "Trade-off discussion so far (4 is needed)",
        "  in interviews  2.0",
    ]
    second = scored(tmp_path, {"trade_offs": 3.5}, **drill)
    told = compared(second, progress(read_history(tmp_path), BANK, now=now_utc()))
    assert {word for word in told[2].split() if word[0].isdigit()} == {"2.5", "3.5"}


@pytest.mark.slow
def test_a_drill_at_a_terminal_rates_first_scores_one_thing_and_says_how_far_off(
    tmp_path: Path,
) -> None:
    options = ["--text", "--question", "fraud-detection", "--seed", "3", "--brain", "offline"]
    code = f"from agent.cli import run; run({['drill', 'clarifying', *options]!r})"
    with Terminal(code, VIVA_SESSIONS_HOME=str(tmp_path), OPENAI_API_KEY="") as terminal:
        terminal.wait_for("/stop")
        terminal.type("What does a missed fraud cost, and how fast must we decide?\n\n")
        terminal.wait_for("loss.")
        terminal.type(
            "So the scope is to score each payment within the hundred milliseconds you gave, and "
            "to weigh the cost of a missed fraud against that of a good customer turned away. I "
            "assume that labels come late.\n\n"
        )
        terminal.wait_for("come late.\n\n")
        terminal.type("/stop\n")
        terminal.wait_for("Enter skips.")
        assert "this answer" not in terminal.screen.text
        terminal.type("5\n")
        terminal.wait_for("Your own rating")
        assert terminal.end() == 0
        shown = terminal.screen.text
    assert "For this drill, only find out" in " ".join(shown.split())
    assert "not asked here" not in shown
    (session,) = [SessionFolder.open(path.parent) for path in tmp_path.glob("*/session.json")]
    assert session.meta.self_rating == {"requirement_clarification": 5}
    evaluation = session.evaluation()
    assert evaluation is not None
    criteria = evaluation.questions[0].criteria
    assert [key for key, each in criteria.items() if each.status != "not_applicable"] == [
        "requirement_clarification"
    ]
