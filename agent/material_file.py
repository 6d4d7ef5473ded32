"""A job description or CV as lines of text: plain text, Markdown, or PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path

from prompts.errors import InputFileError
from prompts.plain_text import plain_text as harmless

MAX_BYTES = 10_000_000
"""Far more than any CV; a larger file is a mistake."""
MAX_PAGES = 40
MAX_CHARS = 100_000
"""Characters that are read; a CV of ten pages has about 30,000."""
TEXT_SUFFIXES = frozenset({"", ".txt", ".text", ".md", ".markdown", ".rst"})
WRAPPED_AT = 55
"""Characters from which a line without an end may go on in the next: PDFs are wrapped."""

_BULLET = re.compile(r"^\s*(?:[-*+•‣▪●◦–—·]|\d{1,2}[.)])\s+")
_MARKUP = re.compile(r"^\s*#{1,6}\s+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\[([^\]]+)\]\([^)]*\)")


def read_lines(path: Path) -> list[str]:
    """The lines of the file, bullets and markup taken off, wrapped lines joined, none empty.

    Raises InputFileError for a file that cannot be read, is no text or PDF, or holds no words.
    """
    file = path.expanduser()
    data = read_bytes(file)
    if data.startswith(b"%PDF-") or file.suffix.casefold() == ".pdf":
        text = pdf_text(data, file)
    elif file.suffix.casefold() in TEXT_SUFFIXES:
        text = plain_text(data, file)
    else:
        raise InputFileError(
            file,
            f"a {file.suffix} file cannot be read",
            todo="Save it as .txt, .md or .pdf.",
        )
    lines = joined(harmless(text[:MAX_CHARS]))
    if sum(len(re.findall(r"[^\W\d_]{2,}", line)) for line in lines) < 3:
        raise InputFileError(
            file, "holds no readable words", todo="A scanned PDF needs text recognition first."
        )
    return lines


def read_bytes(file: Path) -> bytes:
    """The content; InputFileError when it cannot be read, is too large or empty."""
    try:
        if not file.is_file():
            raise InputFileError(file, "is no file" if file.exists() else "does not exist")
        if file.stat().st_size > MAX_BYTES:
            raise InputFileError(file, f"is larger than {MAX_BYTES // 1_000_000} MB")
        data = file.read_bytes()
    except OSError as error:
        raise InputFileError(file, f"cannot be read ({error.strerror})") from error
    if not data.strip():
        raise InputFileError(file, "is empty")
    return data


def plain_text(data: bytes, file: Path) -> str:
    """UTF-8 text, with or without a byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputFileError(
            file, f"is not UTF-8 text (byte {error.start})", todo="Save it as UTF-8."
        ) from error
    if "\0" in text:
        raise InputFileError(file, "is no text", todo="Save it as .txt, .md or .pdf.")
    return text


def pdf_text(data: bytes, file: Path) -> str:
    """The text of a PDF's first pages. Raises InputFileError when it is damaged or locked."""
    import logging

    import pypdf

    # Its warnings about harmless faults of a file would land on the terminal.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [page.extract_text() for page in reader.pages[:MAX_PAGES]]
    except Exception as error:  # a damaged file fails in as many ways as there are
        raise InputFileError(
            file, f"is no readable PDF ({type(error).__name__})", todo="Save it as .txt instead."
        ) from error
    if locked:
        raise InputFileError(file, "is locked with a password", todo="Save an open copy of it.")
    return "\n".join(pages)


def joined(text: str) -> list[str]:
    """Lines as they were meant: a bullet begins one, a wrapped line goes on with the next."""
    lines: list[str] = []
    open_end = in_bullet = False
    for raw in text.splitlines():
        bullet, heading = bool(_BULLET.match(raw)), raw.lstrip().startswith("#")
        line = " ".join(_MARKUP.sub(r"\1", _BULLET.sub("", raw)).split())
        if not line:
            open_end = in_bullet = False
            continue
        indented = in_bullet and raw[0].isspace()
        if (open_end or indented) and not bullet and not heading:
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
            in_bullet = bullet
        open_end = len(raw) >= WRAPPED_AT and not line.endswith((".", "!", "?", ":"))
    return lines
