"""How an interview is conducted, as data: phases with their shares of the time, ladders, limits."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from prompts.question_bank import Area
from prompts.rubric import QUESTION_TYPES, Level, QuestionType, Strict
from prompts.yaml_file import load_yaml

Phase = Literal[
    "open", "framing", "outline", "data_and_model", "deep_dive", "twist", "production", "close"
]
PHASES: tuple[Phase, ...] = get_args(Phase)


class PhasePlan(Strict):
    """One phase of one question."""

    phase: Phase
    share: float = Field(gt=0, le=1, description="Share of the question's time.")
    areas: tuple[Area, ...] = Field(default=(), description="Areas probed in this phase.")
    probes: int = Field(default=0, ge=0, description="Probes at most before the phase is left.")


class Silence(Strict):
    """The silence ladder, milliseconds of silence in a row since the interviewer last spoke."""

    take_your_time_ms: int = Field(gt=0)
    what_weighing_ms: int = Field(gt=0)
    rung_one_ms: int = Field(gt=0)
    after_wait_ms: int = Field(gt=0, description="Silence allowed after 'give me a minute'.")

    @model_validator(mode="after")
    def ascending(self) -> Silence:
        """Each rung comes later than the one before."""
        if not self.take_your_time_ms < self.what_weighing_ms < self.rung_one_ms:
            raise ValueError("the rungs must come one after another")
        return self


class Limits(Strict):
    """Counts and lengths of the policy."""

    solving_without_question_ms: int = Field(gt=0, description="Framing: then it is noted.")
    nudge_after_ms: int = Field(gt=0, description="Framing: then one neutral nudge.")
    ramble_concept_words: int = Field(gt=0, description="About two minutes of speech.")
    ramble_design_words: int = Field(gt=0, description="About three and a half minutes.")
    fruitless_probes: int = Field(gt=0, description="Probes on one thread without gain.")
    why_per_phase: int = Field(gt=0)
    how_much_per_phase: int = Field(gt=0)
    unclear_in_a_row: int = Field(gt=0, description="Unintelligible turns before moving on.")
    facts_per_reply: int = Field(gt=0)
    handed_back: int = Field(gt=0, description="Questions handed back before we go on as well.")
    thin_answer_words: int = Field(gt=0, description="Shorter answers count as no gain.")
    closing_ms: int = Field(gt=0, description="Time kept for the close of the session.")


class QuestionTime(Strict):
    """Minutes one question of a type wants when several share a session."""

    minutes: float = Field(gt=0)


class Slot(Strict):
    """One place in the plan of a session."""

    types: tuple[QuestionType, ...]


class Conduct(Strict):
    """Everything the policy counts with."""

    version: str
    phases: dict[QuestionType, tuple[PhasePlan, ...]]
    silence: Silence
    limits: Limits
    times: dict[QuestionType, QuestionTime]
    plans: dict[Level, tuple[Slot, ...]] = Field(
        description="Slots of a long session, most important first."
    )

    @model_validator(mode="after")
    def whole(self) -> Conduct:
        """Every type has its phases, and their shares add up to one."""
        for kind in QUESTION_TYPES:
            total = sum(plan.share for plan in self.phases.get(kind, ()))
            if abs(total - 1) > 0.001:
                raise ValueError(f"phases of {kind!r}: the shares add up to {total:.3f}, not 1")
            if kind not in self.times:
                raise ValueError(f"times of {kind!r} are missing")
        return self


@functools.cache
def load_conduct() -> Conduct:
    """The conduct that ships with Viva."""
    path = Path(str(resources.files("prompts").joinpath("rubrics/conduct.yaml")))
    return load_yaml(path, Conduct)
