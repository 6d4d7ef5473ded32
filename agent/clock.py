"""The session clock: one zero for turns, recording and events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

ASLEEP_S = 3.0
"""Nobody read the clock for so long, although its own thread does five times a second: the process
was stopped, or the machine slept (seconds). A starved process was seen to miss 1 s at most."""
HEARTBEAT_S = 0.2

Seconds = Callable[[], float]


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

    def close(self) -> None:
        """Nobody asks any more."""
        ...


def since_boot_s() -> float:
    """Seconds that also pass while the machine is asleep."""
    # macOS counts sleep in CLOCK_MONOTONIC, though not in time.monotonic(); elsewhere no clock
    # tells, and then a sleep shows as a gap or not at all.
    which = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
    return time.monotonic() if which is None else time.clock_gettime(which)


class WallClock:
    """Time passes by itself: a person is talking. It stands still where the interview does.

    Not counted: what `standing_still` encloses (a pause, a lost device), and the time in which the
    machine was asleep or the process stopped. Safe to ask from any thread.
    """

    runs_by_itself = True

    def __init__(
        self,
        offset_ms: float = 0.0,
        *,
        watched: bool = False,
        monotonic_s: Seconds = time.monotonic,
        boot_s: Seconds = since_boot_s,
    ) -> None:
        """`offset_ms` is where a resumed session goes on. `watched`: somebody reads the clock all
        the time, as `watch` does; only then a gap means sleep and not that nobody asked."""
        self._monotonic_s, self._boot_s = monotonic_s, boot_s
        self._lock = threading.Lock()
        self._read_s = monotonic_s()
        self._asleep_s = boot_s() - self._read_s
        """By how much the clock that counts sleep is ahead."""
        self._zero_s = self._read_s - offset_ms / 1000
        self._left_out: list[tuple[float, float]] = []
        """Stretches of monotonic time that do not count: from, to."""
        self._stopped_s: float | None = None
        self._stops = 0
        self._slept_s = 0.0
        self._watched = watched
        self._closing = threading.Event()

    def now_ms(self) -> float:
        """Time since the session began, without what was left out."""
        with self._lock:
            self._notice_sleep()
            return self._position_ms(self._read_s)

    def at(self, monotonic_s: float) -> float:
        """A `time.monotonic()` reading on the session clock; one from a stretch that does not
        count is where that began."""
        with self._lock:
            return self._position_ms(monotonic_s)

    def reach(self, ms: float) -> None:
        """Nothing to do: wall time has passed meanwhile."""

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Time does not pass inside; may be nested."""
        with self._lock:
            self._notice_sleep()
            self._stops += 1
            if self._stopped_s is None:
                self._stopped_s = self._read_s
        try:
            yield
        finally:
            with self._lock:
                self._notice_sleep()
                self._stops -= 1
                if self._stops == 0 and self._stopped_s is not None:
                    self._left_out.append((self._stopped_s, self._read_s))
                    self._stopped_s = None

    def take_slept_s(self) -> float:
        """Seconds asleep since this was last asked, 0 = none; a sleep in a pause is no matter."""
        with self._lock:
            slept, self._slept_s = self._slept_s, 0.0
            return slept

    def watch(self) -> None:
        """Read the clock in a thread of its own until `close`."""
        self._watched = True
        threading.Thread(target=self._beat, name="clock", daemon=True).start()

    def close(self) -> None:
        """End the thread; closing twice is allowed."""
        self._closing.set()

    def _beat(self) -> None:
        while not self._closing.wait(HEARTBEAT_S):
            self.now_ms()

    def _notice_sleep(self) -> None:
        """Read the clocks; a long gap since the last reading is left out."""
        now_s, before_s = self._monotonic_s(), self._read_s
        asleep_s = self._boot_s() - now_s
        slept_s, self._asleep_s = asleep_s - self._asleep_s, asleep_s
        self._read_s = max(now_s, before_s)
        gap_s = now_s - before_s
        if self._stopped_s is not None or not self._watched:
            return
        if gap_s > ASLEEP_S:
            self._left_out.append((before_s, now_s))
        # The monotonic clock itself stands still while a laptop sleeps: then only `slept_s` tells.
        missed_s = max(gap_s, 0.0) + max(slept_s, 0.0)
        if missed_s > ASLEEP_S:
            self._slept_s += missed_s

    def _position_ms(self, monotonic_s: float) -> float:
        missed_s = sum(max(0.0, min(monotonic_s, to_s) - from_s) for from_s, to_s in self._left_out)
        if self._stopped_s is not None:
            missed_s += max(0.0, monotonic_s - self._stopped_s)
        return (monotonic_s - self._zero_s - missed_s) * 1000


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

    def close(self) -> None:
        """Nothing runs."""
