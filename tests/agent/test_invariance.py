"""Whoever interviews and however hard: the same words get the same facts and the same scores.

How words are read has nothing to do with either, so they come with their readings here: that is
quick enough for questions of four types.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from shared_encoder import BANK, ENCODER

from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.reading import FactAsked, Hook, PointSeen, Reading
from agent.simulated.candidate import Candidate, Utterance
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from agent.situation import Situation
from agent.state import Answer
from evaluation.offline_judge import OfflineJudge
from evaluation.score import evaluate
from prompts.conduct import DIFFICULTIES
from prompts.persona import Persona, load_personas
from prompts.question_bank import Question
from prompts.rubric import CRITERIA

QUESTIONS = ("fraud-detection", "monitoring", "bias-variance", "improved-a-model")
"""A design, operations, a concept, and a story without a sheet."""
CACHE = "I would put a cache in front because the same names come again and again all day."
TREES = "I would use gradient boosted trees for it."


def lines_of(question: Question) -> dict[str, Reading]:
    """What a candidate says to a question, each line with what it holds."""
    lines: dict[str, Reading] = {}
    several = " ".join(fact.asks[0] for fact in question.facts[:3])
    if several:
        at_once = tuple(
            FactAsked(fact_id=fact.id, quote=several, score=0.9, part=fact.asks[0])
            for fact in question.facts[:3]
        )
        lines[several] = Reading(
            act="question",
            words=30,
            questions=(several,),
            facts_asked=at_once,
            unknown_questions=("Who built the lift?",),
        )
    for fact in question.facts[3:5]:
        asked = (FactAsked(fact_id=fact.id, quote=fact.asks[0], score=0.9),)
        beside = (("Which model would you use?",), "verdict") if len(lines) == 2 else ((), "")
        lines[fact.asks[0]] = Reading(
            act="question",
            words=12,
            questions=(fact.asks[0],),
            facts_asked=asked,
            handed_questions=beside[0],
            aside=beside[1],  # type: ignore[arg-type]
        )
    for point in question.points[::3]:
        said = point.exemplars[0]
        seen = (PointSeen(point_id=point.id, quote=said, score=0.9),)
        lines[said] = Reading(act="answer", words=40, points=seen, solving=True, numbers=1)
    choice = Hook(quote=TREES, term="gradient boosted trees")
    reasoned = Hook(quote=CACHE, term="cache")
    lines[CACHE] = Reading(act="answer", words=15, justified=(reasoned,), solving=True)
    lines[TREES] = Reading(act="answer", words=15, unjustified=(choice,), solving=True)
    because = "Because they take two milliseconds on tabular data; a network takes thirty."
    lines[because] = Reading(act="answer", words=15, numbers=2)
    lines["Let's stop here."] = Reading(act="stop", words=3)
    return lines


class Knows(OfflineBrain):
    """Words as always; what a line holds is given."""

    def __init__(self, persona: Persona, readings: dict[str, Reading]) -> None:
        super().__init__(ENCODER, persona, seed=1)
        self.readings = readings

    def warm(self, question: Question, level: Any) -> None:
        """Nothing is to be encoded."""

    def prepare(self, clause: str, situation: Situation) -> None:
        """Nothing is to be encoded."""

    def read(self, answer: Answer, situation: Situation) -> Reading:
        """The reading that came with the line."""
        return self.readings[answer.text]


class Recites(Candidate):
    """Says the same lines whatever is asked."""

    name: ClassVar[str] = "recites"
    about: ClassVar[str] = "says the same lines whatever is asked"

    def __init__(self, knowledge: Knowledge, lines: list[str]) -> None:
        super().__init__(knowledge, 0)
        self.lines = lines

    def answer(self, heard: str) -> Utterance:
        """The next line."""
        return Utterance(self.lines[self.turns - 1])


@cache
def outcome(question_id: str, persona_id: str, difficulty: int) -> tuple[Any, ...]:
    """Facts told, the evaluation, and what the interviewer said, of one interview."""
    question, lines = BANK.get(question_id), lines_of(BANK.get(question_id))
    persona = next(each for each in load_personas() if each.id == persona_id)
    plan = Plan((question,), (20.0,), ("recited",))
    setting = Setting(plan, BANK, Knows(persona, lines), persona, "senior", 1, difficulty)
    with tempfile.TemporaryDirectory() as home:
        candidate = Recites(Knowledge(plan.questions), list(lines))
        session = rehearse(setting, candidate, Path(home))
        facts = tuple(e.get("fact") for e in session.events() if e.event == "fact_released")
        said = tuple(turn.text for turn in session.turns() if turn.speaker == "interviewer")
        (judged,) = evaluate(session.record(), OfflineJudge(), bank=BANK).questions
    # Whether a constraint was changed is no matter of the words, so neither is adaptability.
    scores = {name: judged.criteria[name].score for name in CRITERIA if name != "adaptability"}
    return facts, scores, said


@pytest.mark.parametrize("question_id", QUESTIONS)
def test_all_personas_tell_the_same_facts_and_lead_to_the_same_scores(question_id: str) -> None:
    found = [outcome(question_id, persona.id, 3) for persona in load_personas()]
    assert all(each[:2] == found[0][:2] for each in found)
    assert len({each[2] for each in found}) == len(found)
    assert len([score for score in found[0][1].values() if score is not None]) > 2
    assert sorted(found[0][0]) == sorted(fact.id for fact in BANK.get(question_id).facts[:5])


def test_no_step_of_difficulty_changes_facts_or_scores() -> None:
    found = [outcome("fraud-detection", "neutral-professional", step) for step in DIFFICULTIES]
    assert all(each[:2] == found[0][:2] for each in found)
    assert len({each[2] for each in found}) > 1
