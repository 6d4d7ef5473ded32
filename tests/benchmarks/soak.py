"""Many interviews in one process, accelerated: do memory, threads or open files grow?

    PYTHONPATH=.:tests .venv/bin/python tests/benchmarks/soak.py 500

Nine of ten are held through the real server: HTTP, socket, graph, checkpoints, the natural voice,
scoring and report, with a page that types and plays sound far faster than the clock. Every tenth is
`--fast` from the bundled recordings: detector, endpointing and Whisper, loaded as by a command.
Growth is the slope over the second half, when caches are full.
"""

from __future__ import annotations

import argparse
import gc
import io
import itertools
import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import yaml
from served import PAGE_BYTES
from web_client import Browser
from web_server import LiveServer, offline

from agent.candidate import SCRIPT_NAME, demo_candidate
from agent.commands.running import Stage, begin
from agent.commands.sound import recorded
from agent.packs import bank_for
from agent.planning import Wish, make_plan
from agent.web.shared_engines import SharedEngines
from prompts.persona import load_persona
from prompts.question_bank import load_bank

ANSWERS = Path(__file__).with_name("technical_answers.yaml")
PERSONA = "terse-bar-raiser"
TYPED = 2
"""Answers in one interview before it is stopped and scored."""
EVERY = 10
"""Every so many is by recorded speech, and as often everything is measured."""
PACE = 1_000
CLIPS = ("16-move-on.ogg", "17-nothing-to-add.ogg")
"""The shortest recordings: enough for every part of hearing."""
MB_PER_100 = 5.0
"""Growth above which the soak has failed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The process after so many interviews."""

    interviews: int
    rss_mb: float
    threads: int
    files: int
    objects: int
    """That the garbage collector knows of."""
    seconds: float


def reading(interviews: int, began_s: float) -> Reading:
    """Now, after a collection."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Reading(
        interviews,
        round(pages * PAGE_BYTES / 1e6, 1),
        threading.active_count(),
        len(list(Path("/proc/self/fd").iterdir())),
        len(gc.get_objects()),
        round(time.monotonic() - began_s),
    )


def typed(browser: Browser, question: str, answers: Iterator[str]) -> None:
    """One interview at a page that types, scored, reported and deleted."""
    begun = browser.begin(question=question, persona=PERSONA, minutes=10)
    with browser.page(begun["id"], microphone=False) as page:
        page.pace = PACE
        seen = 0
        for _ in range(TYPED):
            seen = page.told.index(page.wait_state("typing", after=seen)) + 1
            page.send(type="answer", text=next(answers))
        page.wait_state("typing", after=seen)
        page.send(type="stop")
        page.wait_for("finished")
    assert browser.http.get(f"/report/{begun['session']}").status_code == 200
    while any(each["id"] == begun["id"] for each in browser.json("/api/interviews")["interviews"]):
        time.sleep(0.01)
    assert browser.http.delete(f"/api/sessions/{begun['session']}").status_code == 204


def spoken(home: Path, clips: Path, seed: int) -> None:
    """One by recorded speech as `viva interview --candidate … --fast` holds it."""
    from rich.console import Console

    settings = offline(home, minutes=3.0, persona=PERSONA)
    persona = load_persona(PERSONA)
    made = make_plan(settings, Wish(question="monitoring", seed=seed), bank_for(settings))
    stage = Stage(Console(file=io.StringIO()))
    channel = recorded(clips, persona, settings, realtime=False)
    shutil.rmtree(begin(made, persona, stage, channel, you="Candidate").path)


def soak(count: int, home: Path, clips: Path) -> Iterator[Reading]:
    """The interviews, with a reading now and then."""
    rows = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))
    answers = itertools.cycle(texts(rows))
    questions = itertools.cycle(sorted(load_bank().by_id))
    shared = SharedEngines(offline(home))
    shared.warm(load_persona(PERSONA))
    began_s = time.monotonic()
    with LiveServer(home, shared) as server, server.browser() as browser:
        yield reading(0, began_s)
        for number in range(1, count + 1):
            if number % EVERY == EVERY // 2:
                spoken(home, clips, number)
            else:
                typed(browser, next(questions), answers)
            if number % EVERY == 0:
                yield reading(number, began_s)


def texts(rows: object) -> list[str]:
    """Every longer text of a YAML file."""
    if isinstance(rows, str):
        return [rows] if len(rows.split()) > 8 else []
    inner = rows.values() if isinstance(rows, dict) else rows if isinstance(rows, list) else ()
    return [text for each in inner for text in texts(each)]


def growth(readings: Sequence[Reading]) -> tuple[float, int, int]:
    """MB for 100 interviews over the second half, threads and files more than at its beginning."""
    half = readings[len(readings) // 2 :]
    slope = np.polyfit([r.interviews for r in half], [r.rss_mb for r in half], 1)[0] * 100
    first, last = half[0], half[-1]
    return float(slope), last.threads - first.threads, last.files - first.files


def main(arguments: Sequence[str]) -> int:
    """0 when nothing grows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("interviews", type=int, nargs="?", default=60)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long")
    chosen = parser.parse_args(arguments)
    readings: list[Reading] = []
    until_s = time.monotonic() + chosen.minutes * 60
    with tempfile.TemporaryDirectory(prefix="viva-") as aside:
        home, clips = Path(aside) / "home", Path(aside) / "clips"
        clips.mkdir()
        for name in CLIPS:
            (clips / name).symlink_to(demo_candidate() / name)
        assert not (clips / SCRIPT_NAME).exists()
        for each in soak(chosen.interviews, home, clips):
            readings.append(each)
            print(json.dumps(asdict(each)), flush=True)
            if time.monotonic() > until_s:
                break
    slope, threads, files = growth(readings)
    print(
        f"second half: {slope:+.1f} MB per 100 interviews, {threads:+d} threads, {files:+d} files"
    )
    return int(slope > MB_PER_100 or threads > 0 or files > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
