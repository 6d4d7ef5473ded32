"""How an interview is conducted, as data: phases with their shares of the time, ladders, limits."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from prompts.errors import UsageError
from prompts.question_bank import Area
from prompts.rubric import QUESTION_TYPES, CriterionKey, Level, QuestionType, Strict
from prompts.yaml_file import load_yaml

Phase = Literal[
    "open", "framing", "outline", "data_and_model", "deep_dive", "twist", "production", "close"
]
PHASES: tuple[Phase, ...] = get_args(Phase)
DrillName = Literal["clarifying", "trade-offs", "production"]
DRILLS: tuple[DrillName, ...] = get_args(DrillName)
DIFFICULTIES = range(1, 6)
"""Steps of difficulty: 1 gentle, 3 the ordinary interview, 5 hard."""


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
    ramble_concept_ms: int = Field(gt=0, description="Speech without a signpost, to be cut in on.")
    ramble_design_ms: int = Field(gt=0, description="The same where a design is laid out.")
    fruitless_probes: int = Field(gt=0, description="Probes on one thread without gain.")
    why_per_phase: int = Field(gt=0)
    how_much_per_phase: int = Field(gt=0)
    unclear_in_a_row: int = Field(gt=0, description="Unintelligible turns before moving on.")
    proposal_words: int = Field(gt=0)
    going_on_words: int = Field(gt=0)
    facts_per_reply: int = Field(gt=0)
    clarified_facts: int = Field(gt=0)
    invented_facts: int = Field(gt=0, description="Details made up for one question at most.")
    handed_back: int = Field(gt=0, description="Questions handed back before we go on as well.")
    thin_answer_words: int = Field(gt=0, description="Shorter answers count as no gain.")
    closing_ms: int = Field(gt=0, description="Time kept for the close of the session.")
    last_word_ms: int = Field(
        gt=0, description="Silence and speech are allowed at least so long, whatever the clock."
    )
    least_question_share: float = Field(
        gt=0, le=1, description="A question is put only while this share of its time is left."
    )
    off_topic_ms: int = Field(gt=0, description="Talk beside the problem, in a row.")


class QuestionTime(Strict):
    """Minutes one question of a type wants when several share a session."""

    minutes: float = Field(gt=0)


class Slot(Strict):
    """One place in the plan of a session."""

    types: tuple[QuestionType, ...]


class Difficulty(Strict):
    """What one step of difficulty changes. The rubric is the same at every step."""

    probes: int = Field(description="Added to the probes of every phase that has some.")
    hints: float = Field(ge=-1, le=1, description="Added to the persona's hint generosity.")
    twist: Literal["mild", "fitting", "severe"] = Field(
        description="Which twist comes first: the mildest, the one that fits what was said, the "
        "severest."
    )
    pace: float = Field(
        gt=0, description="Factor on the time of a question and on the length of a monologue."
    )


class Adapting(Strict):
    """When the next question is a step harder or easier."""

    strong_share: float = Field(gt=0, le=1, description="Expected points heard, share.")
    weak_share: float = Field(ge=0, lt=1)
    hints_at_most: int = Field(ge=0, description="More hints than this are no strong answer.")


class Drill(Strict):
    """A few minutes on one criterion: an interview in which only its phases exist."""

    criterion: CriterionKey
    title: str
    minutes: float = Field(gt=0)
    types: tuple[QuestionType, ...] = Field(description="Questions it is run on, best first.")
    task: str = Field(description="Said after the question: which part of it is wanted.")
    limits: dict[str, int] = Field(default={}, description="Limits that differ in it.")
    phases: tuple[PhasePlan, ...]


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
    difficulty: dict[int, Difficulty] = Field(description="Steps 1 (gentle) to 5 (hard).")
    adapting: Adapting
    drills: dict[DrillName, Drill]
    focus: CriterionKey | None = Field(
        default=None, description="Only points of this criterion are probed; set by `drilled`."
    )
    task: str = Field(default="", description="Said after the question; set by `drilled`.")
    twist: Literal["mild", "fitting", "severe"] = Field(
        default="fitting", description="Which twist comes first; set by `at`."
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
        for name, drill in self.drills.items():
            total = sum(plan.share for plan in drill.phases)
            if abs(total - 1) > 0.001:
                raise ValueError(f"drill {name!r}: the shares add up to {total:.3f}, not 1")
            if unknown := set(drill.limits) - set(Limits.model_fields):
                raise ValueError(f"drill {name!r}: there is no limit {min(unknown)!r}")
        if set(self.difficulty) != set(DIFFICULTIES):
            raise ValueError("difficulty: the steps 1 to 5 are needed")
        return self

    def drilled(self, name: DrillName) -> Conduct:
        """The same conduct with nothing but one drill in it."""
        drill = self.drills[name]
        return self.model_copy(
            update={
                "phases": dict.fromkeys(self.phases, drill.phases),
                "limits": self.limits.model_copy(update=drill.limits),
                "focus": drill.criterion,
                "task": drill.task,
            }
        )

    def at(self, difficulty: int) -> Conduct:
        """The same conduct at a step of difficulty: more or fewer probes, shorter monologues."""
        step = self.difficulty[difficulty]
        phases = {
            kind: tuple(
                plan.model_copy(update={"probes": max(1, plan.probes + step.probes)})
                if plan.probes
                else plan
                for plan in plans
            )
            for kind, plans in self.phases.items()
        }
        limits = self.limits.model_copy(
            update={
                "ramble_concept_words": round(self.limits.ramble_concept_words * step.pace),
                "ramble_design_words": round(self.limits.ramble_design_words * step.pace),
            }
        )
        return self.model_copy(update={"phases": phases, "limits": limits, "twist": step.twist})


def known_drill(name: str) -> DrillName:
    """`name` as a drill; UsageError naming them all when there is none of that name."""
    for drill in DRILLS:
        if drill == name:
            return drill
    raise UsageError(f"there is no drill {name!r}", todo=f"Take {', '.join(DRILLS)}.")


@functools.cache
def load_conduct() -> Conduct:
    """The conduct that ships with Viva."""
    path = Path(str(resources.files("prompts").joinpath("rubrics/conduct.yaml")))
    return load_yaml(path, Conduct)
