"""Session state in PostgreSQL, for several server processes behind one address.

    1. Checkpoints of the graph, by LangGraph's own saver, one connection to a running session.
    2. The list of sessions: `viva_sessions`.
    3. Who works on what: an advisory lock of that connection, so it is free when a server dies.

Checkpoints hold what was said. They are removed when a session is scored or deleted.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.checkpoints import our_serializer
from evaluation.session_lock import SessionInUse
from prompts.errors import UsageError, VivaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from evaluation.session import SessionFolder

LOCKS = 0x56495641
"""First half of our advisory locks' keys, so that they are told from those of other programs."""
SETUP = 0
"""Second half while the tables are made."""
CONNECT_S = 5
"""A database that does not answer for so long is not there (seconds)."""
TABLE = """
CREATE TABLE IF NOT EXISTS viva_sessions (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    created timestamptz NOT NULL
)
"""
RUNNING = """
SELECT name FROM viva_sessions JOIN pg_locks
    ON locktype = 'advisory' AND classid::bigint = %s AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND objid::bigint = (hashtext(id)::bigint & 4294967295)
"""
SCHEMES = ("postgresql://", "postgres://")
UNCLEAR = "postgresql://…"
"""Shown of an address whose password ends who knows where."""
INSTALL = "Install it with: pip install 'viva-interview[postgres]'."


class PostgresStore:
    """A store that every server on the same database sees."""

    def __init__(self, url: str) -> None:
        """Makes the tables where they are missing. Raises UsageError for an address that cannot be
        read or a missing extra, VivaError when the database is away or refuses."""
        try:
            import psycopg
        except ImportError as error:
            raise UsageError("--database needs psycopg", todo=INSTALL) from error
        check_address(url)
        self.url, self.errors = url, psycopg.Error
        self.where = shown_database(url)
        self.set_up()

    def set_up(self) -> None:
        """One server at a time makes or renews the tables. Raises VivaError."""
        from langgraph.checkpoint.postgres import PostgresSaver

        with self.connection() as connection:
            shown = connection.execute("SHOW server_encoding").fetchone()
            encoding = shown["server_encoding"] if shown else "unknown"
            if encoding != "UTF8":
                raise VivaError(
                    f"the database's encoding is {encoding}, which cannot hold what is said",
                    where=self.where,
                    todo="Create it with: createdb --encoding UTF8 --template template0 NAME.",
                )
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, SETUP))
            PostgresSaver(connection).setup()
            connection.execute(TABLE)

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A connection of its own. Raises VivaError when it cannot be made or is lost."""
        import psycopg
        from psycopg.rows import dict_row

        try:
            with psycopg.connect(
                self.url,
                autocommit=True,
                prepare_threshold=0,
                row_factory=dict_row,
                connect_timeout=CONNECT_S,
                client_encoding="UTF8",
                application_name="viva",
            ) as connection:
                yield connection
        except self.errors as error:
            # Not what the driver says: it may quote the address, a password in it, or a row.
            raise VivaError(
                f"the database failed ({type(error).__name__})",
                where=self.where,
                todo="Look whether it runs and VIVA_DATABASE names it; what was said is in the "
                "session's folder.",
            ) from error

    @contextmanager
    def checkpoints(self, session: SessionFolder) -> Iterator[BaseCheckpointSaver[Any]]:
        """The session's checkpoints, locked against every other server on this database."""
        from langgraph.checkpoint.postgres import PostgresSaver

        with self.connection() as connection:
            lock = connection.execute(
                "SELECT pg_try_advisory_lock(%s, hashtext(%s)) AS mine", (LOCKS, session.meta.id)
            ).fetchone()
            if lock is None or not lock["mine"]:
                raise SessionInUse(
                    "another process works on this session",
                    where=session.path.name,
                    todo="Wait until it is done, or stop it there.",
                )
            yield PostgresSaver(connection, serde=our_serializer())

    def note(self, session: SessionFolder) -> None:
        """Put it on the list."""
        with self.connection() as connection:
            connection.execute(
                "INSERT INTO viva_sessions (id, name, created) VALUES (%s, %s, %s) "
                "ON CONFLICT (id) DO NOTHING",
                (session.meta.id, session.path.name, session.meta.created),
            )

    def names(self) -> frozenset[str]:
        """All on the list."""
        return self.asked("SELECT name FROM viva_sessions")

    def running(self) -> frozenset[str]:
        """Those whose lock is held."""
        return self.asked(RUNNING, LOCKS)

    def asked(self, query: str, *values: int) -> frozenset[str]:
        """The names that a query gives."""
        with self.connection() as connection:
            rows = connection.execute(query.encode(), values or None).fetchall()
            return frozenset(row["name"] for row in rows)

    def settle(self, session: SessionFolder) -> None:
        """Its checkpoints are removed: the folder holds all that is read from now on."""
        from langgraph.checkpoint.postgres import PostgresSaver

        with self.connection() as connection:
            PostgresSaver(connection).delete_thread(session.meta.id)

    def forget(self, name: str) -> None:
        """Checkpoints and line are removed."""
        from langgraph.checkpoint.postgres import PostgresSaver

        with self.connection() as connection:
            row = connection.execute(
                "SELECT id FROM viva_sessions WHERE name = %s", (name,)
            ).fetchone()
            if row is not None:
                PostgresSaver(connection).delete_thread(row["id"])
                connection.execute("DELETE FROM viva_sessions WHERE name = %s", (name,))

    def reachable(self) -> bool:
        """Whether it answers."""
        try:
            self.asked("SELECT name FROM viva_sessions LIMIT 1")
        except VivaError:
            return False
        return True


def check_address(url: str) -> None:
    """Raise UsageError, without a word of it, for what the driver would not read as an address."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    readable = url.startswith(SCHEMES) and shown_database(url) != UNCLEAR
    if readable:
        try:
            conninfo_to_dict(url)
        except psycopg.Error:
            readable = False
    if not readable:
        # Outside the handler: what the driver says quotes the address.
        raise UsageError(
            "the address of the database cannot be read",
            todo="Set VIVA_DATABASE like postgresql://user:password@host:5432/name, with %XX for "
            "signs such as / @ : in a password.",
        )


def shown_database(url: str) -> str:
    """Where it is, without user, password and options; `UNCLEAR` where a password may be in it."""
    parts = urlsplit(url)
    # A bare / ? or # in a password ends the host too soon, and key=value lines have no parts.
    beyond = f"{parts.path}{parts.query}{parts.fragment}"
    if not url.startswith(SCHEMES) or "@" in beyond:
        return UNCLEAR
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"postgresql://{parts.hostname or 'localhost'}{port}{parts.path}"
