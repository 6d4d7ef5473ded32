"""Clients that break the protocol: they are closed, and another interview goes on."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress

import pytest
from web_client import Browser, Page
from web_server import LiveServer
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from agent.web.socket import MAX_MESSAGE_BYTES

WISH = {"question": "monitoring", "persona": "terse-bar-raiser", "minutes": 2}
HELLO = {"type": "hello", "protocol": "viva-web/1", "microphone": False}
MANY = 300
"""Messages of a flood; the limits are reached with far fewer in `test_no_more_...`."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("hostile") / "home", limit=2) as running:
        yield running


@pytest.fixture(scope="module")
def browser(server: LiveServer) -> Iterator[Browser]:
    with server.browser() as entered:
        yield entered


@pytest.fixture(scope="module")
def bystander(browser: Browser) -> Iterator[Page]:
    """Somebody else's interview, typed."""
    with browser.page(browser.begin(**WISH)["id"], microphone=False) as page:
        page.wait_state("typing")
        yield page


@pytest.fixture(scope="module")
def attacked(browser: Browser, bystander: Page) -> str:
    """The id of an interview that has no page."""
    return str(browser.begin(**WISH)["id"])


def raw(browser: Browser, interview: str) -> ClientConnection:
    return connect(
        browser.base.replace("http", "ws") + f"/ws/interviews/{interview}",
        origin=browser.base,  # type: ignore[arg-type]
        additional_headers={"Cookie": browser.cookies},
        max_size=None,
    )


def goes_on(page: Page) -> None:
    """Its messages are answered."""
    before = len(page.told)
    page.send(type="notes", text=5)
    assert "string" in page.wait_for("error", after=before)["what"]


def hello(wire: ClientConnection) -> None:
    wire.send(json.dumps(HELLO))
    assert json.loads(wire.recv(10))["type"] == "hello"


FIRST = {
    "sound before the hello": b"\0\0" * 320,
    "no JSON": "{",
    "another protocol": json.dumps({**HELLO, "protocol": "x"}),
    "no object": "[]",
    "10,000 levels": "[" * 10_000,
    "a rate of 10^400": json.dumps({**HELLO, "rate_hz": 10**400}),
    "an answer first": json.dumps({"type": "answer", "text": "x"}),
    "too large": "x" * (MAX_MESSAGE_BYTES + 1),
}


@pytest.mark.parametrize("what", sorted(FIRST))
def test_a_socket_that_does_not_begin_with_a_hello_is_closed(
    browser: Browser, bystander: Page, attacked: str, what: str
) -> None:
    with raw(browser, attacked) as wire:
        wire.send(FIRST[what])
        with pytest.raises(ConnectionClosed) as closed:
            wire.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code in {1008, 1009}
    goes_on(bystander)


NONSENSE: tuple[str | bytes, ...] = (
    "",
    "null",
    "{",
    "[" * 30_000,
    '{"a":' * 10_000,
    json.dumps({"type": "played", "utterance": -1, "samples": 0}),
    json.dumps({"type": "played", "utterance": 10**4_000, "samples": 10**4_000}),
    '{"type": "played", "utterance": 1, "samples": 1' + "0" * 5_000 + "}",
    '{"type": "played", "utterance": NaN, "samples": 1e999}',
    json.dumps({"type": "answer", "text": {"a": 1}}),
    json.dumps({"type": "notes"}),
    json.dumps({"type": "answer", "text": "\ud800\0\x1b[2J"}),
    json.dumps(HELLO),
    b"\xff",
    b"\0" * MAX_MESSAGE_BYTES,
)


def test_messages_that_make_no_sense_are_answered_and_the_socket_goes_on(
    browser: Browser, bystander: Page, attacked: str
) -> None:
    with raw(browser, attacked) as wire:
        hello(wire)
        for message in NONSENSE:
            wire.send(message)
        wire.send('{"type": ["the last one"]}')
        refusals = []
        while "type has to be" not in (refusals or [""])[-1]:
            told = json.loads(recv_text(wire))
            refusals += [told["what"]] if told["type"] == "error" else []
        assert len(refusals) >= 8
    goes_on(bystander)


def recv_text(wire: ClientConnection) -> str:
    while isinstance(message := wire.recv(10), bytes):
        pass
    return message


def test_a_flood_of_sound_and_text_takes_nothing_from_the_others(
    browser: Browser, bystander: Page, attacked: str
) -> None:
    with raw(browser, attacked) as wire:
        hello(wire)
        with suppress(ConnectionClosed):
            for number in range(MANY):
                wire.send(os.urandom(4_096))
                wire.send(json.dumps({"type": "notes" if number % 50 == 0 else "x", "text": ""}))
        goes_on(bystander)


def test_no_more_lines_wait_than_a_person_types(
    server: LiveServer, browser: Browser, attacked: str
) -> None:
    conversation = server.conversations.running[attacked]
    with raw(browser, attacked) as wire:
        hello(wire)
        for _ in range(4):
            wire.send(json.dumps({"type": "answer", "text": "a\n" * 1_500}))
        while "more was typed" not in json.loads(recv_text(wire)).get("what", ""):
            pass
    assert conversation.answers.qsize() < 4_000


def slow_headers(server: LiveServer, stack: ExitStack) -> None:
    for _ in range(40):
        half = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        half.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")


def slow_bodies(server: LiveServer, stack: ExitStack) -> None:
    for _ in range(40):
        half = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        half.sendall(
            b"POST /api/interviews HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 9999\r\n\r\n{"
            % server.port
        )


def garbage(server: LiveServer, stack: ExitStack) -> None:
    for data in (b"\0" * 100_000, b"\x16\x03\x01" * 500, b"GET " + b"/" * 200_000, b"\r\n" * 9_000):
        with (
            suppress(ConnectionError),
            closing(socket.create_connection(("127.0.0.1", server.port))) as bad,
        ):
            bad.sendall(data)


@pytest.mark.parametrize("attack", [slow_headers, slow_bodies, garbage])
def test_connections_that_never_say_what_they_want_hold_nobody_up(
    server: LiveServer,
    browser: Browser,
    bystander: Page,
    attack: Callable[[LiveServer, ExitStack], None],
) -> None:
    with ExitStack() as stack:
        attack(server, stack)
        assert browser.json("/api/choices")["running"] == 2
        goes_on(bystander)


def test_a_deeply_nested_body_is_refused_as_no_json(browser: Browser) -> None:
    answer = browser.http.post(
        "/api/interviews",
        content=b"[" * 60_000,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
