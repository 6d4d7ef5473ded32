"""`session.json`: who was asked what, how, and with which versions."""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluation.json_lines import first_fault, read_json
from prompts.errors import InputFileError
from prompts.rubric import CriterionKey, Level, QuestionType

META_FORMAT: Literal["viva-session/1"] = "viva-session/1"
META_FILE = "session.json"
MAX_META_BYTES = 1_000_000
"""Bytes of session.json; one takes about 4 kB, and 25 kB more for each question of one's own."""


class PlannedQuestion(BaseModel):
    """One question of the plan."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    type: QuestionType
    known: bool = Field(default=True, description="The bank has it, with sheet and points.")
    minutes: float | None = Field(default=None, description="Minutes planned for it.")
    sheet: str = Field(
        default="", description="Digest of prompt, facts and twists as put; empty: not known."
    )
    anchor: str = Field(
        default="", description="A line of the user's own material the question holds on to."
    )


class TwinNote(BaseModel):
    """How the sheet of one question was shifted."""

    model_config = ConfigDict(frozen=True)

    question_id: str
    seed: int
    factors: dict[str, float] = Field(description="Kind of quantity → factor on its values.")
    changed: dict[str, str] = Field(description="Fact id → its values as `old → new`.")


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
    model_use: dict[str, int] = Field(
        default={},
        description="Of the brain's model: calls, input_tokens, cached_tokens (part of them), "
        "output_tokens, refused wordings, turns replaced by the offline brain.",
    )
    retry_of: str = Field(default="", description="Id of the session this one tries again.")
    ended: str = Field(default="", description="complete, stopped, left; empty: unfinished.")
    demo: bool = Field(
        default=False, description="The bundled candidate answered: it says nothing of the user."
    )
    drill: str = Field(default="", description="Name of the drill; empty: a whole interview.")
    criteria: tuple[CriterionKey, ...] = Field(
        default=(), description="Only these are scored; empty: all that the questions ask for."
    )
    twins: tuple[TwinNote, ...] = Field(
        default=(), description="Questions asked with other values on their sheets."
    )
    self_rating: dict[CriterionKey, int] = Field(
        default={},
        description="The candidate's own 1-5, given after the evaluation was stored and before it "
        "was shown. No judge reads this file.",
    )


def new_session_id() -> str:
    """Eight random hex digits; the folder's name holds date and question as well."""
    return secrets.token_hex(4)


def now_utc() -> datetime:
    """The present second."""
    return datetime.now(UTC).replace(microsecond=0)


def with_question(meta: SessionMeta, index: int, question_id: str, text: str) -> SessionMeta:
    """`meta` with another question of the same type in this place of the plan."""
    planned = list(meta.questions)
    other = {"id": question_id, "text": text, "sheet": ""}
    planned[index] = planned[index].model_copy(update=other)
    return meta.model_copy(update={"questions": tuple(planned)})


def read_meta(path: Path) -> SessionMeta:
    """session.json; InputFileError naming the first fault when it is none."""
    data = read_json(path, MAX_META_BYTES)
    try:
        return SessionMeta.model_validate_json(data)
    except ValidationError as error:
        newer = newer_format(data)
        if newer:
            raise InputFileError(
                path,
                f"was written by a newer Viva ({newer}; this one reads {META_FORMAT})",
                todo="Install the newer Viva; the session is left as it is.",
            ) from error
        raise InputFileError(path, f"is no {META_FORMAT} ({first_fault(error)})") from error


def newer_format(data: bytes) -> str:
    """The format that session.json names, where its number is above ours; else empty."""
    try:
        named = str(json.loads(data)["format"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    name, ours = META_FORMAT.split("/")
    found = re.fullmatch(rf"{name}/(\d{{1,9}})", named)
    return named if found and int(found[1]) > int(ours) else ""
