"""Many inputs at once: the same results, whatever dies or is stopped on the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from agent.many.job import Job, Outcome, score_input
from agent.many.local import score_locally
from agent.many.on_dask import score_on_dask
from agent.many.results import Results
from prompts.errors import InputFileError, VivaError

VIVA = str(Path(sys.executable).with_name("viva"))
JOB = Job(flags=(("judge", "offline"),))
ANSWERS = (
    "How many payments are there a second? I would start with rules, because labels come late.",
    "I would use boosted trees and not a network, since we have to answer within 50 milliseconds.",
    "Um, I would use deep learning. It is very good.",
    "We could shard by customer or by card. By card is simpler, but hot cards hurt the most.",
)
SPOKEN = Path(__file__).parents[2] / "agent/demo/fraud-detection/16-move-on.ogg"
WAIT_S = 60.0


@pytest.fixture(scope="module")
def transcripts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("transcripts")
    paths = []
    for number, answer in enumerate(ANSWERS):
        turns = [
            {"speaker": "interviewer", "text": "Design a fraud detection system."},
            {"speaker": "candidate", "text": answer},
        ]
        paths.append(folder / f"{number}.json")
        question = {"text": "Design a fraud detection system."}
        said = {"format": "viva-transcript/1", "question": question, "turns": turns}
        paths[-1].write_text(json.dumps(said), encoding="utf-8")
    paths.append(folder / "bad.json")
    paths[-1].write_text("{", encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def alone(transcripts: list[Path]) -> dict[Path, Outcome]:
    """What one process makes of them."""
    return {path: score_input(JOB, path) for path in transcripts}


def program(*arguments: str | Path, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [VIVA, "score", "--json", "--judge", "offline", *arguments],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_print_in_order_what_one_makes(
    transcripts: list[Path], alone: dict[Path, Outcome], tmp_path: Path
) -> None:
    with program("--workers", "2", transcripts[0].parent, home=tmp_path) as running:
        printed, errors = running.communicate(timeout=WAIT_S)
    assert running.returncode == 1
    assert printed.splitlines() == [alone[path].evaluation for path in transcripts[:-1]]
    assert errors.splitlines() == [f"viva: {alone[transcripts[-1]].problem}"]


def test_a_process_that_is_killed_costs_nothing(
    transcripts: list[Path], alone: dict[Path, Outcome]
) -> None:
    made = score_locally(JOB, transcripts, workers=2)
    first = next(made)
    for child in multiprocessing.active_children():
        child.kill()
    assert {each.path: each for each in (first, *made)} == alone
    assert not multiprocessing.active_children()


def test_an_input_that_kills_its_process_twice_is_told_and_the_next_is_scored(
    transcripts: list[Path], alone: dict[Path, Outcome]
) -> None:
    made = score_locally(JOB, transcripts[:2], workers=1)
    killed: set[int] = set()

    def kill_two() -> None:
        until_s = time.monotonic() + WAIT_S
        while len(killed) < 2 and time.monotonic() < until_s:
            for child in multiprocessing.active_children():
                if child.pid is not None and child.pid not in killed:
                    killed.add(child.pid)
                    child.kill()
            time.sleep(0.01)

    killer = threading.Thread(target=kill_two)
    killer.start()
    found = {each.path: each for each in made}
    killer.join()
    died, scored = transcripts[0], transcripts[1]
    if "died" not in found[died].problem:  # one try of each input was hit
        assert found == {path: alone[path] for path in (died, scored)}
    else:
        assert "SIGKILL" in found[died].problem
        assert found[scored] == alone[scored]


def test_what_was_stopped_goes_on_and_nothing_is_scored_twice(
    transcripts: list[Path], tmp_path: Path
) -> None:
    results = tmp_path / "results.jsonl"
    options = ("--workers", "2", "--results", results, transcripts[0].parent)
    with program(*options, home=tmp_path) as running:
        until_s = time.monotonic() + WAIT_S
        while not (results.exists() and results.stat().st_size) and time.monotonic() < until_s:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=WAIT_S)
    assert running.returncode in {130, 1}  # 1: all was done before the signal came
    assert "Traceback" not in errors
    with program(*options, home=tmp_path) as running:
        printed, errors = running.communicate(timeout=WAIT_S)
    assert running.returncode == 1
    assert "of 5 are in" in errors
    assert len(printed.splitlines()) < len(ANSWERS)
    sources = [json.loads(line)["source"] for line in results.read_text("utf-8").splitlines()]
    assert sorted(sources) == [str(path) for path in transcripts[:-1]]


def test_a_changed_input_is_not_done_and_a_line_cut_off_is_made_again(
    transcripts: list[Path], alone: dict[Path, Outcome], tmp_path: Path
) -> None:
    file, changing = tmp_path / "results.jsonl", tmp_path / "changing.json"
    changing.write_bytes(transcripts[0].read_bytes())
    for outcome in (alone[transcripts[0]], score_input(JOB, changing), alone[transcripts[-1]]):
        Results(file, JOB).add(outcome)
    changing.write_bytes(transcripts[1].read_bytes())
    kept = Results(file, JOB)
    assert kept.has(transcripts[0])
    assert not kept.has(changing)
    assert not kept.has(transcripts[-1])
    assert not Results(file, Job(level="junior", flags=JOB.flags)).has(transcripts[0])
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"\n") - 9])
    assert not Results(file, JOB).has(transcripts[0])
    assert file.read_bytes() == b""
    file.write_text("notes of mine\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=r"results\.jsonl:1: holds a line that is no evalua"):
        Results(file, JOB)


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers as processes of their own."""
    scheduler_file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen(
        [f"{dask[0]}", "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port",
         "0", "--no-dashboard", "--scheduler-file", str(scheduler_file)],
        **quiet,
    )  # fmt: skip
    until_s = time.monotonic() + WAIT_S
    while not scheduler_file.exists() and time.monotonic() < until_s:
        time.sleep(0.05)
    workers = [
        subprocess.Popen(
            [f"{dask[0]}", "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny",
             "--no-dashboard", "--scheduler-file", str(scheduler_file)],
            **quiet,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        yield json.loads(scheduler_file.read_text())["address"], workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.skipif(find_spec("distributed") is None, reason="the extra is not installed")
def test_a_cluster_gives_the_same_results_though_a_worker_is_killed(
    transcripts: list[Path], alone: dict[Path, Outcome], tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken.ogg"
    shutil.copy(SPOKEN, spoken)
    with cluster(tmp_path) as (address, workers):
        made = score_on_dask(JOB, [*transcripts, spoken], address)
        first = next(made)
        workers[0].kill()
        found = {each.path: each for each in (first, *made)}
    assert found.pop(spoken) == score_input(JOB, spoken)
    assert found == alone


def test_without_a_scheduler_one_line_says_at_once_what_to_start() -> None:
    began_s = time.monotonic()
    with pytest.raises(VivaError, match="no Dask scheduler answers") as told:
        next(score_on_dask(JOB, [], "tcp://127.0.0.1:9"))
    assert "dask worker" in told.value.todo
    assert time.monotonic() - began_s < 5
