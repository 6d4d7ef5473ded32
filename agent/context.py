"""Run-time dependencies of the graph: never checkpointed, given anew with every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.brain import Brain
from agent.situation import Situation
from agent.state import InterviewState
from evaluation.judge import Judge
from evaluation.record import InterviewRecord
from evaluation.result import Evaluation
from prompts.conduct import Conduct
from prompts.persona import Persona
from prompts.question_bank import QuestionBank
from prompts.rubric import Rubric


@dataclass(frozen=True)
class Context:
    """What the nodes work with."""

    bank: QuestionBank
    rubric: Rubric
    conduct: Conduct
    persona: Persona
    brain: Brain
    judge: Judge
    record: Callable[[], InterviewRecord]
    """Reads the interview back from the session folder, the truth."""
    save: Callable[[Evaluation], None]
    """Stores the evaluation in the session folder."""

    def situation(self, state: InterviewState) -> Situation:
        """The policy's view of `state`."""
        question = self.bank.get(state["plan"][state["question_index"]])
        return Situation(state, question, self.persona, self.conduct)
