"""A replay has every remark at the turn it belongs to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation.session import SessionFolder
from evaluation.transcript import open_record
from evaluation.walkthrough import Step, walk_through
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
