"""A headless Chromium whose microphone plays a file; Debian's, installed where we may.

Playwright drives it and brings no browser of its own; axe-core looks at the pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from line import AT

from audio.frame import SAMPLE_RATE, Samples

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PACKAGE = "chromium"
INSTALL_S = 300
PATIENCE_MS = 60_000
"""Nothing on a page takes longer than this, or it hangs."""
SERIOUS = {"serious", "critical"}
REMEMBER_MICROPHONE = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  globalThis.openedMicrophone = stream.getAudioTracks()[0];
  return stream;
};
"""
UNPLUG = "openedMicrophone.dispatchEvent(new Event('ended'))"


def need_chromium() -> str:
    """The program; installed where it is missing and we may, else the test is skipped."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found:
        return found
    command = ["apt-get", "install", "-y", "--no-install-recommends", PACKAGE]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["apt-get", "update"], command):
            subprocess.run(step, capture_output=True, timeout=INSTALL_S, check=False)
        found = shutil.which(PACKAGE)
    return found or pytest.skip(f"the pages are tested in Chromium: sudo {' '.join(command)}")


def save_voice(samples: Samples, path: Path) -> Path:
    """What the microphone plays, once, from each time that it is opened."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def silence(seconds: float) -> Samples:
    """Nothing, 16 kHz."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


@contextmanager
def chromium(voice: Path) -> Iterator[Browser]:
    """The browser; `voice` is what its microphone hears, then silence. It reaches `localhost` over
    the line of `line.py`."""
    program = need_chromium()
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    flags = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}%noloop",
        f"--host-resolver-rules=MAP localhost {AT}",
        *("--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page whose complaints and requests are written down."""

    def __init__(self, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.page.add_init_script(REMEMBER_MICROPHONE)
        self.complaints: list[str] = []
        """What stood in the console, and errors that nobody caught."""
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def replug(self) -> None:
        """The microphone is pulled out and put in again, and plays its file from the start."""
        self.page.evaluate(UNPLUG)

    def too_wide(self) -> int:
        """Pixels by which the page is wider than its window."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def barriers(self) -> list[str]:
        """What axe-core holds to be a serious or critical barrier, a line each."""
        from axe_playwright_python.sync_playwright import Axe

        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {[node['target'] for node in each['nodes']]}"
            for each in found
            if each["impact"] in SERIOUS
        ]
