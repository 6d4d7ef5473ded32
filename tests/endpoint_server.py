"""A scripted HTTP server that speaks OpenAI's chat completions and transcriptions, with faults.

Strict: a request that is not well formed, or that no step of the script expects, is answered with
status 418 and remembered in `complaints`; `close()` raises for complaints and left-over steps.
Used by the tests of the model and by the benchmarks.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from transcription_route import Transcribe, form_of, reply_of, wrong_with_form

Count = Callable[[dict[str, Any], str], dict[str, Any]]
PACKED_BYTES = 50_000_000
START_S = 10.0
"""Seconds the server may take to listen, on a busy machine."""

Fault = Literal[
    "",
    "status",  # answer with `status`, `error` and `headers`
    "hang",  # nothing for `delay_s`, then nothing useful
    "stall",  # half of the reply, then silence for `delay_s`
    "lost",  # half of the reply, then the connection is closed
    "cut",  # half of the reply, then a clean end without finish_reason
    "drip",  # the reply never ends: a piece every `delay_s`
    "drip_bytes",  # one byte of a body that never ends, every `delay_s`
    "gzip",  # a body that unpacks to a thousand times its size
    "html",  # status 200 with a page
    "no_completion",  # status 200 with JSON of another kind
    "refusal",
    "error_event",  # half of the reply, then an error in the stream
]


@dataclass(frozen=True, slots=True)
class Step:
    """The answer to one request."""

    text: str | None = None
    """The content; None = the smallest instance of the requested schema, or "Go on." """
    fault: Fault = ""
    status: int = 500
    error: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    first_token_s: float = 0.0
    tokens_per_s: float = 0.0
    """0 = all at once. A token is a word with the space before it."""
    finish: str = "stop"


QUOTA = {"message": "You exceeded your quota", "code": "insufficient_quota", "type": "quota"}
UNKNOWN_MODEL = {"message": "The model `x` does not exist", "code": "model_not_found"}
LIKE_A_SERVICE = Step(first_token_s=0.3, tokens_per_s=50.0)
"""The fixed delays used by the latency benchmarks."""


class EndpointServer:
    """Serves `steps` one after another; with `always`, that step for every further request.

    Attributes: `base_url`, `requests` (bodies as they came), `headers`, `complaints`.
    """

    def __init__(
        self,
        steps: Sequence[Step] = (),
        *,
        always: Step | None = None,
        transcribe: Transcribe | None = None,
        count: Count | None = None,
        unknown_certificate: bool = False,
    ) -> None:
        """`transcribe` answers the transcriptions whose step has no text of its own; `count`
        tells the tokens of a request and its reply, by default every word is one.
        `unknown_certificate`: https, with a certificate that nobody vouches for."""
        self.count = count or usage
        self.steps, self.always, self.transcribe = list(steps), always, transcribe
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.complaints: list[str] = []
        self._lock = threading.Lock()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        scheme = "https" if unknown_certificate else "http"
        self.base_url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        app = Starlette(
            routes=[
                Route("/v1/models", self._models),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/v1/audio/transcriptions", self._transcription, methods=["POST"]),
            ]
        )
        config = uvicorn.Config(app, log_level="critical", lifespan="off", ws="none")
        if unknown_certificate:
            config.load()
            config.ssl = context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        self._server = uvicorn.Server(config)
        threading.Thread(target=self._serve, name="test-endpoint", daemon=True).start()
        deadline = time.monotonic() + START_S
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError("the test endpoint did not start")
            time.sleep(0.005)

    def __enter__(self) -> EndpointServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(check=kind is None)

    def _serve(self) -> None:
        with self._socket:
            self._server.run(sockets=[self._socket])

    def close(self, *, check: bool = True) -> None:
        """Stop serving; AssertionError for what was not expected or not asked for.

        The server's thread ends by itself within a fifth of a second: waiting for it would be most
        of a fast test's time.
        """
        self._server.should_exit = self._server.force_exit = True
        if check:
            assert not self.complaints, self.complaints
            assert not self.steps, f"{len(self.steps)} steps were never asked for"

    async def _models(self, request: Request) -> Response:
        model = {"id": "test-model", "object": "model", "created": 0, "owned_by": "tests"}
        return JSONResponse({"object": "list", "data": [model]})

    def _step(self, request: Request, body: dict[str, Any], complaint: str) -> Step | None:
        """The step that answers this request; None when it is refused."""
        with self._lock:
            self.requests.append(body)
            self.headers.append(dict(request.headers))
            step = self.steps.pop(0) if self.steps else self.always
            if complaint or step is None:
                self.complaints.append(complaint or "a request that no step expects")
                return None
            return step

    async def _transcription(self, request: Request) -> Response:
        form = form_of(await request.body(), request.headers.get("content-type", ""))
        step = self._step(request, form, wrong_with_form(form))
        if step is None:
            return JSONResponse({"error": {"message": self.complaints[-1]}}, 418)
        early = await self._early(step)
        if early is not None:
            return early
        if step.text is not None or self.transcribe is None:
            return JSONResponse({"text": step.text or ""})
        verbose = await run_in_threadpool(self.transcribe, form)
        return JSONResponse(reply_of(form, verbose))

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        step = self._step(request, body, wrong_with(body))
        if step is None:
            return JSONResponse({"error": {"message": self.complaints[-1]}}, 418)
        early = await self._early(step)
        if early is not None:
            return early
        text = reply_text(step, body)
        used = self.count(body, text)
        if body.get("stream"):
            sent = events(step, body, text, used)
            return StreamingResponse(sent, media_type="text/event-stream")
        await asyncio.sleep(step.first_token_s + seconds(step, text))
        whole = completion(step, body, text, used)
        if step.fault == "lost":
            return StreamingResponse(lost(json.dumps(whole)), media_type="application/json")
        return JSONResponse(whole)

    async def _early(self, step: Step) -> Response | None:
        """The answers that are no completion at all."""
        if step.fault == "status":
            return JSONResponse({"error": step.error}, step.status, headers=step.headers)
        if step.fault in CANNED:
            return CANNED[step.fault]()
        if step.fault == "hang":
            await self._sleep(step.delay_s)
            return Response(status_code=503)
        if step.fault == "drip_bytes":
            return StreamingResponse(self._drip(step), media_type="application/json")
        return None

    async def _drip(self, step: Step) -> AsyncIterator[bytes]:
        yield b'{"id": "'
        while not self._server.should_exit:
            yield b"x"
            await asyncio.sleep(step.delay_s)

    async def _sleep(self, delay_s: float) -> None:
        """Like asyncio.sleep, but ends with the server."""
        end = time.monotonic() + delay_s
        while time.monotonic() < end and not self._server.should_exit:
            await asyncio.sleep(0.02)


@cache
def packed() -> bytes:
    """Packed once: it takes half a second."""
    return gzip.compress(bytes(PACKED_BYTES))


CANNED: dict[str, Callable[[], Response]] = {
    "html": lambda: HTMLResponse("<html><body>Log in to the hotel's network</body></html>"),
    "no_completion": lambda: JSONResponse({"hello": "world"}),
    "gzip": lambda: Response(packed(), headers={"Content-Encoding": "gzip"}),
}
"""Answers that are the same for every request."""


def wrong_with(body: dict[str, Any]) -> str:
    """What a real server would refuse in this request, or empty."""
    roles = [message.get("role") for message in body.get("messages", [])]
    if roles != ["system", "user"]:
        return f"roles are {roles}"
    if not body.get("model"):
        return "no model"
    form = body.get("response_format", {"type": "text"})
    if form["type"] not in {"text", "json_object", "json_schema"}:
        return f"response_format {form['type']!r}"
    if form["type"] == "json_schema" and "schema" not in form["json_schema"]:
        return "json_schema without a schema"
    if body.get("stream") and form["type"] != "text":
        return "a structured reply is not streamed here"
    return ""


def reply_text(step: Step, body: dict[str, Any]) -> str:
    """The content of the reply."""
    if step.text is not None:
        return step.text
    form = body.get("response_format", {})
    if form.get("type") == "json_schema":
        schema = form["json_schema"]["schema"]
        return json.dumps(smallest(schema, schema.get("$defs", {})))
    return "Go on."


def smallest(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """The smallest value a schema allows."""
    if "$ref" in schema:
        return smallest(definitions[schema["$ref"].split("/")[-1]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: smallest(fields[name], definitions) for name in schema.get("required", [])}
    return {"array": [], "string": "", "integer": 0, "number": 0.0, "boolean": False}[
        schema["type"]
    ]


def seconds(step: Step, text: str) -> float:
    """How long generating `text` takes after its first token."""
    return len(text.split()) / step.tokens_per_s if step.tokens_per_s else 0.0


def usage(body: dict[str, Any], text: str) -> dict[str, Any]:
    """Words counted as tokens."""
    prompt = sum(len(message["content"].split()) for message in body["messages"])
    return {
        "prompt_tokens": prompt,
        "completion_tokens": len(text.split()),
        "total_tokens": prompt + len(text.split()),
        "prompt_tokens_details": {"cached_tokens": 3},
    }


def completion(step: Step, body: dict[str, Any], text: str, used: dict[str, Any]) -> dict[str, Any]:
    """A whole chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if step.fault == "refusal":
        message.update(content=None, refusal="I cannot help with that.")
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": step.finish}],
        "usage": used,
    }


async def lost(body: str) -> AsyncIterator[str]:
    """Half of a body, then the connection is closed."""
    yield body[: len(body) // 2]
    raise ConnectionAbortedError


async def events(
    step: Step, body: dict[str, Any], text: str, used: dict[str, Any]
) -> AsyncIterator[str]:
    """The server-sent events of a streamed completion."""
    await asyncio.sleep(step.first_token_s)
    pieces = [word if i == 0 else " " + word for i, word in enumerate(text.split(" "))]
    half = max(1, len(pieces) // 2)
    key = "refusal" if step.fault == "refusal" else "content"
    broken = step.fault in {"stall", "cut", "lost", "error_event"}
    for piece in pieces[:half] if broken else pieces:
        yield event(body, {key: piece}, None)
        # Also without a delay the loop must get its turn, or a disconnect goes unnoticed.
        await asyncio.sleep(1 / step.tokens_per_s if step.tokens_per_s else 0)
    if step.fault == "stall":
        await asyncio.sleep(step.delay_s)
    if step.fault in {"stall", "cut"}:
        return
    if step.fault == "lost":
        raise ConnectionAbortedError  # the server then closes the connection
    if step.fault == "error_event":
        yield f"data: {json.dumps({'error': {'message': 'the engine died'}})}\n\n"
        return
    while step.fault == "drip":
        yield event(body, {"content": " more"}, None)
        await asyncio.sleep(step.delay_s)
    yield event(body, {}, step.finish)
    if body.get("stream_options", {}).get("include_usage"):
        yield event(body, None, None, used)
    yield "data: [DONE]\n\n"


def event(
    body: dict[str, Any],
    delta: dict[str, Any] | None,
    finish: str | None,
    used: dict[str, Any] | None = None,
) -> str:
    """One chunk; the last one carries the usage and no choice."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body["model"],
        "choices": choices,
        "usage": used,
    }
    return f"data: {json.dumps(chunk)}\n\n"
