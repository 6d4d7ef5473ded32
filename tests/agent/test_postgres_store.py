"""Checkpoints and the list of sessions in a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgres import Database, programs_here, running_database
from web_client import Browser

from agent.postgres_store import PostgresStore, postgres_store
from evaluation.session_list import list_sessions
from prompts.errors import UsageError, VivaError

STORED = Path(__file__).parents[1] / "data/sessions/2026-11-20-fraud-detection-5a1e0c3d"
VIVA = str(Path(sys.executable).with_name("viva"))


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    programs = programs_here()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with running_database(programs) as running:
        yield running


@pytest.fixture
def store(database: Database) -> PostgresStore:
    return postgres_store(database.url)


def session_in(home: Path, name: str = STORED.name) -> Path:
    return Path(shutil.copytree(STORED, home / name))


def rows(store: PostgresStore, table: str) -> int:
    with store.pool.connection() as connection:
        found = connection.execute(f"SELECT count(*) AS n FROM {table}").fetchone()
    assert found is not None
    return int(found["n"])


def test_the_list_is_that_of_the_folders_and_follows_what_changes_in_them(
    store: PostgresStore, tmp_path: Path
) -> None:
    first, second = session_in(tmp_path), session_in(tmp_path, "2026-11-21-damaged-00000000")
    (second / "session.json").write_text("{", encoding="utf-8")
    assert store.sessions(tmp_path) == list_sessions(tmp_path)
    (first / "evaluation.json").unlink()
    assert store.sessions(tmp_path)[0].verdict is None
    shutil.rmtree(second)
    assert store.sessions(tmp_path) == list_sessions(tmp_path)
    assert store.sessions(tmp_path / "none yet") == []


def test_a_folder_that_has_not_changed_is_not_read_again(
    store: PostgresStore, tmp_path: Path
) -> None:
    meta = session_in(tmp_path) / "session.json"
    known, found = store.sessions(tmp_path), meta.stat()
    meta.write_text(" " * found.st_size, encoding="utf-8")
    os.utime(meta, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert store.sessions(tmp_path) == known
    meta.touch()
    assert store.sessions(tmp_path)[0].problem


def test_a_database_that_stops_is_told_without_its_password_and_is_used_again_when_it_is_back(
    store: PostgresStore, database: Database, tmp_path: Path
) -> None:
    session_in(tmp_path)
    known = store.sessions(tmp_path)
    database.stop()
    try:
        with pytest.raises(VivaError, match="does not answer") as told:
            store.sessions(tmp_path)
    finally:
        database.start()
    assert "secret-word" not in told.value.line()
    assert "resume" in told.value.line()
    assert store.sessions(tmp_path) == known


@pytest.mark.parametrize("url", ["postgresql://viva:secret-word@[", "secret-word"])
def test_a_bad_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UsageError, match="no address of PostgreSQL") as told:
        postgres_store(url)
    assert "secret-word" not in told.value.line()


@contextmanager
def serving(database: Database, home: Path) -> Iterator[tuple[subprocess.Popen[str], Browser]]:
    """A server process and a browser that has been let in; the process is gone afterwards."""
    environment = {
        **os.environ,
        "VIVA_SESSIONS_HOME": str(home),
        "VIVA_DATABASE_URL": database.url,
        "VIVA_BRAIN": "offline",
        "VIVA_JUDGE": "offline",
    }
    with subprocess.Popen(
        [VIVA, "serve", "--port", "0", "--no-open"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        assert program.stdout is not None
        printed = []
        for line in program.stdout:
            printed.append(line)
            if "Open this address" in line:
                break
        else:
            raise AssertionError("".join(printed))
        assert "kept in PostgreSQL" in printed[0]
        assert "secret-word" not in "".join(printed)
        try:
            with Browser(printed[-1].split()[-1]) as browser:
                yield program, browser
        finally:
            program.kill()


@pytest.mark.slow
def test_what_was_begun_on_a_server_that_died_goes_on_at_another(
    database: Database, store: PostgresStore, tmp_path: Path
) -> None:
    silent = {"microphone": False, "echo": "none"}
    with serving(database, tmp_path) as (program, browser):
        begun = browser.begin(question="fraud-detection", minutes=10)
        folder = tmp_path / begun["session"]
        with browser.page(begun["id"], **silent) as page:
            page.wait_state("typing")
            page.send(type="answer", text="I would start with rules and boosted trees.")
            page.wait_turn(folder, 3)
        program.send_signal(signal.SIGKILL)
        program.wait()
    turns = (folder / "turns.jsonl").read_text(encoding="utf-8")
    assert not (folder / "checkpoint.sqlite").exists()
    with serving(database, tmp_path) as (program, browser):
        [listed] = browser.json("/api/sessions")["sessions"]
        assert listed["name"] == begun["session"]
        again = browser.begin(resume=begun["session"])
        with browser.page(again["id"], **silent) as page:
            page.wait_state("typing")
            page.send(type="answer", text="The threshold follows from the costs of both errors.")
            page.wait_turn(folder, turns.count("\n") + 2)
        assert (folder / "turns.jsonl").read_text(encoding="utf-8").startswith(turns)
        browser.http.delete(f"/api/interviews/{again['id']}")
    assert rows(store, "checkpoints") > 0
    store.delete(folder)
    assert rows(store, "checkpoints") == rows(store, "checkpoint_writes") == 0
    assert not folder.exists()
