"""The candidate's own notes of a session, as text beside it."""

from __future__ import annotations

from evaluation.json_lines import read_limited, write_whole
from evaluation.session import SessionFolder
from prompts.plain_text import plain_text

NOTES_FILE = "notes.txt"
MAX_NOTES = 20_000
"""Characters; a page of notes has about 3 000."""


def save_notes(session: SessionFolder, text: str) -> None:
    """Replace the notes at once; longer ones are cut. Raises SessionWriteError."""
    write_whole(session.path / NOTES_FILE, text[:MAX_NOTES])


def stored_notes(session: SessionFolder) -> str:
    """The notes, empty when there are none. Raises InputFileError when they cannot be read."""
    path = session.path / NOTES_FILE
    if not path.exists():
        return ""
    return plain_text(read_limited(path, 4 * MAX_NOTES).decode("utf-8", errors="replace"))
