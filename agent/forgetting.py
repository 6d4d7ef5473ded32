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

    Ids are ordered by time, and SQLite uses the freed pages again. Other checkpointers keep theirs.
    """
    from langgraph.checkpoint.sqlite import SqliteSaver

    if not isinstance(saver, SqliteSaver):
        return
    with saver.cursor() as cursor:
        old = (thread_id, checkpoint_id)
        cursor.execute("DELETE FROM writes WHERE thread_id = ? AND checkpoint_id < ?", old)
        cursor.execute("DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?", old)
