"""Deleting a session: afterwards nothing of it is left."""

from __future__ import annotations

import shutil
from pathlib import Path

from evaluation.session import META_FILE
from evaluation.session_lock import LOCK_FILE, locked
from prompts.errors import InputFileError, UsageError, VivaError


def delete_session(path: Path) -> None:
    """Remove the folder with everything in it.

    Raises VivaError when another process works on it or when something cannot be removed,
    UsageError for a link, InputFileError when it is no session. A damaged one is removed as well.
    """
    if path.is_symlink():
        raise UsageError("is a link, not a session folder", where=str(path))
    if not (path / META_FILE).is_file():
        raise InputFileError(path, f"is not a session folder (no {META_FILE} in it)")
    try:
        with locked(path):
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
