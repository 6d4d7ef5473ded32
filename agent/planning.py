"""From what a user asked for to the plan of a session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from agent.plan import Plan, plan_session
from agent.settings import Settings
from evaluation.session import SessionMeta
from evaluation.session_list import find_session, recent_questions
from prompts.conduct import load_conduct
from prompts.errors import UsageError
from prompts.question_bank import CATEGORIES, QuestionBank, load_bank

SESSION_MINUTES = 45.0
QUESTION_MINUTES = 20.0
"""Length of a session, and of one question asked for by name, when no length is given."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user said about the questions; empty fields leave the choice to the plan."""

    question_id: str = ""
    category: str = ""
    retry: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class MadePlan:
    """A plan with the settings it was made for (a retry keeps the level of the first attempt)."""

    plan: Plan
    settings: Settings
    seed: int
    retry_of: str = ""


def make_plan(settings: Settings, wish: Wish) -> MadePlan:
    """The plan for `wish`. Raises UsageError for what does not exist."""
    seed = secrets.randbelow(1_000_000) if wish.seed is None else wish.seed
    if wish.category and wish.category not in CATEGORIES:
        raise UsageError(
            f"there is no category {wish.category!r}", todo=f"Take {', '.join(CATEGORIES)}."
        )
    if wish.retry:
        return retried(settings, wish.retry, seed)
    default = QUESTION_MINUTES if wish.question_id else SESSION_MINUTES
    plan = plan_session(
        load_bank(),
        load_conduct(),
        level=settings.level,
        minutes=settings.minutes or default,
        question_id=wish.question_id,
        category=wish.category or None,
        recent=() if wish.question_id else recent_questions(settings.sessions_home),
        seed=seed,
    )
    return MadePlan(plan, settings, seed)


def retried(settings: Settings, name: str, seed: int) -> MadePlan:
    """The questions, minutes and level of an earlier session."""
    meta = find_session(settings.sessions_home, name).meta
    plan = plan_of(meta, load_bank(), f"asked in {meta.id}, tried again")
    kept = settings.model_copy(update={"level": meta.level})
    return MadePlan(plan, kept, seed, meta.id)


def plan_of(meta: SessionMeta, bank: QuestionBank, reason: str = "planned before") -> Plan:
    """The plan a session was begun with. Raises UsageError when the bank has lost a question."""
    return Plan(
        tuple(bank.get(q.id) for q in meta.questions),
        tuple(q.minutes or meta.minutes / len(meta.questions) for q in meta.questions),
        tuple(reason for _ in meta.questions),
    )
