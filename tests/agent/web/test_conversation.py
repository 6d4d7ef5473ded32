"""Interviews through the socket, by voice and typed, with everything that can happen to a page.

In real time: the clock of the interview is a real one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from web_client import Browser, Page
from web_server import LiveServer, offline
from websockets.exceptions import InvalidStatus

from agent.candidate import demo_candidate
from agent.web.conversation import Conversation
from agent.web.shared_engines import SharedEngines
from audio.files import load_audio
from audio.frame import SAMPLE_RATE
from evaluation.session import SessionFolder
from prompts.persona import load_persona

pytestmark = pytest.mark.realtime

TERSE = "terse-bar-raiser"
WISH = {"question": "monitoring", "persona": TERSE, "minutes": 2}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> SharedEngines:
    """The engines of one server, loaded once."""
    engines = SharedEngines(offline(tmp_path_factory.mktemp("shared")))
    engines.warm(load_persona(TERSE))
    return engines


@pytest.fixture
def server(tmp_path: Path, shared: SharedEngines) -> Iterator[LiveServer]:
    with LiveServer(tmp_path / "home", shared) as running:
        yield running


@pytest.fixture
def browser(server: LiveServer) -> Iterator[Browser]:
    with server.browser() as entered:
        yield entered


def heard_s(page: Page) -> float:
    """Seconds of sound that came."""
    return sum(len(b) for blocks in page.heard.values() for b in blocks) / 2 / SAMPLE_RATE


def candidate(page: Page, after: int) -> str:
    """The candidate's next whole turn."""
    told = page.wait_for("caption", lambda m: m["who"] == "candidate" and m["final"], after)
    return str(told["text"]).lower()


@pytest.mark.slow
@pytest.mark.flaky(reruns=1)
def test_a_spoken_interview_is_broken_into_loses_its_page_and_ends_with_a_report(
    server: LiveServer, browser: Browser
) -> None:
    begun = browser.begin(**WISH)
    nothing_to_add = load_audio(demo_candidate() / "17-nothing-to-add.ogg")
    plan = load_audio(demo_candidate() / "16-move-on.ogg")

    with browser.page(begun["id"]) as page:
        page.wait_for("speech")
        page.wait_for_sounded(2.0)
        page.speak(nothing_to_add)
        page.wait_for("stop_playback")
        assert "nothing to add" in candidate(page, 0)
        spoken = page.wait_for("speech", after=len(page.told))
        assert spoken["utterance"] > 1
        page.wait_state("listening", after=page.told.index(spoken))
        half = plan.size // 2
        page.speak(plan[:half])
        page.wait_spoken()
        page.drop()
    (running,) = browser.json("/api/interviews")["interviews"]
    lost_ms, lost_s = running["now_ms"], time.monotonic()
    assert not running["connected"]

    with browser.page(begun["id"]) as page:
        hello = page.wait_for("hello")
        assert [c["who"] for c in hello["captions"]][:1] == ["interviewer"]
        assert any("nothing to add" in c["text"].lower() for c in hello["captions"])
        page.wait_state("listening", after=1)
        (running,) = browser.json("/api/interviews")["interviews"]
        stood_ms = (time.monotonic() - lost_s) * 1000 - (running["now_ms"] - lost_ms)
        assert stood_ms > 500
        page.speak(plan[half:])
        whole = candidate(page, 0)
        page.wait_state("speaking", after=1)
        page.send(type="stop")
        finished = page.wait_for("finished")
    assert page.close_code == 1000
    protocol = resources.files("agent.web").joinpath("PROTOCOL.md").read_text(encoding="utf-8")
    for kind in {message["type"] for message in page.told}:
        assert f"`{kind}`" in protocol or f'"type": "{kind}"' in protocol, kind
    assert finished["ended"] == "stopped"
    assert "what i have" in whole
    assert "next part" in whole

    session = SessionFolder.open(server.conversations.settings.sessions_home / begun["session"])
    first, answer = session.turns()[:2]
    assert first.interrupted
    assert answer.speaker == "candidate"
    report = browser.http.get(finished["report"])
    assert report.status_code == 200
    assert "nothing to add" in report.text.lower()
    sound = browser.http.get(
        f"/api/sessions/{begun['session']}/audio", headers={"Range": "bytes=0-3"}
    )
    assert (sound.status_code, sound.content) == (206, b"RIFF")
    for file in session.path.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


@pytest.mark.slow
def test_a_typed_interview_goes_on_after_the_server_was_stopped_and_begun_again(
    tmp_path: Path, shared: SharedEngines
) -> None:
    home = tmp_path / "home"
    with LiveServer(home, shared) as server, server.browser() as browser:
        begun = browser.begin(**WISH)
        with browser.page(begun["id"], microphone=False) as page:
            page.wait_state("typing")
            page.wait_for("speech")
            page.send(type="notes", text="ask for the label delay")
            page.wait_turn(home / begun["session"], 1)
            server.server.should_exit = True
            stopped = page.wait_for("stopped")
            assert stopped["session"] == begun["session"]
    with LiveServer(home, shared) as server, server.browser() as browser:
        again = browser.begin(resume=begun["session"])
        assert again["id"] == begun["id"]
        with browser.page(begun["id"], microphone=False) as page:
            hello = page.wait_for("hello")
            assert hello["captions"][0]["who"] == "interviewer"
            assert hello["notes"] == "ask for the label delay"
            page.wait_for("waiting_on")
            page.send(
                type="answer", text="First I would watch the input features.\n/stop\nThen labels."
            )
            assert candidate(page, 0) == "first i would watch the input features. stop then labels."
            page.wait_for("speech", after=1)
            page.send(type="stop")
            page.wait_for("stop_playback")
            finished = page.wait_for("finished")
        assert "clarity" in [each["key"] for each in finished["rate"]]
        refused = browser.http.post("/api/interviews", json={"resume": begun["session"]})
        assert refused.status_code == 400
        assert "complete" in refused.json()["what"]


@pytest.mark.slow
def test_two_are_interviewed_at_once_a_third_is_busy_and_a_page_that_was_lost_hears_the_rest(
    server: LiveServer, browser: Browser
) -> None:
    """Who never came, or of whom nothing was stored, leaves no folder."""
    first, second = browser.begin(**WISH), browser.begin(**{**WISH, "question": "data-drift"})
    busy = browser.http.post("/api/interviews", json=WISH)
    assert (busy.status_code, busy.json()["error"]) == (503, "busy")
    assert "2 interviews are running" in busy.json()["what"]
    with browser.page(first["id"]) as one, browser.page(second["id"]) as two:
        for page in (one, two):
            page.wait_for("speech")
            page.wait_for_sounded(1.0)
            assert heard_s(page) >= 1.0
        listed = browser.json("/api/interviews")["interviews"]
        assert {each["session"] for each in listed} == {first["session"], second["session"]}
        assert all(each["connected"] for each in listed)
        one.drop()
        two.send(type="stop")
        two.wait_for("finished")
    with browser.page(first["id"]) as again:
        assert again.wait_for("speech")["utterance"] > one.utterance
        again.wait_for_sounded(0.5)
        again.send(type="pause")
        again.wait_state("paused")
        deleted = browser.http.delete(f"/api/sessions/{first['session']}")
        assert (deleted.status_code, deleted.json()["error"]) == (409, "in_use")
        third = browser.begin(**WISH)
        with browser.page(first["id"]) as taker:
            assert taker.wait_for("hello")["state"] == "paused"
            with again.changed:
                again.changed.wait_for(lambda: again.close_code is not None, 10)
            assert again.close_code == 4001
            assert browser.http.delete(f"/api/interviews/{first['id']}").status_code == 204
            assert "from another page" in taker.wait_for("stopped")["what"]
        assert browser.http.delete(f"/api/interviews/{first['id']}").status_code == 404
    server.conversations.end()
    folders = {path.name for path in server.conversations.settings.sessions_home.iterdir()}
    assert folders == {second["session"]}
    assert third["session"] not in folders


def test_an_interview_that_nobody_comes_back_to_makes_room_for_others(
    tmp_path: Path, shared: SharedEngines
) -> None:
    with (
        LiveServer(tmp_path / "home", shared, limit=1, away_s=0.3) as server,
        server.browser() as browser,
    ):
        begun = browser.begin(**WISH)
        conversation = server.conversations.find(begun["id"])
        assert isinstance(conversation, Conversation)
        conversation.thread.join(10)
        with browser.page(begun["id"]) as page:
            stopped = page.wait_for("stopped")
        assert "Nobody came" in stopped["what"]
        assert stopped["session"] == ""
        assert browser.json("/api/choices")["running"] == 0


def test_a_page_that_does_not_speak_the_protocol_is_closed(browser: Browser) -> None:
    begun = browser.begin(**WISH)
    with browser.page(begun["id"], protocol="viva-web/0") as page:
        with page.changed:
            page.changed.wait_for(lambda: page.close_code is not None, 10)
        assert page.close_code == 1008
    with pytest.raises(InvalidStatus):
        browser.page("00000000")
