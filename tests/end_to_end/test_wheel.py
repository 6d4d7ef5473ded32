"""What is released: sdist and wheel hold the same, and the wheel runs in an environment of its own.

The dependencies are taken from the environment of the tests; everything else is new.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "audio", "evaluation", "prompts")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("release")
    run = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(run, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """The environment that the wheel was installed into."""
    place = built / "environment"
    venv.create(place, with_pip=False)
    (wheel,) = built.glob("*.whl")
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-index", wheel], check=True, capture_output=True
    )
    (site,) = place.glob("lib/python*/site-packages")
    # Behind the environment's own packages, and without what is installed editably there.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return place


def viva(place: Path, *arguments: str, stdin: str = "", home: Path) -> str:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [place / "bin" / "viva", *arguments],
        env={**env, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": ""},
        cwd=home,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_sdist_makes_the_wheel_and_both_hold_every_file_of_the_packages(built: Path) -> None:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*"))
    files = {
        str(path.relative_to(ROOT))
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    }
    (wheel,) = built.glob("*.whl")
    (sdist,) = built.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        contents = {name: archive.read(name) for name in files}
    assert inside == files
    assert all(contents[name] == (ROOT / name).read_bytes() for name in files)
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert files | {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"} <= names
    assert f"viva_interview-{VERSION}" in wheel.name
    assert f"viva_interview-{VERSION}" in sdist.name


def test_the_installed_program_runs_from_its_own_files_and_tells_the_version_of_the_project(
    installed: Path, tmp_path: Path
) -> None:
    assert viva(installed, "--version", home=tmp_path).strip() == f"viva, version {VERSION}"
    code = "import agent, audio, evaluation, prompts; print(agent.__file__, prompts.__file__)"
    told = subprocess.run(
        [installed / "bin" / "python", "-P", "-c", code],
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert all(path.startswith(str(installed)) for path in told)
    viva(installed, "questions", "lint", home=tmp_path)


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
    (demo,) = installed.glob("lib/python*/site-packages/agent/demo")
    sounds = [path for path in demo.rglob("*") if path.suffix in {".ogg", ".mp3"}]
    assert len(sounds) >= 8
    assert sum(path.stat().st_size for path in sounds) <= 5_000_000
