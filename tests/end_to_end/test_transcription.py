"""A spoken interview whose words come from a transcription endpoint, and from this machine when
that fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from endpoint_server import EndpointServer, Step
from transcription_route import WhisperBehind

from agent.candidate import demo_candidate
from agent.weights import folder
from evaluation.session import SessionFolder

VIVA = Path(sys.executable).with_name("viva")
KEY = "sk-test-never-to-be-seen-2342"


def interview(home: Path, url: str) -> tuple[str, SessionFolder]:
    """One recorded answer to the fraud question; everything printed, and the session."""
    command = [str(VIVA), "interview", "--question", "fraud-detection", "--seed", "3", "--fast"]
    command += ["--minutes", "2", "--candidate", str(demo_candidate() / "07-model.ogg")]
    done = subprocess.run(
        [*command, "--transcription", "openai", "--brain", "offline", "--judge", "offline"],
        env={
            **os.environ,
            "VIVA_SESSIONS_HOME": str(home),
            "VIVA_TRANSCRIPTION_URL": url,
            "VIVA_TRANSCRIPTION_KEY": KEY,
            "VIVA_TRANSCRIPTION_BUDGET_S": "30",
            "COLUMNS": "200",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (place,) = home.iterdir()
    stored = b"".join(
        path.read_bytes() for path in place.iterdir() if path.suffix in {".json", ".jsonl", ".html"}
    )
    assert KEY not in done.stdout + done.stderr
    assert KEY.encode() not in stored
    return done.stdout, SessionFolder.open(place)


def answer(session: SessionFolder) -> str:
    return " ".join(turn.text for turn in session.turns() if turn.speaker == "candidate").lower()


@pytest.mark.slow
def test_the_voice_goes_to_the_endpoint_with_the_questions_words_and_it_is_said(
    tmp_path: Path,
) -> None:
    behind = WhisperBehind(folder("whisper-tiny.en"))
    with EndpointServer(always=Step(), transcribe=behind) as server:
        said, session = interview(tmp_path / "home", server.base_url)
    assert f"Your voice goes to {server.base_url} to be transcribed." in said
    assert "Nothing leaves this machine" not in said
    assert server.requests
    assert any("chargeback" in request.get("prompt", "") for request in server.requests)
    assert "gradient" in answer(session)
    assert session.meta.models["recogniser"].startswith(f"whisper-1 at {server.base_url}")
    assert not [event for event in session.events() if event.event == "fallback"]


@pytest.mark.slow
def test_a_failing_endpoint_costs_no_word_is_said_once_and_stored(tmp_path: Path) -> None:
    with EndpointServer(always=Step(fault="status", status=503)) as server:
        said, session = interview(tmp_path / "home", server.base_url)
    assert said.count("The recogniser on this machine takes over.") == 1
    assert "gradient" in answer(session)
    stored = [event for event in session.events() if event.event == "fallback"]
    assert stored
    assert "status 503" in stored[0].get("what")
