"""A machine that is too slow: said, and stepped down from in the order of harm."""

from __future__ import annotations

import io

import numpy as np
from rich.console import Console

from agent.clock import WallClock
from agent.key_commands import Commands
from agent.standing_still import StandingStill
from agent.stepping_down import Step, SteppingDown
from agent.view import ConsoleView
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE
from audio.keeping_up import SEGMENTS, TimedTranscriber
from audio.transcriber import ScriptedTranscriber


class Slow:
    """An interview on a machine whose transcription takes `takes_s` for a second of speech."""

    def __init__(self, takes_s: float, *steps: Step) -> None:
        self.out = io.StringIO()
        self.logged: list[tuple[str, object]] = []
        view = ConsoleView(Console(file=self.out, width=250), interviewer="Morgan")
        still = StandingStill(WallClock(), view, Commands(), self.log)
        script = ScriptedTranscriber(["words"] * 100, takes_s=takes_s)
        self.timed = TimedTranscriber(script, slow_factor=0.01)
        self.down = SteppingDown(self.timed, steps, still)

    def log(self, event: str, **fields: object) -> None:
        self.logged.append((event, fields.get("step")))

    def turn(self) -> None:
        for _ in range(SEGMENTS):
            self.timed.transcribe(np.zeros(SAMPLE_RATE, np.float32), 0.0, ())
        self.down.look()
        self.down.look()

    @property
    def told(self) -> list[str]:
        return [line.strip(" !") for line in self.out.getvalue().splitlines()]


def test_each_step_is_told_and_logged_and_the_reason_only_once() -> None:
    taken: list[str] = []
    steps = [
        Step(name, f"I leave out {name}.", lambda name=name: taken.append(name))  # type: ignore[misc]
        for name in ("first", "second")
    ]
    slow = Slow(0.03, *steps)
    for _ in range(4):
        slow.turn()
    assert taken == ["first", "second"]
    assert slow.logged == [("too_slow", "first"), ("too_slow", "second")]
    assert len(slow.told) == 2
    assert "too slow just now" in slow.told[0]
    assert slow.told[1] == "It is still too slow. From here on I leave out second."


def test_a_quick_machine_leaves_nothing_out() -> None:
    taken: list[str] = []
    slow = Slow(0.0, Step("first", "nothing.", lambda: taken.append("first")))
    slow.turn()
    assert (taken, slow.told, slow.logged) == ([], [], [])


def test_a_step_that_cannot_be_taken_here_gives_way_to_the_next() -> None:
    taken: list[str] = []

    def broken() -> None:
        raise EngineError("there is no plain voice")

    slow = Slow(
        0.03,
        Step("voice", "I speak plainly.", broken),
        Step("ears", "I hear less.", lambda: taken.append("ears")),
    )
    slow.turn()
    assert taken == ["ears"]
    assert "plainly" not in slow.out.getvalue()
