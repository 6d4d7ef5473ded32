"""Deleting a session: afterwards nothing of it is left."""

from __future__ import annotations

import shutil
from pathlib import Path

from evaluation.session import LOCK_FILE, SessionFolder
from prompts.errors import UsageError, VivaError


def delete_session(path: Path) -> None:
    """Remove the folder with everything in it.

    Raises VivaError when another process works on it or when something cannot be removed,
    UsageError for a link, InputFileError when it is no session.
    """
    if path.is_symlink():
        raise UsageError("is a link, not a session folder", where=str(path))
    session = SessionFolder.open(path, repair=False)
    try:
        with session.lock():
            for entry in path.iterdir():
                if entry.name == LOCK_FILE:
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
        shutil.rmtree(path)
    except OSError as error:
        raise VivaError(
            f"cannot be deleted ({error.strerror})",
            where=str(error.filename or path),
            todo="What is left of it is in that folder.",
        ) from error
