"""A page without a browser: speaks agent/web/PROTOCOL.md, plays sound by the clock, has a voice."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples

BLOCK_S = FRAME_SAMPLES / SAMPLE_RATE
PLAYED_EVERY_S = 0.1
WAIT_S = 60.0
"""Nothing takes longer than this, or it hangs (seconds)."""


class Browser:
    """HTTP with the cookie that the printed address gives."""

    def __init__(self, address: str) -> None:
        """`address`: as printed, with the token."""
        self.base = address.split("/?", maxsplit=1)[0]
        self.http = httpx.Client(base_url=self.base, headers={"Origin": self.base}, timeout=60)
        self.entered = self.http.get(address)

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    @property
    def cookies(self) -> str:
        """What a WebSocket's handshake sends along."""
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def json(self, path: str) -> Any:
        """GET."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def begin(self, **wishes: Any) -> dict[str, Any]:
        """POST /api/interviews"""
        answer = self.http.post("/api/interviews", json=wishes)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def page(self, interview_id: str, **hello: Any) -> Page:
        """The page of an interview."""
        return Page(self, interview_id, **hello)


class Page:
    """One socket: sends what `speak` was given, else silence, and plays what comes."""

    def __init__(self, browser: Browser, interview_id: str, **hello: Any) -> None:
        self.told: list[dict[str, Any]] = []
        self.heard: dict[int, list[bytes]] = {}
        """Sound by utterance, as it came."""
        self.close_code: int | None = None
        self.changed = threading.Condition()
        self.closing = threading.Event()
        self.voice: deque[Samples] = deque()
        self.deaf = False
        """Whether nothing is played any more."""
        self.pace = 1
        """So many times faster than the clock it plays what comes."""
        self.utterance, self.waiting, self.sounded, self.told_s = 0, 0, 0, 0.0
        self.stack = ExitStack()
        self.socket: ClientConnection = self.stack.enter_context(
            connect(
                browser.base.replace("http", "ws") + f"/ws/interviews/{interview_id}",
                origin=browser.base,  # type: ignore[arg-type]
                additional_headers={"Cookie": browser.cookies},
            )
        )
        said = {"type": "hello", "protocol": "viva-web/1", "rate_hz": SAMPLE_RATE}
        self.send(**{**said, "microphone": True, "echo": "cancelled", **hello})
        self.threads = [
            threading.Thread(target=self.receiving, name="page in"),
            threading.Thread(target=self.sounding, name="page out"),
        ]
        for thread in self.threads:
            thread.start()

    def __enter__(self) -> Page:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()

    def drop(self) -> None:
        """The connection is lost."""
        self.closing.set()
        self.stack.close()
        for thread in self.threads:
            thread.join()

    def send(self, **message: Any) -> None:
        """A text message; into the void when the socket is closed."""
        try:
            self.socket.send(json.dumps(message))
        except ConnectionClosed:
            self.closing.set()

    def speak(self, sound: Samples) -> None:
        """Say it, block by block, at the pace of the clock."""
        for first in range(0, sound.size, FRAME_SAMPLES):
            block = np.zeros(FRAME_SAMPLES, np.float32)
            part = sound[first : first + FRAME_SAMPLES]
            block[: part.size] = part
            self.voice.append(block)

    def receiving(self) -> None:
        try:
            for message in self.socket:
                with self.changed:
                    self.receive(message)
                    self.changed.notify_all()
        except ConnectionClosed:
            pass
        with self.changed:
            self.close_code = self.socket.protocol.close_code
            self.closing.set()
            self.changed.notify_all()

    def receive(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.heard[self.utterance].append(message)
            self.waiting += len(message) // 2
            return
        told = json.loads(message)
        self.told.append({**told, "came_s": time.monotonic()})
        if told["type"] == "speech":
            self.utterance, self.waiting, self.sounded = told["utterance"], 0, 0
            self.heard[self.utterance] = []
        elif told["type"] == "stop_playback" and told["utterance"] == self.utterance:
            self.waiting = 0
            self.tell_played()

    def sounding(self) -> None:
        """The clock of the page's sound card: one block out, one block in."""
        silence = np.zeros(FRAME_SAMPLES, np.float32)
        due_s = time.monotonic()
        while not self.closing.is_set():
            block = self.voice.popleft() if self.voice else silence
            try:
                self.socket.send((block * 32_767).astype("<i2").tobytes())
            except ConnectionClosed:
                return
            with self.changed:
                self.play_block()
            due_s += BLOCK_S
            self.closing.wait(max(0.0, due_s - time.monotonic()))

    def play_block(self) -> None:
        if self.deaf or not self.waiting:
            return
        first = self.sounded == 0
        played = min(FRAME_SAMPLES * self.pace, self.waiting)
        self.waiting -= played
        self.sounded += played
        if first or not self.waiting or time.monotonic() - self.told_s > PLAYED_EVERY_S:
            self.tell_played()

    def tell_played(self) -> None:
        self.told_s = time.monotonic()
        self.send(type="played", utterance=self.utterance, samples=self.sounded)

    def wait_for(
        self, kind: str, when: Callable[[dict[str, Any]], bool] = lambda _told: True, after: int = 0
    ) -> dict[str, Any]:
        """The first message of that kind, behind the first `after` messages, for which `when` is
        true."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [m for m in self.told[after:] if m["type"] == kind and when(m)][:1]
            return bool(found) or self.close_code is not None

        with self.changed:
            self.changed.wait_for(there, WAIT_S)
        assert found, f"no {kind} came: {self.told[-5:]}"
        return found[0]

    def wait_state(self, state: str, after: int = 0) -> dict[str, Any]:
        """A state, also one that the hello tells."""
        return self.wait_for("state", lambda told: told["state"] == state, after)

    def wait_until(self, what: Callable[[], bool]) -> None:
        """Until it is so, while sound goes in and out."""
        until_s = time.monotonic() + WAIT_S
        while not what():
            assert time.monotonic() < until_s, f"waited in vain: {self.told[-5:]}"
            assert self.close_code is None, f"closed with {self.close_code}"
            time.sleep(BLOCK_S)

    def wait_until_closed(self) -> None:
        """Until the server has gone."""
        with self.changed:
            assert self.changed.wait_for(self.closing.is_set, WAIT_S), "still open"

    def wait_for_sounded(self, seconds: float) -> None:
        """Until so much of the present utterance has sounded."""
        self.wait_until(lambda: self.sounded >= seconds * SAMPLE_RATE)

    def wait_spoken(self) -> None:
        """Until all that was to be said is said."""
        self.wait_until(lambda: not self.voice)

    def wait_turn(self, session: Path, turns: int) -> None:
        """Until so many turns are stored."""
        stored = session / "turns.jsonl"
        self.wait_until(lambda: stored.exists() and stored.read_text().count("\n") >= turns)

    def captions(self, who: str) -> list[str]:
        """The final captions of one side."""
        return [
            m["text"]
            for m in self.told
            if m["type"] == "caption" and m["who"] == who and m["final"]
        ]
