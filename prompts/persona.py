"""Personas as data: manner, patience and voice; never information or scores."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from prompts.errors import UsageError
from prompts.new_file import spelled_out
from prompts.rubric import Strict
from prompts.yaml_file import load_yaml

Tone = Literal["warm", "neutral", "sceptical", "terse"]


class Patience(Strict):
    """How long the interviewer waits in silence before the turn counts as over, in milliseconds."""

    handed_over_ms: int = Field(
        default=600, ge=200, le=5_000, description="After a question, or 'that's my answer'."
    )
    complete_ms: int = Field(ge=300, le=10_000, description="After a complete statement.")
    incomplete_ms: int = Field(ge=1_000, le=20_000, description="After words that go on.")
    fresh_extra_ms: int = Field(
        default=1_500, ge=0, le=10_000, description="Added in the first seconds after a question."
    )

    @model_validator(mode="after")
    def ordered(self) -> Patience:
        """Unfinished words are never given less time than finished ones."""
        if not self.handed_over_ms <= self.complete_ms <= self.incomplete_ms:
            raise ValueError("handed_over_ms, complete_ms and incomplete_ms must not fall")
        return self


class Voice(Strict):
    """How the persona sounds."""

    engine: Literal["auto", "natural", "pyttsx3"] = "auto"
    name: str = Field(
        default="", description="Voice of pyttsx3, e.g. gmw/en-us+f3; empty = default."
    )
    words_per_minute: int = Field(default=165, ge=80, le=300)


class Persona(Strict):
    """One interviewer. Differs in manner only: every persona knows and scores the same."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str = Field(description="How the interviewer introduces themselves.")
    title: str = Field(description="As it is said after the name: a senior engineer.")
    description: str
    tone: Tone
    patience: Patience
    interrupts_ramblers: bool
    monologue_s: int | None = Field(
        default=None,
        ge=5,
        le=900,
        description="Speech without a signpost that ramblers are cut in on, seconds; "
        "empty = two minutes, three and a half where a design is laid out.",
    )
    cut_in: str = Field(
        default="Sorry, let me stop you there for a moment.",
        description="Said to somebody who talks on and on; one short sentence.",
    )
    hint_generosity: float = Field(
        ge=0, le=1, description="0 = only on request, 1 = soon after a stuck moment."
    )
    pushback: float = Field(ge=0, le=1, description="How readily a right choice is challenged too.")
    voice: Voice = Voice()

    def more_generous(self, by: float) -> Persona:
        """The same persona with `by` added to its hint generosity, within 0 and 1."""
        generosity = min(1.0, max(0.0, self.hint_generosity + by))
        return self.model_copy(update={"hint_generosity": generosity})


DEFAULT_PERSONA = "neutral-professional"


def persona_text(base: Persona, identity: str, name: str) -> str:
    """A commented persona file with the values of `base`, at most 30 lines."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return f"""\
# An interviewer of your own. Manner only: every persona knows the same and scores the same.
id: {identity}
name: {quoted(spelled_out(name).title())}
title: {quoted(base.title)}  # said after the name
description: {quoted(base.description)}
tone: {base.tone}  # {", ".join(get_args(Tone))}
patience:  # milliseconds of silence until your turn counts as over
  handed_over_ms: {base.patience.handed_over_ms}  # after "that's my answer"
  complete_ms: {base.patience.complete_ms}  # after a complete statement
  incomplete_ms: {base.patience.incomplete_ms}  # after words that go on
  fresh_extra_ms: {base.patience.fresh_extra_ms}  # added just after a question
interrupts_ramblers: {str(base.interrupts_ramblers).lower()}  # true = steers after two minutes
hint_generosity: {base.hint_generosity}  # 0 only on request, 1 soon after a stuck moment
pushback: {base.pushback}  # from 0.4 one sound choice is challenged as well
voice:
  engine: {base.voice.engine}  # auto, natural (one voice), pyttsx3 (many voices)
  name: {quoted(base.voice.name)}  # voice of pyttsx3
  words_per_minute: {base.voice.words_per_minute}  # 80 to 300
"""


def load_persona(name_or_path: str) -> Persona:
    """A shipped persona by id, or a persona file by path.

    Raises UsageError for an unknown name, InputFileError with the line for a faulty file.
    """
    shipped = {path.stem: path for path in persona_files()}
    if name_or_path in shipped:
        return load_yaml(shipped[name_or_path], Persona)
    path = Path(name_or_path)
    if path.suffix in {".yaml", ".yml"} or path.exists():
        return load_yaml(path, Persona)
    raise UsageError(
        f"there is no persona {name_or_path!r}",
        todo=f"Take one of {', '.join(shipped)}, or give a .yaml file.",
    )


def load_personas() -> list[Persona]:
    """All personas that ship with Viva, by id."""
    return [load_yaml(path, Persona) for path in persona_files()]


def persona_files() -> list[Path]:
    """The shipped persona files, sorted by id."""
    return sorted(Path(str(resources.files("prompts").joinpath("personas"))).glob("*.yaml"))
