"""What a simulated candidate can say well: the bank's examples of good answers, by topic."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from prompts.question_bank import Point, Question
from prompts.rubric import Level
from prompts.term_words import FUNCTION

LEVELS: tuple[Level, ...] = ("junior", "mid", "senior")


class Knowledge:
    """Sentences for the question that is being talked about; each is given out once."""

    def __init__(self, questions: Sequence[Question]) -> None:
        """`questions` are those the candidate has prepared for, in any order."""
        self.questions = tuple(questions)
        self.question = self.questions[0]
        self.used: set[str] = set()

    def follow(self, heard: str) -> None:
        """Notice when another question is put."""
        self.question = next((q for q in self.questions if q.prompt in heard), self.question)

    def points(self, heard: str, level: Level) -> list[Point]:
        """Points up to `level`, those that share most words with what was heard first."""
        words = content(heard)
        known = [p for p in self.question.points if LEVELS.index(p.level) <= LEVELS.index(level)]
        points = known or list(self.question.points)
        return sorted(points, key=lambda p: -len(words & content(topic(p))))

    def sentences(self, heard: str, level: Level, count: int, chance: random.Random) -> list[str]:
        """Up to `count` unused sentences to what was heard, a few points' worth of examples."""
        found: list[str] = []
        for point in self.points(heard, level):
            fresh = [e for e in (point.counts, *point.exemplars) if e not in self.used]
            if fresh and len(found) < count:
                chosen = chance.choice(fresh)
                self.used.add(chosen)
                found.append(chosen)
        return found

    def weak(self, heard: str, chance: random.Random) -> str:
        """A sentence on the topic that earns nothing."""
        points = self.points(heard, "senior")[:3]
        return chance.choice(points).does_not_count

    def ask(self, chance: random.Random, *, weight: int = 1) -> str:
        """A question that the sheet answers; empty where there is no sheet."""
        facts = [fact for fact in self.question.facts if fact.weight >= weight]
        return chance.choice(chance.choice(facts).asks) if facts else ""


def topic(point: Point) -> str:
    """What a point is about, as words."""
    return " ".join((point.text, *point.terms))


def content(text: str) -> set[str]:
    """The words that carry meaning."""
    return set(re.findall(r"[a-z0-9]+", text.casefold())) - FUNCTION
