"""Where the graph's state is kept and how the list of sessions is made: a port.

Sound, turns and scores are always files in the session's folder. What can be moved is what several
server processes would contend for: the checkpoints of the graph, and the list that every look at
the start page reads. `FileStore` needs nothing; `agent/postgres_store.py` needs a database.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from agent.graph import open_checkpoints
from evaluation.deletion import delete_session
from evaluation.session import SessionFolder
from evaluation.session_list import SessionSummary, list_sessions

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from agent.settings import Settings


class SessionStore(Protocol):
    """What an interview and the pages need of it."""

    @property
    def said(self) -> str:
        """One sentence on what leaves this machine for it; empty = nothing does."""
        ...

    def checkpoints(
        self, session: SessionFolder
    ) -> AbstractContextManager[BaseCheckpointSaver[Any]]:
        """The graph's state of one session, while the context is open. Raises VivaError."""
        ...

    def sessions(self, home: Path) -> list[SessionSummary]:
        """The sessions whose folders are in `home`, newest first, as `list_sessions` gives them.

        Raises UsageError when `home` cannot be read, VivaError when the store does not answer.
        """
        ...

    def delete(self, folder: Path) -> None:
        """Remove a session here and there; raises as `delete_session`, VivaError of the store."""
        ...


class FileStore:
    """Everything in the session's folder."""

    said = ""

    def checkpoints(
        self, session: SessionFolder
    ) -> AbstractContextManager[BaseCheckpointSaver[Any]]:
        """SQLite in the folder."""
        return open_checkpoints(session.checkpoint_path)

    def sessions(self, home: Path) -> list[SessionSummary]:
        """Every folder is read."""
        return list_sessions(home)

    def delete(self, folder: Path) -> None:
        """The folder."""
        delete_session(folder)


def open_store(settings: Settings) -> SessionStore:
    """The store of the settings: the database's when one is configured.

    Raises UsageError when the extra is missing, VivaError when the database does not answer.
    """
    if settings.database_url is None:
        return FileStore()
    from agent.postgres_store import postgres_store

    return postgres_store(settings.database_url.get_secret_value())
