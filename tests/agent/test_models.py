"""The model behind an endpoint, against a real HTTP server with every fault it may have."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from endpoint_server import QUOTA, UNKNOWN_MODEL, EndpointServer, Step

from agent.breaker import CircuitBreaker
from agent.model_limits import ModelLimits
from agent.models import OpenAIModel, bare_json
from agent.scripted_model import ScriptedModel, ScriptedReply
from prompts.errors import ModelError, ModelReplyInvalid, ModelUnavailable, UsageError
from prompts.prompt import Prompt
from prompts.replies import SpokenReply, TurnReply

pytestmark = pytest.mark.realtime

LIMITS = ModelLimits(
    budget_s=1.5,
    connect_s=0.5,
    stall_s=0.4,
    tries=2,
    backoff_s=0.02,
    max_output_chars=2_000,
    rest_s=30.0,
)
PATIENT = replace(LIMITS, budget_s=10.0, connect_s=5.0, stall_s=5.0)
"""For calls that succeed: a busy machine must not turn them into a fault."""
SLACK_S = 2.0
"""Seconds a busy machine may add to a budget; budget and slack stay below the servers' 5 s."""
TIMED = {"hang", "drip", "stall", "endless"}
"""Faults that only the clock ends; the others must not depend on it."""
OPENED: list[OpenAIModel] = []
KEY = "sk-secret1234567890"
TURN = Prompt("read", "You read.", "[1] We use rules.", TurnReply, "abc")
SPOKEN = Prompt("phrase", "You speak.", "Ask why.", SpokenReply, "def")


def model_at(base_url: str, limits: ModelLimits = PATIENT) -> OpenAIModel:
    """A model with small budgets, closed after the test."""
    OPENED.append(OpenAIModel(model="test-model", base_url=base_url, api_key=KEY, limits=limits))
    return OPENED[-1]


@pytest.fixture(autouse=True)
def closed_models() -> Iterator[None]:
    """Leaves no connection open: an unclosed socket is a warning, and warnings are errors."""
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture(scope="module", autouse=True)
def sdk_loaded() -> None:
    """Importing the SDK takes a second, which no budget of these tests is for."""
    OpenAIModel(model="m").warm()


def closed_port() -> str:
    """An address nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


# what works --------------------------------------------------------------------------------------


def test_a_structured_reply_is_validated_and_counted() -> None:
    with EndpointServer([Step()]) as server:
        model = model_at(server.base_url)
        completion = model.ask(TURN)
    assert completion.value == TurnReply(act="answer")
    assert completion.usage.output_tokens > 0
    assert completion.usage.cached_tokens == 3
    assert model.usage.calls == 1
    assert model.usage.input_tokens == completion.usage.input_tokens
    sent = server.requests[0]["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["additionalProperties"] is False
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_stream_yields_text_piece_by_piece_and_counts_tokens() -> None:
    with EndpointServer([Step(text="Why that, and not rules?")]) as server:
        model = model_at(server.base_url)
        pieces = list(model.stream(SPOKEN))
    assert "".join(pieces) == "Why that, and not rules?"
    assert len(pieces) > 1
    assert model.usage.output_tokens == 5


def test_the_first_piece_arrives_before_the_last_is_made() -> None:
    step = Step(text=" ".join(["word"] * 40), first_token_s=0.05, tokens_per_s=80.0)
    with EndpointServer([step]) as server:
        started = time.monotonic()
        stream = model_at(server.base_url).stream(SPOKEN)
        next(stream)
        first_s = time.monotonic() - started
        rest = list(stream)
        total_s = time.monotonic() - started
    assert len(rest) == 39
    assert first_s < total_s - 0.3


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"act": "hint"}\n```',
        'Here it is: {"act": "hint"} I hope it helps.',
        '<think>{"act": ?}</think>\n{"act": "hint", "remark": "x"}',
    ],
)
def test_json_in_fences_or_with_remarks_is_accepted(text: str) -> None:
    with EndpointServer([Step(text=text)]) as server:
        assert model_at(server.base_url).complete(TURN).act == "hint"


def test_a_server_without_json_schema_is_asked_more_simply_and_remembered() -> None:
    refusal = Step(fault="status", status=400, error={"message": "bad request"})
    plain = Step(text='{"act": "skip"}')
    with EndpointServer([refusal, refusal, plain, plain]) as server:
        model = model_at(server.base_url)
        assert model.complete(TURN).act == "skip"
        assert model.complete(TURN).act == "skip"
    forms = [request.get("response_format", {}).get("type") for request in server.requests]
    assert forms == ["json_schema", "json_object", None, None]
    assert "additionalProperties" in server.requests[2]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("complaint", "dropped", "kept"),
    [
        ("Unsupported parameter: 'max_completion_tokens'", "max_completion_tokens", "max_tokens"),
        ("Unsupported value: 'temperature' does not support 0.3", "temperature", "response_format"),
    ],
)
def test_a_parameter_the_server_refuses_is_given_up_alone(
    complaint: str, dropped: str, kept: str
) -> None:
    refusal = Step(fault="status", status=400, error={"message": complaint})
    with EndpointServer([refusal, Step()]) as server:
        model_at(server.base_url).complete(TURN)
    assert dropped in server.requests[0]
    assert dropped not in server.requests[1]
    assert kept in server.requests[1]


def test_after_an_unfitting_reply_the_schema_is_also_said_in_words() -> None:
    with EndpointServer([Step(text='{"act": "dance"}'), Step()]) as server:
        model = model_at(server.base_url)
        with pytest.raises(ModelReplyInvalid):
            model.complete(TURN)
        model.complete(TURN)
    words = [request["messages"][0]["content"] for request in server.requests]
    assert "additionalProperties" not in words[0]
    assert "additionalProperties" in words[1]


def test_a_stopped_stream_ends_at_once_from_another_thread() -> None:
    step = Step(text="One two three four", fault="stall", delay_s=2.0)
    with EndpointServer([step]) as server:
        stream = model_at(server.base_url, replace(LIMITS, stall_s=3.0, budget_s=5.0)).stream(
            SPOKEN
        )
        assert next(stream) == "One"
        threading.Timer(0.1, stream.stop).start()
        started = time.monotonic()
        assert list(stream) in ([], [" two"])
        assert time.monotonic() - started < 1.0


def test_warming_up_sends_nothing() -> None:
    with EndpointServer() as server:
        model_at(server.base_url).warm()
    assert server.requests == []


# what fails --------------------------------------------------------------------------------------

OVERLOADED = Step(fault="status", status=503, error={"message": "overloaded"})
LATER = Step(
    fault="status", status=429, error={"message": "slow down"}, headers={"Retry-After": "60"}
)
BUSY = replace(LATER, headers={"Retry-After": "0.1"})
DENIED = Step(
    fault="status", status=401, error={"message": f"Incorrect API key provided: {KEY}. See docs."}
)
LEAKY = Step(fault="status", status=413, error={"message": f"too large for key {KEY}"})

FAULTS: dict[str, tuple[list[Step], type[ModelError], str]] = {
    "401": ([DENIED], ModelUnavailable, "refuses the key"),
    "404-model": (
        [Step(fault="status", status=404, error=UNKNOWN_MODEL)],
        ModelUnavailable,
        "does not know the model 'test-model'",
    ),
    "404-path": (
        [Step(fault="status", status=404, error={"message": "Not Found"})],
        ModelUnavailable,
        "no chat completions",
    ),
    "413": ([LEAKY], ModelUnavailable, "refused the request"),
    "429-quota": (
        [Step(fault="status", status=429, error=QUOTA)],
        ModelUnavailable,
        "out of quota",
    ),
    "429-twice": ([BUSY, BUSY], ModelUnavailable, "fewer requests"),
    "429-wait-beyond-budget": ([LATER], ModelUnavailable, "fewer requests"),
    "500-twice": ([OVERLOADED, OVERLOADED], ModelUnavailable, "status 503"),
    "hang": ([Step(fault="hang", delay_s=5.0)], ModelUnavailable, "within|in time"),
    "html": ([Step(fault="html")], ModelUnavailable, "no chat completion|broke off"),
    "refusal": ([Step(fault="refusal")], ModelReplyInvalid, "refused"),
    "empty": ([Step(text="")], ModelReplyInvalid, "empty"),
    "cut-at-limit": ([Step(text='{"act": "ans', finish="length")], ModelReplyInvalid, "cut at"),
    "filtered": ([Step(text="{", finish="content_filter")], ModelReplyInvalid, "filter"),
    "50k-tokens": ([Step(text="word " * 50_000)], ModelReplyInvalid, "longer|larger"),
    "drip": ([Step(fault="drip_bytes", delay_s=0.02)], ModelUnavailable, "within|in time|did not"),
}
STRUCTURED_ONLY: dict[str, tuple[list[Step], type[ModelError], str]] = {
    "no-completion": ([Step(fault="no_completion")], ModelUnavailable, "no chat completion"),
    "broken-json": ([Step(text='{"act": "answer", ')], ModelReplyInvalid, "JSON"),
    "wrong-schema": ([Step(text='{"act": "dance"}')], ModelReplyInvalid, "act"),
    "no-json": ([Step(text="I think it is an answer.")], ModelReplyInvalid, "JSON"),
}
STREAM_ONLY: dict[str, tuple[list[Step], type[ModelError], str]] = {
    "cut": ([Step(fault="cut")], ModelUnavailable, "broke off"),
    "stall": ([Step(fault="stall", delay_s=5.0)], ModelUnavailable, "in time|within"),
    "error-event": ([Step(fault="error_event")], ModelUnavailable, "the engine died"),
    "endless": ([Step(fault="drip", delay_s=0.02)], ModelUnavailable, "within|did not"),
    "endless-fast": ([Step(fault="drip")], ModelReplyInvalid, "longer|larger"),
}


@pytest.fixture(params=["complete", "stream"])
def way(request: pytest.FixtureRequest) -> str:
    """Both ways of asking fail alike."""
    return str(request.param)


def ask(model: OpenAIModel, way: str) -> str:
    """The reply in one of the two ways."""
    if way == "complete":
        return model.complete(TURN).act
    return "".join(model.stream(SPOKEN))


def check_fault(name: str, way: str, steps: list[Step], kind: type[ModelError], words: str) -> None:
    """The fault is told as `kind` within the budget, after exactly these tries, without the key."""
    with EndpointServer(steps) as server:
        limits = LIMITS if name in TIMED else PATIENT
        model = model_at(server.base_url, limits)
        started = time.monotonic()
        with pytest.raises(kind, match=words) as caught:
            ask(model, way)
        assert time.monotonic() - started < limits.budget_s + SLACK_S
    assert len(server.requests) == len(steps)
    assert type(caught.value) is kind
    assert server.base_url in str(caught.value)
    told = f"{caught.value!s} {caught.value!r} {caught.value.__context__!r} {model!r}"
    assert KEY not in told + getattr(caught.value, "raw", "")


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_in_clear_words_within_the_budget(name: str, way: str) -> None:
    steps, kind, words = FAULTS[name]
    if name == "hang" and way == "stream":  # a stream's silence is noticed in time for a second try
        steps = steps * 2
    check_fault(name, way, steps, kind, words)


@pytest.mark.parametrize("name", STRUCTURED_ONLY)
def test_every_fault_of_a_structured_reply_is_told(name: str) -> None:
    check_fault(name, "complete", *STRUCTURED_ONLY[name])


@pytest.mark.parametrize("name", STREAM_ONLY)
def test_every_fault_of_a_stream_is_told(name: str) -> None:
    check_fault(name, "stream", *STREAM_ONLY[name])


def test_a_refused_connection_is_tried_twice_and_told(way: str) -> None:
    model = model_at(closed_port())
    with pytest.raises(ModelUnavailable, match=r"connection failed.*refused") as caught:
        ask(model, way)
    assert "Check that the server runs" in str(caught.value)
    assert model.usage.calls == 0


def test_speaking_tls_to_a_plain_server_is_told_as_a_failed_connection() -> None:
    with EndpointServer() as server:
        model = model_at(server.base_url.replace("http://", "https://"))
        with pytest.raises(ModelUnavailable, match="connection failed"):
            model.complete(TURN)


def test_a_passing_fault_is_survived(way: str) -> None:
    for passing in (OVERLOADED, BUSY):
        with EndpointServer([passing, Step()]) as server:
            assert ask(model_at(server.base_url), way) in {"answer", "Go on."}


def test_text_before_a_broken_end_is_delivered_and_never_repeated() -> None:
    heard: list[str] = []
    with EndpointServer([Step(text="One two three four", fault="cut")]) as server:
        stream = model_at(server.base_url).stream(SPOKEN)
        with pytest.raises(ModelUnavailable):
            heard.extend(stream)
    assert "".join(heard) == "One two"


def test_an_invalid_reply_is_kept_for_the_record() -> None:
    step = Step(text='{"act": "dance"}')
    with EndpointServer([step]) as server, pytest.raises(ModelReplyInvalid) as caught:
        model_at(server.base_url).complete(TURN)
    assert caught.value.raw == '{"act": "dance"}'


def test_the_key_is_in_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with EndpointServer([DENIED]) as server, pytest.raises(ModelUnavailable):
        model_at(server.base_url).complete(TURN)
    assert KEY not in "\n".join(r.getMessage() for r in caplog.records)


def test_a_failing_endpoint_is_left_alone_and_asked_again_later() -> None:
    limits = replace(PATIENT, tries=1, rest_s=0.3)
    with EndpointServer([OVERLOADED, Step()]) as server:
        model = model_at(server.base_url, limits)
        with pytest.raises(ModelUnavailable, match="status 503"):
            model.complete(TURN)
        with pytest.raises(ModelUnavailable, match=r"left alone .* status 503"):
            model.complete(TURN)
        assert len(server.requests) == 1
        time.sleep(0.35)
        assert model.complete(TURN).act == "answer"


def test_an_invalid_reply_does_not_rest_the_endpoint() -> None:
    with EndpointServer([Step(text="{}"), Step()]) as server:
        model = model_at(server.base_url)
        with pytest.raises(ModelReplyInvalid):
            model.complete(TURN)
        assert model.complete(TURN).act == "answer"


@pytest.mark.parametrize("address", ["localhost:11434/v1", "ftp://host/v1", "http://"])
def test_an_address_without_http_is_refused_at_once(address: str) -> None:
    with pytest.raises(UsageError, match="http"):
        OpenAIModel(model="m", base_url=address)


def test_credentials_in_the_address_are_not_shown() -> None:
    model = OpenAIModel(model="m", base_url="http://user:pass@localhost:1/v1?token=t")
    assert model.where == "http://localhost:1/v1"
    assert "pass" not in repr(model)


def test_a_key_of_newlines_and_letters_no_header_takes_is_told_without_it() -> None:
    model = OpenAIModel(model="m", base_url=closed_port(), api_key="sk-ключ-секрет", limits=LIMITS)
    with model, pytest.raises(ModelUnavailable) as caught:
        model.complete(TURN)
    assert "секрет" not in str(caught.value)


def test_no_thread_stays_behind_after_every_call_has_ended() -> None:
    with EndpointServer([Step(), Step(fault="hang", delay_s=5.0)]) as server:
        model = model_at(server.base_url, LIMITS)
        model.complete(TURN)
        with pytest.raises(ModelUnavailable):
            model.complete(TURN)
        deadline = time.monotonic() + 5.0
        while any(t.name == "viva-model-call" for t in threading.enumerate()):
            assert time.monotonic() < deadline
            time.sleep(0.02)


# the parts ---------------------------------------------------------------------------------------


def test_the_rest_doubles_up_to_its_longest_and_success_ends_it() -> None:
    now = [0.0]
    breaker = CircuitBreaker(
        "http://x", failures_to_rest=2, rest_s=10, longest_rest_s=30, clock=lambda: now[0]
    )

    def rests_until() -> float:
        for tick in range(200):
            now[0] += tick > 0
            try:
                breaker.check()
            except ModelUnavailable:
                continue
            return now[0]
        raise AssertionError("rests for ever")

    breaker.failed("a")
    assert rests_until() == 0
    breaker.failed("b")
    assert rests_until() == 10
    breaker.failed("c")
    assert rests_until() == 30
    breaker.failed("d")
    assert rests_until() == 60
    breaker.succeeded()
    breaker.failed("quota", lasting=True)
    assert rests_until() == 90


@pytest.mark.parametrize(("raw", "bare"), [("{}", "{}"), ("no", "no"), ("} {", "} {")])
def test_bare_json_leaves_alone_what_holds_no_object(raw: str, bare: str) -> None:
    assert bare_json(raw) == bare


def test_the_scripted_model_fails_on_unexpected_and_left_over_calls() -> None:
    model = ScriptedModel([ScriptedReply("read", TurnReply(act="hint"), contains=("rules",))])
    with pytest.raises(AssertionError, match="never asked for: read"):
        model.check_done()
    assert model.complete(TURN).act == "hint"
    with pytest.raises(AssertionError, match="after the end"):
        model.complete(TURN)
    with pytest.raises(AssertionError, match="'read' was asked, 'phrase' was expected"):
        ScriptedModel([ScriptedReply("phrase", "Why?")]).complete(TURN)


def test_the_scripted_model_streams_words_and_raises_errors() -> None:
    script = [ScriptedReply("phrase", "Why so?"), ScriptedReply("phrase", ModelUnavailable("off"))]
    with ScriptedModel(script) as model:
        stream: Iterator[str] = model.stream(SPOKEN)
        assert list(stream) == ["Why", " so?"]
        with pytest.raises(ModelUnavailable):
            list(model.stream(SPOKEN))
