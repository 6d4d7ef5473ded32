"""A real PostgreSQL in a temporary folder, reached by a socket there and by nothing else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root; this account comes with Debian's package."""


def program(name: str) -> str | None:
    """The path of one of its programs; Debian keeps them out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else shutil.which(name)


def unavailable() -> str:
    """Why no cluster can be started here; empty when one can."""
    if program("initdb") is None or program("pg_ctl") is None:
        return "PostgreSQL is not installed"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            return f"this is root, and there is no account {ACCOUNT}"
    return ""


@contextmanager
def cluster() -> Iterator[str]:
    """Its address; it is stopped and removed afterwards."""
    as_account = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="viva-pg-"))

    def run(*command: str) -> None:
        subprocess.run([*as_account, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)

    if as_account:
        shutil.chown(folder, ACCOUNT)
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    assert initdb is not None
    assert pg_ctl is not None
    data = str(folder / "data")
    try:
        run(initdb, "-D", data, "-A", "trust", "-U", "viva", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run(pg_ctl, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://viva@/postgres?host={folder}"
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
