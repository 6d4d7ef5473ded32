"""What reading a recording in batches gains, and whether it changes a word.

    export PYTHONPATH=tests
    .venv/bin/python tests/benchmarks/recording_batches.py [--model NAME|FOLDER]
        [--input demo|technical|robotic|babble|noise]... [--copies N] [--threads N] [--batch N]

Each input is one recording: its answers with a second of silence between them, `--copies` times.
`babble` is `demo` with voices 6 dB under it; `noise` 20 s of every sound in `tests/noises.py`, in
which any word is invented. The two ways, `single` and `batched`, are one program each, so that
processor time and peak memory are their own; the detector's work is in neither.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hearing import QUESTION, spoken
from noises import NOISES, mixed
from word_errors import errors, words_of

from agent.recogniser import recording_threads
from agent.weights import folder
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.segmenter import Stretch
from audio.transcript import stretches
from audio.vad import SpeechDetector
from audio.whisper_batches import BATCH, UnhurriedWhisper
from prompts.question_bank import load_bank

INPUTS = ("demo", "technical", "robotic", "babble", "noise")
WAYS = ("single", "batched")
PAUSE_S = 1
NOISE_S = 20
BABBLE_DB = 6.0


def recording(name: str, copies: int) -> tuple[Samples, str, tuple[str, ...]]:
    """One input: its sound, what is said in it, and the terms to expect."""
    if name == "noise":
        sound = np.concatenate([make(NOISE_S) for make in NOISES.values()])
        return sound, "", load_bank().get(QUESTION).vocabulary
    answers = list(spoken("demo" if name == "babble" else name, None)) * copies
    pause = np.zeros(PAUSE_S * SAMPLE_RATE, np.float32)
    sound = np.concatenate([part for each in answers for part in (each.sound, pause)])
    if name == "babble":
        sound = mixed(sound, NOISES["babble"](60), BABBLE_DB)
    return sound, " ".join(each.text for each in answers), answers[0].vocabulary


def read(model: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """One row, in this process."""
    sound, text, vocabulary = recording(chosen.input[0], chosen.copies)
    spoken_parts: list[Stretch] = list(stretches(sound, SpeechDetector()))
    whisper = UnhurriedWhisper(model, threads=chosen.threads)
    size = chosen.batch if chosen.child == "batched" else 1
    wall, cpu, clauses = time.perf_counter(), time.process_time(), []
    for at in range(0, len(spoken_parts), size):
        batch = spoken_parts[at : at + size]
        sounds = [each.samples for each in batch]
        clauses += whisper.transcribe_all(sounds, [each.start_ms for each in batch], vocabulary)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    said, heard = words_of(text), words_of(" ".join(clause.text for clause in clauses))
    return {
        "minutes": milliseconds_of(sound.size) / 60_000,
        "wall_s": wall,
        "cpu_s": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "words": len(heard),
        "errors": errors(said, heard) / len(said) if said else None,
        "clauses": [clause.text for clause in clauses],
        "starts_ms": [[word.start_ms for word in clause.words] for clause in clauses],
    }


def report(name: str, rows: dict[str, dict[str, Any]]) -> None:
    """For people."""
    single, batched = rows["single"], rows["batched"]
    pairs = list(zip(single["clauses"], batched["clauses"], strict=True))
    same = [i for i, (one, other) in enumerate(pairs) if one == other]
    print(f"{name}: {single['minutes']:.1f} min, {len(pairs)} stretches, {len(same)} the same text")
    for way, row in rows.items():
        wrong = "" if row["errors"] is None else f", word errors {row['errors']:.2%}"
        print(
            f"  {way:8} {row['wall_s']:6.1f} s, processor {row['cpu_s']:6.1f} s,"
            f" peak {row['peak_mb']} MB, {row['words']} words{wrong}"
        )
    apart = [
        abs(a - b)
        for i in same
        for a, b in zip(single["starts_ms"][i], batched["starts_ms"][i], strict=True)
    ]
    if apart:
        median, most, last = np.percentile(apart, [50, 95, 100])
        print(f"  starts of words apart: median {median:.0f} ms, 95 % {most:.0f}, most {last:.0f}")
    for one, other in pairs:
        if one != other:
            print(f"    single:  {one}\n    batched: {other}")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Parse, measure each row in a program of its own, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="whisper-tiny.en", help="name or CTranslate2 folder")
    parser.add_argument("--input", action="append", choices=INPUTS)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--threads", type=int, default=recording_threads())
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--child", choices=WAYS, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    inputs = chosen.input or INPUTS
    if chosen.child:
        place = Path(chosen.model)
        place = place if place.is_dir() else folder(chosen.model)
        chosen.input = inputs[-1:]
        print(json.dumps(read(place, chosen)))
        return 0
    for name in inputs:
        rows = {}
        for way in WAYS:
            command = [sys.executable, __file__, *arguments, "--child", way, "--input", name]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            rows[way] = json.loads(done.stdout)
        report(name, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
