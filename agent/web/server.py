"""Running the server: its address, its sockets, and an end at which everything is saved."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import uvicorn

from agent.web.access import Guard
from agent.web.conversations import Conversations
from agent.web.socket import MAX_MESSAGE_BYTES
from prompts.errors import UsageError

LOCAL = ("127.0.0.1", "localhost", "[::1]")
BACKLOG = 64
CLOSE_S = 5
"""Sockets have so long to close when the server ends (seconds)."""


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises UsageError when it is taken or no address of ours."""
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            raise UsageError(
                f"--host {host} would be every address of this machine at once",
                todo="Name the one address that pages are to be opened with.",
            )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(found[0], socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(found[4])
    except OSError as error:
        raise UsageError(
            f"cannot listen there ({error.strerror or error})",
            where=f"{host}:{port}",
            todo="Choose another --port; 0 takes a free one.",
        ) from error
    bound.listen(BACKLOG)
    return bound


def is_local(host: str) -> bool:
    """Whether only this machine can reach the address."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def allowed_hosts(host: str, port: int) -> frozenset[str]:
    """What may stand in a Host header."""
    names = {f"[{host}]" if ":" in host else host.lower()}
    if is_local(host):
        names.update(LOCAL)
    return frozenset(f"{name}:{port}" for name in names)


def behind(address: str) -> tuple[str, str]:
    """Host and origin of the address that a proxy in front of us is opened with.

    Raises UsageError when it is none.
    """
    parts = urlsplit(address.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or "@" in address:
        raise UsageError(
            f"--behind {address!r} is no address of a proxy",
            todo="Give it as https://viva.example.org, without a path.",
        )
    return parts.netloc.lower(), f"{parts.scheme}://{parts.netloc}".lower()


class Server(uvicorn.Server):
    """Saves the interviews before it closes their sockets."""

    def __init__(self, guard: Guard, conversations: Conversations) -> None:
        super().__init__(
            uvicorn.Config(
                guard,
                log_config=None,
                access_log=False,  # a token would stand in it
                server_header=False,
                ws="websockets-sansio",
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=CLOSE_S,
                proxy_headers=False,
            )
        )
        self.conversations = conversations

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """First what was said, then the sockets."""
        from starlette.concurrency import run_in_threadpool

        await run_in_threadpool(self.conversations.end)
        await super().shutdown(sockets)
