"""The link of one interview: its thread on one side, the socket of the page on the other.

The interview outlives its sockets. When one is lost, whoever speaks or listens gets a DeviceError
and waits; the next socket takes the interview up. When nobody comes back, `Abandoned` ends it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from audio.errors import DeviceError
from audio.frame import SAMPLE_RATE
from prompts.errors import VivaError

PROTOCOL = "viva-web/1"
"""See PROTOCOL.md."""
WAIT_S = 0.5
"""How often a waiting thread looks whether it is still wanted (seconds)."""
OVER, TAKEN_OVER = 1000, 4001
"""Codes with which a socket is closed."""


class Hello(BaseModel):
    """The first message of a page."""

    model_config = ConfigDict(frozen=True)

    type: Literal["hello"]
    protocol: Literal["viva-web/1"]
    rate_hz: int = Field(default=SAMPLE_RATE, ge=8_000, le=48_000)
    microphone: bool = True
    echo: Literal["cancelled", "headphones", "none"] = "none"


class Abandoned(VivaError):
    """Nobody is at the other end any more; what was said is saved."""


class Wire(Protocol):
    """A socket, as seen from the thread of the interview. Neither call waits."""

    def put(self, message: str | bytes) -> None:
        """Send a text or a binary message behind the others."""
        ...

    def close(self, code: int) -> None:
        """Close the socket behind them."""
        ...


class Link:
    """At most one socket at a time. Safe to use from any thread."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        """Held while something is told or a page is greeted, so that no page misses anything."""
        self.hello: Hello | None = None
        """Of the present page, or of the last one."""
        self.connection = 0
        """Counts the sockets: whoever began with an earlier one has lost it."""
        self.on_sound: Callable[[bytes], None] = _unheard
        """Gets the sound of the page."""
        self.on_lost: Callable[[], None] = _nothing
        """Told when the socket is lost."""
        self.on_played: Callable[[int, int], None] = _unplayed
        """Told (utterance, samples) that have sounded in the page."""
        self._changed = threading.Condition(self.lock)
        self._wire: Wire | None = None
        self._away_since_s: float | None = time.monotonic()
        self._ended_because = ""
        self._utterances = 0

    @property
    def connected(self) -> bool:
        """Whether there is a page that has said hello."""
        with self.lock:
            return self._wire is not None

    def has(self, wire: Wire) -> bool:
        """Whether `wire` is the present one."""
        with self.lock:
            return self._wire is wire

    @property
    def rate_hz(self) -> int:
        """Of the sound in both directions."""
        with self.lock:
            return self.hello.rate_hz if self.hello else SAMPLE_RATE

    def away_s(self) -> float:
        """For how long there has been no page, seconds; 0 while there is one."""
        with self.lock:
            return 0.0 if self._away_since_s is None else time.monotonic() - self._away_since_s

    def attach(self, wire: Wire, hello: Hello, greeting: Callable[[], dict[str, Any]]) -> None:
        """`wire` takes the interview over; the first it gets is the greeting."""
        with self._changed:
            if self._wire is not None:
                self._wire.close(TAKEN_OVER)
                self._lose()
            self.hello, self._wire, self._away_since_s = hello, wire, None
            self.connection += 1
            wire.put(json.dumps(greeting(), ensure_ascii=False))
            self._changed.notify_all()

    def detach(self, wire: Wire) -> None:
        """The socket is gone; nothing happens when it was not the present one."""
        with self._changed:
            if self._wire is wire:
                self._lose()
                self._changed.notify_all()

    def _lose(self) -> None:
        self._wire, self._away_since_s = None, time.monotonic()
        self.on_lost()

    def send(self, kind: str, **fields: Any) -> None:
        """A message to the page; dropped when there is none, as the next one is greeted anew."""
        with self.lock:
            if self._wire is not None:
                self._wire.put(json.dumps({"type": kind, **fields}, ensure_ascii=False))

    def send_sound(self, sound: bytes) -> None:
        """A block of sound to the page."""
        with self.lock:
            if self._wire is not None:
                self._wire.put(sound)

    def next_utterance(self) -> int:
        """The number of the utterance that begins now."""
        with self.lock:
            self._utterances += 1
            return self._utterances

    def finish(self, kind: str, **fields: Any) -> None:
        """The last message, and the end of the socket."""
        with self.lock:
            self.send(kind, **fields)
            if self._wire is not None:
                self._wire.close(OVER)

    def abandon(self, because: str) -> None:
        """Whoever speaks or listens gets `Abandoned` from now on."""
        with self._changed:
            self._ended_because = self._ended_because or because
            self.on_lost()
            self._changed.notify_all()

    def check(self, connection: int | None = None) -> None:
        """Raises DeviceError while there is no page, or another than `connection`; Abandoned when
        none will come."""
        with self.lock:
            if self._ended_because:
                raise Abandoned(self._ended_because, todo="It can be resumed where it stopped.")
            if self._wire is None or connection not in (None, self.connection):
                raise DeviceError("the connection to the page is lost")

    def wait_connected(self) -> None:
        """Until there is a page. Raises Abandoned."""
        with self._changed:
            while True:
                try:
                    self.check()
                except DeviceError:
                    self._changed.wait(WAIT_S)
                    continue
                return


def _unheard(_sound: bytes) -> None:
    """Nobody listens yet."""


def _unplayed(_utterance: int, _samples: int) -> None:
    """Nothing is played yet."""


def _nothing() -> None:
    """Nobody has to be told."""
