"""`viva sessions` and `viva resume` at the terminal, with a real PostgreSQL behind them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_cluster import cluster, unavailable

from agent.graph import open_checkpoints
from agent.postgres_store import PostgresStore
from agent.session_store import FileStore, in_its_folder, keeper
from evaluation.session import SessionFolder

VIVA = str(Path(sys.executable).with_name("viva"))
STORED = Path(__file__).parents[1] / "data/sessions/2026-11-20-fraud-detection-5a1e0c3d"

here = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "there is one")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with cluster() as address:
        yield address


def viva(home: Path, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    named = {"VIVA_SESSIONS_HOME": str(home), "VIVA_DATABASE": database, "OPENAI_API_KEY": ""}
    return subprocess.run(
        [VIVA, *arguments],
        env={**os.environ, **named},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def stopped(home: Path) -> SessionFolder:
    """A session with turns and without a score, whose checkpoints are not in its folder."""
    folder = home / STORED.name
    shutil.copytree(STORED, folder)
    (folder / "evaluation.json").unlink()
    return SessionFolder.open(folder)


@here
def test_a_session_in_use_anywhere_is_said_to_be_so_and_neither_deleted_nor_resumed(
    database: str, tmp_path: Path
) -> None:
    store, session = PostgresStore(database), stopped(tmp_path)
    store.note(session)
    with store.checkpoints(session):
        assert "in use" in viva(tmp_path, database, "sessions").stdout
        done = viva(tmp_path, database, "sessions", "delete", "last", "--yes")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "another process works on this session" in done.stderr
        assert session.path.is_dir()
    done = viva(tmp_path, "", "sessions", "--database", database)
    assert "in use" not in done.stdout
    done = viva(tmp_path, "", "sessions", "delete", "last", "--yes", "--database", database)
    assert done.returncode == 0, done.stderr
    assert not session.path.exists()
    assert session.path.name not in store.names()


@here
def test_what_only_the_database_has_left_of_a_session_is_listed_and_deleted(
    database: str, tmp_path: Path
) -> None:
    store, session = PostgresStore(database), stopped(tmp_path / "other")
    store.note(session)
    name = session.path.name
    assert f"{name}: its folder is not here" in viva(tmp_path, database, "sessions").stdout
    done = viva(tmp_path, database, "sessions", "delete", name, "--yes")
    assert done.returncode == 0, done.stderr
    assert store.names() == frozenset()
    assert viva(tmp_path, database, "sessions", "delete", name, "--yes").returncode == 2


@here
def test_an_attempt_to_resume_without_the_database_does_not_hide_what_is_in_it(
    database: str, tmp_path: Path
) -> None:
    store, session = PostgresStore(database), stopped(tmp_path)
    with open_checkpoints(session.checkpoint_path) as saver:
        assert saver.get_tuple({"configurable": {"thread_id": session.meta.id}}) is None
    assert session.checkpoint_path.stat().st_size > 0
    assert keeper(session, store) is store
    with open_checkpoints(session.checkpoint_path) as saver:
        kept = {"configurable": {"thread_id": session.meta.id, "checkpoint_ns": ""}}
        saver.put(kept, {"v": 1, "id": "1", "ts": "", "channel_values": {}}, {}, {})  # type: ignore[typeddict-item]
    assert in_its_folder(session)
    assert isinstance(keeper(session, store), FileStore)


@pytest.mark.parametrize(
    ("address", "code", "told"),
    [
        ("postgresql://viva:hunter2@127.0.0.1:1/db", 1, "postgresql://127.0.0.1:1/db: the data"),
        ("host=db password=hunter2", 2, "cannot be read. Set VIVA_DATABASE like"),
        ("postgresql://viva:hunt/er2@db/x", 2, "cannot be read. Set VIVA_DATABASE like"),
        ("postgresql://viva:hunt?er2@db/x", 2, "cannot be read. Set VIVA_DATABASE like"),
    ],
)
def test_a_database_that_is_away_or_misspelt_is_one_line_without_its_password(
    address: str, code: int, told: str, tmp_path: Path
) -> None:
    done = viva(tmp_path, address, "sessions")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert told in done.stderr
    assert "er2" not in done.stderr
