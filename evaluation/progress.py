"""Progress over weeks, worked out from the sessions: a pure function and its JSON shape.

    progress(read_history(home), bank, now=…)  ->  Progress, `viva-progress/1`

The terminal, the page, `viva progress --json` and the browser show the same object.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from evaluation.calibration import calibrate
from evaluation.history import History, Past, criterion_score, lowest
from evaluation.progress_shape import (
    Coverage,
    CriterionProgress,
    DrillAdvice,
    Progress,
    QuestionProgress,
    ScorePoint,
    SessionPoint,
    WeakestPoint,
)
from evaluation.repetition import Review, reviews
from evaluation.session_list import shown_verdict
from prompts.conduct import DrillName, load_conduct
from prompts.question_bank import CATEGORIES, QuestionBank
from prompts.rubric import CRITERIA, LEVELS, CriterionKey, Level, Rubric, load_rubric

RECENT = 3
"""Scores in a row that say where somebody stands now; one alone says too much about its day."""


def progress(
    history: History, bank: QuestionBank, *, now: datetime, rubric: Rubric | None = None
) -> Progress:
    """Everything about the past sessions. `now` (UTC) decides what is due."""
    rubric = rubric or load_rubric()
    sessions = history.sessions
    level = sessions[-1].level if sessions else "senior"
    criteria = tuple(view_criterion(key, sessions, level, rubric) for key in CRITERIA)
    weakest = find_weakest(criteria, sessions, level)
    return Progress(
        now=now,
        level=level,
        sessions=tuple(view_session(past, sessions) for past in sessions),
        criteria=criteria,
        questions=view_questions(sessions, bank, now),
        coverage=cover(sessions, bank),
        weakest=weakest,
        drill=advise_drill(criteria, weakest),
        calibration=calibrate(sessions, rubric),
        notes=notes_on(history),
        problems=history.problems,
    )


def view_session(past: Past, sessions: Sequence[Past]) -> SessionPoint:
    """One session on the time axis."""
    meta, evaluation = past.meta, past.evaluation
    return SessionPoint(
        id=meta.id,
        folder=past.name,
        at=past.at,
        level=past.level,
        minutes=meta.minutes,
        questions=put(past),
        verdict=shown_verdict(evaluation) if evaluation else None,
        drill=drill_of(past),
        retry_of=meta.retry_of,
        comparable=comparable(past, sessions),
    )


def put(past: Past) -> tuple[str, ...]:
    """Ids of the questions that were put; of an unscored session the planned ones."""
    if past.evaluation is not None:
        return tuple(question.question_id for question in past.evaluation.questions)
    return tuple(question.id for question in past.meta.questions)


def drill_of(past: Past) -> DrillName | Literal[""]:
    """The drill a session was; a name of another version counts as a drill of none."""
    return next((name for name in load_conduct().drills if name == past.meta.drill), "")


def comparable(past: Past, sessions: Sequence[Past]) -> bool:
    """Whether judge and rubric are those of the newest scored session."""
    newest = next((each.evaluation for each in reversed(sessions) if each.evaluation), None)
    mine = past.evaluation
    if mine is None or newest is None:
        return False
    return (mine.judge, mine.rubric) == (newest.judge, newest.rubric)


def view_criterion(
    key: CriterionKey, sessions: Sequence[Past], level: Level, rubric: Rubric
) -> CriterionProgress:
    """One criterion over all sessions that scored it."""
    scores = []
    for past in sessions:
        score = criterion_score(past.evaluation, key) if past.evaluation else None
        if score is not None:
            scores.append(
                ScorePoint(
                    session=past.meta.id,
                    at=past.at,
                    score=score,
                    minimum=rubric.minimum[past.level][key],
                    level=past.level,
                    drill=bool(past.meta.drill),
                    comparable=comparable(past, sessions),
                )
            )
    counted = [each.score for each in scores if each.comparable]
    criterion = rubric.criterion(key)
    return CriterionProgress(
        key=key,
        short=criterion.short,
        name=criterion.name,
        scores=tuple(scores),
        now=mean(counted[-RECENT:]),
        before=mean(counted[:-RECENT][-RECENT:]) if len(counted) > RECENT else first_of(counted),
        minimum=rubric.minimum[level][key],
    )


def first_of(scores: Sequence[float]) -> float | None:
    """With two or three scores the first is what they are held against."""
    return scores[0] if len(scores) > 1 else None


def mean(values: Sequence[float]) -> float | None:
    """The mean to hundredths; None of nothing."""
    return round(sum(values) / len(values), 2) if values else None


def find_weakest(
    criteria: Sequence[CriterionProgress], sessions: Sequence[Past], level: Level
) -> WeakestPoint | None:
    """The criterion with the least between where it stands and what the level needs."""
    known = [(each, each.now) for each in criteria if each.now is not None]
    if not known:
        return None
    weakest, now = min(known, key=lambda pair: pair[1] - pair[0].minimum)
    evaluations = [past.evaluation for past in reversed(sessions) if past.evaluation]
    results = [result for each in evaluations if (result := lowest(each, weakest.key))]
    counted = sum(each.comparable for each in weakest.scores)
    return WeakestPoint(
        key=weakest.key,
        name=weakest.name,
        now=now,
        minimum=weakest.minimum,
        level=level,
        sessions=min(counted, RECENT),
        advice=next((result.advice for result in results if result.advice), ""),
    )


def advise_drill(
    criteria: Sequence[CriterionProgress], weakest: WeakestPoint | None
) -> DrillAdvice:
    """The drill of the weakest criterion that has one; the first drill while nothing is scored."""
    drills = load_conduct().drills
    by_key = {each.key: each for each in criteria}

    def room(name: DrillName) -> float:
        line = by_key[drills[name].criterion]
        return line.now - line.minimum if line.now is not None else float("inf")

    name = min(drills, key=room)
    drill, line = drills[name], by_key[drills[name].criterion]
    if line.now is None:
        why = "Nothing is scored on it yet."
    elif weakest is not None and weakest.key == drill.criterion:
        why = f"It is your weakest point: {line.now:.1f}, {line.minimum:g} is needed."
    else:
        why = f"Of what a drill can train it is lowest: {line.now:.1f}, {line.minimum:g} is needed."
    return DrillAdvice(
        name=name,
        criterion=drill.criterion,
        title=drill.title,
        minutes=drill.minutes,
        why=why,
        command=f"viva drill {name}",
    )


def view_questions(
    sessions: Sequence[Past], bank: QuestionBank, now: datetime
) -> tuple[QuestionProgress, ...]:
    """Every question that was asked, what is due first."""
    reviewed = reviews(sessions)
    found: dict[str, QuestionProgress] = {}
    for past in sessions:
        planned = {question.id: question for question in past.meta.questions}
        for question_id in put(past):
            known = bank.by_id.get(question_id)
            asked = known or planned.get(question_id)
            if asked is None:
                continue
            review = reviewed.get(question_id)
            found[question_id] = QuestionProgress(
                id=question_id,
                title=known.title if known else question_id,
                type=asked.type,
                category=known.category if known else "",
                times=found[question_id].times + 1 if question_id in found else 1,
                last=past.at,
                result=review.result if review else None,
                due=review.due if review else None,
                is_due=review is not None and review.is_due(now),
            )
    return tuple(sorted(found.values(), key=lambda each: due_order(each, reviewed)))


def due_order(question: QuestionProgress, reviewed: dict[str, Review]) -> tuple[float, str]:
    """By due date, those never judged last."""
    review = reviewed.get(question.id)
    return (review.due.timestamp() if review else float("inf"), question.id)


def cover(sessions: Sequence[Past], bank: QuestionBank) -> tuple[Coverage, ...]:
    """Asked and available questions for each category and level."""
    asked = {(name, past.level) for past in sessions for name in put(past)}
    return tuple(
        Coverage(
            category=category,
            level=level,
            asked=sum((question.id, level) in asked for question in those),
            available=len(those),
        )
        for category in CATEGORIES
        for level in LEVELS
        if (those := [q for q in bank if q.category == category and level in q.levels])
    )


def notes_on(history: History) -> tuple[str, ...]:
    """What must be known when the figures are read."""
    sessions = history.sessions
    notes = []
    unscored = sum(past.evaluation is None for past in sessions)
    if unscored:
        notes.append(f"{count(unscored, 'session')} not scored yet; `viva score` does it.")
    other = sum(past.evaluation is not None and not comparable(past, sessions) for past in sessions)
    if other:
        notes.append(
            f"{count(other, 'session')} judged by another judge or rubric than the newest: shown, "
            "not counted. `viva score` with their folder judges them anew."
        )
    levels = [level for level in LEVELS if any(past.level == level for past in sessions)]
    if len(levels) > 1:
        notes.append(f"Held against {' and '.join(levels)}; the bar shown is the newest session's.")
    if history.demos:
        notes.append(f"{count(history.demos, 'demo')} left out: the answers in it are not yours.")
    return tuple(notes)


def count(number: int, noun: str) -> str:
    """`1 session is`, `3 sessions are`."""
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"
