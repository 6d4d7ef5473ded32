"""`viva report`: pages, Markdown and JSON, of sessions and of what was recorded elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agent.reporting import BESIDE, MOST_INSIDE, Reported, of_session
from audio.wav import compress_samples
from evaluation.session import SessionFolder
from prompts.errors import UsageError
from prompts.question_bank import load_bank

DATA = Path(__file__).parents[1] / "data" / "sessions"
VIVA = Path(sys.executable).with_name("viva")


@pytest.fixture
def session(tmp_path: Path) -> SessionFolder:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    return SessionFolder.open(tmp_path / "session")


def reported(session: SessionFolder, sound: bytes) -> Reported:
    whole = of_session(session, load_bank())
    return Reported(
        whole.record,
        whole.evaluation,
        whole.bank,
        whole.meta,
        compressed=lambda: sound,
        sound_ms=197_000,
    )


def viva(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VIVA), *arguments],
        env={**os.environ, "OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_small_sound_is_inside_large_sound_beside_and_both_private(
    session: SessionFolder, tmp_path: Path
) -> None:
    page, beside = tmp_path / "r.html", tmp_path / f"r{BESIDE}"
    small = compress_samples(np.zeros(16_000, np.float32))
    assert len(small) < 20_000
    reported(session, small).write(page)
    assert 'src="data:audio/mpeg' in page.read_text()
    assert not beside.exists()
    large = b"\xff\xfb" * (MOST_INSIDE // 2 + 1)
    reported(session, large).write(page)
    assert f'src="r{BESIDE}"' in page.read_text()
    assert beside.read_bytes() == large
    assert {p.stat().st_mode & 0o077 for p in (page, beside)} == {0}
    reported(session, small).write(page, "none")
    assert "<audio" not in page.read_text()
    assert not beside.exists(), "no sound is left behind that the page does not name"


def test_a_place_that_cannot_be_written_is_told_by_its_own_name(session: SessionFolder) -> None:
    with pytest.raises(UsageError, match=r"nowhere/r\.html: cannot be written"):
        reported(session, b"").write(Path("nowhere/r.html"))


def test_markdown_and_json_go_to_files_or_to_standard_output(
    session: SessionFolder, tmp_path: Path
) -> None:
    done = viva("report", str(session.path), "--json", "-")
    assert done.returncode == 0, done.stderr
    exported = json.loads(done.stdout)
    assert exported["format"] == "viva-report/1"
    assert exported["blocking"] == "trade_offs"
    assert {fact["asked"] for fact in exported["facts"]} == {True, False}
    done = viva("report", str(session.path), "--markdown", str(tmp_path / "r.md"))
    assert done.stdout.strip() == str(tmp_path / "r.md")
    assert (tmp_path / "r.md").read_text().startswith("# Below the senior bar")


def test_a_transcript_made_elsewhere_gets_a_page_beside_it(tmp_path: Path) -> None:
    shutil.copy(DATA / "plain-transcript.json", tmp_path / "talk.json")
    done = viva("report", str(tmp_path / "talk.json"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "talk.report.html")
    assert "bar on this question" in (tmp_path / "talk.report.html").read_text()
