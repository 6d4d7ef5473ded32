"""The session clock: one zero for turns, recording and events."""

from __future__ import annotations

import time
from typing import Protocol


class SessionClock(Protocol):
    """Milliseconds since the session began; never goes back."""

    runs_by_itself: bool
    """True for the wall clock: while somebody waits, time passes that can be used."""

    def at(self, monotonic_s: float) -> float:
        """A `time.monotonic()` reading on the session clock."""
        ...

    def now_ms(self) -> float:
        """The present moment."""
        ...

    def reach(self, ms: float) -> None:
        """Sound up to `ms` has been heard or played."""
        ...


class WallClock:
    """Time passes by itself: a person is talking."""

    runs_by_itself = True

    def __init__(self, offset_ms: float = 0.0) -> None:
        """`offset_ms` is where a resumed session goes on."""
        # Monotonic time stands still while a laptop sleeps, and so does the interview.
        self.zero = time.monotonic() - offset_ms / 1000

    def now_ms(self) -> float:
        """Wall time since the session began."""
        return (time.monotonic() - self.zero) * 1000

    def reach(self, ms: float) -> None:
        """Nothing to do: wall time has passed meanwhile."""

    def at(self, monotonic_s: float) -> float:
        """A `time.monotonic()` reading on the session clock."""
        return (monotonic_s - self.zero) * 1000


class SoundClock:
    """Only sound takes time: a recorded interview as quick as the machine allows."""

    runs_by_itself = False

    def __init__(self, offset_ms: float = 0.0) -> None:
        self.position_ms = offset_ms

    def now_ms(self) -> float:
        """Where the sound is."""
        return self.position_ms

    def reach(self, ms: float) -> None:
        """Move on; never back."""
        self.position_ms = max(self.position_ms, ms)

    def at(self, monotonic_s: float) -> float:
        """The present position: wall time means nothing here."""
        return self.position_ms
