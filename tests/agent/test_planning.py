"""From a wish to a plan: what is chosen, why, what is not repeated, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.plan import STEP, Choosing, Interests, Plan, hardness, plan_session
from agent.planning import Wish, make_plan
from agent.settings import Settings, load_settings
from evaluation.result import Evaluation, QuestionEvaluation, Verdict
from evaluation.session import PlannedQuestion, SessionFolder, SessionMeta, new_session_id
from prompts.conduct import load_conduct
from prompts.errors import InputFileError, UsageError
from prompts.question_bank import CATEGORIES, QuestionBank, bank_folder, load_bank
from prompts.rubric import LEVELS, Level

BANK, CONDUCT = load_bank(), load_conduct()


def plan(level: Level = "senior", minutes: float = 45, **fields: Any) -> Plan:
    return plan_session(BANK, CONDUCT, Choosing(level=level, minutes=minutes, **fields))


def settings(home: Path, **fields: Any) -> Settings:
    return load_settings(sessions_home=home, **fields)


def held(home: Path, *ids: str, hours_ago: int = 1, minutes: float = 10) -> SessionFolder:
    """A session with these questions, held so long ago."""
    questions = tuple(
        PlannedQuestion(id=q.id, text=q.prompt, type=q.type, minutes=minutes)
        for q in map(BANK.get, ids)
    )
    created = datetime.now(UTC) - timedelta(hours=hours_ago)
    return SessionFolder.create(
        home,
        SessionMeta(
            id=new_session_id(),
            created=created,
            level="senior",
            minutes=minutes * len(ids),
            persona="warm-coach",
            brain="offline",
            questions=questions,
        ),
    )


@pytest.mark.parametrize("difficulty", range(1, 6))
def test_45_minutes_for_a_senior_hold_one_or_two_designs_and_something_behavioural(
    difficulty: int,
) -> None:
    for seed in range(40):
        types = [q.type for q in plan(seed=seed, difficulty=difficulty).questions]
        assert 1 <= types.count("design") <= 2
        assert "behavioural" in types
        assert len(set(types)) >= 3


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("minutes", [2, 8, 20, 45, 90, 180])
def test_a_plan_fills_its_minutes_without_repeats_and_keeps_its_level(
    level: Level, minutes: float
) -> None:
    for seed in range(10):
        made = plan(level, minutes, seed=seed)
        ids = [question.id for question in made.questions]
        assert len(set(ids)) == len(ids)
        assert all(level in question.levels for question in made.questions)
        assert sum(made.minutes) == pytest.approx(minutes, abs=0.1)
        offered = [question.id for offer in made.offers for question in offer]
        assert not set(offered) & set(ids)
        assert len(set(offered)) == len(offered)


def test_a_short_session_takes_a_question_that_fits_it() -> None:
    assert {plan(minutes=8, seed=seed).questions[0].type for seed in range(10)} == {"behavioural"}


@pytest.mark.parametrize("level", LEVELS)
def test_planned_hardness_never_jumps_by_two(level: Level) -> None:
    for seed in range(60):
        steps = [hardness(question) for question in plan(level, 90, seed=seed).questions]
        assert all(abs(b - a) <= STEP for a, b in pairwise(steps))


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_kept_to(category: str) -> None:
    made = plan(category=category)
    assert {question.category for question in made.questions} == {category}


def test_an_empty_choice_names_the_levels_that_would_fit() -> None:
    bank = QuestionBank([BANK.get("when-to-abstain")])
    with pytest.raises(UsageError, match="--level senior would fit"):
        plan_session(bank, CONDUCT, Choosing(level="junior", minutes=45))


def test_the_last_sessions_are_not_repeated_and_then_the_oldest_comes_first(tmp_path: Path) -> None:
    seen: list[str] = []
    for number in range(5):
        made = make_plan(settings(tmp_path), Wish(seed=number))
        ids = [question.id for question in made.plan.questions]
        assert not set(ids) & set(seen)
        seen += ids
        held(tmp_path, *ids, hours_ago=100 - number)

    pair = QuestionBank([BANK.get("monitoring"), BANK.get("data-drift")])
    again = Choosing(level="senior", minutes=10, recent=("monitoring", "data-drift"))
    made_again = plan_session(pair, CONDUCT, again)
    assert made_again.questions[0].id == "data-drift"
    assert "asked lately" in made_again.reasons[0]


def test_a_session_that_cannot_be_read_does_not_stop_the_choice(tmp_path: Path) -> None:
    broken = tmp_path / "2026-01-01-x-0000"
    broken.mkdir()
    (broken / "session.json").write_text("{")
    assert make_plan(settings(tmp_path), Wish(seed=1)).plan.questions


def test_material_decides_among_what_fits_and_says_why() -> None:
    wanted = Interests({"ad-click-prediction": 1.0}, {"ad-click-prediction": "your CV has bids"})
    for seed in range(20):
        made = plan(seed=seed, interests=wanted, difficulty=5)
        assert made.questions[0].id == "ad-click-prediction"
        assert "your CV has bids" in made.reasons[0]


def test_anchors_go_to_behavioural_questions_only_each_once() -> None:
    anchors = ("CV: Led a team of four", "CV: Built the search")
    made = plan("senior", 120, interests=Interests(anchors=anchors))
    with_anchor = [(q.type, a) for q, a in zip(made.questions, made.anchors, strict=True) if a]
    assert {kind for kind, _ in with_anchor} == {"behavioural"}
    assert sorted(anchor for _, anchor in with_anchor) == sorted(anchors)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(question="monitoring", category="system-design"), "category deployment"),
        (Wish(question="when-to-abstain", level="junior"), "--level senior"),
        (Wish(question="nowhere/mine.yaml"), "cannot be read"),
        (Wish(question="monitering"), "Did you mean monitoring"),
        (Wish(retry="last", category="deployment"), "Leave out --category"),
        (Wish(retry="last", question="data-drift"), "can ask monitoring, when-to-abstain"),
        (Wish(retry="last", level="junior"), "--level senior"),
        (Wish(question="monitoring", material=lambda bank: Interests()), "Leave one of them out"),
        (Wish(retry="last", material=lambda bank: Interests()), "--job or --resume"),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_fits(
    tmp_path: Path, wish: Wish, words: str
) -> None:
    held(tmp_path, "monitoring", "when-to-abstain")
    with pytest.raises((UsageError, InputFileError)) as caught:
        make_plan(settings(tmp_path), wish)
    assert words in caught.value.line()
    assert caught.value.exit_code == 2


def test_a_level_that_was_only_a_default_gives_way_and_that_is_said(tmp_path: Path) -> None:
    made = make_plan(settings(tmp_path), Wish(question="regularisation-choice"))
    assert made.settings.level == "mid"
    assert "held against mid" in made.notes[0]


def test_a_retry_keeps_everything_that_is_not_given_anew(tmp_path: Path) -> None:
    first = held(tmp_path, "monitoring", "data-drift", minutes=10)
    same = make_plan(settings(tmp_path, level="mid"), Wish(retry="last"))
    assert same.retry_of == first.meta.id
    assert same.settings.level == "senior"
    assert same.plan.minutes == (10, 10)
    assert [q.id for q in same.plan.questions] == ["monitoring", "data-drift"]

    other = Wish(retry="last", level="mid", minutes=8, question="data-drift")
    changed = make_plan(settings(tmp_path, level="mid"), other)
    assert changed.settings.level == "mid"
    assert [q.id for q in changed.plan.questions] == ["data-drift"]
    assert sum(changed.plan.minutes) == 8


def own_question(tmp_path: Path, new_id: str) -> Path:
    text = (bank_folder() / "monitoring.yaml").read_text(encoding="utf-8")
    path = tmp_path / f"{new_id}.yaml"
    path.write_text(text.replace("id: monitoring", f"id: {new_id}", 1), encoding="utf-8")
    return path


def test_a_question_file_is_asked_by_its_path(tmp_path: Path) -> None:
    path = own_question(tmp_path, "our-monitoring")
    made = make_plan(settings(tmp_path), Wish(question=str(path)))
    assert [question.id for question in made.plan.questions] == ["our-monitoring"]
    assert made.bank.get("our-monitoring").type == "operations"


def test_difficulty_gives_a_single_question_less_time(tmp_path: Path) -> None:
    minutes = [
        make_plan(settings(tmp_path, difficulty=step), Wish(question="monitoring")).plan.minutes[0]
        for step in range(1, 6)
    ]
    assert minutes == sorted(minutes, reverse=True)
    assert minutes[2] == 20
    assert minutes[0] > 20 > minutes[4]


def test_what_is_due_comes_first_says_why_and_leaves_every_other_slot_to_new_questions() -> None:
    seniors = [q for q in BANK if "senior" in q.levels]
    due = {q.id: "due again: below the bar 9 days ago" for q in seniors if q.title < "M"}
    for seed in range(20):
        made = plan(minutes=90, seed=seed, due=due, recent=tuple(due))
        repeated = [question.id in due for question in made.questions]
        assert any(repeated)
        assert not all(repeated)
        assert sum(repeated) <= (len(repeated) + 1) / 2
        told = [reason for reason, again in zip(made.reasons, repeated, strict=True) if again]
        assert all("due again: below the bar 9 days ago" in reason for reason in told)
    (only,) = plan(
        minutes=8, due={"improved-a-model": "due again: near the bar 5 days ago"}
    ).questions
    assert only.id == "improved-a-model"


def test_a_due_question_is_planned_from_the_sessions_on_disk(tmp_path: Path) -> None:
    session = held(tmp_path, "improved-a-model", hours_ago=24 * 10)
    failed = Verdict(result="below")
    question = BANK.get("improved-a-model")
    session.save_evaluation(
        Evaluation(
            source="",
            level="senior",
            judge="offline",
            rubric="1",
            questions=(
                QuestionEvaluation(
                    question_id=question.id, type=question.type, criteria={}, verdict=failed
                ),
            ),
            verdict=failed,
        )
    )
    made = make_plan(settings(tmp_path, minutes=8.0), Wish(seed=1)).plan
    assert [each.id for each in made.questions] == ["improved-a-model"]
    assert "due again: below the bar 10 days ago" in made.reasons[0]
