"""Which questions a session asks: by level, category and time, with the reason said."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

from prompts.conduct import Conduct, Slot
from prompts.errors import UsageError
from prompts.question_bank import Category, Question, QuestionBank
from prompts.rubric import Level


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions of a session with the minutes each may take."""

    questions: tuple[Question, ...]
    minutes: tuple[float, ...]
    reasons: tuple[str, ...]
    """Why each was picked, for the notebook."""


def plan_session(
    bank: QuestionBank,
    conduct: Conduct,
    *,
    level: Level,
    minutes: float,
    question_id: str = "",
    category: Category | None = None,
    recent: Collection[str] = (),
    seed: int = 0,
) -> Plan:
    """Fill `minutes` with questions of `level`, the most telling ones first.

    With `question_id` that question alone. `recent` ids are avoided while others remain.
    Raises UsageError when the bank has nothing for the level and category.
    """
    if question_id:
        question = bank.get(question_id)
        return Plan((question,), (minutes,), ("you asked for this question",))
    pool = candidates(bank, level, category)
    if not pool:
        raise UsageError(
            f"the bank has no {level} question in category {category or 'any'}",
            todo="`viva questions` shows what there is.",
        )
    shuffled = random.Random(seed).sample(pool, len(pool))
    shuffled.sort(key=lambda question: question.id in recent)
    slots = (
        (Slot(types=tuple({q.type: None for q in pool})),) * len(pool)
        if category
        else conduct.plans[level]
    )
    return fill(shuffled, slots, conduct, minutes)


def candidates(bank: QuestionBank, level: Level, category: Category | None) -> list[Question]:
    """The bank's questions for `level` and, if given, `category`."""
    return [
        question
        for question in bank
        if level in question.levels and category in (None, question.category)
    ]


def fill(pool: list[Question], slots: tuple[Slot, ...], conduct: Conduct, minutes: float) -> Plan:
    """Take the best question for each slot while the least time it needs still fits."""
    chosen: list[tuple[Question, str]] = []
    left = minutes
    for slot in slots:
        taken = {question.id for question, _ in chosen}
        fitting = [
            question
            for question in pool
            if question.type in slot.types
            and question.id not in taken
            and (conduct.times[question.type].minutes <= left or not chosen)
        ]
        if not fitting:
            continue
        question = fitting[0]
        chosen.append((question, f"a {question.type} question fits the plan of this session"))
        left -= conduct.times[question.type].minutes
    if not chosen:
        chosen.append((pool[0], "the only kind the bank has for this choice"))
    return spread(chosen, conduct, minutes)


def spread(chosen: list[tuple[Question, str]], conduct: Conduct, minutes: float) -> Plan:
    """Give each question its share of the time, in proportion to what its type wants."""
    wanted = [conduct.times[question.type].minutes for question, _ in chosen]
    scale = minutes / sum(wanted)
    return Plan(
        tuple(question for question, _ in chosen),
        tuple(round(each * scale, 2) for each in wanted),
        tuple(reason for _, reason in chosen),
    )
