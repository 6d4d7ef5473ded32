"""What the interviewer can do next, and why it did it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from prompts.conduct import Phase
from prompts.question_bank import Area

MoveKind = Literal[
    "prompt",  # open the session and read the question
    "next_question",  # close one question and read the next
    "fact",  # release sheet facts that were asked for
    "invented_fact",  # a detail the sheet does not hold, made up once and true from then on
    "no_such_fact",  # a scenario question that no fact answers
    "hand_back",  # the candidate asked us to decide the design
    "no_verdict",  # "how am I doing", "is that right"
    "off_topic",  # not about the problem: small talk, the clock, how it is going
    "repeat",
    "rephrase",
    "wait_ok",
    "hint",
    "dont_know",  # how would you find out, or what would you assume?
    "take_your_time",
    "what_weighing",
    "nudge_framing",  # solving for two minutes without a question
    "unintelligible",
    "other_language",
    "ramble_soft",
    "ramble_clock",
    "reconcile",  # two statements that cannot both hold
    "why",  # a choice without a reason
    "how_much",  # a claim without number or mechanism
    "outline",  # the whole picture before any part
    "deep_dive",  # senior: the candidate proposes where; others: the interviewer picks
    "probe",  # an uncovered must-have, never naming the answer
    "deeper",  # one level further on something covered
    "challenge",  # challenge once even a right choice
    "scale_up",  # too fast, too complete
    "production",  # only if not volunteered
    "twist",  # a constraint changes after the design stands
    "go_on",  # nothing to ask: leave the floor to the candidate
    "reflect",  # what would you do differently
    "candidate_questions",  # anything you want to ask me
    "close",
    "stopped",  # the candidate ended the session
]

Lead = Literal[
    "",
    "bridge",  # leaving a phase on time
    "ramble_bridge",  # leaving it in the middle of a monologue
    "skip_ok",
    "no_answer_move_on",
    "answer_candidate_question",
    "no_verdict",
    "no_expectation",  # asked what we are waiting to hear: nothing in particular
    "assume_it",  # asked once more what the sheet does not say: handed back, and on
    "decide_it",  # asked once more to decide for the candidate: handed back, and on
    "no_time_for_question",  # asked when the time was up: handed back with an assumption to make
    "own_answer",  # in the close: how we would do it; that is not told
]
Beside = Literal[
    "question",  # found no fact: to be put again
    "questions",  # several of them
    "assume",  # found no fact, where a decision is handed back as well
    "decision",  # a design choice: stays the candidate's
    "own_answer",  # in the close, how we would do it: not told
    "verdict",  # how the candidate does: not told
    "expectation",  # what we are waiting to hear: nothing in particular
    "time",  # how much time is left
    "job",  # the company and the position: there is none behind this
]
"""Other things asked in the same breath, each met with a sentence of its own."""

BRIDGES: frozenset[Lead] = frozenset({"bridge", "ramble_bridge"})
"""Leads that take the candidate to another phase."""
SILENT_KINDS: frozenset[MoveKind] = frozenset({"close", "stopped"})
"""Moves after which no answer is expected."""
FLOOR_KINDS: frozenset[MoveKind] = frozenset(
    {
        *("fact", "invented_fact", "no_such_fact", "hand_back", "no_verdict", "off_topic"),
        *("wait_ok", "take_your_time", "go_on"),
    }
)
"""Moves that leave the floor to the candidate without asking anything new."""
CARRIES_FACT: frozenset[MoveKind] = frozenset(
    {"why", "how_much", "probe", "deeper", "challenge", "outline", "deep_dive", "production"}
)
"""Questions before which a fact that is still owed may be told."""
ASKING_NOTHING: frozenset[MoveKind] = FLOOR_KINDS | {
    *("repeat", "rephrase", "unintelligible", "other_language")
}
"""Moves that do not replace what is repeated when the candidate says 'sorry, once more?'."""


class Move(BaseModel):
    """One move with its reason: what the notebook shows after the session."""

    model_config = ConfigDict(frozen=True)

    @field_validator("left_out", mode="before")
    @classmethod
    def one_or_more(cls, found: object) -> object:
        """It was one question, or none, in sessions of before."""
        return (found,) * bool(found) if isinstance(found, str) else found

    kind: MoveKind
    reason: str = Field(description="Why this move, one sentence for the notebook.")
    trigger: str = Field(default="", description="The candidate's words that led to it, verbatim.")
    question_id: str
    phase: Phase
    area: Area | None = Field(default=None, description="The thread the move belongs to.")
    point_id: str = ""
    fact_ids: tuple[str, ...] = Field(
        default=(), description="Facts that are told; of `reconcile` the one that is quoted."
    )
    owed_words: str = Field(
        default="", description="Words that asked for a fact told before a question, verbatim."
    )
    more_asked: bool = Field(default=False, description="fact: not everything was answered.")
    left_out: tuple[str, ...] = Field(
        default=(), description="Questions beside it that found no fact, verbatim."
    )
    beside: tuple[Beside, ...] = Field(
        default=(), description="Other things asked in the same breath, each met in a sentence."
    )
    several: bool = Field(default=False, description="no_such_fact: for more than one question.")
    premise: bool = Field(
        default=False, description="no_such_fact: it was asked why we take something as given."
    )
    invented: str = Field(default="", description="invented_fact: the detail, one sentence.")
    twist_id: str = ""
    hint_rung: int = Field(default=0, ge=0, le=4)
    hook: str = Field(default="", description="Words of the candidate said back, verbatim.")
    before: str = Field(default="", description="reconcile: the earlier statement, verbatim.")
    difficulty: int = Field(default=0, ge=0, le=5, description="next_question: its step; 0 = kept.")
    lead: Lead = Field(default="", description="A short sentence spoken before the move itself.")

    @property
    def tells(self) -> tuple[str, ...]:
        """Facts that are told with the move: all of it, or before what it asks."""
        return () if self.kind == "reconcile" else self.fact_ids

    @property
    def expects_answer(self) -> bool:
        """False for the moves that end the session."""
        return self.kind not in SILENT_KINDS
