"""Files that a user begins with: their id and title from a name, and never over something."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from prompts.errors import UsageError


def identity_of(name: str) -> str:
    """`name` as an id: lower case, hyphens. UsageError when no letter or digit is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found = "-".join(re.findall(r"[a-z0-9]+", plain.casefold()))
    if not found:
        raise UsageError(f"{name!r} holds no letter a-z or digit", todo="Take another name.")
    return found


def spelled_out(name: str) -> str:
    """`name` as words: hyphens and runs of blanks are single blanks."""
    return " ".join(name.replace("-", " ").split())


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises UsageError when it is, or cannot be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            "is there already and is left as it is",
            where=str(path),
            todo="Take another name, or --output.",
        ) from error
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror})", where=str(path), todo="Take another --output."
        ) from error
