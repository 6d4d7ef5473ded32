"""Waiting for a page: for its connection, its microphone, its typed lines."""

from __future__ import annotations

import queue
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from agent.candidate_sound import MICROPHONE_PATIENCE_S
from agent.clock import WallClock
from agent.standing_still import Lost, StandingStill
from agent.web.link import Link
from agent.web.sound import SocketMicrophone
from audio.errors import DeviceError

if TYPE_CHECKING:
    from agent.key_commands import Commands
    from agent.web.view import WebView

LOOK_S = 0.2
"""How often somebody who waits for a typed line looks whether it is still wanted (seconds)."""


class PageStandingStill(StandingStill):
    """Waits for the page as for a device."""

    def __init__(
        self,
        link: Link,
        clock: WallClock,
        view: WebView,
        commands: Commands,
        log: Callable[..., None],
    ) -> None:
        super().__init__(clock, view, commands, log)
        self.link = link

    def look_again(self) -> None:
        """A device may be back when the page is. Raises Abandoned when it does not come."""
        self.link.wait_connected()

    def offer(self, device: Lost) -> str:
        """What the candidate can do about it."""
        if device == "speaker":
            return "The interview waits until the page plays sound again."
        return "The interview waits: allow the microphone, or type instead."


class FirstPatiently:
    """Opens the page's microphone; at the beginning it waits until there is sound, or until the
    candidate would rather type."""

    def __init__(self, link: Link, clock: WallClock, still: PageStandingStill) -> None:
        self.link, self.clock, self.still = link, clock, still
        self.first = True

    def __call__(self) -> SocketMicrophone:
        """An open one, or a closed one for somebody who types. Raises DeviceError, Abandoned."""
        first, self.first = self.first, False
        typing = self.still.commands.typing
        if not first:
            return self.opened()
        try:
            return self.closed() if typing.is_set() else self.opened()
        except DeviceError as lost:
            found = self.still.wait_for(
                "microphone", lost, self.opened, patience_s=MICROPHONE_PATIENCE_S, then="starting"
            )
            if found is None and not typing.is_set():
                raise
            return found or self.closed()

    def opened(self) -> SocketMicrophone:
        """With sound at hand."""
        microphone = self.closed()
        microphone.open()
        return microphone

    def closed(self) -> SocketMicrophone:
        """Not listened to."""
        return SocketMicrophone(self.link, self.clock.now_ms)


class TypedAnswers:
    """Lines as from a keyboard, commands among them; while no page is there the session clock
    stands still."""

    def __init__(
        self, answers: queue.SimpleQueue[str], link: Link, still: PageStandingStill
    ) -> None:
        self.answers, self.link, self.still = answers, link, still

    def readline(self) -> str:
        """The next line. Raises Abandoned when the page does not come back."""
        while True:
            if self.still.paused:
                self.still.pause("typing")
            if not self.link.connected:
                clock = self.still.clock
                assert isinstance(clock, WallClock)
                with clock.standing_still():
                    self.link.wait_connected()
            self.link.check()
            command = self.still.commands.take()
            if command:
                return f"/{command}\n"
            with suppress(queue.Empty):
                return self.answers.get(timeout=LOOK_S)
