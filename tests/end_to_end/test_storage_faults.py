"""Full disk, read-only disk, a jumping clock, two programs on one session: on the real program."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from killing import VIVA
from typed_answers import ANSWERS

from evaluation.session import SessionFolder

DISK_MB = 210
"""A session is begun where 200 MB are free."""
BEGIN = ("interview", "--text", "--question", "fraud-detection", "--seed", "3")
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


class Typed:
    """The program, answered turn by turn."""

    def __init__(self, home: Path, *words: str, **env: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [str(VIVA), *words],
            env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": "", **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Typed:
        return self

    def __exit__(self, *raised: object) -> None:
        self.process.kill()
        self.process.communicate()

    def until_turns(self, count: int) -> None:
        """Until so many turns are stored."""
        deadline = time.monotonic() + 90
        while turns_in(self.home) < count:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, f"no {count} turns"
            time.sleep(0.01)

    def answer(self, text: str) -> None:
        """Type an answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n\n")
        self.process.stdin.flush()

    def end(self, *rest: str) -> tuple[int, str]:
        """Exit code and standard error, after the rest was typed."""
        _, err = self.process.communicate("\n\n".join([*rest, ""]), timeout=120)
        return self.process.returncode, err


def turns_in(home: Path) -> int:
    """Stored turns of the one session."""
    return sum(path.read_bytes().count(b"\n") for path in home.glob("*/turns.jsonl"))


def the_session(home: Path) -> SessionFolder:
    (path,) = [each.parent for each in home.glob("*/session.json")]
    return SessionFolder.open(path)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    size = f"size={DISK_MB}m"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(place)], check=False)
    if mounted.returncode != 0:
        pytest.skip("a small disk can be mounted by root only")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave not a byte; returns the file that takes the room."""
    ballast = place / "ballast"
    free = os.statvfs(place)
    handle = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(handle, 0, free.f_bavail * free.f_frsize)
    os.close(handle)
    return ballast


def test_a_disk_that_fills_up_ends_the_interview_in_one_line_and_loses_no_turn(disk: Path) -> None:
    with Typed(disk, *BEGIN) as first:
        first.until_turns(1)
        first.answer(ANSWERS[0])
        first.until_turns(3)
        ballast = fill(disk)
        code, err = first.end(*ANSWERS[1:3])
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert "No space left" in err or "disk is full" in err
    assert "safe" in err
    before = the_session(disk).turns()
    assert len(before) >= 3
    ballast.unlink()
    with Typed(disk, "resume", "last", "--text") as again:
        code, err = again.end(*ANSWERS[len(before) // 2 :], "/stop")
    assert code == 0, err
    session = the_session(disk)
    assert session.turns()[: len(before)] == before
    assert [turn.turn for turn in session.turns()] == list(range(len(session.turns())))
    assert session.evaluation() is not None


def test_a_disk_that_becomes_read_only_is_told_in_one_line_and_can_still_be_read(
    disk: Path,
) -> None:
    with Typed(disk, *BEGIN) as first:
        first.until_turns(1)
        first.answer(ANSWERS[0])
        first.until_turns(3)
        first.process.kill()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with Typed(disk, "resume", "last", "--text") as again:
        code, err = again.end("/stop")
    assert code in {1, 2}
    assert len(err.strip().splitlines()) == 1
    assert "Read-only file system" in err
    assert len(the_session(disk).turns()) >= 3
    with Typed(disk, *BEGIN) as another:
        code, err = another.end("/stop")
    assert code == 2
    assert "no session can be stored there (Read-only file system)" in err


@pytest.mark.skipif(not FAKETIME.exists(), reason="needs libfaketime")
def test_a_clock_set_back_and_forward_changes_no_time_of_a_turn(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    offset.write_text("+0")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    home = tmp_path / "home"
    began = time.monotonic()
    with Typed(home, *BEGIN, **faked) as viva:
        viva.until_turns(1)
        offset.write_text("-40d")
        viva.answer(ANSWERS[0])
        viva.until_turns(3)
        offset.write_text("+400d")
        viva.answer(ANSWERS[2])
        viva.until_turns(5)
        code, err = viva.end("/stop")
    assert code == 0, err
    took_ms = (time.monotonic() - began) * 1000
    session = the_session(home)
    times = [ms for turn in session.turns() for ms in (turn.start_ms or 0, turn.end_ms or 0)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= took_ms
    assert all(0 <= event.at_ms <= took_ms for event in session.events())
    assert session.meta.ended == "stopped"
