"""Killed interviews, a sample of `benchmarks/crash_matrix.py`, and a session of an old Viva."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from killing import Crashed, driven
from killing_moments import Moment
from typed_answers import ANSWERS

from evaluation.session import SessionFolder

OLDER = Path(__file__).parents[1] / "data" / "older" / "killed-at-turn-5.tar.gz"
"""A session of the first version that could be taken up, killed while it waited for an answer."""


def test_an_interview_killed_by_each_signal_becomes_the_undisturbed_one(tmp_path: Path) -> None:
    undisturbed = Crashed(tmp_path / "undisturbed", "text")
    assert undisturbed.complete() == 0, undisturbed.errors()
    assert undisturbed.folder is not None
    outcome = driven(
        Crashed(tmp_path / "killed", "text"),
        (
            Moment("SIGINT twice", 4, 0.01, 0.0),
            Moment("SIGKILL", 5, 0.02, 0.0),
            Moment("SIGTERM", 6, 0.0, 0.0),
        ),
        SessionFolder.open(undisturbed.folder),
    )
    assert [kill.moment.how for kill in outcome.kills] == ["SIGINT twice", "SIGKILL", "SIGTERM"]
    assert [kill.code for kill in outcome.kills] == [130, -9, 143]
    assert outcome.same_words
    assert outcome.faults == []


def test_a_session_of_an_older_version_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    with tarfile.open(OLDER) as packed:
        packed.extractall(tmp_path, filter="data")
    (path,) = tmp_path.glob("*-fraud-detection-*")
    before = SessionFolder.open(path).turns()
    assert len(before) == 5
    again = Crashed(tmp_path, "text")
    assert again.complete() == 0, again.errors()
    session = SessionFolder.open(path)
    assert session.turns()[:5] == before
    asked = [turn.text for turn in session.turns() if turn.speaker == "interviewer"]
    assert len(set(asked)) == len(asked)
    assert session.turns()[5].text == ANSWERS[2]
    assert session.evaluation() is not None


def test_a_session_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with tarfile.open(OLDER) as packed:
        packed.extractall(tmp_path, filter="data")
    (path,) = tmp_path.glob("*-fraud-detection-*")
    meta = json.loads((path / "session.json").read_text(encoding="utf-8"))
    (path / "session.json").write_text(json.dumps(meta | {"format": "viva-session/2"}))
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    again = Crashed(tmp_path, "text")
    assert again.complete() == 2
    assert len(again.errors().strip().splitlines()) == 1
    assert "was written by a newer Viva (viva-session/2; this one reads viva-session/1)" in (
        again.errors()
    )
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
