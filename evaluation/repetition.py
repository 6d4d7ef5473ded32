"""Spaced repetition of questions: when each one is due again, by the FSRS scheduler.

Every judged answer is a review of its question: below the bar = again, near it = hard, at it =
good. Drills ask only a part of a question and are no review. Without randomness, so that the same
history always gives the same dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evaluation.history import Past
from evaluation.result import VerdictResult

GRADES: dict[VerdictResult, int] = {"below": 1, "near": 2, "meets": 3}
"""FSRS ratings: 1 again, 2 hard, 3 good. An undetermined answer is no review."""
RESULT_WORDS: dict[VerdictResult, str] = {
    "below": "below the bar",
    "near": "near the bar",
    "meets": "at the bar",
}
DESIRED_RETENTION = 0.8
"""Share still known when a question is due. Flash cards take 0.9 and cost seconds; a question costs
ten to twenty minutes, so more may be forgotten before it is asked again."""
LONGEST_DAYS = 180


@dataclass(frozen=True, slots=True)
class Review:
    """Where one question stands."""

    question_id: str
    times: int
    """Judged answers."""
    last: datetime
    result: VerdictResult
    """Of the last judged answer."""
    due: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether it should be asked again."""
        return self.due <= now


def reviews(sessions: Iterable[Past]) -> dict[str, Review]:
    """Each question that was judged, by id, from the sessions in order of time."""
    from fsrs import Card, Rating, Scheduler

    scheduler = Scheduler(
        desired_retention=DESIRED_RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )
    cards: dict[str, Card] = {}
    found: dict[str, Review] = {}
    for past in sessions:
        if past.evaluation is None or past.meta.drill:
            continue
        for question in past.evaluation.questions:
            result = question.verdict.result
            if result not in GRADES:
                continue
            name = question.question_id
            card = cards.get(name) or Card(card_id=len(cards) + 1)
            cards[name], _ = scheduler.review_card(card, Rating(GRADES[result]), past.at)
            times = found[name].times + 1 if name in found else 1
            found[name] = Review(name, times, past.at, result, cards[name].due)
    return found


def due_reasons(sessions: Iterable[Past], now: datetime) -> dict[str, str]:
    """Question id → why it is due, for the notebook; the most overdue first."""
    due = [review for review in reviews(sessions).values() if review.is_due(now)]
    return {
        review.question_id: f"due again: {RESULT_WORDS[review.result]} {days_ago(review.last, now)}"
        for review in sorted(due, key=lambda review: review.due)
    }


def days_ago(then: datetime, now: datetime) -> str:
    """`today`, `yesterday`, `12 days ago`; a clock that was set back since is told as such."""
    days = (now.date() - then.date()).days
    if days < 0:
        return "at a date that lies ahead of the clock"
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
