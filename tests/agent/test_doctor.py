"""The doctor: every check is tried, real engines are run, secrets stay secret."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agent import doctor
from agent.doctor import Finding, examine
from agent.doctor_recogniser import recogniser_hears
from agent.doctor_speech import devices_found, voices_speak
from audio.errors import EngineError

KEY = "sk-test-do-not-print-me"


class Endpoint(BaseHTTPRequestHandler):
    """Answers /v1/models for the right key and repeats a wrong one, as real servers do."""

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "")
        right = given == f"Bearer {KEY}"
        body = b'{"object": "list", "data": []}' if right else f'{{"error": "{given}"}}'.encode()
        self.send_response(200 if right and self.path == "/v1/models" else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_SESSIONS_HOME", str(tmp_path / "sessions"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", *doctor.TRACING_VARIABLES):
        monkeypatch.delenv(name, raising=False)


def test_a_broken_check_is_a_finding_and_the_next_one_still_runs() -> None:
    def crashes() -> Iterator[Finding]:
        yield Finding("first", "ok", "fine")
        raise ZeroDivisionError("oops")

    def refuses() -> Iterator[Finding]:
        raise EngineError("no voice", todo="Install one.")

    def works() -> Iterator[Finding]:
        yield Finding("last", "ok", "fine")

    found = list(examine([("a", crashes), ("b", refuses), ("c", works)]))
    assert [finding.state for finding in found] == ["ok", "failed", "failed", "ok"]
    assert "ZeroDivisionError" in found[1].found
    assert (found[2].found, found[2].todo) == ("no voice", "Install one.")


def test_the_packages_of_this_checkout_are_ours() -> None:
    assert [finding.state for finding in doctor.packages_whole()] == ["ok"]


def test_both_voices_really_speak() -> None:
    found = {finding.name: finding for finding in voices_speak()}
    assert set(found) == {"voice natural", "voice pyttsx3"}
    assert all(finding.state == "ok" for finding in found.values()), found


def test_the_recogniser_really_hears_the_sentence() -> None:
    (finding,) = recogniser_hears()
    assert finding.state in {"ok", "warning"}  # a busy machine may be slow, never deaf
    assert "fraud detection" in finding.found.lower()
    assert "real-time factor" in finding.found


def test_missing_devices_are_a_warning_with_advice() -> None:
    for finding in devices_found():
        assert finding.state in {"ok", "warning"}
        assert finding.state == "ok" or finding.todo


def test_a_sessions_home_that_cannot_be_written_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("VIVA_SESSIONS_HOME", str(tmp_path / "file" / "sessions"))
    (finding,) = doctor.sessions_home()
    assert finding.state == "failed"
    assert "VIVA_SESSIONS_HOME" in finding.todo


def test_a_usable_sessions_home_is_left_empty(tmp_path: Path) -> None:
    (finding,) = doctor.sessions_home()
    assert finding.state in {"ok", "warning"}
    assert list((tmp_path / "sessions").iterdir()) == []


def test_no_endpoint_is_fine() -> None:
    (finding,) = doctor.endpoint()
    assert (finding.state, finding.todo) == ("ok", "")


def test_an_endpoint_that_answers_is_ok(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (finding,) = doctor.endpoint()
    assert finding.state == "ok"
    assert KEY not in repr(finding)


def test_a_refused_key_is_a_warning_that_does_not_show_the_key(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-but-secret")
    (finding,) = doctor.endpoint()
    assert finding.state == "warning"
    assert "refused" in finding.found
    assert "sk-wrong" not in repr(finding)


def test_an_endpoint_that_is_not_there_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    (finding,) = doctor.endpoint()
    assert finding.state == "warning"
    assert "cannot be reached" in finding.found


def test_tracing_variables_are_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.state for finding in doctor.tracing()] == ["ok"]
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    (finding,) = doctor.tracing()
    assert finding.state == "warning"
    assert "LANGCHAIN_TRACING_V2" in finding.found


def test_missing_weights_fail_only_when_an_interview_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_MODELS_HOME", str(tmp_path / "models"))
    states = {finding.name: finding for finding in doctor.weights_whole()}
    assert states["weights whisper-base"].state == "ok"
    assert "optional" in states["weights whisper-base"].found
    needed = states["weights minilm-l6-v2"]
    assert needed.state == "ok" or "`viva models get minilm-l6-v2`" in needed.todo
