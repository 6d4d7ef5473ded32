"""The audit of the lock files finds what it is for, offline and against a source of advisories."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNREACHABLE = "http://127.0.0.1:9/"


class Advisories(BaseHTTPRequestHandler):
    """Knows of one weakness, in Jinja2."""

    def do_POST(self) -> None:
        """`querybatch` of OSV."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        weak = [{"vulns": [{"id": "GHSA-test"}]}, {}]
        told = [weak[each["package"]["name"] != "jinja2"] for each in asked]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": told}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def source() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Advisories) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the audit reads."""
    (tmp_path / ".ci").mkdir()
    for name in (".ci/audit", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def audit(checkout: Path, source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, checkout / ".ci/audit", "--advisories", source],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_the_advisories_the_rest_is_checked_and_that_is_said(checkout: Path) -> None:
    done = audit(checkout, UNREACHABLE)
    assert done.returncode == 0, done.stderr
    assert "Advisories were NOT read" in done.stdout


def test_a_known_weakness_and_a_lock_that_pins_nothing_fail(checkout: Path, source: str) -> None:
    with (checkout / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("click>=8\nhttps://example.org/x.whl\nrich==0.0.1\n")
    done = audit(checkout, source)
    assert done.returncode == 1
    told = done.stderr
    assert "jinja2" in told
    assert "GHSA-test" in told
    assert "'click>=8' is no NAME==VERSION" in told
    assert "x.whl' is no NAME==VERSION" in told
    assert "rich stands twice" in told
