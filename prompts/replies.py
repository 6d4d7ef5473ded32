"""What a language model may reply: lists of small models, literals and plain optional fields.

No dictionaries, unions or ranges: strict servers refuse some of them. Sentence numbers stand for
quotes, so that what is quoted is verbatim by construction; ids and numbers are checked by code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from prompts.prompt import Prompt, R, Usage

ReplyAct = Literal[
    "answer",
    "question",
    "off_topic",
    "repeat",
    "rephrase",
    "wait",
    "hint",
    "skip",
    "stop",
    "dont_know",
    "done",
    "silence",
    "unintelligible",
]
"""The acts of `agent/reading.py`, spelt out because `prompts` imports nothing of ours."""


class Reply(BaseModel):
    """Base of all replies. Additional keys are dropped: models like to add remarks."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SpokenReply(Reply):
    """What the interviewer says; streamed as plain text, so `text` is only its name."""

    text: str = Field(description="One short spoken utterance.")


class InventedReply(Reply):
    """A detail of the scenario that nobody has written down."""

    invents: bool = Field(description="False when there is nothing to make up.")
    say: str = Field(default="", description="One sentence, empty when nothing is made up.")


class FactAskedReply(Reply):
    """A sheet fact that a sentence asks for."""

    fact_id: str = Field(description="An id of the sheet.")
    sentence: int = Field(description="Number of the sentence that asks for it.")


class PointCoveredReply(Reply):
    """A rubric point that a sentence covers."""

    point_id: str = Field(description="An id of the points.")
    sentence: int = Field(description="Number of the sentence that covers it best.")


class ContradictionReply(Reply):
    """Two statements that cannot both hold."""

    sentence: int = Field(description="Number of the sentence of this turn.")
    earlier: int = Field(default=0, description="Number of the earlier statement, 0 = none.")
    fact_id: str = Field(default="", description="Id of the released fact, empty = none.")


class UnjustifiedReply(Reply):
    """A choice that is made without a reason."""

    sentence: int = Field(description="Number of the sentence that makes the choice.")
    term: str = Field(description="The one to six words naming what was chosen, copied exactly.")


class TurnReply(Reply):
    """The deep reading of one candidate turn."""

    act: ReplyAct = Field(description="What the turn does.")
    facts_asked: list[FactAskedReply] = Field(default=[])
    points_covered: list[PointCoveredReply] = Field(default=[])
    unjustified: list[UnjustifiedReply] = Field(default=[])
    contradictions: list[ContradictionReply] = Field(default=[])


class JudgedPointReply(Reply):
    """The presence of one point of the criterion."""

    point: str = Field(description="The id of the point, as given.")
    sentences: list[int] = Field(
        description="Numbers of one or two sentences that show it; empty when absent."
    )
    state: Literal["present", "absent", "unclear"]
    reason: str = Field(default="", description="One short sentence.")


class CriterionReply(Reply):
    """One criterion read: one entry for every point asked."""

    points: list[JudgedPointReply]


class ChosenQuestionReply(Reply):
    """A question that fits the user's own material."""

    id: str = Field(description="An id of the list.")
    because: str = Field(default="", description="At most 15 words.")


class MaterialReply(Reply):
    """What a job description and a CV call for."""

    questions: list[ChosenQuestionReply] = Field(description="The best first.")
    lines: list[int] = Field(default=[], description="Numbers of telling CV lines, best first.")


@dataclass(frozen=True, slots=True)
class Completion(Generic[R]):
    """A structured reply with what is kept for the record."""

    value: R
    raw: str
    """The reply as it came."""
    usage: Usage


class RecordingModel(Protocol):
    """A language model that hands over the raw reply and its tokens: what a judge needs."""

    name: str

    def ask(self, prompt: Prompt[R]) -> Completion[R]:
        """The structured reply; ModelUnavailable or ModelReplyInvalid when there is none."""
        ...


def strict_schema(reply: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `reply` as strict servers want it.

    Every property is required, additional ones are excluded, defaults and titles are left out. Our
    own validation stays more tolerant: an optional field that is missing takes its default.
    """
    strict = _strict(reply.model_json_schema())
    assert isinstance(strict, dict)
    return strict


def _strict(node: Any, names: bool = False) -> Any:
    """`node` made strict; `names` marks a mapping whose keys are field names, not keywords."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _strict(value, names=key in {"properties", "$defs"} and not names)
        for key, value in node.items()
        if names or key not in {"default", "title"}
    }
    if not names and kept.get("type") == "object":
        kept["additionalProperties"] = False
        kept["required"] = list(kept.get("properties", {}))
    return kept
