"""The keys of a replay: going through the turns of a walk, with sound where there is a speaker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.replay import Walk, passages
from agent.replay_player import Keys, NoKeys, PassagePlayer

HELP = (
    ("Enter →", "next turn"),
    ("b ←", "back"),
    ("f", "next finding"),
    ("m", "only my turns"),
    ("q", "quit"),
)
SOUND_HELP = (
    ("space", "pause, go on"),
    ("r", "this turn again"),
    ("1-9", "a finding's words"),
    ("+ -", "faster, slower"),
)
Tell = Callable[[str], None]


def help_line(sound: bool) -> str:
    """The keys with their meaning, on one line."""
    keys = HELP + (SOUND_HELP if sound else ())
    return "   ".join(f"{key} {meaning}" for key, meaning in keys)


@dataclass(slots=True)
class Pager:
    """Shows one turn after another. With a player it plays each and goes on by itself."""

    walk: Walk
    keys: Keys
    tell: Tell
    """One line about what a key did."""
    player: PassagePlayer | None = None
    rest: tuple[float, float] | None = field(default=None, init=False)
    """What is left of a passage that a key stopped: from, to (milliseconds)."""
    whole: bool = field(default=True, init=False)
    """What plays is the turn, not one passage of it."""
    heard_out: bool = field(default=False, init=False)
    """The turn was played to its end: then the next one follows by itself."""

    def run(self) -> None:
        """Until the last turn is left or the user quits."""
        index: int | None = self.walk.following(-1)
        if not isinstance(self.keys, NoKeys):
            self.tell(help_line(self.player is not None))
        while index is not None and index < len(self.walk.steps):
            self.walk.show(index)
            index = self.stay(index)

    def stay(self, index: int) -> int | None:
        """Deal with keys at a turn until it is left: where to go, None to quit."""
        key = self.play_turn(index)
        while True:
            if not key and self.heard_out:
                return self.walk.following(index)
            stopping = bool(key)
            key = key or self.keys.read()
            if key == "q":
                return None
            target = self.target(key, index)
            if target is not None:
                return target
            key = self.here(key, index, stopping)

    @property
    def plays(self) -> bool:
        """Whether there is a speaker that still works."""
        return self.player is not None and self.player.fault is None

    def target(self, key: str, index: int) -> int | None:
        """The turn a key leads to; None for keys that lead nowhere."""
        if key in {"enter", "right", "n"} or (key == "space" and not self.plays):
            return self.walk.following(index)
        if key in {"left", "b", "p"}:
            return self.walk.before(index)
        if key == "f":
            found = self.walk.next_finding(index)
            if found != index:
                return found
            self.tell("no finding after this one")
        if key == "m":
            self.walk.only_mine = not self.walk.only_mine
            self.tell("only your turns" if self.walk.only_mine else "all turns")
        return None

    def here(self, key: str, index: int, stopping: bool) -> str:
        """What a key does without leaving the turn; the key that stopped the sound, if one did.

        `stopping`: it was pressed while sound played, which goes on unless the key means pause.
        """
        if key == "?":
            self.tell(help_line(self.plays))
        if self.player is None or not self.plays:
            return ""
        if key == "r":
            return self.play_turn(index)
        found = passages(self.walk.steps[index])
        if key.isdigit() and 1 <= int(key) <= len(found):
            passage = found[int(key) - 1]
            self.whole = False
            return self.play(passage.start_ms or 0, passage.end_ms or 0)
        if key in {"+", "=", "-"}:
            self.tell(f"{self.player.faster(-1 if key == '-' else 1):g} × the speed")
        goes_on = not stopping if key == "space" else stopping
        return self.play(*self.rest) if goes_on and self.rest is not None else ""

    def play_turn(self, index: int) -> str:
        """The turn's own sound; the key that stopped it, "" when there is none or it ended."""
        step = self.walk.steps[index]
        self.rest, self.whole, self.heard_out = None, True, False
        if step.start_ms is None or step.end_ms is None:
            return ""
        return self.play(step.start_ms, step.end_ms)

    def play(self, start_ms: float, end_ms: float) -> str:
        """A passage; the key that stopped it, "" when it ended."""
        self.rest, self.heard_out = None, False
        if self.player is None or not self.plays:
            return ""
        key, at_ms = self.player.play(start_ms, end_ms)
        if self.player.fault is not None:
            self.tell(f"{self.player.fault.line()} From here on this is to read.")
        elif key:
            self.rest = (at_ms, end_ms)
        else:
            self.heard_out = self.whole
        return key
