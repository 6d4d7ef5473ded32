"""The application: pages, API, sockets, and the guard in front of them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from agent.web.access import Access, Guard
from agent.web.api import Api
from agent.web.conversations import Conversations
from agent.web.health import Health
from agent.web.problem import problem_at
from agent.web.socket import interview_socket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from agent.web.metrics import Metrics

LOOK_S = 5.0
"""How often interviews without a page are looked for (seconds)."""
PAGES = {
    "/": "start.html",
    "/interview/{id}": "interview.html",
    "/sessions": "sessions.html",
    "/progress": "progress.html",
    "/correct/{name}": "correct.html",
}
NO_ACCESS = "no-access.html"
PLAIN_NO_ACCESS = (
    "<!doctype html><html lang=en><title>Viva: no access</title>"
    "<p>This browser has not been let in. Open the address that <code>viva serve</code> printed."
)
ERRORS = {
    404: "not_found", 405: "bad_request", 413: "too_large", 415: "bad_request"
}  # fmt: skip


def here(name: str) -> Path:
    """A folder of this package."""
    return Path(str(resources.files("agent.web").joinpath(name)))


def build_app(
    conversations: Conversations,
    access: Access,
    hosts: frozenset[str],
    privacy: str,
    *,
    metrics: Metrics,
    origins: frozenset[str] = frozenset(),
) -> Guard:
    """The whole server. `hosts`: what may stand in a Host header; `origins`: of pages, beside http://
    and a host."""
    pages = here("pages")

    async def socket(websocket: WebSocket) -> None:
        await interview_socket(websocket, conversations)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(looked_after(conversations))
        yield
        looking.cancel()

    app = Starlette(
        routes=[
            *(Route(path, page(pages / name)) for path, name in PAGES.items()),
            *Api(conversations, privacy).routes(),
            *Health(conversations, metrics).routes(),
            WebSocketRoute("/ws/interviews/{id}", socket),
            Mount("/static", StaticFiles(directory=here("static"))),
        ],
        exception_handlers={HTTPException: told, Exception: failed},
        lifespan=lifespan,
    )
    refused = pages / NO_ACCESS
    html = refused.read_text(encoding="utf-8") if refused.is_file() else PLAIN_NO_ACCESS
    return Guard(app, access, hosts, html, origins)


def page(path: Path) -> Callable[[Request], Awaitable[Response]]:
    """A static page."""

    async def shown(request: Request) -> Response:
        if not path.is_file():
            raise HTTPException(404, "there is no such page")
        return FileResponse(path, media_type="text/html")

    return shown


async def told(request: Request, error: Exception) -> Response:
    """An error of the protocol."""
    assert isinstance(error, HTTPException)
    kind = ERRORS.get(error.status_code, "bad_request")
    return problem_at(request.url.path, error.status_code, kind, error.detail)


async def failed(request: Request, error: Exception) -> Response:
    """A bug of ours; its trace is on the server's standard error."""
    return problem_at(
        request.url.path,
        500,
        "failed",
        "the server made a mistake",
        "Look at the terminal it runs in.",
    )


async def looked_after(conversations: Conversations) -> None:
    """End what nobody comes back to."""
    while True:
        await asyncio.sleep(min(LOOK_S, conversations.away_s))
        conversations.abandon_deserted()
