"""A file of results that grows as they are made, and what stands in it already.

One viva-evaluation/1 object a line. Beside it, `FILE.done` says for each line what it was made
from: the bytes of the input and how they were scored. So a run that was stopped goes on where it
was, and an input that has changed is scored again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.many.job import Job, Outcome
from evaluation.json_lines import append_line
from evaluation.result import Evaluation
from evaluation.session import META_FILE
from prompts.errors import InputFileError

Line = TypeVar("Line", bound=BaseModel)
DONE = ".done"
SESSION_FILES = ("session.json", "turns.jsonl", "events.jsonl")
"""What the score of a session depends on."""
BLOCK = 1 << 20


class Done(BaseModel):
    """One line of `FILE.done`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    key: str


class Results:
    """The file at `path`, opened for going on."""

    def __init__(self, path: Path, job: Job) -> None:
        """Raises InputFileError when the file is something else than results."""
        self.path, self.job = path, job
        self.done_path = path.with_name(path.name + DONE)
        written = {line.source for line in read(path, Evaluation)}
        self.known = {
            (line.source, line.key) for line in read(self.done_path, Done) if line.source in written
        }

    def has(self, source: Path) -> bool:
        """Whether the present content of `source` has been scored this way."""
        return (str(source), self.key(source)) in self.known

    def add(self, outcome: Outcome) -> None:
        """Append it; on the disk when this returns. One without an evaluation is tried again."""
        if not outcome.evaluation:
            return
        # The note first: without its result it is done again, a result without it would be doubled.
        done = Done(source=str(outcome.path), key=self.key(outcome.path))
        append_line(self.done_path, done, sync=True)
        append_line(self.path, Evaluation.model_validate_json(outcome.evaluation), sync=True)

    def key(self, source: Path) -> str:
        """Hash of the input's bytes and of the job."""
        found = hashlib.sha256(repr(self.job).encode())
        session = (source / META_FILE).is_file()
        for file in (source / name for name in SESSION_FILES) if session else (source,):
            found.update(file.name.encode())
            if not file.is_file():
                continue
            with file.open("rb") as opened:
                while block := opened.read(BLOCK):
                    found.update(block)
        return found.hexdigest()


def read(path: Path, kind: type[Line]) -> list[Line]:
    """The lines of the file; a last line that was cut off is removed."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    lines: list[Line] = []
    for number, line in enumerate(data[:whole].splitlines(), start=1):
        try:
            lines.append(kind.model_validate_json(line))
        except ValidationError as error:
            raise InputFileError(
                path,
                f"holds a line that is no {kind.__name__.lower()}",
                line_no=number,
                todo="Name another file for --results.",
            ) from error
    return lines
