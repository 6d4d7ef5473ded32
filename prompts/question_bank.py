"""Questions as data: prompt, hidden scenario sheet, rubric points, probes, hints, twists."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Literal, TypeVar, get_args

from pydantic import Field, model_validator

from prompts.bank_cache import keep, recall
from prompts.errors import InputFileError, UsageError
from prompts.rubric import CriterionKey, Level, QuestionType, Strict
from prompts.yaml_file import load_yaml

Category = Literal["fundamentals", "system-design", "data-engineering", "deployment", "behavioural"]
Area = Literal[
    "framing", "data", "model", "evaluation", "serving", "production", "business", "people"
]
Need = Literal[
    "goal", "scale", "latency", "data", "labels", "cost_of_errors", "metric", "constraint", "people"
]
TwistKind = Literal[
    "scale",
    "latency",
    "labels",
    "regulation",
    "budget",
    "market",
    "adversary",
    "upstream",
    "metric",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)


class Shift(Strict):
    """Which values of a fact a shifted twin changes (`prompts/twin.py`)."""

    values: tuple[str, ...] = Field(
        min_length=1, description="As they stand in `say` or `uses`, each beginning with a number."
    )
    by: tuple[float, ...] = Field(default=(), description="Factors, one of which is taken.")
    like: str = Field(default="", description="Id of the fact whose factor it shares.")

    @model_validator(mode="after")
    def one_factor(self) -> Shift:
        """Values are numbers, and there is one place the factor comes from."""
        if bool(self.by) == bool(self.like) or any(not factor > 0 for factor in self.by):
            raise ValueError("a shift needs either `by`, factors above 0, or `like`")
        for value in self.values:
            if not value[:1].isdigit():
                raise ValueError(f"shift: {value!r} does not begin with a number")
        return self


class Fact(Strict):
    """One hidden fact of the scenario sheet: released only when it is asked for."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    weight: Literal[1, 2, 3] = Field(description="3 = changes the design, 1 = nice to know.")
    need: Need = Field(description="Which kind of requirement it answers.")
    asks: tuple[str, ...] = Field(min_length=3, description="Ways a candidate may ask for it.")
    terms: tuple[str, ...] = Field(
        min_length=1, description="Words that point at it when they stand in a question."
    )
    say: str = Field(description="The interviewer's reply, at most two sentences.")
    uses: tuple[str, ...] = Field(
        min_length=1, description="Words of a later choice that show the fact was used."
    )
    shift: Shift | None = Field(
        default=None,
        description="Which numbers a repeat with other values changes: `values` and `by`, factors, "
        "or `like`, another fact. Left out, they never change.",
    )
    was: str = Field(default="", description="Of a shifted twin: what `say` was the first time.")

    @model_validator(mode="after")
    def shiftable(self) -> Fact:
        """A value that may move stands in the fact."""
        for value in self.shift.values if self.shift else ():
            if not any(value in text for text in (self.say, *self.uses)):
                raise ValueError(f"shift: {value!r} stands neither in `say` nor in `uses`")
        return self


class Probe(Strict):
    """An open question about a point that never names the answer."""

    ask: str = Field(description="When the point was not covered yet.")
    deeper: str = Field(description="When it was: one level further instead of asking again.")


class Point(Strict):
    """A question-specific rubric point: what a good answer covers."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    area: Area
    criterion: CriterionKey
    level: Level = Field(description="The lowest level of which it is expected.")
    must_have: bool = Field(default=False, description="The policy probes it when uncovered.")
    text: str = Field(description="What is covered, as one sentence a rater can affirm.")
    counts: str = Field(description="Words of a candidate that cover it.")
    does_not_count: str = Field(description="Words that come near and do not.")
    exemplars: tuple[str, ...] = Field(min_length=3, description="Spoken sentences that cover it.")
    terms: tuple[str, ...] = Field(min_length=1)
    probes: tuple[Probe, ...] = Field(min_length=1)


class Twist(Strict):
    """A constraint that changes after the design stands."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: TwistKind
    severity: int = Field(ge=1, le=5)
    say: str = Field(description="The new fact and one question, at most 35 words.")
    good_reaction: str
    terms: tuple[str, ...] = Field(min_length=1, description="Earlier choices it touches.")


class Question(Strict):
    """One interview question with everything the interviewer knows about it."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    category: Category
    type: QuestionType
    levels: tuple[Level, ...] = Field(min_length=1)
    prompt: str = Field(description="Read aloud once; deliberately vague.")
    rephrased: str = Field(description="The same question in other words.")
    expectation: str = Field(description="What a good answer comes to, in one line.")
    tests: str = Field(description="What the evaluator looks for.")
    scenario: str = Field(description="Who the interviewer plays and what the company is.")
    vocabulary: tuple[str, ...] = Field(
        min_length=8, max_length=25, description="Terms the recogniser is biased with."
    )
    facts: tuple[Fact, ...]
    points: tuple[Point, ...] = Field(min_length=6)
    hints: tuple[str, str, str, str]
    twists: tuple[Twist, ...] = Field(min_length=1)
    red_flags: tuple[str, ...] = Field(min_length=1)
    strong_answer: str = Field(description="To learn from afterwards; never spoken.")
    reflect: str = Field(description="The closing question: what would you do differently.")

    @model_validator(mode="after")
    def consistent(self) -> Question:
        """Ids are unique and a design has enough of a sheet to be clarified."""
        for name, items in (
            ("facts", self.facts),
            ("points", self.points),
            ("twists", self.twists),
        ):
            ids = [item.id for item in items]
            repeated = sorted({i for i in ids if ids.count(i) > 1})
            if repeated:
                raise ValueError(f"{name}: the id {repeated[0]!r} stands twice")
        moving = {fact.id for fact in self.facts if fact.shift and fact.shift.by}
        for fact in self.facts:
            if fact.shift and fact.shift.like and fact.shift.like not in moving:
                raise ValueError(f"facts: {fact.id} shifts like {fact.shift.like!r}, which stays")
        needed = {"design": 8, "behavioural": 0}.get(self.type, 3)
        if len(self.facts) < needed:
            raise ValueError(f"facts: a {self.type} question needs at least {needed}")
        return self

    def fact(self, fact_id: str) -> Fact:
        """The fact of that id; KeyError when the sheet has none."""
        return by_id(self.facts, fact_id)

    def point(self, point_id: str) -> Point:
        """The point of that id; KeyError when there is none."""
        return by_id(self.points, point_id)

    def twist(self, twist_id: str) -> Twist:
        """The twist of that id; KeyError when there is none."""
        return by_id(self.twists, twist_id)

    @property
    def sheet_digest(self) -> str:
        """Twelve hex digits of what a candidate may hear: prompt, facts, twists."""
        heard = [self.prompt, self.rephrased]
        heard += [f"{fact.id}: {fact.say}" for fact in self.facts]
        heard += [f"{twist.id}: {twist.say}" for twist in self.twists]
        return hashlib.sha256("\n".join(heard).encode()).hexdigest()[:12]

    def expected_points(self, level: Level) -> tuple[Point, ...]:
        """Points expected at `level`: those of this level and of the ones below."""
        order: tuple[Level, ...] = ("junior", "mid", "senior")
        reach = order[: order.index(level) + 1]
        return tuple(point for point in self.points if point.level in reach)


Entry = TypeVar("Entry", Fact, Point, Twist)


def by_id(entries: tuple[Entry, ...], wanted: str) -> Entry:
    """The entry of that id; KeyError when there is none."""
    for entry in entries:
        if entry.id == wanted:
            return entry
    raise KeyError(wanted)


def known_category(name: str) -> Category:
    """`name` as a category; UsageError naming them all when there is none of that name."""
    for category in CATEGORIES:
        if category == name:
            return category
    raise UsageError(f"there is no category {name!r}", todo=f"Take {', '.join(CATEGORIES)}.")


class QuestionBank:
    """Questions by id, in the order they were added; a later pack may replace an earlier one."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.by_id: dict[str, Question] = {question.id: question for question in questions}

    def __iter__(self) -> Iterator[Question]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def get(self, question_id: str) -> Question:
        """The question of that id; UsageError naming near ids when there is none."""
        if question_id in self.by_id:
            return self.by_id[question_id]
        import difflib

        near = difflib.get_close_matches(question_id, self.by_id, n=3)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"there is no question {question_id!r}", todo=f"{meant}`viva questions` lists them."
        )

    def find_by_text(self, text: str) -> Question | None:
        """The question whose prompt, rephrasing or title `text` repeats, or None.

        Matching is by token-set similarity (rapidfuzz, 0-100), at least 88 on prompt, rephrasing
        or title, so that small differences of wording and punctuation do not matter.
        """
        from rapidfuzz import fuzz, utils

        best, best_score = None, 0.0
        for question in self:
            for known in (question.prompt, question.rephrased, question.title):
                score = fuzz.token_sort_ratio(text, known, processor=utils.default_process)
                if score > best_score:
                    best, best_score = question, score
        return best if best_score >= MATCH_AT_LEAST else None


MATCH_AT_LEAST = 88.0
"""Token-sort similarity (0-100) from which a question text counts as the same question."""


def load_question(path: Path) -> Question:
    """One question file; InputFileError with line and column when it is wrong."""
    return load_yaml(path, Question)


def load_pack(path: Path) -> list[Question]:
    """A question file, or every `*.yaml` of a folder."""
    if path.is_dir():
        files = sorted(path.glob("*.yaml"))
        if not files:
            raise InputFileError(path, "holds no .yaml file")
        return [load_question(file) for file in files]
    return [load_question(path)]


@functools.cache
def load_bank() -> QuestionBank:
    """The questions that ship with Viva."""
    files = sorted(bank_folder().glob("*.yaml"))
    questions = recall(files, Question)
    if questions is None:
        questions = load_pack(bank_folder())
        keep(files, questions, Question)
    return QuestionBank(questions)


def bank_folder() -> Path:
    """The folder of the shipped question files."""
    return Path(str(resources.files("prompts").joinpath("questions")))
