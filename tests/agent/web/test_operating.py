"""Health, metrics, logs and traces of a server: what they tell, to whom, and never any words."""

from __future__ import annotations

import gc
import gzip
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from endpoint_server import EndpointServer, Step
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from web_client import Browser
from web_server import LiveServer, offline

from agent.web.access import Access, Guard
from agent.web.json_log import JsonLog
from agent.web.server import behind
from agent.web.shared_engines import SharedEngines
from agent.web.tracing import Traces, destination, open_provider
from evaluation.record import Event
from evaluation.session import SessionFolder
from prompts.errors import UsageError
from prompts.persona import load_persona

pytestmark = pytest.mark.realtime

TERSE = "terse-bar-raiser"
TOKEN = "a-token-for-prometheus"
KEY = "sk-planted-key-0123456789"
SECRET = (
    "I would watch feature drift and the label delay, because the metric drops before anybody sees "
    "it, and the purple giraffe raises an alert when the score distribution moves."
)
REFUSES = Step(fault="status", status=401, error={"message": f"no such key {KEY}; {SECRET}"})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> SharedEngines:
    engines = SharedEngines(offline(tmp_path_factory.mktemp("shared")))
    engines.warm(load_persona(TERSE))
    return engines


@pytest.fixture
def server(tmp_path: Path, shared: SharedEngines) -> Iterator[LiveServer]:
    with LiveServer(tmp_path / "home", shared, limit=1, metrics_token=TOKEN) as running:
        yield running


def counted(text: str, name: str) -> float:
    """The value of one series."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"no {name} in {text}"
    return float(found[1])


def test_probes_need_no_cookie_and_metrics_need_a_cookie_or_their_token(server: LiveServer) -> None:
    assert httpx.get(f"{server.base}/healthz").text == "ok\n"
    assert httpx.get(f"{server.base}/healthz", headers={"Host": "evil.test"}).status_code == 421
    assert httpx.post(f"{server.base}/healthz").status_code == 403
    metrics = f"{server.base}/metrics"
    assert httpx.get(metrics).status_code == 401
    assert httpx.get(metrics, headers={"Authorization": "Bearer wrong"}).status_code == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert httpx.get(f"{server.base}/api/sessions", headers=bearer).status_code == 401
    assert "viva_conversations_limit 1.0" in httpx.get(metrics, headers=bearer).text
    with server.browser() as browser:
        assert browser.http.get("/metrics").status_code == 200


def test_without_a_token_for_metrics_an_empty_one_lets_nobody_in() -> None:
    access = Access(8642, lambda _token: None)
    for given in ("Bearer ", "Bearer", ""):
        assert not access.scrapes(Headers({"authorization": given}))


def test_behind_a_proxy_the_cookie_names_the_process_and_other_origins_stay_out() -> None:
    host, origin = behind("https://Viva.example.org/")
    assert (host, origin) == ("viva.example.org", "https://viva.example.org")
    access = Access(8643, lambda _token: None, behind=origin)

    async def inside(request: Request) -> Response:
        return PlainTextResponse("inside")

    app = Starlette(routes=[Route("/", inside), Route("/change", inside, methods=["POST"])])
    guard = Guard(app, access, frozenset({host}), "no access", frozenset({origin}))
    with TestClient(guard, base_url=origin, follow_redirects=False) as browser:
        cookie = browser.get(f"/?token={access.token}&at=8643").headers["set-cookie"]
        assert cookie.startswith("viva=8643.")
        assert "Secure" in cookie
        assert browser.get("/").text == "inside"
        assert browser.post("/change", headers={"Origin": origin}).text == "inside"
        for other in ("http://viva.example.org", "https://evil.test", ""):
            assert browser.post("/change", headers={"Origin": other}).status_code == 403
        assert browser.get("/", headers={"Host": "evil.test"}).status_code == 421


@pytest.mark.parametrize("address", ["viva.example.org", "https://a/b", "https://u:p@a", "ftp://a"])
def test_what_is_no_address_of_a_proxy_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        behind(address)


def test_readiness_names_what_is_missing(
    server: LiveServer, shared: SharedEngines, tmp_path: Path
) -> None:
    def ready() -> tuple[int, dict[str, bool]]:
        answer = httpx.get(f"{server.base}/readyz")
        checks: dict[str, bool] = answer.json()["checks"]
        return answer.status_code, checks

    everything = {"weights": True, "folder": True, "store": True, "room": True}
    assert ready() == (200, everything)
    with server.browser() as browser:
        begun = browser.begin(question="monitoring", persona=TERSE, minutes=2)
        assert ready() == (503, {**everything, "room": False})
        refused = browser.http.post("/api/interviews", json={})
        assert refused.status_code == 503
        assert refused.json()["error"] == "busy"
        browser.http.delete(f"/api/interviews/{begun['id']}")
        while browser.json("/api/interviews")["interviews"]:
            pass
        text = browser.http.get("/metrics").text
    assert counted(text, "viva_conversations_refused_total") == 1
    assert counted(text, 'viva_conversations_ended_total{how="saved"}') == 1
    home = server.conversations.settings.sessions_home
    for left in home.iterdir():
        left.unlink()
    home.rmdir()
    home.write_text("a file where the folder was")
    assert ready() == (503, {**everything, "folder": False})
    cold = SharedEngines(shared.settings)
    with LiveServer(tmp_path / "cold", cold) as other:
        assert httpx.get(f"{other.base}/readyz").json()["checks"]["weights"] is False


def test_interviews_end_without_a_thread_or_a_file_left_and_refusals_harm_none(
    server: LiveServer,
) -> None:
    """Also while one after the other is turned away."""

    def held() -> tuple[int, int]:
        gc.collect()
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    def interview(browser: Browser, refusals: int) -> None:
        begun = browser.begin(question="bias-variance", persona=TERSE, minutes=2)
        with browser.page(begun["id"], microphone=False) as page:
            page.pace = 1_000
            typing = page.wait_state("typing")
            for _ in range(refusals):
                refused = browser.http.post("/api/interviews", json={})
                assert refused.json()["todo"].startswith("Wait until one is over")
            page.send(type="answer", text=SECRET)
            page.wait_state("typing", after=page.told.index(typing) + 1)
            page.send(type="stop")
            assert page.wait_for("finished")["ended"] == "stopped"
        while browser.json("/api/interviews")["interviews"]:
            pass

    with server.browser() as browser:
        interview(browser, 0)
        before = held()
        interview(browser, 20)
        # A thread of the server's pool that has nothing to do goes after ten seconds.
        until_s = time.monotonic() + 15
        while held() > before and time.monotonic() < until_s:
            time.sleep(0.1)
        assert held() <= before
        text = browser.http.get("/metrics").text
    assert counted(text, "viva_conversations_refused_total") == 20
    assert counted(text, 'viva_conversations_ended_total{how="stopped"}') == 2


def test_no_word_and_no_key_gets_into_logs_metrics_or_traces(
    tmp_path: Path, shared: SharedEngines
) -> None:
    """A typed answer through an endpoint that refuses the key and quotes it and the answer."""
    lines, exporter = io.StringIO(), InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    log = JsonLog(lines)
    with (
        EndpointServer(always=REFUSES) as endpoint,
        LiveServer(
            tmp_path / "home",
            shared,
            observers=(log, Traces(provider)),
            brain="openai",
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=endpoint.base_url,
        ) as server,
        server.browser() as browser,
    ):
        begun = browser.begin(question="monitoring", persona=TERSE, minutes=2)
        session = server.conversations.settings.sessions_home / begun["session"]
        with browser.page(begun["id"], microphone=False) as page:
            page.pace = 20
            page.wait_state("typing")
            page.send(type="answer", text=SECRET)
            page.wait_turn(session, 3)
            page.send(type="answer", text=SECRET)
            page.wait_turn(session, 5)
            browser.http.delete(f"/api/interviews/{begun['id']}")
            page.wait_for("stopped")
        metrics = browser.http.get("/metrics").text
    stored = SessionFolder.open(session)
    assert SECRET in stored.turns()[1].text
    assert any(event.event == "fallback" for event in stored.events())
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    spans = exporter.get_finished_spans()
    traces = "".join(span.to_json() for span in spans)
    for kind in ("conversation_begun", "endpoint_fault", "turn_timing", "conversation_over"):
        assert any(each["event"] == kind for each in told), kind
    assert {"exchange", "reading", "deciding", "phrasing", "speaking"} <= {s.name for s in spans}
    assert counted(metrics, 'viva_endpoint_faults_total{kind="endpoint"}') >= 1
    said = {turn.text for turn in stored.turns()} | {KEY, "giraffe"}
    for text in (lines.getvalue(), metrics, traces):
        assert text
        assert not any(words in text for words in said)


def test_an_error_is_logged_by_its_place_and_not_by_its_message() -> None:
    lines = io.StringIO()
    try:
        raise ValueError(f"cannot read {SECRET} with {KEY}")
    except ValueError as error:
        JsonLog(lines).failed(error, error.__traceback__)
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert told["error"] == "ValueError"
    assert told["trace"][-1].startswith("test_operating.py:")
    assert "giraffe" not in line
    assert KEY not in line


def test_traces_go_nowhere_unless_a_standard_variable_says_where() -> None:
    assert destination({}) == ""
    there = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.test:4318"}
    assert destination(there) == "http://collector.test:4318"
    assert destination({**there, "OTEL_SDK_DISABLED": "true"}) == ""
    assert destination({**there, "OTEL_TRACES_EXPORTER": "none"}) == ""


def test_an_exchange_reaches_the_collector_as_one_trace() -> None:
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        serving = threading.Thread(target=collector.handle_request)
        serving.start()
        traces = Traces(open_provider(f"http://127.0.0.1:{collector.server_port}/v1/traces"))
        traces.begun("5a1e0c3d", resumed=False)
        traces.worked("5a1e0c3d", "reading", time.time_ns() - 20_000_000, time.time_ns())
        about = {"turn": 2, "kind": "probe", "hook": SECRET, "at_ms": 900, "event": "move"}
        traces.happened("5a1e0c3d", Event.model_validate(about))
        phases = {"think_ms": 80, "transcribe_ms": 300, "wait_ms": 400, "voice_to_voice_ms": 900}
        timing = {"turn": 2, "at_ms": 2_900, "event": "timing", "phases": phases}
        traces.happened("5a1e0c3d", Event.model_validate(timing))
        traces.close()
        serving.join()
    ((path, body),) = got
    sent = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    assert path == "/v1/traces"
    for name in (b"exchange", b"hearing", b"waiting", b"reading", b"speaking", b"probe"):
        assert name in sent
    assert b"giraffe" not in sent
