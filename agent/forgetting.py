"""Keeps the file of a session's checkpoints from growing.

The graph writes its whole state at every step, so that a session of a hundred exchanges would leave
tens of megabytes of states nobody goes back to. What may still be gone back to are the last
answers: withdrawn by the candidate, or begun before a kill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

KEPT_EXCHANGES = 4
"""So many pauses can be gone back to; a kill can set a session back by one, a torn line by one."""


class Checkpoints:
    """The pauses of one session; older ones than the last few are forgotten."""

    def __init__(self, saver: BaseCheckpointSaver[Any], thread_id: str) -> None:
        self.saver, self.thread_id = saver, thread_id
        self.pauses: list[str] = []
        """Ids of the latest checkpoints that waited for an answer, oldest first."""

    def paused(self, checkpoint_id: str) -> None:
        """The graph waits with this checkpoint: what is too old to go back to is deleted."""
        if self.pauses[-1:] == [checkpoint_id]:
            return
        self.pauses.append(checkpoint_id)
        if len(self.pauses) > KEPT_EXCHANGES:
            del self.pauses[:-KEPT_EXCHANGES]
            forget_before(self.saver, self.thread_id, self.pauses[0])


def forget_before(saver: BaseCheckpointSaver[Any], thread_id: str, checkpoint_id: str) -> None:
    """Delete the checkpoints of a session older than this one, in one transaction.

    Ids are ordered by time, and both databases use the freed space again. Other checkpointers, such
    as the one in memory, keep theirs.
    """
    # LangGraph's name of the kind; asking for the class would load a driver nobody may have.
    kind = type(saver).__name__
    old = (thread_id, checkpoint_id)
    if kind == "SqliteSaver":
        with saver.cursor() as cursor:  # type: ignore[attr-defined]
            for query in SQLITE:
                cursor.execute(query, old)
    elif kind == "PostgresSaver":
        connection: Any = saver.conn  # type: ignore[attr-defined]
        # A reply that is being made stores its steps by the same connection in another thread.
        with saver.lock, connection.transaction():  # type: ignore[attr-defined]
            for query in POSTGRES:
                connection.execute(query, old)
            connection.execute(UNUSED_BLOBS, (thread_id,))


SQLITE = (
    "DELETE FROM writes WHERE thread_id = ? AND checkpoint_id < ?",
    "DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?",
)
POSTGRES = (
    "DELETE FROM checkpoint_writes WHERE thread_id = %s AND checkpoint_id < %s",
    "DELETE FROM checkpoints WHERE thread_id = %s AND checkpoint_id < %s",
)
UNUSED_BLOBS = """
DELETE FROM checkpoint_blobs AS blob WHERE thread_id = %s AND NOT EXISTS (
    SELECT 1 FROM checkpoints AS kept
    WHERE kept.thread_id = blob.thread_id AND kept.checkpoint_ns = blob.checkpoint_ns
    AND kept.checkpoint -> 'channel_versions' ->> blob.channel = blob.version
)
"""
"""PostgreSQL keeps each channel's value apart from the checkpoints that name its version."""
