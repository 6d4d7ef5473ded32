"""The wheel holds everything: built, unpacked elsewhere, and run without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    place = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def viva(place: Path, *arguments: str, stdin: str = "", home: Path) -> str:
    code = (
        "import sys, agent.cli, prompts, audio, evaluation; "
        f"assert all(m.__file__.startswith({str(place)!r}) "
        "for m in (agent.cli, prompts, audio, evaluation)); "
        "sys.argv = ['viva', *sys.argv[1:]]; agent.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(place), "VIVA_SESSIONS_HOME": str(home)},
        cwd=home,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_installed_program_knows_its_questions_and_personas(
    installed: Path, tmp_path: Path
) -> None:
    assert "fraud-detection" in viva(installed, "questions", home=tmp_path)
    assert "neutral-professional" in viva(installed, "personas", home=tmp_path)


def test_the_installed_program_interviews_and_reports(installed: Path, tmp_path: Path) -> None:
    answer = "How fast must the decision be?\n\n/stop\n"
    out = viva(
        installed,
        "interview",
        "--text",
        "--question",
        "fraud-detection",
        stdin=answer,
        home=tmp_path,
    )
    assert "100 milliseconds" in " ".join(out.split())
    assert list(tmp_path.glob("*/report.html"))


def test_the_bundled_candidate_is_in_the_wheel_and_small(installed: Path) -> None:
    sounds = [p for p in (installed / "agent" / "demo").rglob("*") if p.suffix in {".ogg", ".mp3"}]
    assert len(sounds) >= 8
    assert sum(path.stat().st_size for path in sounds) <= 5_000_000
