"""Parts of the pages by themselves in a real Chromium: sound worklets, captions, progress."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromium import Watched, chromium, save_voice, silence
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.slow
WEB = Path(__file__).parents[2] / "agent" / "web"
HEARD_HZ, ALIAS_HZ = 1_000, 9_000
"""At 16 kHz the second must be gone; left in, it would sound as 7 kHz."""
CAPTURED = """
async (hertz) => {
  const context = new OfflineAudioContext(1, 48000, 48000);
  await context.audioWorklet.addModule("/static/capture-worklet.js");
  const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  const blocks = [];
  node.port.onmessage = ({ data }) => blocks.push(...new Int16Array(data.block));
  const tone = new OscillatorNode(context, { frequency: hertz });
  tone.connect(node);
  tone.start();
  await context.startRendering();
  while (blocks.length < 15000) await new Promise((resolve) => setTimeout(resolve, 20));
  return blocks;
}
"""
PLAYED = """
async () => {
  const { Speaker } = await import("/static/sound.js");
  const told = [];
  const speaker = await Speaker.open((utterance, samples) => told.push([utterance, samples]));
  const until = async (done) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  speaker.push(1, new Int16Array(64000).buffer);
  await until(() => told.length > 1);
  speaker.flush(1);
  speaker.push(2, new Int16Array(1000).buffer);
  await until(() => told.some(([utterance, samples]) => utterance === 2 && samples === 1000));
  speaker.close();
  return told;
}
"""
CAPTIONS = """
async (messages) => {
  const { Captions } = await import("/static/captions.js");
  const list = document.body.appendChild(document.createElement("ol"));
  const captions = new Captions(list, list);
  for (const each of messages) {
    if (each.type === "withdrawn") captions.withdraw();
    else if (each.type === "partly") captions.partly(each.text);
    else captions.push(each);
  }
  return [...list.querySelectorAll("li")].map((each) => each.querySelector(".words").textContent);
}
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of the pages, without a line for each."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    files = functools.partial(Quiet, directory=str(WEB))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    voice = save_voice(silence(0.1), tmp_path_factory.mktemp("voice") / "silence.wav")
    with chromium(voice) as started:
        yield started


@pytest.fixture
def watched(browser: Browser, base: str) -> Iterator[Watched]:
    with browser.new_context(permissions=["microphone"]) as context:
        watched = Watched(context)
        watched.page.goto(f"{base}/pages/no-access.html")
        yield watched
        assert watched.complaints == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def captured(page: Page, hertz: int) -> np.ndarray:
    """A tone of full scale at 48 kHz as the capturing worklet sends it, without its ends."""
    return np.asarray(page.evaluate(CAPTURED, hertz), np.float64)[1_000:14_000] / 32_767


def test_a_device_of_48_khz_arrives_at_16_khz_without_aliases(page: Page) -> None:
    tone = captured(page, HEARD_HZ)
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(tone.size)))
    assert np.argmax(spectrum) * 16_000 / tone.size == pytest.approx(HEARD_HZ, abs=2)
    assert np.sqrt(2) * tone.std() == pytest.approx(1, abs=0.03)
    alias = captured(page, ALIAS_HZ)
    assert alias.std() < tone.std() / 1_000


def test_a_flushed_utterance_is_silent_and_the_next_one_plays_to_its_end(page: Page) -> None:
    played = page.evaluate(PLAYED)
    first = [samples for utterance, samples in played if utterance == 1]
    assert 0 < max(first) < 16_000, "a second and more was played of what was to be dropped"
    assert played[-1] == [2, 1_000]


def test_captions_follow_a_turn_that_goes_on_after_it_was_taken_for_finished(page: Page) -> None:
    def caption(who: str, text: str, *, final: bool = True) -> dict[str, Any]:
        return {"type": "caption", "who": who, "text": text, "final": final, "at_ms": 0}

    seen = page.evaluate(
        CAPTIONS,
        [
            caption("interviewer", "Design it."),
            caption("candidate", "I would", final=False),
            caption("candidate", "I would begin."),
            caption("interviewer", "With what?"),
            {"type": "withdrawn"},
            caption("candidate", "with rules.", final=False),
            caption("candidate", "I would begin with rules."),
            caption("interviewer", "Why?"),
            caption("interviewer", "And then?"),
        ],
    )
    assert seen == ["Design it.", "I would begin with rules.", "Why? And then?"]


def test_a_clause_is_shown_while_it_is_spoken_and_its_caption_takes_its_place(page: Page) -> None:
    first = {"type": "partly", "text": "So the trade off"}
    more = {"type": "partly", "text": "So the trade-off is between"}
    whole = {
        "type": "caption", "who": "candidate", "final": False, "at_ms": 0,
        "text": "So the trade-off is between cost and risk.",
    }  # fmt: skip
    assert page.evaluate(CAPTIONS, [first, more]) == [more["text"]]
    assert page.evaluate(CAPTIONS, [first, more, whole]) == [whole["text"]]
    assert page.evaluate(CAPTIONS, [whole, first]) == [f"{whole['text']} {first['text']}"]


def line(key: str, name: str, scores: list[float]) -> dict[str, Any]:
    """One criterion as in `viva-progress/1`."""
    at = [f"2026-11-{day:02}T18:00:00Z" for day in range(1, len(scores) + 1)]
    points = [
        {"session": f"s{i}", "at": at[i], "score": score, "minimum": 4, "comparable": True}
        for i, score in enumerate(scores)
    ]
    now, before = (scores[-1], scores[0]) if scores else (None, None)
    return {"key": key, "name": name, "scores": points, "now": now, "before": before, "minimum": 4}


def test_progress_shows_lines_numbers_and_what_to_do_next(watched: Watched, base: str) -> None:
    told = {
        "sessions": [
            {
                "id": f"s{i}",
                "folder": f"2026-11-0{i + 1}-fraud-detection-s{i}",
                "at": f"2026-11-0{i + 1}T18:00:00Z",
                "level": "senior",
                "verdict": "below",
                "questions": ["fraud-detection"],
            }
            for i in range(3)
        ],
        "criteria": [
            line("clarity", "Clarity and structure", [2, 3.25, 4.5]),
            line("trade_offs", "Trade-off discussion", [1, 1.5]),
            line("ownership", "Ownership and impact", []),
        ],
        "questions": [{"id": "fraud-detection", "title": "Fraud detection", "is_due": True}],
        "weakest": {"name": "Trade-off discussion", "now": 1.5, "minimum": 4, "advice": ""},
        "drill": {
            "title": "Trade-offs",
            "minutes": 5,
            "why": "It is weakest.",
            "command": "viva",
        },
        "calibration": {"ratings": [{"own": 4}], "off": 1.5},
        "coverage": [
            {"category": "system-design", "level": level, "asked": asked, "available": 15}
            for level, asked in (("mid", 0), ("senior", 3))
        ],
        "notes": [],
    }

    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(told), content_type="application/json")

    page = watched.page
    page.route("**/api/progress", answer)
    page.goto(f"{base}/pages/progress.html")
    expect(page.locator("#lines figure")).to_have_count(2)
    charts = page.locator("#lines svg")
    assert charts.first.get_attribute("aria-label") == (
        "Clarity and structure, 1 Nov to 3 Nov: 2, 3.25, 4.5; the bar is 4"
    )
    assert page.locator("#lines figure").first.inner_text().startswith("Clarity and structure")
    assert "up 2.5" in page.locator("#lines figure").first.inner_text()
    assert page.locator("#table tbody tr").count() == 3
    assert page.locator("#table tbody tr").last.locator("td").all_inner_texts()[1:] == ["2", "1"]
    covered = page.locator("#coverage tbody tr").all_inner_texts()
    assert covered == ["System design\t0 of 15\t3 of 15"]
    advice = page.inner_text("#weakest")
    assert "1.5, and 4 is needed" in advice
    assert "1.5 points too kind to yourself" in advice
    assert page.get_by_role("link", name="Fraud detection").first.is_visible()
    assert watched.barriers() == []
    page.set_viewport_size({"width": 360, "height": 640})
    assert watched.too_wide() == 0
