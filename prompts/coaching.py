"""What a coach says about each point of the rubric, and what stands behind named techniques."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import Field

from prompts.rubric import QuestionType, Strict, rubric_path
from prompts.yaml_file import load_yaml

Place = Literal[
    "opening",
    "claim",
    "choice",
    "ending",
    "question",
    "after_reply",
    "operation",
    "metric",
    "method",
    "story",
    "result",
    "probe",
    "twist",
    "unclear",
    "loose",
    "middle",
]
"""Where in an answer a remark belongs."""


class PointCoaching(Strict):
    """The words about one rubric point."""

    earned: str = Field(description="Said where it was shown, a sentence.")
    why: str = Field(description="Said where it was not, after 'Still missing:'.")
    at: Place = Field(description="The sentence of the answer that the remark belongs to.")
    show: tuple[str, ...] = Field(min_length=1, description="Example sentences with slots.")
    by_type: dict[QuestionType, tuple[str, ...]] = Field(
        default_factory=dict, description="Examples for one type of question, taken first."
    )

    def examples(self, asked: QuestionType) -> tuple[str, ...]:
        """Templates for a question of this type, the best first."""
        return (*self.by_type.get(asked, ()), *self.show)


class Method(Strict):
    """A technique that candidates name, with what it gives and takes."""

    words: str = Field(description="Regular expression, lower case.")
    name: str
    rival: str
    gains: str
    loses: str
    flip: str = Field(description="A condition, after 'if'.")
    axis: str


class Coaching(Strict):
    """The whole file."""

    points: dict[str, PointCoaching]
    methods: tuple[Method, ...]
    terms: dict[str, str] = Field(description="Term -> its meaning in plain words.")
    asks: dict[str, str] = Field(description="Kind of need -> a question for it.")
    assumes: dict[str, str] = Field(description="Kind of need -> an assumption, after 'I assume'.")


@functools.cache
def load_coaching() -> Coaching:
    """The coaching that ships with Viva; InputFileError when the file is wrong."""
    return load_yaml(coaching_path(), Coaching)


def coaching_path() -> Path:
    """Beside the rubric it speaks about."""
    return rubric_path().with_name("coaching.yaml")
