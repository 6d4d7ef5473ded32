"""The socket of an interview: messages of PROTOCOL.md in and out."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.web.conversation import Conversation, Ending, words
from agent.web.link import OVER, Hello
from agent.web.problem import problem

if TYPE_CHECKING:
    from agent.web.conversations import Conversations

HELLO_S = 10.0
"""A socket that says nothing for so long is closed (seconds)."""
CLOCK_S = 5.0
"""How often the clock is told without a reason (seconds)."""
MAX_MESSAGE_BYTES = 65_536
REFUSED = 1008
LEVELS_WAITING = 50
"""With so many messages waiting to be sent, levels are left out."""

MAX_WAITING = 2_000
"""A page that sends and never reads is closed when so many messages wait for it."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of what a socket has to send."""

    code: int


class SocketWire:
    """What waits to be sent; filled from any thread."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[str | bytes | Closing] = asyncio.Queue()

    def put(self, message: str | bytes) -> None:
        """Behind the others."""
        level = isinstance(message, str) and message.startswith('{"type": "level"')
        if not (level and self.queue.qsize() > LEVELS_WAITING):
            self._put(message)

    def close(self, code: int) -> None:
        """Behind the others."""
        self._put(Closing(code))

    def _put(self, item: str | bytes | Closing) -> None:
        with suppress(RuntimeError):  # the loop has ended with the server
            self.loop.call_soon_threadsafe(self.queue.put_nowait, item)


async def interview_socket(websocket: WebSocket, conversations: Conversations) -> None:
    """One socket from its handshake to its end."""
    found = conversations.find(websocket.path_params["id"])
    if found is None:
        await websocket.send_denial_response(
            problem(404, "not_found", "no such interview is running")
        )
        return
    await websocket.accept()
    hello = await first_message(websocket)
    if hello is None:
        return
    ending = found if isinstance(found, Ending) else found.ended
    if ending is not None:
        await websocket.send_json({"type": ending.kind, **ending.fields})
        await websocket.close(OVER)
    elif isinstance(found, Conversation):
        await joined(websocket, found, hello)


async def first_message(websocket: WebSocket) -> Hello | None:
    """The page's hello; None when the socket was closed instead."""
    try:
        text = await asyncio.wait_for(websocket.receive_text(), HELLO_S)
        return Hello.model_validate_json(text)
    except WebSocketDisconnect:
        return None
    except (TimeoutError, ValidationError, KeyError):
        await websocket.close(REFUSED, "a hello of viva-web/1 was expected")
        return None


async def joined(websocket: WebSocket, conversation: Conversation, hello: Hello) -> None:
    """Both directions, until one of them ends."""
    wire = SocketWire()
    conversation.link.attach(wire, hello, conversation.view.greeting)
    if conversation.ended is not None:  # meanwhile
        conversation.link.finish(conversation.ended.kind, **conversation.ended.fields)
    tasks = [
        asyncio.create_task(sending(websocket, wire)),
        asyncio.create_task(receiving(websocket, wire, conversation)),
        asyncio.create_task(ticking(conversation)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        conversation.link.detach(wire)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, GONE):
                raise result


GONE = (WebSocketDisconnect, asyncio.CancelledError, RuntimeError, OSError)
"""How a socket ends that the other side has left."""


async def sending(websocket: WebSocket, wire: SocketWire) -> None:
    """To the page, in order, until the socket is to be closed."""
    while True:
        item = await wire.queue.get()
        if isinstance(item, Closing):
            await websocket.close(item.code)
            return
        if isinstance(item, str):
            await websocket.send_text(item)
        else:
            await websocket.send_bytes(item)


async def ticking(conversation: Conversation) -> None:
    """The clock now and then."""
    while True:
        await asyncio.sleep(CLOCK_S)
        conversation.view.tell_clock()


async def receiving(websocket: WebSocket, wire: SocketWire, conversation: Conversation) -> None:
    """From the page, until it goes or another takes over."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect" or not conversation.link.has(wire):
            return
        if wire.queue.qsize() > MAX_WAITING:
            return
        sound = message.get("bytes")
        if sound is not None:
            conversation.link.on_sound(sound[: len(sound) // 2 * 2])
            continue
        try:
            await received(conversation, message.get("text") or "")
        except (ValueError, RecursionError) as error:
            conversation.link.send(
                "error", error="bad_request", what=f"A message makes no sense: {error}.", todo=""
            )


async def received(conversation: Conversation, text: str) -> None:
    """One text message. Raises ValueError."""
    message: Any = json.loads(text)
    if not isinstance(message, dict):
        raise ValueError("an object was expected")
    if not isinstance(message.get("type"), str):
        raise ValueError("type has to be a string")
    if message["type"] == "notes":
        await run_in_threadpool(conversation.write_notes, words(message))
    else:
        conversation.receive(message)
