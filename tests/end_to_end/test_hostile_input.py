"""Damaged and hostile files at the real door: a documented exit code, one line, bounded in time
and memory, and nothing on the terminal that steers it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prompts.plain_text import CONTROL

ROOT = Path(__file__).parents[2]
STORED = next((ROOT / "tests/data/sessions").glob("2026-11-20-*"))
TRANSCRIPT = ROOT / "tests/data/sessions/plain-transcript.json"
PERSONA = min((ROOT / "prompts/personas").glob("*.yaml"))
MEMORY_BYTES = 3_000_000_000
"""Of address space: libraries map a gigabyte of it."""
CASE_S = 20
"""For one command on a busy machine (seconds)."""
CODES = {0, 1, 2}
OUTSIDE = b"a line of the user\nand one without an end"

DRIVER = """
import contextlib, io, json, resource, signal, sys, traceback
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
from agent.cli import run

class Hangs(BaseException): pass
def hangs(*_): raise Hangs
signal.signal(signal.SIGALRM, hangs)
cases = json.load(sys.stdin)
for arguments in cases:
    sys.stdin, out, err = io.StringIO("/stop\\n"), io.StringIO(), io.StringIO()
    signal.alarm(int(sys.argv[2]))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
    except BaseException as error:
        code = repr(error) + traceback.format_exc()[-600:]
    signal.alarm(0)
    print(json.dumps([arguments, code, out.getvalue()[:99_999], err.getvalue()]), flush=True)
"""


def numbers(by: bytes) -> Callable[[bytes], bytes]:
    """Every number becomes `by`."""
    return lambda data: re.sub(rb'(": ?)-?\d+(?:\.\d+)?', rb"\g<1>" + by, data)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "flipped": lambda data: bytes(b ^ 0x20 if i % 97 == 0 else b for i, b in enumerate(data)),
    "cut": lambda data: data[: len(data) * 2 // 3],
    "twice": lambda data: data + data,
    "lists": lambda data: b"[" * 10_000 + b"]" * 10_000,
    "objects": lambda data: b'{"a":' * 10_000,
    "nul": lambda data: data.replace(b" ", b"\0", 5),
    "mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "surrogate": lambda data: re.sub(rb'(": ?")(?=[A-Z])', rb"\1\\ud800", data),
    "escape": lambda data: re.sub(
        rb'(": ?")(?=[A-Z])', rb"\1\\u001b]52;c;AA\\u0007\\u009b2J", data
    ),
    "nan": numbers(b"NaN"),
    "infinite": numbers(b"1e999"),
    "400 digits": numbers(b"9" * 400),
    "6000 digits": numbers(b"9" * 6_000),
    "30 digits": numbers(b"9" * 30),
    "negative": numbers(b"-7"),
    "nulls": lambda data: re.sub(rb': ?"[^"]*"', b": null", data),
    "empty": lambda data: b"",
    "a number": lambda data: b"1",
}
LONG_LINE = b'{"turn":0,"speaker":"candidate","text":"' + b"x" * 100_000_001 + b'"}\n'


def session_cases(place: Path) -> Iterator[list[str]]:
    """Each file of a session with each damage, and commands that read it."""
    commands = ["report", "replay", "compare"]
    for name in ("session.json", "turns.jsonl", "events.jsonl", "evaluation.json"):
        whole = (STORED / name).read_bytes()
        for number, (damage, damaged) in enumerate(DAMAGE.items()):
            folder = place / f"{name}-{damage.replace(' ', '-')}"
            shutil.copytree(STORED, folder)
            (folder / name).write_bytes(damaged(whole))
            yield ["report", str(folder)]
            command = commands[number % 3]
            yield [command, str(folder), *([str(folder)] if command == "compare" else [])]


def special_cases(place: Path) -> Iterator[list[str]]:
    """Links, pipes and a folder where a file belongs; a file of 100 MB in one line."""
    for name in ("turns.jsonl", "evaluation.json", "corrections.jsonl", "audio.wav", "report.html"):
        for kind in ("link", "pipe", "zero", "folder"):
            folder = place / f"{name}-{kind}"
            shutil.copytree(STORED, folder)
            path = folder / name
            path.unlink(missing_ok=True)
            if kind == "link":
                path.symlink_to(place.parent / "outside")
            elif kind == "zero":
                path.symlink_to("/dev/zero")
            elif kind == "pipe":
                os.mkfifo(path)
            else:
                path.mkdir()
            yield ["report", str(folder)]
    yield ["sessions"]
    yield ["progress"]
    long = place / "long"
    shutil.copytree(STORED, long)
    (long / "turns.jsonl").write_bytes(LONG_LINE)
    yield ["report", str(long)]


def file_cases(place: Path) -> Iterator[list[str]]:
    """Transcripts that are refused, YAML, and names that lead elsewhere."""
    for damage, damaged in DAMAGE.items():
        path = place / f"{damage}.yaml"
        path.write_bytes(damaged(PERSONA.read_bytes()))
        yield ["questions", "lint", str(path)]
        yield ["interview", "--text", "--brain", "offline", "--question", str(path)]
        if damage in {"lists", "objects", "nul", "utf-16", "6000 digits", "nulls", "empty", "cut"}:
            path = place / f"{damage}.json"
            path.write_bytes(damaged(TRANSCRIPT.read_bytes()))
            yield ["score", "--judge", "offline", str(path)]
    os.mkfifo(place / "pipe.json")
    (place / "zero.json").symlink_to("/dev/zero")
    os.mkfifo(place / "pipe.wav")
    for name in ("pipe.json", "zero.json", "pipe.wav"):
        yield ["score", "--judge", "offline", str(place / name)]
    for name in ("../../../etc/passwd", "/etc", "a\x1b[2Jb", "..", ""):
        yield ["report", name]
        yield ["interview", "--text", "--persona", name]


def run(place: Path, home: Path, cases: list[list[str]]) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(MEMORY_BYTES), str(CASE_S)],
        input=json.dumps(cases),
        env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": ""},
        cwd=place,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("make", [session_cases, special_cases, file_cases])
def test_whatever_is_in_a_file_is_told_in_words_and_leaves_other_files_alone(
    tmp_path: Path, make: Callable[[Path], Iterator[list[str]]]
) -> None:
    (tmp_path / "outside").write_bytes(OUTSIDE)
    place = tmp_path / "home"
    place.mkdir()
    cases = list(make(place))
    told = run(tmp_path, place, cases)
    assert len(told) == len(cases)
    for arguments, code, out, err in told:
        assert code in CODES, (arguments, code)
        assert "Traceback" not in out + err, arguments
        assert not CONTROL.search(out + err), (arguments, CONTROL.search(out + err))
        assert code == 0 or err.strip(), arguments
    assert (tmp_path / "outside").read_bytes() == OUTSIDE
