"""Misheard words put right from a page: the candidate's turns to correct, and a correction made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.correcting import Corrector, rescore
from evaluation.correction import numbered
from prompts.errors import UsageError

if TYPE_CHECKING:
    from agent.settings import Settings
    from evaluation.session import SessionFolder

MAX_TEXT = 20_000
"""Characters of one turn; an hour of talk has fewer than 60 000."""


def to_correct(session: SessionFolder) -> list[dict[str, Any]]:
    """The candidate's turns: text, what was heard where that is another, unsure words by number."""
    heard = {turn.turn: turn.text for turn in session.heard_turns()}
    return [
        {
            "turn": turn.turn,
            "start_ms": turn.start_ms,
            "text": turn.text,
            "heard": heard[turn.turn] if heard[turn.turn] != turn.text else "",
            "unsure": [word.text for word in numbered(turn) if word.unsure],
        }
        for turn in session.turns()
        if turn.speaker == "candidate"
    ]


def put_right(
    session: SessionFolder, number: int, body: dict[str, Any], settings: Settings
) -> list[str]:
    """Store the correction and score again; what that changed, as lines.

    Raises UsageError for a turn that is not the candidate's or a body that says nothing,
    SessionInUse while the session is locked.
    """
    corrector = Corrector(session, number)
    text, undo = body.get("text"), body.get("undo") is True
    if undo:
        changed = corrector.undo()
    elif isinstance(text, str) and len(text) <= MAX_TEXT:
        changed = corrector.edit(text, sure=body.get("sure") is True)
    else:
        raise UsageError(f"text has to be a string up to {MAX_TEXT} long")
    if not changed:
        return ["Nothing was changed, so nothing was scored again."]
    return rescore(session, corrector.before, settings)
