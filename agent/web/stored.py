"""Stored sessions as JSON, found by the full name of their folder and by nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.web.self_rating import to_rate
from evaluation.notes import NOTES_FILE, stored_notes
from evaluation.session import META_FILE, SessionFolder
from evaluation.session_list import SessionSummary, list_sessions, summarise

if TYPE_CHECKING:
    from prompts.question_bank import QuestionBank

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""A folder's name: no separator, and no dot in front."""
ELSEWHERE = "Its folder is not on this server."


def folder_of(home: Path, name: str) -> Path | None:
    """The folder of that session directly in `home`; None when there is none."""
    path = home / name
    if not NAME.fullmatch(name) or path.is_symlink() or not (path / META_FILE).is_file():
        return None
    return path


def sessions_told(
    home: Path, bank: QuestionBank, running: frozenset[str], listed: frozenset[str]
) -> list[dict[str, Any]]:
    """All sessions, newest first. `running`, `listed`: names of those in use, and of those that
    any server has begun; the folder of one may lie on another machine."""
    found = list_sessions(home)
    elsewhere = sorted(listed - {each.path.name for each in found}, reverse=True)
    return [
        *(told(each, bank, running=each.path.name in running) for each in found),
        *({"name": n, "problem": ELSEWHERE, "running": n in running} for n in elsewhere),
    ]


def told(summary: SessionSummary, bank: QuestionBank, *, running: bool) -> dict[str, Any]:
    """One session as in `GET /api/sessions`."""
    path, meta = summary.path, summary.meta
    if meta is None:
        return {"name": path.name, "problem": summary.problem, "running": running}
    return {
        "name": path.name,
        "id": meta.id,
        "created": f"{meta.created:%Y-%m-%dT%H:%M:%SZ}",
        "level": meta.level,
        "persona": meta.persona,
        "questions": [
            {"id": q.id, "title": bank.by_id[q.id].title if q.id in bank.by_id else q.id}
            for q in meta.questions
        ],
        "minutes": meta.minutes,
        "length_ms": summary.length_ms,
        "turns": summary.turns,
        "ended": meta.ended,
        "verdict": summary.verdict,
        "scored": summary.verdict is not None,
        "has_audio": (path / "audio.wav").exists(),
        "has_notes": (path / NOTES_FILE).exists(),
        "running": running,
        "retry_of": meta.retry_of,
        "problem": "",
    }


def session_told(path: Path, bank: QuestionBank, *, running: bool) -> dict[str, Any]:
    """One session with its turns and notes. Raises InputFileError when it is damaged."""
    session = SessionFolder.open(path, repair=False)
    return {
        **told(summarise(path), bank, running=running),
        "turns_list": [
            turn.model_dump(include={"turn", "speaker", "text", "start_ms", "end_ms"})
            for turn in session.turns()
        ],
        "notes": stored_notes(session),
        "rate": to_rate(session),
    }
