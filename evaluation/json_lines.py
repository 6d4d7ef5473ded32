"""Files of one JSON object a line: appended whole, synced, and read back with damage repaired.

A line is written by a single call to the operating system, so that a process killed at any moment
leaves at most one unfinished line, at the end. `read_lines` sets such a line aside.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from prompts.errors import InputFileError, VivaError
from prompts.plain_text import plain_json

M = TypeVar("M", bound=BaseModel)

MAX_LINE_BYTES = 2_000_000
"""Bytes of one line. Ten minutes of speech with every word timed take about 150 kB."""
MAX_FILE_BYTES = 100_000_000
"""Bytes of one file. A three-hour session takes about 5 MB."""


class SessionWriteError(VivaError):
    """The session folder cannot be written: disk full, folder removed, no permission.

    Exit code 2: it is the place the user chose that does not serve, and what was saved is safe.
    """

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that could not be read."""

    line_no: int
    """Counted from 1."""
    why: str
    start: int
    """Byte offset of the line in the file."""
    last: bool
    """True when nothing follows it."""


@dataclass(frozen=True, slots=True)
class Lines(Generic[M]):
    """What a file holds."""

    entries: tuple[M | None, ...]
    """One per line in order; None where a line in the middle could not be read."""
    damage: tuple[Damage, ...]
    open_end: bool
    """True when the last line is whole but its line break is missing."""


def append_line(path: Path, *entries: BaseModel, sync: bool) -> None:
    """Append each entry as a line, all at once; with `sync` they are on the disk on return.

    Raises SessionWriteError when that fails. A line that fits only in part is taken back, so that
    the file still ends with the last whole line.
    """
    lines = [encode(entry) for entry in entries]
    longest = max(map(len, lines), default=0)
    if longest > MAX_LINE_BYTES:
        raise SessionWriteError(f"a line of {longest} bytes is too long", where=str(path))
    data = b"".join(lines)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            append_whole(handle, data, sync=sync)
        finally:
            os.close(handle)
    except OSError as error:
        raise SessionWriteError(
            f"cannot be written ({error.strerror}); all earlier turns are safe",
            where=str(path),
            todo="Make room or choose another place with VIVA_SESSIONS_HOME, then `viva resume`.",
        ) from error


def append_whole(handle: int, data: bytes, *, sync: bool) -> None:
    """Write all of `data` at the end, or leave the file as it was and raise OSError."""
    before = os.fstat(handle).st_size
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if sync:
            os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise


def encode(entry: BaseModel) -> bytes:
    """One line of UTF-8; text that is no valid Unicode (lone surrogates) becomes question marks."""
    text = json.dumps(entry.model_dump(mode="json"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", errors="replace") + b"\n"


def read_lines(path: Path, model: type[M]) -> Lines[M]:
    """Every line of `path` as `model`; a missing file holds nothing.

    Raises InputFileError when the file cannot be read or is too large.
    """
    data = read_limited(path, MAX_FILE_BYTES) if path.exists() else b""
    entries: list[M | None] = []
    damage: list[Damage] = []
    start = 0
    for line_no, raw in enumerate(split(data), start=1):
        entry, why = parse(raw, model)
        entries.append(entry)
        if entry is None:
            last = start + len(raw) + 1 >= len(data)
            damage.append(Damage(line_no, why, start, last))
        start += len(raw) + 1
    open_end = bool(data) and not data.endswith(b"\n") and entries[-1] is not None
    return Lines(tuple(entries), tuple(damage), open_end)


def split(data: bytes) -> list[bytes]:
    """The lines of `data` without their line breaks; only a line feed ends a line."""
    lines = data.split(b"\n")
    return lines[:-1] if not lines[-1] else lines


def parse(raw: bytes, model: type[M]) -> tuple[M | None, str]:
    """One line as `model`, or None with the reason."""
    if len(raw) > MAX_LINE_BYTES:
        return None, f"longer than {MAX_LINE_BYTES} bytes"
    try:
        return model.model_validate_json(plain_json(raw)), ""
    except ValidationError as error:
        return None, first_fault(error)


def first_fault(error: ValidationError) -> str:
    """The first fault pydantic found, with its place inside the object."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else fault["msg"]


def read_json(path: Path, limit: int) -> bytes:
    """`read_limited`, without the control characters that JSON can spell."""
    return plain_json(read_limited(path, limit))


def set_aside(path: Path, damage: Damage) -> None:
    """Move the damaged last line into `<name>.damaged` and cut it off the file. Raises OSError."""
    data = path.read_bytes()
    kept = path.with_name(path.name + ".damaged")
    with open(kept, "ab", opener=private) as aside:
        aside.write(data[damage.start :].rstrip(b"\n") + b"\n")
        aside.flush()
        os.fsync(aside.fileno())
    os.truncate(path, damage.start)


def close_end(path: Path) -> None:
    """Add the missing line break after a whole last line. Raises OSError."""
    with path.open("ab") as file:
        file.write(b"\n")


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text` at once: a reader sees the old content or the new, never a part.

    Raises SessionWriteError; the old content is then still there.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(aside, "wb", opener=private) as file:
            file.write(text.encode("utf-8", errors="replace"))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        discard(aside.unlink)
        raise SessionWriteError(
            f"cannot be written ({error.strerror}); what was saved before is safe",
            where=str(path),
            todo="Make room, or choose another place with VIVA_SESSIONS_HOME.",
        ) from error


def discard(action: Callable[[], object]) -> None:
    """Clean up after a failure that is being told already."""
    try:
        action()
    except OSError:
        return


def private(path: str, flags: int) -> int:
    """An opener that makes files readable by their owner only."""
    return os.open(path, flags, 0o600)


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of `path`; InputFileError when it cannot be read or holds more than `limit`.

    Only plain files are opened: a named pipe in a stranger's folder would never answer. What the
    shell hands over as /dev/stdin or /dev/fd/N is read all the same.
    """
    try:
        if not path.is_relative_to("/dev") and not stat.S_ISREG(path.stat().st_mode):
            what = "is a folder" if path.is_dir() else "is no plain file"
            raise InputFileError(path, what)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputFileError(path, f"cannot be read ({error.strerror})") from error
    if len(data) > limit:
        raise InputFileError(path, f"larger than {limit} bytes")
    return data
