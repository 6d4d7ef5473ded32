"""`viva serve` and `viva sessions delete` as programs."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

VIVA = str(Path(sys.executable).with_name("viva"))
STORED = Path(__file__).parents[1] / "data/sessions/2026-11-20-fraud-detection-5a1e0c3d"


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": "", "DISPLAY": ""}


def run(home: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [VIVA, *arguments],
        env=environment(home),
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_serve_says_where_words_go_prints_its_address_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        [VIVA, "serve", "--port", "0", "--no-open"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        assert program.stdout is not None
        printed = []
        for line in program.stdout:
            printed.append(line)
            if "Open this address" in line:
                break
        assert "Nothing leaves this machine." in printed[0]
        address = printed[-1].split()[-1]
        assert address.startswith("http://127.0.0.1:")
        with httpx.Client() as browser:
            assert browser.get(address).status_code == 303
            assert browser.get(address.split("?", maxsplit=1)[0] + "api/choices").status_code == 200
        program.send_signal(signal.SIGINT)
        rest = program.stdout.read()
        assert program.wait(30) == 130
    assert "For another browser: http://127.0.0.1:" in rest
    assert "Traceback" not in rest


def test_serve_refuses_every_address_at_once_and_a_port_that_is_taken(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::"):
        done = run(tmp_path, "serve", "--no-open", "--host", host)
        assert done.returncode == 2
        assert "every address" in done.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(tmp_path, "serve", "--no-open", "--port", port)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Choose another --port" in done.stderr


def test_a_session_is_deleted_after_a_question_or_with_yes_damaged_or_not(tmp_path: Path) -> None:
    folder = tmp_path / STORED.name
    shutil.copytree(STORED, folder)
    kept = run(tmp_path, "sessions", "delete", "last", typed="n\n")
    assert kept.returncode == 130
    assert "fraud-detection" in kept.stdout
    assert (folder / "evaluation.json").exists()
    assert run(tmp_path, "sessions", "delete", "5a1e0c3d", typed="y\n").returncode == 0
    assert not folder.exists()
    shutil.copytree(STORED, folder)
    (folder / "session.json").write_text("{", encoding="utf-8")
    assert run(tmp_path, "sessions", "delete", STORED.name, "--yes").returncode == 0
    assert list(tmp_path.iterdir()) == []
    missing = run(tmp_path, "sessions", "delete", "5a1e0c3d", "--yes")
    assert missing.returncode == 2
    assert "is not a session folder" in missing.stderr
