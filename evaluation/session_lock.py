"""Whose a session folder is: one process works on it at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prompts.errors import VivaError

LOCK_FILE = ".lock"


class SessionInUse(VivaError):
    """Another process works on the session."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the session in `path` for this process; a second one is refused with SessionInUse."""
    import filelock

    lock = filelock.FileLock(path / LOCK_FILE, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise SessionInUse(
            "another viva works on this session",
            where=str(path),
            todo="Wait until it is done, or stop it first.",
        ) from error
    except OSError as error:
        raise VivaError(f"cannot be locked ({error.strerror or error})", where=str(path)) from error
    try:
        yield
    finally:
        lock.release()
