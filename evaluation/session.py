"""The session folder, the truth about an interview; the only code that knows its file format.

<home>/<date>-<question>-<id>/
  session.json       who, what, how: `SessionMeta`
  turns.jsonl        one `Turn` a line, on the disk before the next turn starts
  events.jsonl       one `Event` a line: moves with reasons, facts, hints, timings, faults
  audio.wav          stereo, left candidate, right interviewer; written by `audio`
  evaluation.json    `Evaluation`
  report.html        the report
  notes.txt          the candidate's own notes (`evaluation/notes.py`)
  checkpoint.sqlite  the graph's own state, for resuming only
"""

from __future__ import annotations

import secrets
import threading
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluation.json_lines import (
    Lines,
    M,
    append_line,
    close_end,
    first_fault,
    read_limited,
    read_lines,
    set_aside,
    write_whole,
)
from evaluation.record import AskedQuestion, Event, InterviewRecord, Speaker, Turn
from evaluation.result import Evaluation
from evaluation.session_lock import locked
from prompts.errors import InputFileError, UsageError, VivaError
from prompts.rubric import Level, QuestionType

META_FORMAT: Literal["viva-session/1"] = "viva-session/1"
META_FILE = "session.json"
MAX_META_BYTES = 1_000_000
"""Bytes of session.json; one takes about 4 kB, and 25 kB more for each question of one's own."""
MAX_EVALUATION_BYTES = 50_000_000
"""Bytes of evaluation.json; raw replies of a model for ten questions take about 1 MB."""
MAX_SLUG = 60
"""Characters of the question in the folder's name; file systems allow 255 bytes in all."""


class PlannedQuestion(BaseModel):
    """One question of the plan."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    type: QuestionType
    known: bool = Field(default=True, description="The bank has it, with sheet and points.")
    minutes: float | None = Field(default=None, description="Minutes planned for it.")
    anchor: str = Field(
        default="", description="A line of the user's own material the question holds on to."
    )


class SessionMeta(BaseModel):
    """`session.json`. Keys of a later version are kept as they are; secrets are never put in."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal["viva-session/1"] = META_FORMAT
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    created: datetime = Field(description="UTC.")
    level: Level
    minutes: float = Field(gt=0, description="Planned length of the whole session.")
    persona: str = Field(description="Persona id.")
    persona_data: dict[str, Any] = Field(
        default={}, description="The whole persona, so that a session can be taken up with it."
    )
    brain: str
    judge: str = "auto"
    questions: tuple[PlannedQuestion, ...] = Field(min_length=1, description="In asking order.")
    own_questions: dict[str, dict[str, Any]] = Field(
        default={}, description="Whole questions that do not ship with Viva, by id."
    )
    difficulty: int = Field(default=3, ge=1, le=5, description="1 gentle to 5 hard, at the start.")
    material: tuple[str, ...] = Field(
        default=(), description="What was taken from the user's own files, a sentence each."
    )
    seed: int = 0
    versions: dict[str, str] = Field(default={}, description="Package → version.")
    prompt_hashes: dict[str, str] = Field(default={}, description="Template → hash.")
    models: dict[str, str] = Field(default={}, description="Role → model and revision.")
    settings: dict[str, Any] = Field(default={}, description="Settings used; never a key.")
    retry_of: str = Field(default="", description="Id of the session this one tries again.")
    ended: str = Field(default="", description="complete, stopped, left; empty: unfinished.")


def new_session_id() -> str:
    """Eight random hex digits; the folder's name holds date and question as well."""
    return secrets.token_hex(4)


def now_utc() -> datetime:
    """The present second."""
    return datetime.now(UTC).replace(microsecond=0)


class SessionFolder:
    """One session on disk. Appending is safe from several threads; `lock()` keeps others out."""

    def __init__(self, path: Path, meta: SessionMeta, source: str) -> None:
        self.path, self.source = path, source
        self.warnings: list[str] = []
        """What had to be repaired while reading, one sentence each."""
        self._meta = meta
        self._turns: list[Turn] = []
        self._events: list[Event] = []
        self._writing = threading.Lock()
        self._repairs = True

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
        session = cls(folder, read_meta(folder / META_FILE), str(path))
        session._repairs = repair
        session._turns = session.load_turns()
        session._events = [entry for entry in session.load(session.events_path, Event) if entry]
        return session

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
        planned = list(self._meta.questions)
        if planned[index].id != question_id:
            planned[index] = planned[index].model_copy(update={"id": question_id, "text": text})
            self.save_meta(self._meta.model_copy(update={"questions": tuple(planned)}))

    @property
    def finished(self) -> bool:
        """True when the interview came to its end, whichever way."""
        return bool(self._meta.ended)

    def finish(self, ended: str) -> None:
        """Note why the interview is over: complete, stopped, left."""
        self.save_meta(self._meta.model_copy(update={"ended": ended}))

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

    def append_event(self, event: Event) -> None:
        """Store the event. Raises SessionWriteError."""
        with self._writing:
            append_line(self.events_path, event, sync=False)
            self._events.append(event)

    def turns(self) -> tuple[Turn, ...]:
        """All turns in order; `turns()[i].turn == i`."""
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
                read_limited(self.evaluation_path, MAX_EVALUATION_BYTES)
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
        return InterviewRecord(
            source=self.source,
            level=self._meta.level,
            questions=tuple(AskedQuestion(q.id, q.text, q.type, q.known) for q in planned),
            turns=self.turns(),
            events=self.events(),
            warnings=tuple(self.warnings),
            extra={"session": self._meta.id},
        )

    def lock(self) -> AbstractContextManager[None]:
        """Hold the session for this process; a second one is refused with SessionInUse."""
        return locked(self.path)

    def load_turns(self) -> list[Turn]:
        """turns.jsonl; a single unreadable line in the middle becomes an empty turn, and is said.

        The empty turn keeps the indices of all others, which evidence refers to.
        """
        turns: list[Turn] = []
        for index, entry in enumerate(self.load(self.turns_path, Turn)):
            turn = entry
            if turn is None:
                turn = Turn(turn=index, speaker=next_speaker(turns), text="")
            if turn.turn != index:
                raise InputFileError(
                    self.turns_path,
                    f"turn {turn.turn} stands where turn {index} is expected",
                    line_no=index + 1,
                )
            turns.append(turn)
        return turns

    def load(self, path: Path, model: type[M]) -> list[M | None]:
        """The lines of one file after repair; None for the one line that may be unreadable.

        Raises InputFileError with the line when more than the end and one other line are damaged.
        """
        lines = read_lines(path, model)
        middle = [damage for damage in lines.damage if not damage.last]
        if len(middle) > 1:
            raise InputFileError(path, middle[0].why, line_no=middle[0].line_no)
        for damage in middle:
            self.warnings.append(
                f"{path.name}, line {damage.line_no} cannot be read and is left out ({damage.why})."
            )
        if self._repairs:
            self.repair_end(path, lines)
        return list(lines.entries[:-1] if is_cut(lines) else lines.entries)

    def repair_end(self, path: Path, lines: Lines[M]) -> None:
        """Set a damaged last line aside, unless another process may just be writing it."""
        if not is_cut(lines) and not lines.open_end:
            return
        kept = "it is dropped here, the file is left as it is"
        with suppress(VivaError, OSError), self.lock():
            if lines.open_end:
                close_end(path)
                return
            set_aside(path, lines.damage[-1])
            kept = f"it is kept in {path.name}.damaged"
        if is_cut(lines):
            place = f"The last line of {path.name} (line {lines.damage[-1].line_no})"
            self.warnings.append(f"{place} is damaged: {kept}.")


def next_speaker(turns: list[Turn]) -> Speaker:
    """Whose turn follows: the interviewer begins, then they alternate."""
    return "candidate" if turns and turns[-1].speaker == "interviewer" else "interviewer"


def is_cut(lines: Lines[M]) -> bool:
    """True when the last line cannot be read."""
    return bool(lines.damage) and lines.damage[-1].last


def read_meta(path: Path) -> SessionMeta:
    """session.json; InputFileError naming the first fault when it is none."""
    try:
        return SessionMeta.model_validate_json(read_limited(path, MAX_META_BYTES))
    except ValidationError as error:
        raise InputFileError(path, f"is no {META_FORMAT} ({first_fault(error)})") from error
