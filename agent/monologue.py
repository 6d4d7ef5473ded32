"""When a persona cuts in on somebody who talks on and on (INTERVIEW §3)."""

from __future__ import annotations

from agent.tallies import is_signposted
from audio.completeness import Completeness, completeness
from audio.transcriber import Clause

LATEST_MS = 15_000
"""So long behind the limit any clause will do; before, one that sounds finished is waited for."""
FINISHED = frozenset({Completeness.COMPLETE, Completeness.HANDED_OVER})


class Monologue:
    """One turn of the candidate, clause by clause."""

    def __init__(self, limit_ms: float) -> None:
        """`limit_ms`: speech without a signpost; 0 = this interviewer never cuts in."""
        self.limit_ms = limit_ms
        self.since_ms: float | None = None
        """Where the turn, or its latest signpost, began."""

    def too_long(self, clause: Clause) -> bool:
        """Whether to cut in behind this clause."""
        if not clause.text or not self.limit_ms:
            return False
        if self.since_ms is None or is_signposted(clause.text):
            self.since_ms = clause.start_ms
        over_ms = clause.end_ms - self.since_ms - self.limit_ms
        return over_ms >= LATEST_MS or (over_ms >= 0 and completeness(clause.text) in FINISHED)
