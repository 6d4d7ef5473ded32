"""How many inputs an hour `viva score` takes with one process and with more.

    .venv/bin/python tests/benchmarks/many_recordings.py FOLDER [--workers 1 2] [--copies 2]

FOLDER holds transcripts; each is copied under other names, so that there are more. Sound: the
bundled candidate's answers, joined to one recording for each of four inputs. Wall time of the whole
command, so loading is in it; memory is the largest sum of resident sizes of the command and its
processes, seen five times a second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import psutil

from audio.files import load_audio
from audio.frame import SAMPLE_RATE

VIVA = str(Path(sys.executable).with_name("viva"))
LOOK_S = 0.2
RECORDINGS = 4


@dataclass(frozen=True, slots=True)
class Run:
    """One call of the command."""

    seconds: float
    peak_mb: float
    scored: int


def run(folder: Path, workers: int, home: Path) -> Run:
    """Score everything in `folder`."""
    environment = {**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": ""}
    began_s = time.monotonic()
    with (
        tempfile.TemporaryFile() as printed,
        subprocess.Popen(
            [VIVA, "score", "--json", "--judge", "offline", "--workers", str(workers), str(folder)],
            env=environment,
            stdout=printed,
            stderr=subprocess.DEVNULL,
        ) as program,
    ):
        peak = [0.0]
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(LOOK_S):
                peak[0] = max(peak[0], sum(resident(program.pid)) / 1e6)

        watching = threading.Thread(target=watch)
        watching.start()
        program.wait()
        took_s = time.monotonic() - began_s
        ended.set()
        watching.join()
        printed.seek(0)
        return Run(took_s, peak[0], len(printed.readlines()))


def resident(pid: int) -> Iterator[int]:
    """Bytes of a process and of those it has begun."""
    try:
        whole = psutil.Process(pid)
        yield from (each.memory_info().rss for each in (whole, *whole.children(recursive=True)))
    except psutil.NoSuchProcess:
        return


def transcripts(source: Path, target: Path, copies: int) -> int:
    """Copies of the transcripts in `source`; how many there are then."""
    found = sorted(source.glob("*.json"))
    for copy in range(copies):
        for path in found:
            shutil.copy(path, target / f"{path.stem}-{copy:03}.json")
    return len(found) * copies


def recordings(target: Path) -> float:
    """RECORDINGS sound files of the bundled candidate; seconds of one."""
    place = resources.files("agent") / "demo" / "fraud-detection"
    with resources.as_file(place) as folder:
        sounds = [load_audio(path) for path in sorted(folder.glob("*.ogg"))]
    pause = np.zeros(SAMPLE_RATE, np.float32)
    sound = np.concatenate([part for each in sounds for part in (each, pause)])
    for number in range(RECORDINGS):
        with wave.open(str(target / f"{number}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    return len(sound) / SAMPLE_RATE


def main() -> None:
    """Print one line for each run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="a folder of transcripts (viva-transcript/1)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--copies", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home, texts, sounds = (Path(temporary) / name for name in ("home", "texts", "sounds"))
        for each in (home, texts, sounds):
            each.mkdir()
        count = transcripts(chosen.folder, texts, chosen.copies)
        minutes = recordings(sounds) / 60
        for what, folder in ((f"{count} transcripts", texts), (f"{minutes:.1f} min sound", sounds)):
            for workers in chosen.workers:
                done = run(folder, workers, home)
                hourly = done.scored / done.seconds * 3600
                told = {
                    "input": what,
                    "workers": workers,
                    "scored": done.scored,
                    "seconds": round(done.seconds, 1),
                    "an hour": round(hourly),
                    "peak MB": round(done.peak_mb),
                }
                print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
