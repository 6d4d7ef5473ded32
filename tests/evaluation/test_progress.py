"""Progress is read from the sessions as they lie on disk, and says what it cannot compare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evaluation.history import read_history
from evaluation.progress import progress
from evaluation.progress_shape import Progress
from evaluation.repetition import due_reasons
from evaluation.result import CriterionResult, Evaluation, QuestionEvaluation, Verdict
from evaluation.session import META_FILE, PlannedQuestion, SessionFolder, SessionMeta
from prompts.question_bank import load_bank
from prompts.rubric import CRITERIA, CriterionKey, load_rubric

BANK, RUBRIC = load_bank(), load_rubric()
START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def held(
    home: Path,
    day: int,
    scores: Mapping[CriterionKey, float],
    *,
    question: str = "fraud-detection",
    rubric: str = "1",
    scored: bool = True,
    **fields: Any,
) -> SessionFolder:
    """A session `day` days after the start; criteria without a score were not asked."""
    asked = BANK.get(question)
    meta = SessionMeta(
        id=f"{day:08d}",
        created=START + timedelta(days=day),
        **{"level": "senior", "minutes": 20, "persona": "warm-coach", "brain": "offline", **fields},
        questions=(PlannedQuestion(id=question, text=asked.prompt, type=asked.type),),
    )
    session = SessionFolder.create(home, meta)
    needed = RUBRIC.minimum[meta.level]
    short = [key for key, score in scores.items() if score < needed[key]]
    verdict = Verdict(result="below" if len(short) > 1 else "near" if short else "meets")
    criteria = {
        key: CriterionResult(status="scored", score=scores[key], advice=f"Mind {key}.")
        if key in scores
        else CriterionResult(status="not_applicable", weight="none")
        for key in CRITERIA
    }
    if scored:
        session.save_evaluation(
            Evaluation(
                source=str(session.path),
                level=meta.level,
                judge="offline",
                rubric=rubric,
                questions=(
                    QuestionEvaluation(
                        question_id=question, type=asked.type, criteria=criteria, verdict=verdict
                    ),
                ),
                verdict=Verdict(result="undetermined"),
            )
        )
    return session


def seen(home: Path, day: int = 30) -> Progress:
    return progress(read_history(home), BANK, now=START + timedelta(days=day))


def test_without_sessions_there_is_a_drill_to_begin_with_and_no_weakest_point(
    tmp_path: Path,
) -> None:
    for home in (tmp_path, tmp_path / "missing"):
        made = seen(home)
        assert made.sessions == made.questions == made.notes == ()
        assert made.weakest is None
        assert made.drill.command == "viva drill clarifying"


def test_one_session_has_a_place_to_stand_and_no_change(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 4.0, "trade_offs": 2.5})
    made = seen(tmp_path)
    line = next(each for each in made.criteria if each.key == "trade_offs")
    assert (line.now, line.before, line.change, line.minimum) == (2.5, None, None, 4.0)
    assert made.weakest is not None
    assert made.weakest.key == made.drill.criterion == "trade_offs"
    assert made.weakest.advice == "Mind trade_offs."


def test_now_is_the_mean_of_the_last_three_and_before_of_those_before(tmp_path: Path) -> None:
    for day, score in enumerate([1.0, 2.0, 3.0, 3.0, 4.0, 5.0]):
        held(tmp_path, day, {"clarity": score})
    line = next(each for each in seen(tmp_path).criteria if each.key == "clarity")
    assert [point.score for point in line.scores] == [1.0, 2.0, 3.0, 3.0, 4.0, 5.0]
    assert (line.now, line.before, line.change) == (4.0, 2.0, 2.0)


def test_scores_of_another_rubric_are_shown_and_not_counted(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 1.0}, rubric="0")
    held(tmp_path, 1, {"clarity": 4.0})
    made = seen(tmp_path)
    line = next(each for each in made.criteria if each.key == "clarity")
    assert [point.comparable for point in line.scores] == [False, True]
    assert (line.now, line.before) == (4.0, None)
    assert any("another judge or rubric" in note for note in made.notes)


def test_each_score_is_held_against_the_level_of_its_own_session(tmp_path: Path) -> None:
    held(tmp_path, 0, {"trade_offs": 2.5}, level="junior", question="class-imbalance")
    held(tmp_path, 1, {"trade_offs": 2.5})
    made = seen(tmp_path)
    line = next(each for each in made.criteria if each.key == "trade_offs")
    assert [point.minimum for point in line.scores] == [2.0, 4.0]
    assert any("junior and senior" in note for note in made.notes)


def test_a_broken_session_is_said_in_one_line_and_the_others_count(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 4.0})
    (held(tmp_path, 1, {"clarity": 2.0}).path / META_FILE).write_text("{")
    damaged = held(tmp_path, 2, {"clarity": 3.0})
    damaged.evaluation_path.write_text('{"format": 1}')
    made = seen(tmp_path)
    assert len(made.problems) == 2
    assert all("\n" not in problem for problem in made.problems)
    assert [point.verdict is None for point in made.sessions] == [False, True]
    assert [len(each.scores) for each in made.criteria if each.key == "clarity"] == [1]


def test_the_demo_says_nothing_of_the_user(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 5.0}, demo=True)
    made = seen(tmp_path)
    assert made.sessions == ()
    assert any("demo is left out" in note for note in made.notes)


def test_a_failed_question_is_due_sooner_than_a_mastered_one(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 1.0, "trade_offs": 1.0}, question="monitoring")
    held(tmp_path, 1, {"clarity": 4.5}, question="data-drift")
    made = seen(tmp_path, day=4)
    due = {each.id: each for each in made.questions}
    assert due["monitoring"].is_due
    assert not due["data-drift"].is_due
    assert [each.id for each in made.questions] == ["monitoring", "data-drift"]
    reasons = due_reasons(read_history(tmp_path).sessions, START + timedelta(days=4))
    assert reasons == {"monitoring": "due again: below the bar 4 days ago"}


def test_mastering_a_question_again_and_again_spaces_it_out(tmp_path: Path) -> None:
    gaps: list[float] = []
    day = 0
    for _ in range(3):
        held(tmp_path, day, {"clarity": 4.5})
        (question,) = seen(tmp_path, day=day).questions
        assert question.due is not None
        gaps.append((question.due - question.last).days)
        day += int(gaps[-1])
    assert gaps == sorted(gaps)
    assert gaps[-1] > 3 * gaps[0]


def test_a_drill_is_no_review_of_its_question(tmp_path: Path) -> None:
    held(tmp_path, 0, {"trade_offs": 1.0}, drill="trade-offs")
    (question,) = seen(tmp_path).questions
    assert (question.times, question.due) == (1, None)
    assert seen(tmp_path).sessions[0].drill == "trade-offs"


def test_coverage_counts_what_was_asked_at_each_level(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 4.0}, question="monitoring")
    held(tmp_path, 1, {"clarity": 4.0}, question="monitoring")
    cells = {(each.category, each.level): each for each in seen(tmp_path).coverage}
    category = BANK.get("monitoring").category
    assert cells[category, "senior"].asked == 1
    assert sum(cell.asked for cell in cells.values()) == 1
    assert all(cell.asked <= cell.available for cell in cells.values())


def test_rating_oneself_is_held_against_the_score(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 3.0, "trade_offs": 4.0}, self_rating={"clarity": 5})
    held(tmp_path, 1, {"trade_offs": 4.0}, self_rating={"clarity": 5, "trade_offs": 3})
    found = seen(tmp_path).calibration
    assert [(each.key, each.off) for each in found.ratings] == [
        ("clarity", 2.0),
        ("trade_offs", -1.0),
    ]
    assert (found.off, found.distance) == (0.5, 1.5)


def test_the_json_shape_is_the_published_one(tmp_path: Path) -> None:
    held(tmp_path, 0, {"clarity": 4.0})
    data = json.loads(seen(tmp_path).model_dump_json())
    assert data["format"] == "viva-progress/1"
    assert set(data["criteria"][0]["scores"][0]) == {
        *("session", "at", "score", "minimum", "level", "drill", "comparable")
    }
    assert Progress.model_validate(data) == seen(tmp_path)


@pytest.mark.parametrize("level", ["junior", "mid", "senior"])
def test_the_weakest_point_is_measured_against_the_level(tmp_path: Path, level: str) -> None:
    # 2.5 is enough for a junior in trade-offs and too little for everybody else.
    scores: dict[CriterionKey, float] = {"clarity": 3.2, "trade_offs": 2.5}
    held(tmp_path, 0, scores, question="class-imbalance", level=level)
    weakest = seen(tmp_path).weakest
    assert weakest is not None
    assert weakest.key == ("clarity" if level == "junior" else "trade_offs")
