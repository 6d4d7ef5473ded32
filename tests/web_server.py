"""The real server in a thread, on a free port."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from web_client import Browser

from agent.session_store import SessionStore
from agent.settings import Settings, load_settings
from agent.web.access import Access
from agent.web.app import build_app
from agent.web.conversations import AWAY_S, Conversations
from agent.web.metrics import Metrics
from agent.web.observing import Observer, Observers
from agent.web.server import Server, allowed_hosts, listening
from agent.web.shared_engines import SharedEngines

SAID = "Brain: offline. Judge: offline. Nothing leaves this machine."
START_S = 30.0


def offline(home: Path, **more: Any) -> Settings:
    """Settings of a machine without any endpoint."""
    return load_settings(sessions_home=home, **{"brain": "offline", "judge": "offline", **more})


class LiveServer:
    """Leaving the context is the server's end, as by Ctrl-C."""

    def __init__(
        self,
        home: Path,
        shared: SharedEngines | None = None,
        *,
        limit: int = 2,
        away_s: float = AWAY_S,
        store: SessionStore | None = None,
        observers: tuple[Observer, ...] = (),
        metrics_token: str = "",
        **settings: Any,
    ) -> None:
        chosen = offline(home, **settings)
        self.printed: list[str] = []
        """The tokens that were printed for further browsers."""
        bound = listening("127.0.0.1", 0)
        self.port = bound.getsockname()[1]
        self.access = Access(self.port, self.printed.append, metrics_token=metrics_token)
        metrics = Metrics()
        self.conversations = Conversations(
            chosen,
            shared or SharedEngines(chosen),
            limit=limit,
            away_s=away_s,
            store=store,
            observers=Observers((metrics, *observers)),
        )
        metrics.watch(lambda: len(self.conversations.running), limit)
        hosts = allowed_hosts("127.0.0.1", self.port)
        app = build_app(self.conversations, self.access, hosts, SAID, metrics=metrics)
        self.server = Server(app, self.conversations)
        self.thread = threading.Thread(target=self.server.run, args=([bound],), name="server")

    @property
    def base(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """With the token that works once."""
        return f"{self.base}/?token={self.access.token}"

    def browser(self) -> Browser:
        """One that has been let in."""
        return Browser(self.address)

    def __enter__(self) -> LiveServer:
        self.thread.start()
        until_s = time.monotonic() + START_S
        while not self.server.started and time.monotonic() < until_s:
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.should_exit = True
        self.thread.join()
