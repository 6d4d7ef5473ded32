"""What was understood of one candidate turn: the policy's only view of the words."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DialogueAct = Literal[
    "answer",  # talks about the problem
    "question",  # asks the interviewer something; may also hold an answer
    "off_topic",  # asks something that is not about the problem: "do you like pizza?"
    "repeat",  # "can you repeat the question"
    "rephrase",  # "what do you mean by that"
    "wait",  # "give me a minute", "let me think"
    "hint",  # "can I have a hint"
    "skip",  # "can we skip this one"
    "stop",  # "let's stop here"
    "dont_know",  # "I don't know", with nothing else of substance
    "done",  # "that's my answer", with nothing else of substance
    "silence",  # nothing was said
    "unintelligible",  # sound, but no usable words (noise, another language, gibberish)
]

Aside = Literal["", "chat", "time", "verdict", "expectation", "job"]
"""What an off-topic question is about: small talk, the clock, how the candidate does, what we
are waiting to hear, the company and the position."""


class Frozen(BaseModel):
    """Values in the graph's state are replaced, never changed."""

    model_config = ConfigDict(frozen=True)


class FactAsked(Frozen):
    """A sheet fact the candidate asked for."""

    fact_id: str
    quote: str = Field(description="The words that asked for it, verbatim.")
    score: float = Field(ge=0, le=1)
    part: str = Field(default="", description="The part of them that named it, verbatim.")


class PointSeen(Frozen):
    """A rubric point of the question that the words cover."""

    point_id: str
    quote: str = Field(description="The words that cover it, verbatim.")
    score: float = Field(ge=0, le=1)


class Hook(Frozen):
    """Something said that a follow-up can hold on to."""

    quote: str = Field(description="The whole clause, verbatim.")
    term: str = Field(description="The few words to say back, verbatim; at most 8 words.")


class Contradiction(Frozen):
    """Two statements that cannot both hold."""

    now: str = Field(description="Verbatim words of this turn.")
    before: str = Field(
        description="Verbatim words of an earlier turn or a released fact; empty: we never said it."
    )
    before_turn: int | None = Field(default=None, description="The earlier turn, if it was one.")
    fact_id: str = Field(default="", description="The released fact it contradicts, if any.")


class Invented(Frozen):
    """A detail the sheet does not hold, made up when it was asked for."""

    question: str = Field(description="The words that asked for it, verbatim.")
    say: str = Field(description="One sentence, true from then on.")


class Reading(Frozen):
    """One candidate turn, read. Everything quoted is a verbatim part of the turn's text."""

    act: DialogueAct
    questions: tuple[str, ...] = Field(default=(), description="Sentences that ask us something.")
    facts_asked: tuple[FactAsked, ...] = ()
    unknown_questions: tuple[str, ...] = Field(
        default=(), description="Questions about the scenario without a fact: sentences or parts."
    )
    invented: Invented | None = Field(
        default=None, description="What is told to the first unknown question, if anything."
    )
    handed_questions: tuple[str, ...] = Field(
        default=(), description="Questions that ask us to design: 'which model would you use?'"
    )
    aside: Aside = Field(default="", description="Kind of the off-topic question, if it is one.")
    about_job: bool = Field(default=False, description="'Who would I be working with?'")
    astray: bool = Field(default=False, description="Talk about something else altogether.")
    points: tuple[PointSeen, ...] = ()
    unjustified: tuple[Hook, ...] = Field(default=(), description="Choices without a reason.")
    justified: tuple[Hook, ...] = Field(
        default=(), description="Choices with a reason that bear on what the question is about."
    )
    unquantified: tuple[Hook, ...] = Field(
        default=(), description="Claims without a number or a mechanism."
    )
    contradictions: tuple[Contradiction, ...] = ()
    assumptions: tuple[str, ...] = Field(default=(), description="Stated assumptions, verbatim.")
    numbers: int = Field(default=0, ge=0, description="Figures with a meaning (5 ms, 2 %, 10k).")
    hedges: int = Field(default=0, ge=0)
    words: int = Field(default=0, ge=0)
    signposted: bool = Field(default=False, description="A plan or order was announced.")
    solving: bool = Field(default=False, description="A solution term was used.")
    handed_over: bool = Field(default=False, description="'That's my answer', 'does that help?'")
    leads_on: bool = Field(default=False, description="'Can we move on to serving?'")
    repeats_turn: int | None = Field(
        default=None, description="An earlier turn that this one says again."
    )
