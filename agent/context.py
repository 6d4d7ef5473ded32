"""Run-time dependencies of the graph: never checkpointed, given anew with every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from agent.brain import Brain
from agent.situation import ORDINARY, Situation
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

    @cached_property
    def steps(self) -> dict[int, tuple[Conduct, Persona]]:
        """Conduct and persona at every step of difficulty."""
        return {
            step: (self.conduct.at(step), self.persona.more_generous(change.hints))
            for step, change in self.conduct.difficulty.items()
        }

    def situation(self, state: InterviewState) -> Situation:
        """The policy's view of `state`."""
        question = self.bank.get(state["plan"][state["question_index"]])
        conduct, persona = self.steps[state.get("difficulty", ORDINARY)]
        return Situation(state, question, persona, conduct)
