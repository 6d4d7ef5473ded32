"""When and how an interview is killed: seeded moments, and the signals they stand for."""

from __future__ import annotations

import random
import signal
import subprocess
from dataclasses import dataclass
from typing import Literal

from forked import Forked

How = Literal["SIGKILL", "SIGTERM", "SIGINT twice"]
HOWS: tuple[How, ...] = ("SIGKILL", "SIGTERM", "SIGINT twice")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a process is killed: the delay after `lines` lines stand in turns and events."""

    how: How
    lines: int
    """Lines of turns.jsonl and events.jsonl together that are waited for; 0 = from the start."""
    delay_s: float
    gap_s: float
    """Between the first signal and the second one (seconds)."""

    @property
    def told(self) -> str:
        """For people."""
        after = f"{self.lines} lines" if self.lines else "the start"
        return f"{self.how}, {self.delay_s * 1000:.0f} ms after {after}"


def moments(seed: int, count: int, lines: int, start_s: float, end_s: float) -> list[Moment]:
    """Seeded moments in the order in which they come.

    Three of four by progress, spread evenly over the `lines` of an undisturbed interview and, as if
    it were a tenth of it, over the `end_s` seconds between its last line and its end; one of four
    by time, up to `start_s` seconds after the start.
    """
    drawn = random.Random(seed)
    places = sorted(drawn.randint(1, lines + lines // 10) for _ in range(count))
    made, reached = [], 0
    for number, place in enumerate(places):
        by_time = drawn.random() < 0.25
        ahead = max(min(place, lines) - reached, 1)
        within_s = end_s if place > lines else 0.15
        made.append(
            Moment(
                HOWS[(number + seed) % len(HOWS)],
                0 if by_time else ahead,
                drawn.uniform(0, start_s if by_time else within_s),
                drawn.choice((0.0, 0.01, 0.05, 0.2)),
            )
        )
        reached += 0 if by_time else ahead
    return made


def strike(process: subprocess.Popen[str] | Forked, moment: Moment) -> None:
    """Send the signal, or SIGINT twice."""
    if moment.how != "SIGINT twice":
        process.send_signal(getattr(signal, moment.how))
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(moment.gap_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
