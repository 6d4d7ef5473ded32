"""States for tests of the policy: what was read and what came before, in a line."""

from __future__ import annotations

from typing import Any

from agent.moves import Move, MoveKind
from agent.reading import Hook, Reading
from agent.situation import Situation
from agent.state import Answer, InterviewState, Said
from prompts.conduct import Phase, load_conduct
from prompts.persona import load_persona
from prompts.question_bank import load_bank

QUESTION = load_bank().get("fraud-detection")
CONDUCT = load_conduct()


def move(kind: MoveKind, phase: Phase = "framing", **fields: Any) -> Move:
    return Move(kind=kind, reason="test", question_id=QUESTION.id, phase=phase, **fields)


def situation(
    reading: Reading,
    *,
    phase: Phase = "framing",
    moves: tuple[Move, ...] = (move("prompt", "open"),),
    text: str = "some words of the candidate",
    now_ms: int = 30_000,
    minutes: float = 20,
    persona: str = "neutral-professional",
    answer: dict[str, Any] | None = None,
    **state: Any,
) -> Situation:
    base = InterviewState(
        level="senior",
        plan=(QUESTION.id,),
        minutes=(minutes,),
        question_index=0,
        phase=phase,
        now_ms=now_ms,
        question_started_ms=0,
        said=[Said(turn=1, speaker="candidate", text=text, question_id=QUESTION.id)],
        covered=[],
        moves=list(moves),
        reading=reading,
        answer=Answer(text=text, turn=1, end_ms=now_ms, **(answer or {})),
        solving_since_ms=-1,
    )
    base.update(state)  # type: ignore[typeddict-item]
    return Situation(base, QUESTION, load_persona(persona), CONDUCT)


def talk(**fields: Any) -> Reading:
    return Reading(act=fields.pop("act", "answer"), words=fields.pop("words", 60), **fields)


HOOK = Hook(quote="I would use gradient boosted trees", term="gradient boosted trees")
