"""Whether the server lives, whether it can take another conversation, and its metrics."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from agent.web.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from agent.web.conversations import Conversations
    from agent.web.metrics import Metrics


class Health:
    """Answers to a load balancer, a supervisor and Prometheus."""

    def __init__(self, conversations: Conversations, metrics: Metrics) -> None:
        self.conversations, self.metrics = conversations, metrics

    def routes(self) -> list[Route]:
        """Paths and what answers them."""
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.measured),
        ]

    async def alive(self, request: Request) -> Response:
        """GET /healthz: the event loop turns."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """GET /readyz: 200 when a new conversation would be taken, else 503; which check failed."""
        checks = await run_in_threadpool(self.checks)
        ready = all(checks.values())
        return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)

    def checks(self) -> dict[str, bool]:
        """Each by name; nothing but yes or no, as anybody who reaches the address may ask."""
        here = self.conversations
        return {
            "weights": here.shared.warmed,
            "folder": writable(here.settings.sessions_home),
            "store": here.store.reachable(),
            "room": here.has_room(),
        }

    async def measured(self, request: Request) -> Response:
        """GET /metrics"""
        return Response(self.metrics.text(), media_type=CONTENT_TYPE)


def writable(home: Path) -> bool:
    """Whether a file can be made in `home`, which is made when it is missing."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Tried, not asked: a full or read-only disk lets `access` say yes.
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"ready")
    except OSError:
        return False
    return True
