"""The plan of a drill: one question of the right kind, for a few minutes, on one criterion."""

from __future__ import annotations

import random

from agent.packs import find_question, merged
from agent.plan import Choosing, Plan, candidates, hardness, rank
from agent.planning import MadePlan, Wish, new_seed, refuse_level
from agent.settings import Settings
from evaluation.session_list import recent_questions
from prompts.conduct import Drill, DrillName, load_conduct
from prompts.errors import UsageError
from prompts.question_bank import Question, QuestionBank
from prompts.rubric import LEVELS


def make_drill(settings: Settings, wish: Wish, name: DrillName, bank: QuestionBank) -> MadePlan:
    """The plan of one drill. Raises UsageError for a question it cannot be run on."""
    seed = new_seed(wish)
    drill = load_conduct().drills[name]
    if wish.question:
        question = find_question(bank, wish.question)
        bank = merged(bank, [question])
        refuse_question(question, name, drill)
        refuse_level(question, wish.level)
        settings = at_level_of(settings, question)
        reason = "you asked for this question"
    else:
        question = choose(settings, drill, bank, seed)
        reason = f"the drill on {name.replace('-', ' ')} takes a {question.type} question"
    plan = Plan((question,), (wish.minutes or drill.minutes,), (reason,))
    return MadePlan(plan, settings, bank, seed, drill=name)


def at_level_of(settings: Settings, question: Question) -> Settings:
    """The settings with a level the question is asked of: theirs, else its highest."""
    if settings.level in question.levels:
        return settings
    level = max(question.levels, key=LEVELS.index)
    return settings.model_copy(update={"level": level})


def choose(settings: Settings, drill: Drill, bank: QuestionBank, seed: int) -> Question:
    """The fitting question that was asked longest ago; chance decides among the others."""
    pool = [
        question
        for question in candidates(bank, settings.level, None)
        if question.type in drill.types and trains(question, drill)
    ]
    if not pool:
        raise UsageError(
            f"there is no {settings.level} question for {drill.title.lower()}",
            todo="Take another --level, or name one with --question.",
        )
    chance = random.Random(seed)
    luck = {question.id: chance.random() for question in sorted(pool, key=lambda q: q.id)}
    recent = recent_questions(settings.sessions_home)
    choosing = Choosing(settings.level, drill.minutes, recent=recent, seed=seed)
    return min(pool, key=lambda question: rank(question, hardness(question), choosing, luck))


def trains(question: Question, drill: Drill) -> bool:
    """Whether the question has anything to ask on the drill's criterion."""
    return any(point.criterion == drill.criterion for point in question.points)


def refuse_question(question: Question, name: DrillName, drill: Drill) -> None:
    """UsageError for a question of a kind that the drill is not run on."""
    if question.type not in drill.types or not trains(question, drill):
        raise UsageError(
            f"{question.id} is a {question.type} question, which the drill {name} does not take",
            todo=f"It takes {' and '.join(drill.types)}; `viva questions` lists them.",
        )
