"""The interview stands still: a pause, a device that is gone, a machine that slept.

Whatever happens is told at once, written to events.jsonl, and over when the cause is: then the
session clock goes on where it stood, and so does everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from agent.clock import SessionClock, WallClock
from agent.key_commands import Commands
from agent.live_panel import LiveState
from agent.view import View
from audio.errors import DeviceError
from audio.streams import look_again

RETRY_S = 1.0
"""How often a lost device is tried again (seconds)."""

Lost = Literal["microphone", "speaker"]
STATES: dict[Lost, LiveState] = {"microphone": "no_microphone", "speaker": "no_speaker"}
Log = Callable[..., None]
"""Called with the name of an event and its fields."""
Found = TypeVar("Found")


def unlogged(event: str, **fields: Any) -> None:
    """For callers that keep no session."""


class StandingStill:
    """What stops the interview without ending it. Used by whoever speaks or listens."""

    def __init__(
        self, clock: SessionClock, view: View, commands: Commands, log: Log = unlogged
    ) -> None:
        self.clock, self.view, self.commands, self.log = clock, view, commands, log

    @property
    def paused(self) -> bool:
        """Whether the candidate has asked for a pause."""
        return self.commands.paused

    def pause(self, then: LiveState) -> None:
        """Until the candidate goes on; the view shows `then` afterwards."""
        with self._still("paused", then):
            self.commands.wait_while_paused()

    def tell(self, what: str, event: str = "device", **fields: Any) -> None:
        """Show and store that something is wrong, or right again."""
        self.view.notice(what)
        self.log(event, what=what, **fields)

    def tell_sleep(self) -> None:
        """Say so when the machine was asleep; the time of it does not count."""
        slept_s = self.clock.take_slept_s() if isinstance(self.clock, WallClock) else 0.0
        if slept_s:
            self.view.clock(round(self.clock.now_ms()))
            self.tell(
                f"This machine was asleep or stopped for {slept_s:.0f} s. That time does not "
                "count; go on where you were.",
                "asleep",
                seconds=round(slept_s, 1),
            )

    def wait_for(
        self,
        device: Lost,
        lost: DeviceError,
        again: Callable[[], Found],
        *,
        patience_s: float,
        then: LiveState,
    ) -> Found | None:
        """Try `again` until it raises no DeviceError any more; what it gave.

        None when a key asks for something else, or `patience_s` have passed.
        """
        self.tell(f"{sentence(lost.what)} {self.offer(device)}", device=device, where=lost.where)
        with self._still(STATES[device], then):
            # Counted, not measured: a sleep of the machine is no patience.
            for _ in range(max(1, round(patience_s / RETRY_S))):
                if self.commands.wait_for_wish(RETRY_S):
                    return None
                self.look_again()
                try:
                    found = again()
                except DeviceError:
                    continue
                break
            else:
                return None
        self.tell(f"The {device} is back; we go on where we were.", device=device)
        return found

    def look_again(self) -> None:
        """Before each try: devices that were plugged in meanwhile are to be found."""
        look_again()

    def offer(self, device: Lost) -> str:
        """What the candidate can do about it."""
        stops = "q saves and stops" if self.commands.read else "Ctrl-C saves and stops"
        types = "k lets you type instead, " if self.commands.read else ""
        other = types if device == "microphone" else ""
        return f"The interview waits: plug it in again, or {other}{stops}."

    @contextmanager
    def _still(self, state: LiveState, then: LiveState) -> Iterator[None]:
        self.view.state(state)
        if not isinstance(self.clock, WallClock):
            yield
        else:
            with self.clock.standing_still():
                yield
        self.view.clock(round(self.clock.now_ms()))
        self.view.state(then)


def sentence(what: str) -> str:
    """What is wrong, as a sentence."""
    return f"{what[:1].upper()}{what[1:].rstrip('.')}."
