"""Which questions a session asks: by level, category, time and the user's own material.

1. The slots of the level's plan say which types, most important first.
2. Each slot takes the question that was not asked lately, is no jump in hardness, and fits the
   user's material best; the reason is kept. What is due again by spaced repetition comes first, in
   every other slot, so that a long list of it leaves room for new questions.
3. Others of the same type stay on offer, a step easier or harder, for while it runs.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.state import InterviewState
from agent.wording import content_words
from prompts.conduct import Conduct, Slot
from prompts.errors import UsageError
from prompts.question_bank import Category, Question, QuestionBank
from prompts.rubric import LEVELS, Level

STEP = 1
"""Hardness may change by this much from one question to the next."""
CHANCE = 0.35
"""How much chance counts beside the weight of the user's material (0-1)."""


@dataclass(frozen=True, slots=True)
class Interests:
    """What the user's own material asks for. Empty: nothing was given."""

    weights: dict[str, float] = field(default_factory=dict)
    """Question id → 0 to 1, 1 = the best fit of the bank."""
    because: dict[str, str] = field(default_factory=dict)
    """Question id → why, for the notebook."""
    anchors: tuple[str, ...] = ()
    """Lines a behavioural question can hold on to, the best first, as "CV: the line"."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions of a session with the minutes each may take."""

    questions: tuple[Question, ...]
    minutes: tuple[float, ...]
    reasons: tuple[str, ...]
    """Why each was picked, for the notebook."""
    offers: tuple[tuple[Question, ...], ...] = ()
    """For each question others of its type, a step away in hardness; empty = none."""
    anchors: tuple[str, ...] = ()
    """For each question a line of the user's material, or empty."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """Everything the choice of questions depends on."""

    level: Level
    minutes: float
    category: Category | None = None
    recent: Sequence[str] = ()
    """Ids asked in the last sessions, the newest first."""
    seed: int = 0
    difficulty: int = 3
    interests: Interests = Interests()
    due: Mapping[str, str] = field(default_factory=dict)
    """Question id → why it is due again, for the notebook."""


def plan_session(bank: QuestionBank, conduct: Conduct, choosing: Choosing) -> Plan:
    """Fill the minutes with questions of the level, the most telling ones first.

    Raises UsageError naming what there is when nothing fits level and category.
    """
    pool = candidates(bank, choosing.level, choosing.category)
    if not pool:
        others = [
            level
            for level in LEVELS
            if level != choosing.level and candidates(bank, level, choosing.category)
        ]
        fitting = f"--level {' or '.join(others)}" if others else "another --category"
        raise UsageError(
            f"there is no {choosing.level} question in category {choosing.category or 'any'}",
            todo=f"{fitting} would fit; `viva questions` lists them all.",
        )
    slots = (
        (Slot(types=tuple({q.type: None for q in pool})),) * len(pool)
        if choosing.category
        else conduct.plans[choosing.level]
    )
    return fill(pool, slots, conduct, choosing)


def candidates(bank: QuestionBank, level: Level, category: Category | None) -> list[Question]:
    """The bank's questions for `level` and, if given, `category`."""
    return [
        question
        for question in bank
        if level in question.levels and category in (None, question.category)
    ]


def hardness(question: Question) -> int:
    """0 (asked of juniors only) to 4 (of seniors only), from the levels it is asked of."""
    ranks = [LEVELS.index(level) for level in question.levels]
    return round(2 * sum(ranks) / len(ranks))


def first_hardness(pool: Sequence[Question], difficulty: int) -> int:
    """The hardness a session begins near: the pool's middle, a step aside at 1 and at 5."""
    middle = sorted(hardness(question) for question in pool)[len(pool) // 2]
    return middle + {1: -STEP, 5: STEP}.get(difficulty, 0)


def fill(
    pool: list[Question], slots: tuple[Slot, ...], conduct: Conduct, choosing: Choosing
) -> Plan:
    """Take the best question for each slot while the time it needs still fits.

    The slots are gone through twice, so that a long session is filled and not stretched. When not
    even one question fits, the one that needs least time is taken.
    """
    pace = conduct.difficulty[choosing.difficulty].pace
    chance = random.Random(choosing.seed)
    luck = {question.id: chance.random() for question in sorted(pool, key=lambda q: q.id)}
    chosen: list[Question] = []
    near = first_hardness(pool, choosing.difficulty)
    left = choosing.minutes
    for slot in (*slots, *slots):
        fitting = [
            question
            for question in pool
            if question.type in slot.types
            and question not in chosen
            and conduct.times[question.type].minutes * pace <= left
        ]
        if fitting:
            best = min(fitting, key=lambda q: due_rank(q, near, choosing, luck, chosen))
            chosen.append(best)
            near = hardness(best)
            left -= conduct.times[best.type].minutes * pace
    if not chosen:
        chosen = [
            min(
                pool,
                key=lambda q: (
                    conduct.times[q.type].minutes,
                    due_rank(q, near, choosing, luck, chosen),
                ),
            )
        ]
    return spread(chosen, conduct, choosing, offered(chosen, pool, choosing, luck))


def due_rank(
    question: Question,
    near: int,
    choosing: Choosing,
    luck: dict[str, float],
    chosen: Sequence[Question],
) -> tuple[bool, int, tuple[int, bool, float]]:
    """As `rank`, but a due question comes first, the most overdue one before the others.

    Not where it would be a jump in hardness, nor when half of what is chosen was due already.
    """
    order = list(choosing.due)
    repeated = sum(each.id in choosing.due for each in chosen)
    room = 2 * repeated <= len(chosen)
    fits = abs(hardness(question) - near) <= STEP
    if question.id in choosing.due and room and fits:
        return False, order.index(question.id), rank(question, near, choosing, luck)
    return True, 0, rank(question, near, choosing, luck)


def rank(
    question: Question, near: int, choosing: Choosing, luck: dict[str, float]
) -> tuple[int, bool, float]:
    """What makes a question come first: asked longest ago, no jump, fitting the material."""
    asked = list(choosing.recent)
    again = len(asked) - asked.index(question.id) if question.id in asked else 0
    far = abs(hardness(question) - near) > STEP
    weight = choosing.interests.weights.get(question.id, 0.0)
    return again, far, -(weight + CHANCE * luck[question.id])


def offered(
    chosen: list[Question], pool: list[Question], choosing: Choosing, luck: dict[str, float]
) -> tuple[tuple[Question, ...], ...]:
    """For each question the best other one of its type for each other hardness."""
    taken = {question.id for question in chosen}
    offers: list[tuple[Question, ...]] = []
    for question in chosen:
        best: dict[int, Question] = {}
        others = [q for q in pool if q.type == question.type and q.id not in taken]
        for other in sorted(others, key=lambda q: rank(q, hardness(q), choosing, luck)):
            if hardness(other) != hardness(question):
                best.setdefault(hardness(other), other)
        taken.update(other.id for other in best.values())
        offers.append(tuple(best.values()))
    return tuple(offers)


def spread(
    chosen: list[Question],
    conduct: Conduct,
    choosing: Choosing,
    offers: tuple[tuple[Question, ...], ...],
) -> Plan:
    """Give each question its share of the time, in proportion to what its type wants."""
    wanted = [conduct.times[question.type].minutes for question in chosen]
    scale = choosing.minutes / sum(wanted)
    return Plan(
        tuple(chosen),
        tuple(round(each * scale, 2) for each in wanted),
        tuple(reason_of(question, choosing) for question in chosen),
        offers,
        anchored(chosen, choosing.interests.anchors),
    )


def reason_of(question: Question, choosing: Choosing) -> str:
    """Why a planned question was picked, one sentence for the notebook."""
    article = "an" if question.type == "operations" else "a"
    kind = f"{article} {question.type} question fits the plan of this session"
    if choosing.category:
        kind = f"you asked for {choosing.category}"
    parts = [kind]
    if because := choosing.interests.because.get(question.id):
        parts.append(because)
    if because := choosing.due.get(question.id):
        parts.append(because)
    elif question.id in choosing.recent:
        parts.append("asked lately, but everything else of its kind was too")
    elif choosing.recent:
        parts.append("not asked in your last sessions")
    return "; ".join(parts)


def anchored(chosen: Sequence[Question], anchors: Sequence[str]) -> tuple[str, ...]:
    """For each behavioural question the line of the material that shares most words with it."""
    left = list(anchors)
    found: list[str] = []
    for question in chosen:
        if question.type != "behavioural" or not left:
            found.append("")
            continue
        best = max(left, key=lambda line: len(common_words(question, line)))
        left.remove(best)
        found.append(best)
    return tuple(found)


def common_words(question: Question, line: str) -> set[str]:
    """The words with a meaning that a line of the material shares with a question."""
    about = f"{question.title} {question.prompt} {question.rephrased} {question.tests}"
    return set(content_words(about)) & set(content_words(line.partition(": ")[2]))


def anchors_at(index: int, question: Question, state: InterviewState) -> tuple[str, ...]:
    """The lines of the material when `question` is put in this place of the plan.

    One that was meant for another question is kept only where it fits this one, too.
    """
    lines, plan = state.get("anchors", ()), state["plan"]
    if index >= len(lines) or plan[index] == question.id or common_words(question, lines[index]):
        return lines
    return (*lines[:index], "", *lines[index + 1 :])
