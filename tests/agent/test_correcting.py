"""`viva correct`: a word put right, scored again, and what that changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.correcting import Corrector, span_of
from evaluation.compare import Attempt
from evaluation.rescoring import changed_lines
from evaluation.session import SessionFolder
from prompts.errors import UsageError
from prompts.question_bank import load_bank

DATA = Path(__file__).parents[1] / "data" / "sessions"
VIVA = Path(sys.executable).with_name("viva")


@pytest.fixture
def session(tmp_path: Path) -> SessionFolder:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    return SessionFolder.open(tmp_path / "session")


def correct(session: SessionFolder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VIVA), "correct", str(session.path), *arguments],
        env={**os.environ, "OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_program_stores_the_word_scores_again_and_says_what_it_did(
    session: SessionFolder,
) -> None:
    first = session.turns()[3].text.split()[0]
    done = correct(session, "3", "--word", "1", "Logistic")
    assert done.returncode == 0, done.stderr
    assert f"heard “{first.rstrip(',.')}" in done.stdout
    assert "now “Logistic" in done.stdout
    again = SessionFolder.open(session.path)
    assert again.turns()[3].text.startswith("Logistic")
    assert again.heard_turns()[3].text.startswith(first)
    assert again.report_path.exists()


def test_the_words_are_listed_where_nobody_can_be_asked(session: SessionFolder) -> None:
    done = correct(session, "3")
    assert done.returncode == 0, done.stderr
    for word in session.turns()[3].text.split():
        assert word in done.stdout


@pytest.mark.parametrize(
    ("number", "why"), [(0, "interviewer's"), (999, "there is no turn 999"), (-1, "no turn -1")]
)
def test_only_turns_of_the_candidate_can_be_put_right(
    session: SessionFolder, number: int, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        Corrector(session, number)


@pytest.mark.parametrize("given", [[("x", "a")], [("1-", "a"), ("1", "b")], [("2-4", "a")] * 2])
def test_a_number_that_cannot_be_meant_changes_nothing(
    session: SessionFolder, given: list[tuple[str, str]]
) -> None:
    before = session.turns()
    with pytest.raises(UsageError):
        Corrector(session, 3).words(given)
    assert session.turns() == before


def test_one_number_or_a_range_is_understood() -> None:
    assert span_of("12") == (12, 12)
    assert span_of("12-14") == (12, 14)


def test_what_was_put_right_is_not_put_right_twice(session: SessionFolder) -> None:
    corrector = Corrector(session, 3)
    assert corrector.words([("1", "Logistic")])
    assert not corrector.words([("1", "Logistic")])
    assert corrector.undo()
    assert not corrector.undo()


def test_only_what_changed_between_two_scorings_is_told(session: SessionFolder) -> None:
    before = session.evaluation()
    assert before is not None
    question = before.questions[0]
    trade_offs = question.criteria["trade_offs"]
    better = trade_offs.model_copy(update={"score": 4.0, "evidence": ()})
    after = before.model_copy(
        update={
            "questions": (
                question.model_copy(
                    update={"criteria": {**question.criteria, "trade_offs": better}}
                ),
            )
        }
    )
    record, bank = session.record(), load_bank()
    told = changed_lines(Attempt(record, before), Attempt(record, after), bank)
    assert f"  Trade-off discussion: {trade_offs.score:g} → 4" in told
    assert not any("clarification" in line for line in told)
    same = changed_lines(Attempt(record, before), Attempt(record, before), bank)
    assert same == ["No score and no finding has changed."]
