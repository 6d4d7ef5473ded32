"""A whole interview in a real Chromium against `viva serve`: heard, broken off, reported, deleted.

One evening is spent as a person would spend it; each test then looks at one thing that must have
happened. The browser's microphone plays a candidate from the start whenever it is opened.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from candidate_voice import say
from chromium import Watched, chromium, save_voice, silence
from line import Line
from playwright.sync_api import Browser, BrowserContext, Page, expect
from viva_program import VIVA

from evaluation.notes import stored_notes
from evaluation.record import Turn
from evaluation.session import SessionFolder, SessionMeta

pytestmark = pytest.mark.slow
QUESTION = "fraud-detection"
ANSWER = "How many transactions per second do we have?"
LEAD_S = 0.4
"""Silence before the words, while the microphone opens (seconds)."""
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}
READY_S = 60.0
STOP_S = 30.0
CORRECTED_MS = 500
"""After a pause begins the server tells its clock, up to a second beside the page's own."""
NOTE = "1200 a second; push h, p, q"
TYPED = "I would begin with rules and put a model behind them."

BAR = "document.querySelector('#test-meter .fill').getBoundingClientRect().toJSON()"


@contextmanager
def served(home: Path, *options: str) -> Iterator[str]:
    """`viva serve` in a process of its own; the address it printed."""
    process = subprocess.Popen(
        [str(VIVA), "serve", "--port", "0", "--no-open", *options],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    stuck = threading.Timer(READY_S, process.kill)
    stuck.start()
    said, reader = "", threading.Thread(target=process.stdout.read)
    try:
        while not (found := re.search(r"http://\S+token=\S+", said)):
            line = process.stdout.readline()
            assert line, f"no address: {said}"
            said += line
        stuck.cancel()
        # Read on, or it stops where the pipe is full.
        reader.start()
        yield found[0]
        process.terminate()
        process.wait(STOP_S)
    finally:
        stuck.cancel()
        process.kill()
        process.wait()
        if reader.ident is not None:
            reader.join()
        process.stdout.close()


@dataclass
class Evening:
    """What was seen and heard."""

    home: Path
    looks: dict[str, list[str]] = field(default_factory=dict)
    """Page and width, to its barriers and to how much it is too wide."""
    told: dict[str, str] = field(default_factory=dict)
    """Texts of the page at certain moments."""
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    base: str = ""
    meta: SessionMeta | None = None
    turns: list[Turn] = field(default_factory=list)
    notes: str = ""
    bar: dict[str, float] = field(default_factory=dict)
    """Width and height of the meter's bar while the candidate spoke, pixels."""
    left: list[str] = field(default_factory=list)
    """Folders in the sessions home after everything was deleted."""

    def look(self, watched: Watched, name: str) -> None:
        """Both widths of what is open."""
        for size in (PHONE, DESKTOP):
            watched.page.set_viewport_size(size)  # type: ignore[arg-type]
            found = watched.barriers()
            if wide := watched.too_wide():
                found.append(f"{wide} pixels too wide")
            self.looks[f"{name} at {size['width']}"] = found


def state(page: Page, name: str) -> None:
    """Wait for that state of the interview."""
    expect(page.locator(f"#now[data-state={name}]")).to_be_visible()


def start(evening: Evening, watched: Watched, address: str) -> None:
    """In by the printed address, over the line; microphone tested, one question chosen."""
    page = watched.page
    page.goto(address.replace("127.0.0.1", "localhost"))
    expect(page.locator("#start")).to_be_enabled()
    evening.look(watched, "start")
    page.get_by_role("button", name="Test the microphone").click()
    expect(page.locator("#test-meter[data-loudness=good]")).to_be_visible()
    evening.bar = page.evaluate(BAR)
    page.get_by_role("button", name="I have said something").click()
    expect(page.get_by_role("button", name="Play it again")).to_be_visible()
    evening.told["test"] = page.inner_text("#test-words")
    page.get_by_role("radio", name="One question").check()
    page.select_option("#question", QUESTION)
    page.get_by_role("radio", name="Victor").check()
    page.get_by_role("radio", name="10", exact=True).check(force=True)
    evening.told["summary"] = page.inner_text("#summary")
    evening.told["privacy"] = page.inner_text("#privacy")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#begin")).to_be_enabled()
    evening.look(watched, "ready")
    # The microphone has played its file by now; what was said before the beginning is no answer.
    expect(page.locator("#ready-meter[data-loudness=unknown]")).to_be_visible()


def talk(evening: Evening, watched: Watched, line: Line) -> None:
    """One answer by voice, the line cut in the reply, a pause, a note, one answer by keyboard."""
    page = watched.page
    turns = page.locator("#turns")
    page.get_by_role("button", name="Begin").click()
    state(page, "speaking")
    state(page, "listening")
    watched.replug()
    expect(turns).to_contain_text("transactions")
    page.keyboard.press("Enter")
    expect(turns).to_contain_text("1,200 a second")
    line.cut()
    state(page, "lost")
    evening.told["lost"] = page.inner_text("#now")
    evening.told["kept"] = turns.inner_text()
    line.mend()
    expect(page.locator("#now[data-state=lost]")).to_be_hidden()
    evening.told["back"] = turns.inner_text()
    state(page, "listening")
    evening.look(watched, "interview")
    page.keyboard.press("p")
    state(page, "paused")
    page.wait_for_timeout(CORRECTED_MS)
    evening.told["clock"] = page.inner_text("#clock")
    page.get_by_label("Your notes").fill("")
    page.get_by_label("Your notes").press_sequentially(NOTE)
    expect(page.locator("#notes-state")).to_contain_text("Saved")
    evening.told["while writing"] = page.inner_text("#state")
    evening.told["clock later"] = page.inner_text("#clock")
    page.get_by_role("button", name="Go on").click()
    state(page, "listening")
    page.get_by_role("button", name="Type").click()
    state(page, "typing")
    evening.look(watched, "typing")
    page.get_by_role("textbox", name="Your answer").fill(TYPED)
    page.get_by_role("button", name="Send").click()
    expect(turns).to_contain_text(TYPED)


def go_on_later(evening: Evening, watched: Watched) -> None:
    """Saved, resumed on the same page, and ended for good."""
    page = watched.page
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Come back later").click()
    expect(page.get_by_role("heading", name="Stopped, and saved")).to_be_visible()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_role("heading", name="Go on where you were")).to_be_visible()
    page.get_by_role("button", name="Go on", exact=True).click()
    state(page, "listening")
    evening.told["resumed"] = page.inner_text("#turns")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop and score").click()


def read(evening: Evening, watched: Watched) -> None:
    """The report, the list, progress; then everything is deleted."""
    page = watched.page
    expect(page.get_by_role("heading", name="Your report is ready")).to_be_visible()
    evening.look(watched, "after")
    session = SessionFolder.open(next(evening.home.iterdir()), repair=False)
    evening.meta, evening.turns, evening.notes = (
        session.meta,
        session.turns(),
        stored_notes(session),
    )
    page.get_by_role("link", name="Read the report").click()
    expect(page.locator("#verdict")).to_be_visible()
    evening.told["report"] = page.inner_text("#transcript")
    evening.look(watched, "report")
    page.goto(f"{evening.base}/progress")
    expect(page.locator("#lines figure").first).to_be_visible()
    evening.look(watched, "progress")
    page.goto(f"{evening.base}/sessions")
    page.get_by_role("button", name="Delete: Fraud detection").click()
    evening.look(watched, "sessions")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("There is none yet")).to_be_visible()
    evening.left = [each.name for each in evening.home.iterdir()]


def refused(evening: Evening, watched: Watched) -> None:
    """While one interview runs there is no place for a second."""
    other = Watched(watched.page.context)
    other.page.goto(f"{evening.base}/")
    other.page.get_by_role("button", name="Start", exact=True).click()
    expect(other.page.locator("#trouble")).to_be_visible()
    evening.told["busy"] = other.page.inner_text("#trouble")
    other.page.close()


def unheard(evening: Evening, browser: Browser, context: BrowserContext) -> None:
    """A browser that may not use the microphone."""
    other = browser.new_context(storage_state=context.storage_state(), viewport=PHONE)
    watched = Watched(other)
    watched.page.goto(f"{evening.base}/")
    watched.page.get_by_role("button", name="Start", exact=True).click()
    expect(watched.page.locator("#ready-trouble")).to_be_visible()
    evening.told["unheard"] = watched.page.inner_text("#ready")
    evening.told["may begin"] = str(watched.page.locator("#begin").is_enabled())
    watched.page.get_by_role("button", name="Type my answers instead").click()
    state(watched.page, "speaking")
    expect(watched.page.get_by_role("textbox", name="Your answer")).to_be_visible()
    evening.complaints += watched.complaints
    other.close()


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Spent once."""
    folder = tmp_path_factory.mktemp("evening")
    voice = save_voice(np.concatenate([silence(LEAD_S), say(ANSWER)]), folder / "candidate.wav")
    spent = Evening(folder / "sessions")
    offline = ("--brain", "offline", "--judge", "offline", "--limit", "1")
    with chromium(voice) as browser, served(spent.home, *offline) as address:
        spent.base = address.split("/?")[0].replace("127.0.0.1", "localhost")
        with Line(int(spent.base.rpartition(":")[2])) as line:
            context = browser.new_context(permissions=["microphone"], viewport=DESKTOP)  # type: ignore[arg-type]
            watched = Watched(context)
            start(spent, watched, address)
            refused(spent, watched)
            talk(spent, watched, line)
            go_on_later(spent, watched)
            read(spent, watched)
            unheard(spent, browser, context)
            spent.complaints += watched.complaints
            spent.requests = watched.requests
    return spent


def test_the_candidate_is_heard_answered_and_may_type_as_well(evening: Evening) -> None:
    assert evening.meta is not None
    said = [turn.text for turn in evening.turns if turn.speaker == "candidate"]
    assert "transactions per second" in said[0]
    assert TYPED in said
    assert evening.meta.ended == "stopped"


def test_what_was_chosen_is_what_runs(evening: Evening) -> None:
    meta = evening.meta
    assert meta is not None
    assert evening.told["summary"] == (
        "Senior, fraud detection for card payments, 10 minutes with Victor"
    )
    assert (meta.level, meta.persona, meta.minutes) == ("senior", "terse-bar-raiser", 10)
    assert [question.id for question in meta.questions] == [QUESTION]


def test_the_page_says_where_speech_goes_and_lets_the_candidate_hear_it(evening: Evening) -> None:
    assert "Nothing leaves this machine" in evening.told["privacy"]
    assert evening.told["test"].startswith("This is how you sound")
    assert evening.bar["width"] > 30
    assert evening.bar["height"] > 5


def test_a_cut_line_keeps_the_conversation_and_it_goes_on(evening: Evening) -> None:
    assert "Connection lost" in evening.told["lost"]
    assert "is kept" in evening.told["lost"]
    assert "transactions" in evening.told["kept"]
    assert "transactions" in evening.told["back"]
    assert "1,200 a second" in evening.told["back"]


def test_a_saved_interview_goes_on_with_what_was_said_before(evening: Evening) -> None:
    assert "transactions per second" in evening.told["resumed"]
    assert TYPED in evening.told["resumed"]


def test_the_clock_stands_in_a_pause_and_letters_of_a_note_are_no_keys(evening: Evening) -> None:
    assert evening.told["clock"] == evening.told["clock later"]
    assert evening.told["while writing"] == "Paused"
    assert evening.notes == NOTE


def test_a_full_server_says_what_to_do(evening: Evening) -> None:
    assert "is running" in evening.told["busy"]
    assert "Try again" in evening.told["busy"]


def test_the_report_holds_the_words_and_deleting_leaves_nothing(evening: Evening) -> None:
    assert "transactions per second" in evening.told["report"]
    assert TYPED in evening.told["report"]
    assert evening.left == []


def test_no_page_has_a_serious_barrier_or_is_too_wide(evening: Evening) -> None:
    pages = ("start", "ready", "interview", "typing", "after", "report", "progress", "sessions")
    assert evening.looks.keys() == {f"{page} at {w}" for page in pages for w in (360, 1280)}
    assert {page: found for page, found in evening.looks.items() if found} == {}


def test_the_console_is_clean_and_nothing_is_fetched_from_elsewhere(evening: Evening) -> None:
    assert evening.complaints == []
    outside = [url for url in evening.requests if not url.startswith((evening.base, "data:"))]
    assert outside == []


def test_without_a_microphone_the_page_says_what_to_do_and_typing_works(evening: Evening) -> None:
    assert "was not allowed to use the microphone" in evening.told["unheard"]
    assert "allow the microphone, and try again" in evening.told["unheard"]
    assert evening.told["may begin"] == "False"
