"""From what a user asked for to the plan of a session; what cannot go together is refused."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from agent.packs import find_question, merged, session_bank
from agent.plan import Choosing, Interests, Plan, anchored, plan_session
from agent.settings import Settings
from evaluation.history import read_history
from evaluation.repetition import due_reasons
from evaluation.session import SessionMeta, now_utc
from evaluation.session_list import find_session, recent_questions
from evaluation.session_meta import TwinNote
from prompts.conduct import DrillName, known_drill, load_conduct
from prompts.errors import UsageError
from prompts.question_bank import Question, QuestionBank, known_category, load_bank
from prompts.rubric import LEVELS, Level
from prompts.twin import shifted_twin

SESSION_MINUTES = 45.0
QUESTION_MINUTES = 20.0
"""Length of a session, and of one question asked for by name, when no length is given."""

NO_INTERESTS = Interests()
ReadMaterial = Callable[[QuestionBank], Interests]
"""Reads the user's own material against a bank, only when the plan needs it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user said about the questions; empty fields leave the choice to the plan."""

    question: str = ""
    """An id, or a question file."""
    category: str = ""
    retry: str = ""
    twin: bool = False
    """With `retry`: the same facts with other values."""
    seed: int | None = None
    level: Level | None = None
    """Given for this interview; the level of the settings is only a default."""
    minutes: float | None = None
    difficulty: int | None = None
    material: ReadMaterial | None = None


@dataclass(frozen=True, slots=True)
class MadePlan:
    """A plan with the settings and the bank it was made for."""

    plan: Plan
    settings: Settings
    bank: QuestionBank
    seed: int
    retry_of: str = ""
    drill: DrillName | Literal[""] = ""
    """Empty: a whole interview."""
    twins: tuple[TwinNote, ...] = ()
    """How the sheets of a retried session were shifted."""
    notes: tuple[str, ...] = ()
    """What the user should know about the choice, one sentence each."""


def make_plan(settings: Settings, wish: Wish, bank: QuestionBank | None = None) -> MadePlan:
    """The plan for `wish`. Raises UsageError for what does not exist or contradicts itself."""
    bank = load_bank() if bank is None else bank
    seed = new_seed(wish)
    if wish.twin and not wish.retry:
        raise UsageError("--twin shifts what was asked before", todo="Give --retry as well.")
    if wish.retry:
        return retried(settings, wish, bank, seed)
    if wish.question:
        return single(settings, wish, bank, seed)
    choosing = Choosing(
        level=settings.level,
        minutes=settings.minutes or SESSION_MINUTES,
        category=known_category(wish.category) if wish.category else None,
        recent=recent_questions(settings.sessions_home),
        seed=seed,
        difficulty=settings.difficulty,
        interests=wish.material(bank) if wish.material else NO_INTERESTS,
        due=due_reasons(read_history(settings.sessions_home).sessions, now_utc()),
    )
    return MadePlan(plan_session(bank, load_conduct(), choosing), settings, bank, seed)


def new_seed(wish: Wish) -> int:
    """The seed given, else a new one."""
    return secrets.randbelow(1_000_000) if wish.seed is None else wish.seed


def single(settings: Settings, wish: Wish, bank: QuestionBank, seed: int) -> MadePlan:
    """One question by name; a level it is not asked of is refused when it was asked for."""
    question = find_question(bank, wish.question)
    bank = merged(bank, [question])
    if wish.category and known_category(wish.category) != question.category:
        raise UsageError(
            f"--question {question.id} is in category {question.category}, not {wish.category}",
            todo=f"Leave out --category, or give --category {question.category}.",
        )
    if wish.material and question.type != "behavioural":
        raise UsageError(
            "--job and --resume weight the choice of questions, and --question leaves none",
            todo="Leave one of them out, or name a behavioural question.",
        )
    notes: tuple[str, ...] = ()
    level = settings.level
    refuse_level(question, wish.level)
    if level not in question.levels:
        level = max(question.levels, key=LEVELS.index)
        notes = (f"{question.id} is not asked of {settings.level}s; held against {level}.",)
    settings = settings.model_copy(update={"level": level})
    pace = load_conduct().difficulty[settings.difficulty].pace
    minutes = settings.minutes or QUESTION_MINUTES * pace
    anchors = wish.material(bank).anchors if wish.material else ()
    plan = Plan(
        (question,),
        (minutes,),
        ("you asked for this question",),
        anchors=anchored((question,), anchors),
    )
    return MadePlan(plan, settings, bank, seed, notes=notes)


def refuse_level(question: Question, level: Level | None) -> None:
    """UsageError when `level` was given for a question that is not asked of it."""
    if level and level not in question.levels:
        fitting = " or ".join(question.levels)
        raise UsageError(
            f"{question.id} is not a question for level {level}",
            todo=f"Give --level {fitting}; `viva questions --level {level}` lists what fits.",
        )


def retried(settings: Settings, wish: Wish, bank: QuestionBank, seed: int) -> MadePlan:
    """The questions of an earlier session, or one of them, and what else is not given anew."""
    if wish.category or wish.material:
        given = "--category" if wish.category else "--job or --resume"
        raise UsageError(
            f"--retry keeps the questions of the session, so {given} cannot choose",
            todo=f"Leave out {given}, or --retry.",
        )
    meta = find_session(settings.sessions_home, wish.retry).meta
    bank = session_bank(meta, bank)
    plan = plan_of(meta, bank, f"asked in {meta.id}, tried again")
    if wish.question:
        plan = only(plan, wish.question, meta)
    for question in plan.questions:
        refuse_level(question, wish.level)
    if wish.minutes:
        scale = wish.minutes / sum(plan.minutes)
        plan = replace(plan, minutes=tuple(round(m * scale, 2) for m in plan.minutes))
    kept = settings.model_copy(
        update={
            "level": wish.level or meta.level,
            "difficulty": wish.difficulty or meta.difficulty,
        }
    )
    drill = known_drill(meta.drill) if meta.drill else ""
    made = MadePlan(plan, kept, bank, seed, meta.id, drill, notes=changed_sheets(plan, meta))
    return shifted(made, meta) if wish.twin else made


def changed_sheets(plan: Plan, meta: SessionMeta) -> tuple[str, ...]:
    """What is not the same as the first time, because the question was rewritten since."""
    then = {question.id: question.sheet for question in meta.questions if question.sheet}
    changed = [q.id for q in plan.questions if then.get(q.id, q.sheet_digest) != q.sheet_digest]
    return tuple(f"{name} was rewritten since; it is asked as it is now." for name in changed)


def shifted(made: MadePlan, meta: SessionMeta) -> MadePlan:
    """The same plan with other values on the sheets; what may not move is asked as it was.

    A twin of a twin is made of the first sheet, so that values do not drift away.
    """
    again = {twin.question_id for twin in meta.twins}
    shipped = load_bank().by_id
    bases = [
        shipped.get(question.id, question) if question.id in again else question
        for question in made.plan.questions
    ]
    twins = [shifted_twin(base, made.seed) for base in bases]
    stay = [twin.question.id for twin in twins if not twin.changed]
    notes = [f"No value of {' and '.join(stay)} may move: asked as it was."] if stay else []
    if len(stay) < len(twins):
        notes.append("The sheet has other values than the first time: ask for them again.")
    reasons = tuple(
        f"{reason} as its shifted twin: {len(twin.changed)} facts have other values"
        if twin.changed
        else reason
        for reason, twin in zip(made.plan.reasons, twins, strict=True)
    )
    questions = tuple(twin.question for twin in twins)
    return replace(
        made,
        plan=replace(made.plan, questions=questions, reasons=reasons),
        bank=merged(made.bank, questions),
        twins=tuple(
            TwinNote(
                question_id=twin.question.id,
                seed=made.seed,
                factors=twin.factors,
                changed=twin.changed,
            )
            for twin in twins
            if twin.changed
        ),
        notes=(*made.notes, *notes),
    )


def only(plan: Plan, question_id: str, meta: SessionMeta) -> Plan:
    """One question of `plan`. Raises UsageError naming them when it is not among them."""
    ids = [question.id for question in plan.questions]
    if question_id not in ids:
        raise UsageError(
            f"{question_id!r} was not asked in {meta.id}",
            todo=f"--retry {meta.id} can ask {', '.join(ids)}.",
        )
    at = ids.index(question_id)
    return Plan(
        (plan.questions[at],), (plan.minutes[at],), (plan.reasons[at],), anchors=(plan.anchors[at],)
    )


def plan_of(meta: SessionMeta, bank: QuestionBank, reason: str = "planned before") -> Plan:
    """The plan a session was begun with. Raises UsageError when the bank has lost a question."""
    return Plan(
        tuple(bank.get(q.id) for q in meta.questions),
        tuple(q.minutes or meta.minutes / len(meta.questions) for q in meta.questions),
        tuple(reason for _ in meta.questions),
        anchors=tuple(q.anchor for q in meta.questions),
    )
