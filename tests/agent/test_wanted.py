"""A reply that was dropped holds nobody up, whatever an endpoint is doing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWaiting
from contextvars import copy_context

import pytest
from endpoint_server import EndpointServer, Step

from agent.model_limits import ModelLimits
from agent.models import OpenAIModel
from agent.wanted import IN_WORK, Unwanted, Wanted, go_on, result
from prompts.prompt import Prompt
from prompts.replies import SpokenReply

SPOKEN = Prompt("phrase", "You speak.", "Ask why.", SpokenReply, "def")
AT_ONCE_S = 1.5
"""On a busy machine; the server below takes 5 s."""


@pytest.fixture
def wanted() -> Iterator[Wanted]:
    """A reply in work in this thread."""
    reply = Wanted()
    IN_WORK.set(reply)
    yield reply
    IN_WORK.set(None)


def test_a_dropped_reply_ends_while_the_endpoint_has_not_said_a_word(wanted: Wanted) -> None:
    with EndpointServer([Step(text="Why that one?", first_token_s=5.0)]) as server:
        limits = ModelLimits(failures_to_rest=1)
        model = OpenAIModel(model="test-model", base_url=server.base_url, limits=limits)
        model.warm()
        began = time.monotonic()
        threading.Timer(0.2, wanted.drop).start()
        with pytest.raises(Unwanted):
            next(model.stream(SPOKEN))
        assert time.monotonic() - began < AT_ONCE_S
        model.breaker.check()  # raises when this counted as a fault of the endpoint
        model.close()
        server.close(check=False)


def test_what_is_begun_for_a_dropped_reply_ends_at_once(wanted: Wanted) -> None:
    stopped = threading.Event()
    wanted.drop()
    wanted.on_drop(stopped.set)
    assert stopped.is_set()
    with pytest.raises(Unwanted):
        go_on()


def test_a_result_is_waited_for_only_while_it_is_wanted(wanted: Wanted) -> None:
    threading.Timer(0.1, wanted.drop).start()
    with pytest.raises(Unwanted):
        result(Future(), timeout_s=30)


def test_a_wanted_result_is_given_and_a_late_one_given_up(wanted: Wanted) -> None:
    ready: Future[int] = Future()
    ready.set_result(3)
    assert result(ready, timeout_s=30) == 3
    with pytest.raises(StillWaiting):
        result(Future(), timeout_s=0.01)


def test_other_replies_are_not_dropped_with_it(wanted: Wanted) -> None:
    def another() -> None:
        IN_WORK.set(Wanted())
        wanted.drop()
        go_on()

    copy_context().run(another)
