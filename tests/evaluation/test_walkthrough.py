"""A replay has every remark at the turn it belongs to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation.session import SessionFolder
from evaluation.transcript import open_record
from evaluation.walkthrough import Step, TurnDelivery, walk_through
from prompts.question_bank import QuestionBank, bank_folder, load_question

DATA = Path(__file__).parents[1] / "data" / "sessions"


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return QuestionBank([load_question(bank_folder() / "fraud-detection.yaml")])


@pytest.fixture
def steps(tmp_path: Path, bank: QuestionBank) -> tuple[Step, ...]:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    session = SessionFolder.open(tmp_path / "session")
    return walk_through(session.record(), session.evaluation(), bank)


def test_there_is_a_step_for_every_turn_in_order(steps: tuple[Step, ...]) -> None:
    assert [step.turn for step in steps] == list(range(19))
    assert steps[5].start_ms is not None


def test_a_move_stands_at_the_words_that_carried_it_out(steps: tuple[Step, ...]) -> None:
    (note,) = steps[6].notes
    assert note.kind == "why"
    assert note.trigger.startswith("For the model I would use")
    assert steps[10].hoped_for[0].startswith("Handles labels that arrive weeks late")
    assert [step.phase for step in steps][4:8] == ["framing", "framing", *["data_and_model"] * 2]


def test_evidence_for_and_against_stands_at_the_candidates_turn(steps: tuple[Step, ...]) -> None:
    sides = {(each.side, each.criterion) for each in steps[7].findings}
    assert ("for", "trade_offs") in sides
    assert ("against", "trade_offs") in sides
    assert all(not step.findings for step in steps if step.speaker == "interviewer")
    found = [each for step in steps for each in step.findings if each.side == "for"]
    assert all(
        each.text in step.text for step in steps for each in step.findings if each.side == "for"
    )
    assert len(found) == 10


def test_facts_told_and_missed_are_in_their_places(steps: tuple[Step, ...]) -> None:
    assert len(steps[2].facts_told) == 2
    assert len(steps[4].facts_told) == 1
    missed = steps[18].facts_missed
    assert missed[0].startswith("The label is the chargeback")
    assert all(not step.facts_missed for step in steps[:18])
    assert steps[18].has_finding


def test_a_thinking_pause_is_shown_where_it_was(steps: tuple[Step, ...]) -> None:
    assert [step.turn for step in steps if step.pauses] == [5]


def test_without_evaluation_and_events_there_are_only_turns(bank: QuestionBank) -> None:
    steps = walk_through(open_record(DATA / "plain-transcript.json", bank), None, bank)
    assert len(steps) == 4
    assert not any(step.notes or step.findings or step.facts_missed for step in steps)


def test_delivery_and_doubtful_words_stand_at_the_turn(steps: tuple[Step, ...]) -> None:
    spoken = steps[5].delivery
    assert spoken is not None
    assert spoken.words == len(steps[5].text.split())
    assert spoken.words_per_minute is not None
    assert 60 < spoken.words_per_minute < 260
    assert all((step.delivery is None) == (step.speaker == "interviewer") for step in steps)
    unsure = [step.text[a:b] for step in steps for a, b in step.unsure]
    assert unsure == ["velocity", "randomise"]


@pytest.mark.parametrize(("fillers", "told"), [(1, False), (2, False), (3, True)])
def test_fillers_are_told_from_three_in_a_hundred_words(fillers: int, told: bool) -> None:
    assert TurnDelivery(words=100, spoken_ms=60_000, fillers=fillers).many_fillers is told


def test_a_turn_too_short_to_tell_has_no_speed() -> None:
    assert TurnDelivery(words=3, spoken_ms=900, fillers=0).words_per_minute is None
    assert TurnDelivery(words=300, spoken_ms=None, fillers=0).words_per_minute is None


def test_mistakes_and_habits_stand_where_they_were_seen(tmp_path: Path, bank: QuestionBank) -> None:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    session = SessionFolder.open(tmp_path / "session")
    evaluation = session.evaluation()
    assert evaluation is not None
    question = evaluation.questions[0]
    seen = {
        **question.signals,
        **question.mistakes,
    }
    placed = {
        habit.id: step.turn
        for step in walk_through(session.record(), evaluation, bank)
        for habit in step.habits
    }
    assert placed == {
        key: each.turn for key, each in seen.items() if each.seen and each.turn is not None
    }
    assert placed
