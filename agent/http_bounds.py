"""An HTTP client whose replies cannot grow or last without end.

Imported by the engine that needs one: its classes derive from the library's.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator
from typing import Any

import httpx2


class ReplyTooLong(httpx2.TransportError):
    """The body exceeded its bytes or its seconds."""


class BoundedBody(httpx2.SyncByteStream):
    """A response body that ends with ReplyTooLong past `max_bytes` or `deadline`."""

    def __init__(self, body: httpx2.SyncByteStream, max_bytes: int, deadline: float) -> None:
        self._body, self._max_bytes, self._deadline = body, max_bytes, deadline

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        for chunk in self._body:
            received += len(chunk)
            if received > self._max_bytes:
                raise ReplyTooLong(f"the reply is larger than {self._max_bytes} bytes")
            if time.monotonic() > self._deadline:
                raise ReplyTooLong("the reply did not end in time")
            yield chunk

    def close(self) -> None:
        self._body.close()


class BoundedClient(httpx2.Client):
    """A client whose replies end with ReplyTooLong past `max_bytes`, or `max_s` after the request.

    Redirects are not followed: an endpoint that sends the key elsewhere is misconfigured.
    """

    def __init__(self, base_url: str, *, max_bytes: int, max_s: float) -> None:
        self._max_bytes, self._max_s = max_bytes, max_s
        # A proxy of the environment cannot reach a server on this machine.
        local = is_loopback(httpx2.URL(base_url).host)
        # A compressed body would be bounded before it is unpacked to a thousand times its size.
        super().__init__(trust_env=not local, headers={"Accept-Encoding": "identity"})

    def send(
        self, request: httpx2.Request, *, stream: bool = False, **options: Any
    ) -> httpx2.Response:
        """Like httpx2's, with a bounded body."""
        deadline = time.monotonic() + self._max_s
        response = super().send(request, stream=True, **options)
        packed = response.headers.get("content-encoding", "identity")
        if packed != "identity":
            response.close()
            raise httpx2.DecodingError(f"the reply is packed ({packed}), which was not asked for")
        body = response.stream
        if isinstance(body, httpx2.SyncByteStream):
            response.stream = BoundedBody(body, self._max_bytes, deadline)
        if not stream:
            try:
                response.read()
            finally:
                response.close()
        return response


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
