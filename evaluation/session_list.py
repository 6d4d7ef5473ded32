"""The sessions of a home folder: a line about each, and finding one by what a person types."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evaluation.result import Evaluation, VerdictResult
from evaluation.session import META_FILE, SessionFolder, SessionMeta, read_meta
from prompts.errors import InputFileError, UsageError, VivaError

LAST, PREVIOUS = "last", "previous"
"""The words that stand for the newest session and for the one before it."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One session in a list. Only `path` and `problem` are filled when it cannot be read."""

    path: Path
    problem: str = ""
    """Why it cannot be opened, one line; else empty."""
    meta: SessionMeta | None = None
    turns: int = 0
    length_ms: int = 0
    """Session clock at the end of the last turn, milliseconds."""
    verdict: VerdictResult | None = None
    """None while it is not evaluated."""

    @property
    def created(self) -> datetime:
        """When it was begun; the epoch when unknown, so that it sorts last."""
        return self.meta.created if self.meta else datetime.fromtimestamp(0, UTC)

    @property
    def title(self) -> str:
        """The ids of its questions."""
        return ", ".join(q.id for q in self.meta.questions) if self.meta else self.path.name


def list_sessions(home: Path) -> list[SessionSummary]:
    """All sessions in `home`, newest first; one that cannot be read is listed with its problem."""
    summaries = [summarise(folder) for folder in session_folders(home)]
    return sorted(summaries, key=lambda each: (each.created, each.path.name), reverse=True)


def session_folders(home: Path) -> list[Path]:
    """The folders in `home` that hold a session, in no order; none where there is no home yet.

    Raises UsageError when `home` cannot be read.
    """
    try:
        return [entry for entry in home.iterdir() if (entry / META_FILE).is_file()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(
            f"cannot be read ({error.strerror})",
            where=str(home),
            todo="Choose another place with VIVA_SESSIONS_HOME.",
        ) from error


def summarise(folder: Path) -> SessionSummary:
    """One session as a line; never raises for what is in it."""
    try:
        # A list must not repair: whoever opens the session is told what was damaged.
        session = SessionFolder.open(folder, repair=False)
        evaluation = session.evaluation()
    except VivaError as error:
        return SessionSummary(folder, problem=error.line())
    turns = session.turns()
    return SessionSummary(
        folder,
        meta=session.meta,
        turns=len(turns),
        length_ms=max((turn.end_ms or 0 for turn in turns), default=0),
        verdict=shown_verdict(evaluation) if evaluation else None,
    )


def shown_verdict(evaluation: Evaluation) -> VerdictResult:
    """The session's verdict; of a single question its own, as the session has none then."""
    if len(evaluation.questions) == 1:
        return evaluation.questions[0].verdict.result
    return evaluation.verdict.result


def find_session(home: Path, name: str) -> SessionFolder:
    """The session meant by `name`, opened. Raises as `find_folder`, InputFileError when damaged."""
    return SessionFolder.open(find_folder(home, name))


def find_folder(home: Path, name: str) -> Path:
    """The session meant by `name`: a path, a folder's name, an id or its beginning, `last` or
    `previous`.

    Raises InputFileError when there is none, UsageError when several could be meant.
    """
    if (Path(name) / META_FILE).is_file():
        return Path(name)
    folders = [entry for entry in home.iterdir() if entry.is_dir()] if home.is_dir() else []
    if name in (LAST, PREVIOUS):
        newest, back = list_sessions(home), (LAST, PREVIOUS).index(name)
        if len(newest) <= back:
            what = f"no {name} session" if newest else "no session yet"
            raise UsageError(f"there is {what}", where=str(home))
        return newest[back].path
    exact = [entry for entry in folders if entry.name == name]
    near = [entry for entry in folders if name and entry.name.split("-")[-1].startswith(name)]
    matches = exact or [entry for entry in near if (entry / META_FILE).is_file()]
    if len(matches) > 1:
        raise UsageError(
            f"{name!r} could mean {len(matches)} sessions",
            todo="Give one of " + ", ".join(sorted(entry.name for entry in matches)) + ".",
        )
    if not matches:
        raise InputFileError(name, "is not a session folder", todo="`viva sessions` lists them.")
    return matches[0]


def recent_questions(home: Path, sessions: int = 5) -> list[str]:
    """Ids of the questions of the last sessions, the newest session first.

    Only session.json is read; a session that cannot be read counts for nothing.
    """
    metas: list[SessionMeta] = []
    for folder in home.iterdir() if home.is_dir() else ():
        with suppress(VivaError, OSError):
            metas.append(read_meta(folder / META_FILE))
    newest = sorted(metas, key=lambda meta: meta.created, reverse=True)[:sessions]
    return list(dict.fromkeys(question.id for meta in newest for question in meta.questions))
