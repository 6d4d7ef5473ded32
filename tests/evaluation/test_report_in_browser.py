"""The report in a real Chromium: sound, layout and console. Skipped where none is installed."""

from __future__ import annotations

import io
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.report import render
from evaluation.session import SessionFolder
from prompts.question_bank import load_bank
from prompts.rubric import load_rubric

DATA = Path(__file__).parents[1] / "data" / "sessions"
CHROMIUM = next(
    filter(
        None, (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    ),
    None,
)
PIPES = """
import fcntl, os, sys
into, out = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(into, 3), os.dup2(out, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Puts the two pipes where Chromium looks for them, then becomes Chromium."""
LENGTH_MS = 197_000
"""Length of the recording that goes with the stored session."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


class Browser:
    """A headless Chromium driven over its debugging pipe (file descriptors 3 and 4)."""

    def __init__(self, profile: Path) -> None:
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        flags = (
            "--headless --no-sandbox --disable-gpu --remote-debugging-pipe --no-first-run"
            " --autoplay-policy=no-user-gesture-required --mute-audio --disable-dev-shm-usage"
        )
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                PIPES,
                str(to_browser),
                str(from_browser),
                str(CHROMIUM),
                *flags.split(),
                f"--user-data-dir={profile}",
            ],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.waiting, self.number, self.session = b"", 0, ""
        self.console: list[str] = []
        self.requests: list[str] = []

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events on the way are collected."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            reply = self.receive()
            if reply.get("id") == self.number:
                assert "error" not in reply, reply
                return dict(reply["result"])
            self.note(reply)

    def receive(self) -> dict[str, Any]:
        while b"\0" not in self.waiting:
            data = os.read(self.read_end, 1 << 20)
            assert data, "the browser went away"
            self.waiting += data
        line, _, self.waiting = self.waiting.partition(b"\0")
        return dict(json.loads(line))

    def note(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        if event.get("method") == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        if event.get("method") == "Runtime.exceptionThrown":
            self.console.append(params["exceptionDetails"]["text"])
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def open(self, page: Path, width: int) -> None:
        """Load a page at a given width and wait until it is there."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call("Page.navigate", url=page.as_uri())
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        result = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, script: str, seconds: float = 20) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)


def tone(milliseconds: int) -> bytes:
    """An MP3 of that length."""
    av = pytest.importorskip("av")
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=16_000)
        stream.bit_rate, stream.layout = 32_000, "mono"
        samples = np.sin(np.arange(16 * milliseconds) * 2 * math.pi * 220 / 16_000) * 6000
        for start in range(0, samples.size, 16_000):
            block = samples[None, start : start + 16_000].astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 16_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    driven = Browser(tmp_path / "profile")
    yield driven
    driven.close()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    folder = SessionFolder.open(tmp_path / "session")
    evaluation = folder.evaluation()
    assert evaluation is not None
    html = render(
        folder.record(),
        evaluation,
        load_bank(),
        load_rubric(),
        folder.meta,
        sound=tone(LENGTH_MS),
        sound_ms=LENGTH_MS,
    )
    folder.save_report(html)
    return folder.report_path


def test_a_quote_plays_its_second_of_the_recording_and_stops(browser: Browser, page: Path) -> None:
    browser.open(page, 1280)
    browser.run("globalThis.button = document.querySelector('.criterion .listen')")
    browser.run("globalThis.sound = document.getElementById('sound')")
    browser.until("sound.readyState >= 1")
    start, end = (browser.run(f"Number(button.dataset.{side}) / 1000") for side in ("from", "to"))
    browser.run("button.click()")
    browser.until("!sound.paused && sound.currentTime > 0")
    assert browser.run("button.getAttribute('aria-pressed')") == "true"
    assert start - 0.1 <= browser.run("sound.currentTime") <= end
    browser.until("document.querySelector('.turns .now') !== null")
    browser.until("sound.paused", seconds=end - start + 15)
    assert browser.run("sound.currentTime") == pytest.approx(end, abs=0.3)
    assert browser.run("button.getAttribute('aria-pressed')") == "false"


def test_pressing_again_stops_and_the_timeline_plays_too(browser: Browser, page: Path) -> None:
    browser.open(page, 1280)
    browser.run("globalThis.sound = document.getElementById('sound')")
    browser.until("sound.readyState >= 1")
    browser.run("document.querySelector('.criterion .listen').click()")
    browser.until("!sound.paused")
    browser.run("document.querySelector('.criterion .listen').click()")
    browser.until("sound.paused")
    browser.run(
        "document.querySelector('.timeline a[href=\"#turn-9\"]')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
    )
    browser.until("!sound.paused && sound.currentTime > 100")


def test_sound_beside_the_page_plays_at_another_speed_and_moves_the_playhead(
    browser: Browser, page: Path
) -> None:
    folder = SessionFolder.open(page.parent)
    evaluation = folder.evaluation()
    assert evaluation is not None
    (page.parent / "talk one.mp3").write_bytes(tone(LENGTH_MS))
    folder.save_report(
        render(
            folder.record(),
            evaluation,
            load_bank(),
            load_rubric(),
            sound_file="talk one.mp3",
            sound_ms=LENGTH_MS,
        )
    )
    browser.open(page, 1280)
    browser.run("globalThis.sound = document.getElementById('sound')")
    browser.until("sound.readyState >= 1")
    browser.run(
        "speed.value = '2'; speed.dispatchEvent(new Event('change'));"
        "document.querySelector('#turn-9 .listen').click()"
    )
    browser.until("!sound.paused && sound.currentTime > 100")
    assert browser.run("sound.playbackRate") == 2
    assert float(browser.run("head.getAttribute('x1')").rstrip("%")) > 50
    assert browser.console == []


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_is_wider_than_the_window_and_nothing_is_asked_for(
    browser: Browser, page: Path, width: int
) -> None:
    browser.open(page, width)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.console == []
    outside = [url for url in browser.requests if not url.startswith(("file:", "data:"))]
    assert outside == []


def test_every_control_can_be_reached_by_keyboard(browser: Browser, page: Path) -> None:
    browser.open(page, 1280)
    unreachable = browser.run(
        "[...document.querySelectorAll('[data-from], summary, nav a')]"
        ".filter((each) => each.tabIndex < 0).length"
    )
    assert unreachable == 0
    unnamed = browser.run(
        "[...document.querySelectorAll('button')]"
        ".filter((each) => !each.getAttribute('aria-label')).length"
    )
    assert unnamed == 0


@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe is not installed")
def test_axe_finds_nothing_against_wcag_aa_in_light_and_dark(browser: Browser, page: Path) -> None:
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    for width, scheme in ((1280, "light"), (360, "dark")):
        browser.open(page, width)
        browser.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        browser.run(f"{axe}; globalThis.found = null")
        browser.run(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa',"
            " 'best-practice']}).then((result) => { globalThis.passed = result.passes.length;"
            " globalThis.found = JSON.stringify(result.violations.map((v) =>"
            " [v.id, v.nodes.length, v.nodes[0].html])); }); 0"
        )
        browser.until("found !== null")
        assert browser.run("found") == "[]"
        assert browser.run("passed") > 20, "axe looked at the page"
