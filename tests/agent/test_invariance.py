"""Whoever interviews and however hard: the same words get the same facts and the same scores."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from shared_encoder import BANK, ENCODER

from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.simulated.candidate import Candidate, Utterance
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from evaluation.offline_judge import OfflineJudge
from evaluation.score import evaluate
from prompts.conduct import DIFFICULTIES
from prompts.persona import load_personas
from prompts.rubric import CRITERIA

TRANSCRIPTS = {
    "fraud-detection": (
        "How many payments a second do we have, and how fast must we decide? Which model is it?",
        "Labels first, second rules, third a model. I would use gradient boosted trees for it.",
        "Because they take two milliseconds on tabular data; a sequence network takes thirty.",
        "What does a missed fraud cost us? And how am I doing?",
        "A missed fraud costs more than a false alarm, so the threshold is where both costs meet.",
        "It runs in shadow for two weeks, then on five percent, and I roll back on precision.",
    ),
    "monitoring": (
        "How late do we learn whether a prediction was right, and who is on call?",
        "I would watch inputs, predictions and outcomes, because each fails at another time.",
        "An alert has an owner and a first step. It pages only when somebody has to act.",
        "As labels come late I compare weekly cohorts and use a proxy until then.",
        "I'd rather miss a slow drift for a week than wake somebody every night.",
    ),
    "class-imbalance": (
        "How rare are the positives, and what does a miss cost against a false alarm?",
        "I would weight the classes and move the threshold to where the expected cost is lowest.",
        "Resampling is the alternative, but it breaks the probabilities, which I need here.",
        "I would watch precision at a fixed number of reviews, because reviewers are scarce.",
    ),
    "two-models": (
        "How large is the gap between the two, and is it the same in every month?",
        "I would take the simpler one unless the gap is worth more than its operation.",
        "The larger one costs us two more engineers on call; I would give it up for that.",
        "An online test over two weeks would settle it; a guardrail is the latency.",
    ),
    "improved-a-model": (
        "In 2022 I owned the ranking of our job search, and half of the clicks came from ads.",
        "I found that the labels counted ads as clicks, so I removed them and trained again.",
        "Click rate went from 2.1 to 2.6 percent in a test of three weeks against the old one.",
        "It cost us four weeks of ad revenue forecasts, and I had to convince the ads team.",
    ),
}


class Reads(Candidate):
    """Says the same lines whatever is asked, then nothing but that it is done."""

    name: ClassVar[str] = "reads"
    about: ClassVar[str] = "reads a transcript"

    def __init__(self, knowledge: Knowledge, lines: tuple[str, ...]) -> None:
        super().__init__(knowledge, 0)
        self.lines = lines

    def answer(self, heard: str) -> Utterance:
        """The next line."""
        if self.turns > len(self.lines):
            return Utterance("That's all from my side.")
        return Utterance(self.lines[self.turns - 1])


@cache
def outcome(question_id: str, persona_id: str, difficulty: int) -> tuple[Any, ...]:
    """Facts told, scores by criterion, and what the interviewer said, of one interview."""
    question = BANK.get(question_id)
    persona = next(each for each in load_personas() if each.id == persona_id)
    plan = Plan((question,), (10.0,), ("read",))
    brain = OfflineBrain(ENCODER, persona, seed=1)
    setting = Setting(plan, BANK, brain, persona, "senior", 1, difficulty)
    candidate = Reads(Knowledge(plan.questions), TRANSCRIPTS[question_id])
    with tempfile.TemporaryDirectory() as home:
        session = rehearse(setting, candidate, Path(home))
        facts = [e.get("fact") for e in session.events() if e.event == "fact_released"]
        said = tuple(turn.text for turn in session.turns() if turn.speaker == "interviewer")
        (judged,) = evaluate(session.record(), OfflineJudge(), bank=BANK).questions
    # Whether a constraint was changed is no matter of the words, so neither is adaptability.
    scores = {name: judged.criteria[name].score for name in CRITERIA if name != "adaptability"}
    return tuple(facts), scores, said


@pytest.mark.parametrize("question_id", TRANSCRIPTS)
def test_all_personas_tell_the_same_facts_and_lead_to_the_same_scores(question_id: str) -> None:
    found = [outcome(question_id, persona.id, 3) for persona in load_personas()]
    assert all(each[:2] == found[0][:2] for each in found)
    assert len({each[2] for each in found}) == len(found)
    assert any(score is not None for score in found[0][1].values())
    assert bool(found[0][0]) == bool(BANK.get(question_id).facts)


@pytest.mark.parametrize("question_id", ["fraud-detection", "monitoring", "improved-a-model"])
def test_no_step_of_difficulty_changes_facts_or_scores(question_id: str) -> None:
    found = [outcome(question_id, "neutral-professional", step) for step in DIFFICULTIES]
    assert all(each[:2] == found[0][:2] for each in found)
    assert len({each[2] for each in found}) > 1
