"""How an interview begins: the state from its plan, and what the notebook says first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.plan import Plan, hardness
from agent.situation import ORDINARY
from agent.state import STATE_VERSION, InterviewState
from evaluation.session import SessionMeta
from prompts.conduct import Conduct


def first_state(plan: Plan, meta: SessionMeta, now_ms: int) -> InterviewState:
    """Nothing asked, nothing said."""
    offered = [question for offer in plan.offers for question in offer]
    return InterviewState(
        version=STATE_VERSION,
        level=meta.level,
        plan=tuple(question.id for question in plan.questions),
        minutes=plan.minutes,
        offers=tuple(tuple(question.id for question in offer) for offer in plan.offers),
        hardness={question.id: hardness(question) for question in (*plan.questions, *offered)},
        anchors=plan.anchors,
        difficulty=meta.difficulty,
        question_index=0,
        began_ms=now_ms,
        now_ms=now_ms,
        said=[],
        covered=[],
        moves=[],
        sentences=[],
    )


def first_events(
    plan: Plan, meta: SessionMeta, conduct: Conduct
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Events that explain the choice: difficulty, the user's material, each question's reason."""
    if meta.difficulty != ORDINARY:
        yield "difficulty", {"what": difficulty_words(conduct, meta.difficulty)}
    for sentence in meta.material:
        yield "material", {"what": sentence}
    for question, reason in zip(plan.questions, plan.reasons, strict=True):
        yield "question", {"question_id": question.id, "reason": reason}


def difficulty_words(conduct: Conduct, difficulty: int) -> str:
    """What a step of difficulty changes, one sentence for the notebook."""
    step = conduct.difficulty[difficulty]
    probes = f"{step.probes:+d} probes in each phase" if step.probes else "the usual probes"
    hints = "sooner" if step.hints > 0 else "later" if step.hints < 0 else "as usual"
    return (
        f"Difficulty {difficulty} of 5: {probes}, hints {hints}, {step.twist} twists, "
        f"{step.pace:.0%} of the usual time; the rubric is the same."
    )
