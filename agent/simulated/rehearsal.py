"""One simulated interview, from the graph to the checked session folder."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.brain import Brain
from agent.context import Context
from agent.interview import Interview
from agent.json_view import JsonView
from agent.plan import Plan
from agent.simulated.candidate import Candidate
from agent.simulated.channel import SimulatedChannel
from agent.situation import ORDINARY
from agent.view import View
from evaluation.judge import CriterionReading, JudgeTask
from evaluation.session import (
    PlannedQuestion,
    SessionFolder,
    SessionMeta,
    new_session_id,
    now_utc,
)
from prompts.conduct import load_conduct
from prompts.persona import Persona
from prompts.question_bank import QuestionBank
from prompts.rubric import Level, load_rubric

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

PATIENCE = 2.0
"""Multiple of the planned time after which the candidate leaves: the interview did not end."""
EXTRA_MS = 300_000
"""Added to it, so that one long last answer is no reason."""


class Unjudged:
    """Rehearsals test the interviewer; the candidate's answers are not scored."""

    name = "none"

    def judge(self, task: JudgeTask) -> CriterionReading:
        """No verdict, with the reason."""
        return CriterionReading((), could_not_judge="a rehearsal is not scored")


@dataclass(frozen=True, slots=True)
class Setting:
    """What one simulated interview is held with."""

    plan: Plan
    bank: QuestionBank
    brain: Brain
    persona: Persona
    level: Level
    seed: int
    difficulty: int = ORDINARY
    """Step of difficulty of the first question, 1 to 5."""


def rehearse(
    setting: Setting,
    candidate: Candidate,
    home: Path,
    *,
    saver: BaseCheckpointSaver[Any] | None = None,
    channel_type: type[SimulatedChannel] = SimulatedChannel,
    view: View | None = None,
) -> SessionFolder:
    """Hold the interview in a new folder under `home`; without `saver` checkpoints stay in memory,
    without `view` nobody watches.

    Raises whatever a real interview would have raised: a crash is not told apart here.
    """
    from langgraph.checkpoint.memory import InMemorySaver

    session = SessionFolder.create(home, meta_of(setting, candidate))
    channel = channel_type(
        candidate,
        words_per_minute=setting.persona.voice.words_per_minute,
        patience_ms=round(sum(setting.plan.minutes) * 60_000 * PATIENCE) + EXTRA_MS,
    )
    context = Context(
        bank=setting.bank,
        rubric=load_rubric(),
        conduct=load_conduct(),
        persona=setting.persona,
        brain=setting.brain,
        judge=Unjudged(),
        record=session.record,
        save=session.save_evaluation,
    )
    with ExitStack() as stack:
        stack.callback(setting.brain.close)
        watching = view or JsonView(io.StringIO())
        interview = Interview(session, context, channel, watching, saver or InMemorySaver())
        try:
            interview.start(setting.plan)
            values = interview.graph.get_state(interview.config).values
            session.finish(str(values.get("ended", "")))
        finally:
            for event in channel.meant:
                session.append_event(event)
    return session


def meta_of(setting: Setting, candidate: Candidate) -> SessionMeta:
    """session.json of a rehearsal; its id says who was interviewed."""
    plan = setting.plan
    return SessionMeta(
        id=f"{candidate.name}-{new_session_id()}",
        created=now_utc(),
        level=setting.level,
        minutes=sum(plan.minutes),
        difficulty=setting.difficulty,
        persona=setting.persona.id,
        persona_data=setting.persona.model_dump(mode="json"),
        brain=setting.brain.name,
        judge=Unjudged.name,
        questions=tuple(
            PlannedQuestion(id=q.id, text=q.prompt, type=q.type, known=True, minutes=minutes)
            for q, minutes in zip(plan.questions, plan.minutes, strict=True)
        ),
        seed=setting.seed,
        settings={"candidate": candidate.name},
    )
