"""Playing passages of a recording, at another tempo if wanted, until a key is pressed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from audio.errors import DeviceError
from audio.frame import SAMPLE_RATE, Samples, SpeechChunk
from audio.playback import Player, play
from audio.tempo import at_tempo

TEMPOS = (0.6, 0.75, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Steps of slower and faster."""
NORMAL = 1.0
LOOK_S = 0.05
"""How often the keys are looked at while sound plays (seconds)."""

Sound = Callable[[float, float], Samples]
"""Both sides mixed between two times (milliseconds): shape (n,), 16 kHz."""


class Keys(Protocol):
    """Where key presses come from."""

    def read(self, timeout_s: float | None = None) -> str:
        """The next key; "" when none came in time."""
        ...


class NoKeys:
    """Nobody presses anything: sound is heard out, and what has none is passed by."""

    def read(self, timeout_s: float | None = None) -> str:
        """Nothing comes in that time; without a limit the replay goes on."""
        if timeout_s is None:
            return "enter"
        time.sleep(timeout_s)
        return ""


@dataclass(slots=True)
class PassagePlayer:
    """The speaker of a replay."""

    player: Player
    sound: Sound
    keys: Keys
    tempo: float = NORMAL
    fault: DeviceError | None = field(default=None, init=False)
    """Set when the speaker went away: from then on the replay is to read."""

    def faster(self, steps: int) -> float:
        """Move the tempo by `steps` (negative: slower) and return it."""
        index = min(max(0, TEMPOS.index(self.tempo) + steps), len(TEMPOS) - 1)
        self.tempo = TEMPOS[index]
        return self.tempo

    def play(self, start_ms: float, end_ms: float) -> tuple[str, float]:
        """Play a stretch of the recording; the key that stopped it ("" = heard to its end) and the
        place it was stopped at, milliseconds."""
        tempo = self.tempo
        chunk = SpeechChunk(at_tempo(self.sound(start_ms, end_ms), tempo), SAMPLE_RATE)
        stop, played = threading.Event(), [0]

        def run() -> None:
            try:
                played[0] = play(self.player, [chunk], stop)
            except DeviceError as error:
                self.fault = error

        thread = threading.Thread(target=run, name="replay")
        thread.start()
        key = ""
        try:
            while thread.is_alive() and not key:
                key = self.keys.read(LOOK_S)
        finally:
            stop.set()
            thread.join()
        return key, min(end_ms, start_ms + played[0] * 1000 / SAMPLE_RATE * tempo)
