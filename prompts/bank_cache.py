"""The shipped questions, read once and kept as JSON in the user's cache folder.

Reading 75 YAML files with their line numbers takes half a second, the JSON of the same questions a
twentieth of that. The key is the content of the files, so a changed file is read anew; what is kept
is validated like a question file, so a damaged or foreign cache is only slow.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

M = TypeVar("M", bound=BaseModel)


def cache_folder() -> Path:
    """Where it is kept: the user's cache folder."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("viva"))


def content_key(files: Sequence[Path]) -> str:
    """16 hex digits that change with any name or byte of `files`."""
    digest = hashlib.sha256()
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.name}/{len(data)}/".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


def recall(files: Sequence[Path], model: type[M]) -> list[M] | None:
    """What was kept of exactly these files, in their order; None when there is nothing usable."""
    try:
        kept = (cache_folder() / f"questions-{content_key(files)}.json").read_bytes()
        found = TypeAdapter(list[model]).validate_json(kept)  # type: ignore[valid-type]
    except (OSError, ValidationError):
        return None
    return found if len(found) == len(files) else None


def keep(files: Sequence[Path], items: Sequence[M], model: type[M]) -> None:
    """Keep `items` for these files in place of older ones; a folder that refuses is no fault."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"questions-{content_key(files)}.json"
        part = folder / f".{path.name}.{os.getpid()}"
        part.write_bytes(TypeAdapter(list[model]).dump_json(list(items)))  # type: ignore[valid-type]
        part.replace(path)
        for old in folder.glob("questions-*.json"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        return
