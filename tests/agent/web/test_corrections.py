"""A misheard word put right from the report's page, in the real server and the real Chromium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Watched, chromium, save_voice, silence
from web_server import LiveServer

from evaluation.session import SessionFolder

STORED = Path(__file__).parents[2] / "data" / "sessions" / "2026-11-20-fraud-detection-5a1e0c3d"
NAME = STORED.name


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    shutil.copytree(STORED, tmp_path / "home" / NAME)
    with LiveServer(tmp_path / "home") as started:
        yield started


def session_of(server: LiveServer) -> SessionFolder:
    return SessionFolder.open(server.conversations.settings.sessions_home / NAME)


def own_turn(server: LiveServer) -> int:
    return next(t.turn for t in session_of(server).turns() if t.speaker == "candidate")


def test_a_correction_needs_the_cookie_the_origin_and_a_turn_of_the_candidate(
    server: LiveServer,
) -> None:
    turn = own_turn(server)
    path = f"/api/sessions/{NAME}/turns/{turn}/correction"
    with server.browser() as browser:
        before = session_of(server).turns()
        body = {"text": "other words altogether"}
        elsewhere = browser.http.post(path, json=body, headers={"Origin": "null"})
        assert elsewhere.status_code == 403
        assert browser.http.post(path, json={"text": 5}).status_code == 400
        assert browser.http.post(path, json={"text": "  "}).status_code == 400
        theirs = browser.http.post(f"/api/sessions/{NAME}/turns/0/correction", json=body)
        assert theirs.status_code == 400
        assert "interviewer" in theirs.json()["what"]
        browser.http.cookies.clear()
        assert browser.http.post(path, json=body).status_code == 401
        assert browser.http.get(f"/api/sessions/{NAME}/corrections").status_code == 401
        assert session_of(server).turns() == before


@pytest.mark.slow
def test_a_word_corrected_from_the_report_is_in_the_report_that_follows(
    server: LiveServer, tmp_path: Path
) -> None:
    turn = own_turn(server)
    text = session_of(server).turns()[turn].text
    said = "Xylophone " + text.split(maxsplit=1)[1]
    voice = save_voice(silence(0.1), tmp_path / "silence.wav")
    with chromium(voice) as browser, browser.new_context() as context:
        watched = Watched(context)
        page = watched.page
        page.goto(server.address)
        page.goto(f"{server.base}/report/{NAME}")
        page.get_by_role("link", name=f"Correct turn {turn}", exact=True).click()
        words = page.locator(f"#turn-{turn} textarea")
        assert words.input_value() == text
        assert watched.barriers() == []
        words.fill(said)
        page.locator(f"#turn-{turn} [type=submit]").click()
        page.get_by_text("What that changed").wait_for()
        page.get_by_role("link", name="Read the report").click()
        page.locator(f"#turn-{turn} .text", has_text="Xylophone").wait_for()
        assert watched.complaints == []
    corrected = session_of(server).turns()[turn]
    assert corrected.text == said
    assert session_of(server).heard_turns()[turn].text == text
    evaluation = json.loads((session_of(server).path / "evaluation.json").read_text("utf-8"))
    assert evaluation["questions"]
