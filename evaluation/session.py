"""The session folder, the truth about an interview; the only code that knows its file format.

<home>/<date>-<question>-<id>/
  session.json       who, what, how: `SessionMeta`
  turns.jsonl        one `Turn` a line, on the disk before the next turn starts
  events.jsonl       one `Event` a line: moves with reasons, facts, hints, timings, faults
  corrections.jsonl  one `Correction` a line: misheard words put right by the user
  audio.wav          stereo, left candidate, right interviewer; written by `audio`
  evaluation.json    `Evaluation`
  report.html        the report
  notes.txt          the candidate's own notes (`evaluation/notes.py`)
  checkpoint.sqlite  the graph's own state, for resuming only
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from pydantic import ValidationError

from evaluation.correction import Correction, applied
from evaluation.json_lines import append_line, first_fault, read_json, write_whole
from evaluation.record import AskedQuestion, Event, InterviewRecord, Turn
from evaluation.result import Evaluation
from evaluation.session_lock import locked
from evaluation.session_meta import (
    META_FILE,
    PlannedQuestion,
    SessionMeta,
    new_session_id,
    now_utc,
    read_meta,
    with_question,
)
from evaluation.session_reading import SessionReader, refuse_links
from prompts.errors import InputFileError, UsageError

__all__ = [
    "MAX_EVALUATION_BYTES",
    "META_FILE",
    "PlannedQuestion",
    "SessionFolder",
    "SessionMeta",
    "new_session_id",
    "now_utc",
    "read_meta",
]

MAX_EVALUATION_BYTES = 50_000_000
"""Bytes of evaluation.json; raw replies of a model for ten questions take about 1 MB."""
MAX_SLUG = 60
"""Characters of the question in the folder's name; file systems allow 255 bytes in all."""


class SessionFolder:
    """One session on disk. Appending is safe from several threads; `lock()` keeps others out."""

    def __init__(self, path: Path, meta: SessionMeta, source: str) -> None:
        self.path, self.source = path, source
        self.warnings: list[str] = []
        """What had to be repaired while reading, one sentence each."""
        self._meta = meta
        self._turns: list[Turn] = []
        self._events: list[Event] = []
        self._corrections: list[Correction] = []
        self._writing = threading.Lock()
        self.on_event: Callable[[Event], None] | None = None
        """Told every event behind its being stored; must not raise."""

    @classmethod
    def create(cls, home: Path, meta: SessionMeta) -> SessionFolder:
        """A new folder in `home` (made if missing), readable by its owner only.

        Raises UsageError when `home` cannot be written, or holds this session already.
        """
        slug = meta.questions[0].id[:MAX_SLUG].replace("/", "-").strip(".-") or "question"
        path = home / f"{meta.created:%Y-%m-%d}-{slug}-{meta.id}"
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.mkdir(mode=0o700)
        except OSError as error:
            raise UsageError(
                f"no session can be stored there ({error.strerror})",
                where=str(path if home.is_dir() else home),
                todo="Choose another place with VIVA_SESSIONS_HOME.",
            ) from error
        folder = cls(path, meta, str(path))
        folder.save_meta(meta)
        return folder

    @classmethod
    def open(cls, path: Path | str, *, repair: bool = True) -> SessionFolder:
        """An existing session; what a crash left unfinished at the end is set aside and said.

        Without `repair` the files are left as they are, damaged end included.

        Raises InputFileError when `path` is no session or is damaged beyond its last line.
        """
        folder = Path(path)
        if not (folder / META_FILE).is_file():
            raise InputFileError(folder, f"is not a session folder (no {META_FILE} in it)")
        refuse_links(folder)
        session = cls(folder, read_meta(folder / META_FILE), str(path))
        session._read(SessionReader(folder, repair=repair))
        return session

    def reread(self) -> None:
        """What is in the files now; for the holder of the lock, before the first line is appended.

        Between `open` and `lock` another process may have added turns, or died within a line.
        Raises InputFileError as `open`.
        """
        self._meta = read_meta(self.path / META_FILE)
        self._read(SessionReader(self.path, repair=True, held=True))

    def _read(self, reader: SessionReader) -> None:
        self._turns = reader.turns(self.turns_path)
        self._events = [entry for entry in reader.lines(self.events_path, Event) if entry]
        corrections = reader.lines(self.corrections_path, Correction)
        self._corrections = [entry for entry in corrections if entry]
        self.warnings += [each for each in reader.warnings if each not in self.warnings]

    @property
    def meta(self) -> SessionMeta:
        """The content of session.json as last read or saved."""
        return self._meta

    def save_meta(self, meta: SessionMeta) -> None:
        """Replace session.json at once."""
        write_whole(self.path / META_FILE, meta.model_dump_json(indent=2) + "\n")
        self._meta = meta

    def replace_question(self, index: int, question_id: str, text: str) -> None:
        """Note that another question of the same type was put in this place of the plan."""
        if self._meta.questions[index].id != question_id:
            self.save_meta(with_question(self._meta, index, question_id, text))

    @property
    def finished(self) -> bool:
        """True when the interview came to its end, whichever way."""
        return bool(self._meta.ended)

    def finish(self, ended: str) -> None:
        """Note why the interview is over: complete, stopped, left."""
        self.save_meta(self._meta.model_copy(update={"ended": ended}))

    def add_model_use(self, used: dict[str, int]) -> None:
        """Add what the brain's model was used for; a session taken up again adds to it."""
        if used:
            before = self._meta.model_use
            total = {name: before.get(name, 0) + count for name, count in used.items()}
            self.save_meta(self._meta.model_copy(update={"model_use": total}))

    @property
    def next_turn(self) -> int:
        """The index the next turn gets."""
        return len(self._turns)

    def append_turn(self, turn: Turn) -> None:
        """Store the turn; it is on the disk when this returns. Raises SessionWriteError."""
        with self._writing:
            if turn.turn != len(self._turns):
                raise ValueError(f"turn {turn.turn} is not the next one ({len(self._turns)})")
            append_line(self.turns_path, turn, sync=True)
            self._turns.append(turn)

    def amend_turn(self, turn: Turn) -> None:
        """Replace the last turn, which went on after all. Raises SessionWriteError.

        The whole file is written anew and swapped in: a kill leaves the old turn or the new one.
        """
        with self._writing:
            if not self._turns or turn.turn != self._turns[-1].turn:
                raise ValueError(f"turn {turn.turn} is not the last one")
            turns = [*self._turns[:-1], turn]
            write_whole(self.turns_path, "".join(f"{t.model_dump_json()}\n" for t in turns))
            self._turns = turns

    def append_event(self, *events: Event) -> None:
        """Store events; several as one, so that a kill leaves all or none. Raises
        SessionWriteError."""
        with self._writing:
            append_line(self.events_path, *events, sync=False)
            self._events += events
        if self.on_event is not None:
            for event in events:
                self.on_event(event)

    def correct(self, correction: Correction) -> None:
        """Store what a turn really said; what was heard is kept. Raises SessionWriteError."""
        with self._writing:
            if self._turns[correction.turn].text != correction.heard:
                raise ValueError(f"turn {correction.turn} says something else")
            append_line(self.corrections_path, correction, sync=True)
            self._corrections.append(correction)

    def turns(self) -> tuple[Turn, ...]:
        """All turns in order with the user's corrections; `turns()[i].turn == i`."""
        return applied(self._turns, self._corrections)

    def heard_turns(self) -> tuple[Turn, ...]:
        """All turns in order as they were recognised."""
        return tuple(self._turns)

    def events(self) -> tuple[Event, ...]:
        """All events in the order they were stored."""
        return tuple(self._events)

    @property
    def turns_path(self) -> Path:
        """turns.jsonl"""
        return self.path / "turns.jsonl"

    @property
    def events_path(self) -> Path:
        """events.jsonl"""
        return self.path / "events.jsonl"

    @property
    def corrections_path(self) -> Path:
        """corrections.jsonl, which exists only when the user put something right."""
        return self.path / "corrections.jsonl"

    @property
    def audio_path(self) -> Path:
        """audio.wav, which exists only when the session had sound."""
        return self.path / "audio.wav"

    @property
    def checkpoint_path(self) -> Path:
        """checkpoint.sqlite"""
        return self.path / "checkpoint.sqlite"

    @property
    def evaluation_path(self) -> Path:
        """evaluation.json"""
        return self.path / "evaluation.json"

    @property
    def report_path(self) -> Path:
        """report.html"""
        return self.path / "report.html"

    def save_evaluation(self, evaluation: Evaluation) -> None:
        """Replace evaluation.json at once."""
        write_whole(self.evaluation_path, evaluation.to_json() + "\n")

    def save_report(self, html: str) -> None:
        """Replace report.html at once."""
        write_whole(self.report_path, html)

    def evaluation(self) -> Evaluation | None:
        """The stored evaluation, None when there is none. Raises InputFileError when damaged."""
        if not self.evaluation_path.exists():
            return None
        try:
            return Evaluation.model_validate_json(
                read_json(self.evaluation_path, MAX_EVALUATION_BYTES)
            )
        except ValidationError as error:
            raise InputFileError(
                self.evaluation_path,
                f"is no evaluation ({first_fault(error)})",
                todo="`viva score` writes it anew.",
            ) from error

    def record(self) -> InterviewRecord:
        """The interview for the judges: the questions that were put, all turns, all events."""
        put = {turn.question_id for turn in self._turns}
        planned = [q for q in self._meta.questions if q.id in put]
        if put <= {""}:
            planned = list(self._meta.questions)
        turns = self.turns()
        return InterviewRecord(
            source=self.source,
            level=self._meta.level,
            criteria=self._meta.criteria,
            questions=tuple(AskedQuestion(q.id, q.text, q.type, q.known) for q in planned),
            turns=turns,
            events=self.events(),
            warnings=tuple(self.warnings),
            extra={"session": self._meta.id},
            heard={
                heard.turn: heard.text
                for heard, now in zip(self._turns, turns, strict=True)
                if heard.text != now.text
            },
        )

    def lock(self) -> AbstractContextManager[None]:
        """Hold the session for this process; a second one is refused with SessionInUse."""
        return locked(self.path)
