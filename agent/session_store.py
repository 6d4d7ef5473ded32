"""Where the state of running sessions is kept: with their files, or where several servers see it.

The session folder stays the truth about what was said. A store holds the graph's checkpoints, which
a resume needs, and knows which sessions there are and which are in use.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing
from typing import TYPE_CHECKING, Any, Protocol

from agent.graph import open_checkpoints

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from agent.settings import Settings
    from evaluation.session import SessionFolder


class SessionStore(Protocol):
    """Of one process; safe to use from several threads."""

    where: str
    """What holds it, without anything secret; empty = the session's folder alone."""

    def checkpoints(
        self, session: SessionFolder
    ) -> AbstractContextManager[BaseCheckpointSaver[Any]]:
        """The session's checkpoints, for as long as it runs. Raises SessionInUse, VivaError."""
        ...

    def note(self, session: SessionFolder) -> None:
        """Put a new session on the list. Raises VivaError."""
        ...

    def names(self) -> frozenset[str]:
        """Folder names of the sessions on the list. Raises VivaError."""
        ...

    def running(self) -> frozenset[str]:
        """Folder names of those in use by any server on this store. Raises VivaError."""
        ...

    def settle(self, session: SessionFolder) -> None:
        """The session is over and scored: nothing is resumed any more. Raises VivaError."""
        ...

    def forget(self, name: str) -> None:
        """Nothing of the session of that folder name is kept. Raises VivaError."""
        ...

    def reachable(self) -> bool:
        """Whether it can be used now."""
        ...


class FileStore:
    """Everything lies in the session's own folder; the folders themselves are the list."""

    where = ""

    def checkpoints(
        self, session: SessionFolder
    ) -> AbstractContextManager[BaseCheckpointSaver[Any]]:
        """checkpoint.sqlite of the folder; the folder's lock keeps others out."""
        return open_checkpoints(session.checkpoint_path)

    def note(self, session: SessionFolder) -> None:
        """The folder is there."""

    def names(self) -> frozenset[str]:
        """None beside the folders."""
        return frozenset()

    def running(self) -> frozenset[str]:
        """None that this process does not know of."""
        return frozenset()

    def settle(self, session: SessionFolder) -> None:
        """The checkpoint stays in the folder and goes with it."""

    def forget(self, name: str) -> None:
        """Gone with the folder."""

    def reachable(self) -> bool:
        """Always; whether the folder can be written is another question."""
        return True


def open_store(settings: Settings) -> tuple[SessionStore, str]:
    """Where the state of sessions is kept, and what is to be said about it.

    Raises UsageError for an address that cannot be read or a missing extra, VivaError when the
    database is away.
    """
    if not settings.database:
        return FileStore(), ""
    from agent.postgres_store import PostgresStore

    store = PostgresStore(settings.database.get_secret_value())
    return (
        store,
        f" What is said is also in the database, {store.where}, until it is scored.",
    )


def store_of(session: SessionFolder, settings: Settings) -> SessionStore:
    """Where the checkpoints of a session are that exists already. A database that is away does not
    matter to one that has them in its folder. Raises as `open_store`."""
    return FileStore() if in_its_folder(session) else open_store(settings)[0]


def keeper(session: SessionFolder, store: SessionStore | None) -> SessionStore:
    """`store`, but for a session that was begun without one: at the terminal, say."""
    return FileStore() if store is None or in_its_folder(session) else store


def in_its_folder(session: SessionFolder) -> bool:
    """Whether the folder holds checkpoints. A file without any is what an attempt has left to
    resume a session of a database without that database."""
    if not session.checkpoint_path.exists():
        return False
    try:
        with closing(sqlite3.connect(session.checkpoint_path)) as file:
            named = "SELECT 1 FROM sqlite_master WHERE name = 'checkpoints'"
            one = "SELECT 1 FROM checkpoints LIMIT 1"
            return bool(file.execute(named).fetchone() and file.execute(one).fetchone())
    except sqlite3.Error:
        return True  # whoever opens it tells what is wrong with it
