"""A failing endpoint is told once: what it costs afterwards is noted in the session only."""

from __future__ import annotations

import re

RESTING = re.compile(r"^left alone for another \d+ s, because before it ")
"""What a resting endpoint says before the cause of its rest (`breaker.py`)."""
DETAIL = re.compile(r"[:;] ")
"""Behind it the details differ from turn to turn."""
WHO = "The model's server: "
"""Before what a fault says of it."""
ONCE = "Viva goes on without it, tries it again later, and says this once."


class FallbackNotices:
    """Remembers the causes that the candidate was told in one session."""

    def __init__(self) -> None:
        self.causes: set[str] = set()

    def to_tell(self, notice: str) -> str:
        """What the candidate is shown; empty when the same cause was told before."""
        cause = DETAIL.split(RESTING.sub("", notice), maxsplit=1)[0]
        if cause in self.causes:
            return ""
        self.causes.add(cause)
        who = WHO if notice[:1].islower() else ""
        return f"{who}{notice} {ONCE}"
