"""Checkpoints and the list of sessions in PostgreSQL, for several servers on the same folders.

The extra `postgres` brings the driver. A session that was begun without the database keeps its
SQLite file. The table `viva_sessions` is an index and nothing else: a row is believed as long as
the files it was made from have not changed, so a score that was made at the terminal is seen, and
an empty table fills itself.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.graph import open_checkpoints, strict_langgraph
from evaluation.deletion import delete_session
from evaluation.session import META_FILE, SessionFolder, SessionMeta, read_meta
from evaluation.session_list import (
    SessionSummary,
    newest_first,
    session_folders,
    summarise,
)
from prompts.errors import InputFileError, UsageError, VivaError

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from psycopg.rows import DictRow
    from psycopg_pool import ConnectionPool

    Pool = ConnectionPool[Any]

WAIT_S = 5.0
"""For a connection (seconds): a candidate waits no longer for an answer either."""
CONNECTIONS = 4
"""At most, of one process; a conversation needs one for moments only."""
SIGNED = ("session.json", "turns.jsonl", "evaluation.json")
"""Files a row is made from."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS viva_sessions (
    home TEXT NOT NULL,
    name TEXT NOT NULL,
    signature TEXT NOT NULL,
    meta JSONB,
    problem TEXT NOT NULL,
    turns INTEGER NOT NULL,
    length_ms BIGINT NOT NULL,
    verdict TEXT,
    PRIMARY KEY (home, name)
)
"""
WRITE = """
INSERT INTO viva_sessions (home, name, signature, meta, problem, turns, length_ms, verdict)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (home, name) DO UPDATE SET
    signature = EXCLUDED.signature, meta = EXCLUDED.meta, problem = EXCLUDED.problem,
    turns = EXCLUDED.turns, length_ms = EXCLUDED.length_ms, verdict = EXCLUDED.verdict
"""
MISSING = "VIVA_DATABASE_URL is set, but the driver for PostgreSQL is not installed"
SET_UP = 0x56495641
"""Key of the lock under which tables are made: two servers may start at once."""


class PostgresStore:
    """One database for any number of processes; thread-safe."""

    def __init__(self, pool: Pool, where: str) -> None:
        """`where`: host and database, without user and password."""
        self.pool, self.where = pool, where
        self.lock = threading.Lock()

    @property
    def said(self) -> str:
        """Where the words of a running interview are kept besides its folder."""
        return f"The state of an interview, words included, is kept in PostgreSQL at {self.where}."

    def set_up(self) -> None:
        """Make the tables that are missing."""
        with answering(self.where), self.pool.connection() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (SET_UP,))
            try:
                connection.execute(SCHEMA)
                saver_on(connection).setup()
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s)", (SET_UP,))

    def checkpoints(
        self, session: SessionFolder
    ) -> AbstractContextManager[BaseCheckpointSaver[Any]]:
        """In the database, or where a session was begun without it, in its folder."""
        if session.checkpoint_path.exists():
            return open_checkpoints(session.checkpoint_path)
        return self.saver()

    @contextmanager
    def saver(self) -> Iterator[BaseCheckpointSaver[Any]]:
        """Faults of the database while it is in use come out as VivaError."""
        with answering(self.where):
            yield saver_on(self.pool)

    def sessions(self, home: Path) -> list[SessionSummary]:
        """Folders whose files have not changed are not read."""
        folders = {folder.name: folder for folder in session_folders(home)}
        with answering(self.where), self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT * FROM viva_sessions WHERE home = %s", (str(home),)
            ).fetchall()
            known = {row["name"]: row for row in rows}
            found: list[SessionSummary] = []
            for name, folder in folders.items():
                signed = signature(folder)
                row = known.get(name)
                if row is not None and row["signature"] == signed:
                    found.append(summary_of(row, folder))
                    continue
                found.append(summarise(folder))
                connection.execute(WRITE, row_of(str(home), signed, found[-1]))
            gone = [name for name in known if name not in folders]
            connection.execute(
                "DELETE FROM viva_sessions WHERE home = %s AND name = ANY(%s)",
                (str(home), gone),
            )
        return newest_first(found)

    def delete(self, folder: Path) -> None:
        """First what is in the database: of a deleted session nothing may be left behind."""
        with suppress(InputFileError):  # a damaged one is deleted as well
            meta = read_meta(folder / META_FILE)
            with answering(self.where), self.pool.connection() as connection:
                saver_on(connection).delete_thread(meta.id)
        delete_session(folder)


class Row(NamedTuple):
    """One row, in the order of WRITE."""

    home: str
    name: str
    signature: str
    meta: str | None
    problem: str
    turns: int
    length_ms: int
    verdict: str | None


def row_of(home: str, signed: str, summary: SessionSummary) -> Row:
    """A summary as a row."""
    meta = summary.meta.model_dump_json() if summary.meta else None
    return Row(
        home, summary.path.name, signed, meta, summary.problem, summary.turns,
        summary.length_ms, summary.verdict,
    )  # fmt: skip


def summary_of(row: DictRow, folder: Path) -> SessionSummary:
    """A row as a summary."""
    meta = row["meta"]
    return SessionSummary(
        folder,
        problem=row["problem"],
        meta=SessionMeta.model_validate_json(json.dumps(meta)) if meta is not None else None,
        turns=row["turns"],
        length_ms=row["length_ms"],
        verdict=row["verdict"],
    )


def signature(folder: Path) -> str:
    """Changes with every change of the files a summary is made from."""
    marks: list[str] = []
    for name in SIGNED:
        with suppress(FileNotFoundError):
            found = (folder / name).stat()
            marks.append(f"{name} {found.st_size} {found.st_mtime_ns}")
    return ", ".join(marks)


def saver_on(connection: Any) -> Any:
    """LangGraph's saver, which loads only our own types."""
    strict_langgraph()
    from langgraph.checkpoint.postgres import PostgresSaver

    return PostgresSaver(connection)


@cache
def postgres_store(url: str) -> PostgresStore:
    """The store at `url`, one for the whole process.

    Raises UsageError for a bad address or without the driver, VivaError when nothing answers.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
        from psycopg.rows import dict_row
        from psycopg_pool import ConnectionPool
    except ImportError as error:
        raise UsageError(MISSING, todo="pip install 'viva-interview[postgres]'") from error
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        # The message may hold the address, and with it the password.
        raise UsageError(
            "VIVA_DATABASE_URL is no address of PostgreSQL",
            todo="It looks like postgresql://user:password@host/database.",
        ) from error
    where = f"{parts.get('host') or 'this machine'}, database {parts.get('dbname') or 'default'}"
    pool = ConnectionPool(
        url,
        min_size=0,
        max_size=CONNECTIONS,
        timeout=WAIT_S,
        reconnect_timeout=WAIT_S,
        check=ConnectionPool.check_connection,
        kwargs={
            "autocommit": True,
            "prepare_threshold": 0,
            "row_factory": dict_row,
            "connect_timeout": round(WAIT_S),
            "client_encoding": "UTF8",  # a database of its own may say SQL_ASCII
            "application_name": "viva",
        },
        open=False,
    )
    with answering(where):
        pool.open()
    closing_at_exit(pool.close)
    store = PostgresStore(pool, where)
    store.set_up()
    return store


def closing_at_exit(close: Callable[[], None]) -> None:
    """The pool's threads end before the interpreter does."""
    import atexit

    atexit.register(close)


@contextmanager
def answering(where: str) -> Iterator[None]:
    """The database's faults as an error a person can act on; it never holds the password."""
    import psycopg
    import psycopg_pool

    try:
        yield
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
        raise VivaError(
            "the database does not answer",
            where=where,
            todo="What was said is in the session's folder. Look at VIVA_DATABASE_URL and at the "
            "database, then go on with `viva resume`.",
        ) from error
    except psycopg.Error as error:
        reason = type(error).__name__
        raise VivaError(f"the database refused ({reason})", where=where) from error
