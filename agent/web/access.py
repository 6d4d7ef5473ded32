"""Who may come in: the right Host, the right Origin, a cookie that was given for a one-time token.

A page of another site that the same browser has open can send requests to 127.0.0.1 and can make a
name of its own point there; each of the three keeps that out by itself.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.websockets import WebSocket

from agent.web.problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_BYTES = 24
COOKIE = "viva"
MAX_BODY_BYTES = 65_536
"""Of a request: wishes and notes are small, and nothing else is uploaded."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
STATIC = "/static/"
OPEN_PATHS = (STATIC, "/correct/")
"""What is the same for everybody and holds nothing: what the page without access needs as well, and
the page that a report leads to. A report is sandboxed, so a browser follows its link without the
cookie; what the page then asks the API for comes from here and has it."""
PROBES = frozenset({"/healthz", "/readyz"})
"""Answer yes or no to whoever reaches the address: a supervisor has no browser."""
METRICS = "/metrics"
FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Access:
    """One-time tokens, and the cookies that were given for them; both end with the process."""

    def __init__(
        self,
        port: int,
        on_used: Callable[[str], None],
        *,
        metrics_token: str = "",
        behind: str = "",
    ) -> None:
        """`on_used` is told the next token when one was used. `metrics_token` lets Prometheus,
        which keeps no cookies, read the metrics and nothing else; empty: only browsers do.
        `behind`: origin of the proxy in front, if any."""
        self.metrics_token = metrics_token
        # Cookies of one host are shared by all its ports. Behind a proxy one name and the port in
        # front of the value: that is what the proxy finds our process by.
        self.cookie = COOKIE if behind else f"{COOKIE}_{port}"
        self.mark = f"{port}." if behind else ""
        self.secure = behind.startswith("https:")
        self.on_used = on_used
        self.lock = threading.Lock()
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self.given: set[str] = set()

    def exchange(self, token: str) -> str | None:
        """A new cookie's value for the token; None for a wrong or used one."""
        with self.lock:
            if not secrets.compare_digest(token.encode(), self.token.encode()):
                return None
            self.token = secrets.token_urlsafe(TOKEN_BYTES)
            value = self.mark + secrets.token_urlsafe(TOKEN_BYTES)
            self.given.add(value)
        self.on_used(self.token)
        return value

    def scrapes(self, headers: Headers) -> bool:
        """Whether the request carries the token for metrics."""
        # Not by the address it comes from: behind a proxy on this machine everybody is local.
        given = headers.get("authorization", "").encode()
        wanted = f"Bearer {self.metrics_token}".encode()
        return bool(self.metrics_token) and secrets.compare_digest(given, wanted)

    def admits(self, headers: Headers) -> bool:
        """Whether the request carries a cookie that was given."""
        # Not http.cookies: that stops at the first odd cookie, which other programs here may set.
        return cookie_parser(headers.get("cookie", "")).get(self.cookie) in self.given


def policy(hosts: Iterable[str]) -> str:
    """Everything from this server only, nothing inline."""
    # An IPv6 literal is no source in this language; 'self' stands for it in newer browsers.
    sockets = " ".join(
        f"{scheme}://{host}"
        for host in hosts
        if not host.startswith("[")
        for scheme in ("ws", "wss")
    )
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "media-src 'self' blob:",
            "worker-src 'self'",
            f"connect-src 'self' {sockets}",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """Asks everybody before anything else does, and puts the headers on every answer."""

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        hosts: frozenset[str],
        page: str,
        origins: frozenset[str] = frozenset(),
    ) -> None:
        """`hosts`: what may stand in Host; `page`: HTML for browsers without access; `origins`: of
        our pages, beside http:// and a host."""
        self.app, self.access, self.hosts, self.page = app, access, hosts, page
        self.origins = origins or frozenset(f"http://{host}" for host in hosts)
        self.policy = policy(sorted(hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or socket."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = self.refusal(scope)
        if scope["type"] == "websocket":
            if refused is not None:
                await WebSocket(scope, receive, send).send_denial_response(refused)
                return
            await self.app(scope, receive, send)
            return
        sending = self.with_headers(send, scope["path"])
        if refused is not None:
            await refused(scope, receive, sending)
            return
        await self.app(scope, Limited(receive), sending)

    def refusal(self, scope: Scope) -> Response | None:
        """The answer to who may not come in, or who has just shown a token; else None."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self.hosts:
            return problem(421, "wrong_host", "this server is not reached by that name")
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE
        origin = headers.get("origin", "")
        if changes and origin.lower() not in self.origins:
            return problem(403, "wrong_origin", "the request does not come from a page of Viva")
        if self.is_open(scope["path"], headers):
            return None
        token = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        if token and scope.get("method") == "GET" and scope["path"] == "/":
            return self.welcome(token, headers)
        if not self.access.admits(headers):
            return self.no_access(scope)
        return too_large(headers)

    def is_open(self, path: str, headers: Headers) -> bool:
        """Whether no cookie is needed there."""
        scraped = path == METRICS and self.access.scrapes(headers)
        return scraped or path in PROBES or path.startswith(OPEN_PATHS)

    def welcome(self, token: str, headers: Headers) -> Response:
        """The cookie for a token, which is out of the address bar at once."""
        answer = RedirectResponse("/", 303)
        if self.access.admits(headers):  # the same address again; the token is left for others
            return answer
        value = self.access.exchange(token)
        if value is None:
            return Response(self.page, 401, media_type="text/html")
        answer.set_cookie(
            self.access.cookie,
            value,
            httponly=True,
            samesite="strict",
            secure=self.access.secure,
            path="/",
        )
        return answer

    def no_access(self, scope: Scope) -> Response:
        """For a browser's page a page, else JSON."""
        if scope["type"] == "websocket" or scope["path"].startswith(("/api/", "/ws/", METRICS)):
            return problem(
                401, "no_access", "this browser has not been let in",
                "Open the address that `viva serve` has printed.",
            )  # fmt: skip
        return Response(self.page, 401, media_type="text/html")

    def with_headers(self, send: Send, path: str) -> Send:
        """`send`, with our headers where the answer has none of its own."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self.policy)
                if path.startswith(STATIC):
                    headers["Cache-Control"] = "no-cache"
                for name, value in FIXED_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        return sending


def too_large(headers: Headers) -> Response | None:
    """The answer to a body that is announced as too long."""
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        return problem(413, "too_large", f"the request is longer than {MAX_BODY_BYTES} bytes")
    return None


class BodyTooLarge(Exception):
    """More came than was announced or is allowed."""


class Limited:
    """A request's body, up to MAX_BODY_BYTES."""

    def __init__(self, receive: Receive) -> None:
        self.receive, self.taken = receive, 0

    async def __call__(self) -> Message:
        """The next part. Raises BodyTooLarge."""
        message = await self.receive()
        self.taken += len(message.get("body", b""))
        if self.taken > MAX_BODY_BYTES:
            raise BodyTooLarge
        return message
