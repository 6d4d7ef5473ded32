"""How many spoken conversations one server holds: browser-protocol clients, paced in real time.

    PYTHONPATH=.:tests .venv/bin/python tests/benchmarks/load.py --conversations 1 2 3 4

The real `viva serve` in a process of its own; each client sends a microphone's blocks all the time,
plays what comes by the clock and answers with a recording when the interviewer listens. Latencies
are what the server stored with each turn, from the candidate's last audible sound to the reply's
first that has sounded in the page. At every step one conversation more than allowed is asked for.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from served import Served
from web_client import Browser, Page

from agent.candidate import demo_candidate
from audio.files import load_audio
from audio.frame import SAMPLE_RATE, Samples
from evaluation.session import SessionFolder

QUESTIONS = ("fraud-detection", "ecommerce-recommender", "monitoring", "ab-test-a-model")
PERSONA = "terse-bar-raiser"
REACTION_S = 0.4
"""A quick candidate answers this long after the interviewer has ended (seconds)."""
LISTENED_S = 1.5
"""The first prompt is spoken over after so much of it: what is measured are replies (seconds)."""
ANSWER_S = (2.0, 9.0)
"""Lengths of the bundled recordings that are used (seconds)."""
TARGET_MS = 2_000


@dataclass(frozen=True, slots=True)
class Step:
    """What so many conversations at once were like."""

    conversations: int
    answered: int
    """Replies that were measured."""
    p50_ms: float
    p95_ms: float
    worst_ms: float
    server_cpu: float
    """Cores the server used."""
    clients_cpu: float
    """Cores the clients used; they share the machine."""
    rss_mb: float
    threads: int
    files: int
    refused: str
    """What the one beyond the limit was told."""
    broken: int
    """Conversations whose socket was closed or which brought an error."""


def recordings() -> list[Samples]:
    """Answers of the bundled recorded candidate, the shorter ones."""
    loaded = [load_audio(path) for path in sorted(demo_candidate().glob("*.ogg"))]
    least, most = ANSWER_S
    return [sound for sound in loaded if least <= sound.size / SAMPLE_RATE <= most]


def answering(page: Page, answers: Iterator[Samples], until_s: float) -> None:
    """One candidate: speaks over the first prompt, then answers whenever there is quiet."""
    page.wait_for("speech")
    page.wait_for_sounded(LISTENED_S)
    page.speak(next(answers))
    seen = 0
    while time.monotonic() < until_s:
        page.wait_spoken()
        seen = page.told.index(page.wait_state("speaking", after=seen)) + 1
        seen = page.told.index(page.wait_state("listening", after=seen)) + 1
        time.sleep(REACTION_S)
        if time.monotonic() < until_s:
            page.speak(next(answers))


@contextmanager
def talking(browser: Browser, count: int, seconds: float) -> Iterator[tuple[list[str], list[str]]]:
    """So many conversations in threads; (session names, what went wrong). Waits for their end."""
    answers = recordings()
    sessions: list[str] = []
    broken: list[str] = []
    pages: list[Page] = []
    ids: list[str] = []
    threads: list[threading.Thread] = []

    def one(number: int, page: Page, until_s: float) -> None:
        mine = itertools.cycle(np.roll(np.arange(len(answers)), -3 * number))
        try:
            answering(page, (answers[i] for i in mine), until_s)
        except (AssertionError, OSError) as error:
            broken.append(f"{number}: {error}"[:300])

    for number in range(count):
        begun = browser.begin(
            question=QUESTIONS[number % len(QUESTIONS)], persona=PERSONA, minutes=30
        )
        sessions.append(begun["session"])
        ids.append(begun["id"])
        pages.append(browser.page(begun["id"]))
    until_s = time.monotonic() + seconds
    for number, page in enumerate(pages):
        threads.append(threading.Thread(target=one, args=(number, page, until_s)))
        threads[-1].start()
    try:
        yield sessions, broken
    finally:
        for thread in threads:
            thread.join()
        for name, page in zip(ids, pages, strict=True):
            browser.http.delete(f"/api/interviews/{name}")
            page.drop()
        while browser.json("/api/interviews")["interviews"]:
            time.sleep(0.1)


def step(served: Served, browser: Browser, home: Path, count: int, seconds: float) -> Step:
    """So many conversations for so long, at a limit of as many."""
    own = time.process_time()
    cpu, began = served.cpu_s(), time.monotonic()
    refused = ""
    seen = (0.0, 0, 0)
    with talking(browser, count, seconds) as (sessions, broken):
        while time.monotonic() < began + seconds * 0.7:
            time.sleep(1.0)
            seen = max(seen, (served.rss_mb(), served.threads(), served.files()))
        if (
            len(browser.json("/api/interviews")["interviews"])
            >= browser.json("/api/choices")["limit"]
        ):
            answer = browser.http.post("/api/interviews", json={"question": QUESTIONS[0]})
            refused = f"{answer.status_code} {answer.json()['what']}"
    wall = time.monotonic() - began
    replies = [ms for name in sessions for ms in latencies(home / name)]
    p50, p95 = np.percentile(replies, [50, 95]) if replies else (np.nan, np.nan)
    return Step(
        count,
        len(replies),
        round(float(p50)),
        round(float(p95)),
        round(max(replies, default=float("nan"))),
        round((served.cpu_s() - cpu) / wall, 2),
        round((time.process_time() - own) / wall, 2),
        round(seen[0]),
        *seen[1:],
        refused,
        len(broken),
    )


def latencies(folder: Path) -> list[float]:
    """Voice to voice of every answered turn of a session, milliseconds."""
    if not folder.exists():
        return []
    events = SessionFolder.open(folder, repair=False).events()
    phases = [event.get("phases", {}) for event in events if event.event == "timing"]
    return [each["voice_to_voice_ms"] for each in phases if "voice_to_voice_ms" in each]


def main(arguments: Sequence[str]) -> int:
    """Steps with more and more conversations, each at a limit of as many."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--conversations", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--seconds", type=float, default=45.0, help="length of each step")
    parser.add_argument("--whisper", default="whisper-tiny.en")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    options = ["--brain", "offline", "--judge", "offline", "--whisper", chosen.whisper]
    with tempfile.TemporaryDirectory(prefix="viva-") as aside:
        limit = str(max(chosen.conversations))
        with (
            Served(Path(aside), "--limit", limit, *options) as served,
            Browser(served.address) as browser,
        ):
            print(f"idle: {served.rss_mb():.0f} MB, {served.threads()} threads", flush=True)
            for count in chosen.conversations:
                found = step(served, browser, Path(aside), count, chosen.seconds)
                print(json.dumps(asdict(found)) if chosen.json else told(found), flush=True)
            print(f"after: {served.rss_mb():.0f} MB, {served.threads()} threads", flush=True)
    return 0


def told(found: Step) -> str:
    """One step as a line."""
    holds = "holds" if found.p95_ms <= TARGET_MS and not found.broken else "does NOT hold"
    return (
        f"{found.conversations} at once: {found.answered} replies, p50 {found.p50_ms:.0f} p95 "
        f"{found.p95_ms:.0f} worst {found.worst_ms:.0f} ms, {holds}; cores {found.server_cpu} "
        f"server {found.clients_cpu} clients; {found.rss_mb:.0f} MB, {found.threads} threads, "
        f"{found.files} files; broken {found.broken}; refused: {found.refused or 'not tried'}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
