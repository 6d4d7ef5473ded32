"""Progress in the terminal, and the words by which two attempts are found."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from agent.cli import run
from agent.planning import Wish, make_plan
from agent.progress_view import progress_lines
from agent.settings import load_settings
from evaluation.history import read_history
from evaluation.progress import progress
from evaluation.session import SessionFolder, now_utc
from prompts.errors import UsageError
from prompts.question_bank import load_bank

DATA = Path(__file__).parents[1] / "data" / "sessions"
BANK = load_bank()
DAYS = timedelta(days=1)


def keep(home: Path, session_id: str, days_ago: float, **fields: object) -> SessionFolder:
    """The stored session as one of `days_ago`."""
    folder = home / f"2026-11-01-fraud-detection-{session_id}"
    shutil.copytree(next(DATA.glob("2026-11-20-*")), folder)
    session = SessionFolder.open(folder)
    created = now_utc() - days_ago * DAYS
    changed = {"id": session_id, "created": created, **fields}
    session.save_meta(session.meta.model_copy(update=changed))
    return session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVA_SESSIONS_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def test_the_view_fits_80_columns_and_draws_from_two_sessions_on(home: Path) -> None:
    keep(home, "aaaa0001", 20, self_rating={"clarity": 5})
    one = progress_lines(progress(read_history(home), BANK, now=now_utc()))
    assert "A course needs two scored sessions." in one
    keep(home, "aaaa0002", 9)
    keep(home, "aaaa0003", 1, drill="trade-offs", criteria=("trade_offs",))
    told = progress_lines(progress(read_history(home), BANK, now=now_utc()))
    assert max(len(line) for line in told) <= 80
    assert told[0].startswith("2 interviews, 1 drill since ")
    assert sum(line.count("T") for line in told if "│" in line or "┤" in line) == 3
    text = "\n".join(told)
    assert "\x1b" not in text
    assert "Your own ratings: 1 too high on average" in text


def test_progress_as_json_is_one_object_and_as_a_page_one_file(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, "aaaa0001", 1)
    page = home / "progress.html"
    assert run(["progress", "--json", "--html", str(page)]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"][0]["id"] == "aaaa0001"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_sessions_progress_says_how_to_begin(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["progress"]) == 0
    told = capsys.readouterr().out
    assert "viva drill clarifying" in told
    assert max(len(line) for line in told.splitlines()[1:]) <= 80


def test_the_last_session_is_compared_with_what_it_tried_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(home, "aaaa0001", 3)
    keep(home, "aaaa0002", 2)
    assert run(["compare"]) == 0
    assert "aaaa0001" in capsys.readouterr().out
    keep(home, "aaaa0003", 1, retry_of="aaaa0001")
    for words in ([], ["last"], ["aaaa0001"], ["aaaa0001", "last"]):
        assert run(["compare", *words]) == 0
        then, now = capsys.readouterr().out.splitlines()[:2]
        assert "aaaa0001" in then
        assert "aaaa0003" in now
    assert run(["compare", "previous"]) == 0
    assert "aaaa0002" in capsys.readouterr().out.splitlines()[0]


def test_a_session_is_not_compared_with_itself_and_a_missing_one_is_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare"]) == 2
    assert "there is no session yet" in capsys.readouterr().err
    keep(home, "aaaa0001", 3)
    assert run(["compare"]) == 2
    assert "there is no previous session" in capsys.readouterr().err
    assert run(["compare", "aaaa0001", "last"]) == 2
    assert "both are session aaaa0001" in capsys.readouterr().err


# trying again -----------------------------------------------------------------------------------


def test_a_second_attempt_has_the_same_sheet_unless_its_twin_is_asked_for(home: Path) -> None:
    keep(home, "aaaa0001", 3)
    settings = load_settings(sessions_home=home)
    same = make_plan(settings, Wish(retry="last", seed=5))
    assert same.plan.questions[0] == BANK.get("fraud-detection")
    assert same.twins == ()
    twin = make_plan(settings, Wish(retry="last", seed=5, twin=True))
    assert twin.plan == make_plan(settings, Wish(retry="last", seed=5, twin=True)).plan
    (asked,), (note,) = twin.plan.questions, twin.twins
    assert asked.prompt == BANK.get("fraud-detection").prompt
    assert asked.fact("volume").say != BANK.get("fraud-detection").fact("volume").say
    assert twin.bank.get("fraud-detection") == asked
    assert "shifted twin: 4 facts have other values" in twin.plan.reasons[0]
    assert note.changed["volume"].startswith("20 million → ")


def test_a_sheet_that_was_rewritten_since_is_said(home: Path) -> None:
    session = keep(home, "aaaa0001", 3)
    fraud = BANK.get("fraud-detection")
    settings = load_settings(sessions_home=home)
    for digest, told in ((fraud.sheet_digest, 0), ("0123456789ab", 1), ("", 0)):
        asked = tuple(q.model_copy(update={"sheet": digest}) for q in session.meta.questions)
        session.save_meta(session.meta.model_copy(update={"questions": asked}))
        notes = make_plan(settings, Wish(retry="last")).notes
        assert len([note for note in notes if "rewritten" in note]) == told


def test_a_twin_of_a_twin_is_made_of_the_first_sheet(home: Path) -> None:
    session = keep(home, "aaaa0001", 3)
    settings = load_settings(sessions_home=home)
    first = make_plan(settings, Wish(retry="last", seed=5, twin=True))
    question = first.plan.questions[0]
    own = {question.id: question.model_dump(mode="json")}
    session.save_meta(session.meta.model_copy(update={"own_questions": own, "twins": first.twins}))
    again = make_plan(settings, Wish(retry="last", seed=5))
    assert again.plan.questions[0] == question
    second = make_plan(settings, Wish(retry="last", seed=5, twin=True))
    assert second.plan.questions[0] == question


def test_what_a_twin_needs_is_said(home: Path) -> None:
    with pytest.raises(UsageError, match="--twin"):
        make_plan(load_settings(sessions_home=home), Wish(question="monitoring", twin=True))
