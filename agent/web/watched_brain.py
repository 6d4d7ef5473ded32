"""A brain whose work is timed: reading, deciding, phrasing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.brain import Brain
    from agent.moves import Move
    from agent.reading import Reading
    from agent.situation import Situation
    from agent.state import Answer, Covered
    from prompts.question_bank import Question
    from prompts.rubric import Level

Worked = Callable[[str, int, int], None]
"""Told (what, begin, end), the times as of `time.time_ns`."""


class WatchedBrain:
    """Does as the brain does, and tells how long it took; no words go along."""

    def __init__(self, brain: Brain, worked: Worked) -> None:
        self.brain, self.worked = brain, worked
        self.name = brain.name
        self.read_ns = 0
        """When the answer was understood; 0 when its reply is being phrased already."""

    def warm(self, question: Question, level: Level) -> None:
        """As the brain does."""
        self.brain.warm(question, level)

    def prepare(self, clause: str, situation: Situation) -> None:
        """As the brain does."""
        self.brain.prepare(clause, situation)

    def read(self, answer: Answer, situation: Situation) -> Reading:
        """As the brain does; told as `reading`."""
        begin_ns = time.time_ns()
        reading = self.brain.read(answer, situation)
        self.read_ns = time.time_ns()
        self.worked("reading", begin_ns, self.read_ns)
        return reading

    def late(self) -> tuple[Covered, ...]:
        """As the brain does."""
        return self.brain.late()

    def phrase(self, move: Move, situation: Situation) -> Iterator[str]:
        """As the brain does; told as `deciding`, what was before it since the answer was read, and
        as `phrasing` until the first sentence."""
        begin_ns = time.time_ns()
        if self.read_ns:
            self.worked("deciding", self.read_ns, begin_ns)
            self.read_ns = 0
        first = True
        for sentence in self.brain.phrase(move, situation):
            if first:
                self.worked("phrasing", begin_ns, time.time_ns())
                first = False
            yield sentence

    def notices(self) -> tuple[str, ...]:
        """As the brain does."""
        return self.brain.notices()

    def used(self) -> dict[str, int]:
        """As the brain does."""
        return self.brain.used()

    def close(self) -> None:
        """As the brain does."""
        self.brain.close()
