"""Viva's errors, raised deep and told once at the door (`agent/cli.py`).

    VivaError                 what, where, what to do; exit code 1
    ├── InputFileError        a file the user gave us is wrong: path, line, column; exit code 2
    ├── UsageError            an option or argument is wrong; exit code 2
    └── ModelError            a language model could not answer
        ├── ModelUnavailable  refused, unreachable, out of quota, timed out
        └── ModelReplyInvalid it answered, but not what was asked for

`audio/errors.py` holds the same three facts for sound, because `audio` imports nothing of ours.
"""

from __future__ import annotations

from pathlib import Path

from prompts.plain_text import one_line


class VivaError(Exception):
    """Something failed that a person can act on.

    Attributes: `what` happened, `where` (a path, a device, an address; may be empty), `todo` (one
    imperative sentence; may be empty).
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(self.line())

    def line(self) -> str:
        """The error as one line: where, what, what to do."""
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.todo}" if self.todo else ""
        return one_line(f"{place}{self.what.rstrip('.')}.{advice}")


class InputFileError(VivaError):
    """A file of the user's cannot be used. `line_no` and `column` count from 1, 0 = unknown.

    `faults`: when several were found at once, each as an error of its own; else empty.
    """

    exit_code = 2

    def __init__(
        self, path: Path | str, what: str, *, line_no: int = 0, column: int = 0, todo: str = ""
    ) -> None:
        self.path, self.line_no, self.column = Path(path), line_no, column
        self.faults: tuple[InputFileError, ...] = ()
        position = f":{line_no}" + (f":{column}" if column else "") if line_no else ""
        super().__init__(what, where=f"{path}{position}", todo=todo)


class UsageError(VivaError):
    """An option or argument cannot be used as given."""

    exit_code = 2


class ModelError(VivaError):
    """A language model could not answer."""


class ModelUnavailable(ModelError):
    """Refused, unreachable, out of quota, or too slow: asking again later may help."""


class ModelReplyInvalid(ModelError):
    """A reply came that is not what was asked for. `raw` keeps it for the record."""

    def __init__(self, what: str, *, raw: str = "", where: str = "") -> None:
        self.raw = raw
        super().__init__(what, where=where)
