"""The evaluation node: questions x criteria judged in parallel, then put together once.

Imports langgraph at the top: only `graph.build_graph` imports this module, at run time.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from agent.context import Context
from agent.state import Judged, JudgeItem
from evaluation.score import assemble, tasks

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph


class EvaluationState(TypedDict, total=False):
    """Only what the branches add; shared lists of the interview would be added twice."""

    judged: Annotated[list[Judged], operator.add]
    """Results of the fan-out."""


def prepare(state: EvaluationState) -> dict[str, Any]:
    """A step of its own, so that the fan-out below starts from a saved checkpoint."""
    return {"judged": []}


def fan_out(state: EvaluationState, runtime: Runtime[Context]) -> list[Send] | str:
    """One branch for each question and criterion that applies."""
    context = runtime.context
    items = tasks(context.record(), context.bank, context.rubric)
    sends = [
        Send("judge", JudgeItem(question_id=task.asked.id, criterion=task.criterion.key))
        for task in items
    ]
    return sends or "assemble"


def judge(state: JudgeItem, runtime: Runtime[Context]) -> dict[str, Any]:
    """Read one criterion of one question."""
    context = runtime.context
    task = next(
        task
        for task in tasks(context.record(), context.bank, context.rubric)
        if (task.asked.id, task.criterion.key) == (state["question_id"], state["criterion"])
    )
    reading = context.judge.judge(task)
    return {"judged": [Judged.of(state["question_id"], state["criterion"], reading)]}


def put_together(state: EvaluationState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Points to scores by the fixed rule; saved in the session folder."""
    context = runtime.context
    readings = {
        (judged.question_id, judged.criterion): judged.reading for judged in state["judged"]
    }
    context.save(
        assemble(context.record(), readings, context.rubric, context.bank, judge=context.judge.name)
    )
    return {}


def build_evaluation_graph() -> CompiledStateGraph[
    EvaluationState, Context, EvaluationState, EvaluationState
]:
    """The compiled subgraph; it shares the interview's state and context."""
    graph = StateGraph(EvaluationState, context_schema=Context)
    graph.add_node("prepare", prepare)
    graph.add_node("judge", judge)
    graph.add_node("assemble", put_together, defer=True)
    graph.add_edge(START, "prepare")
    graph.add_conditional_edges("prepare", fan_out, ["judge", "assemble"])
    graph.add_edge("judge", "assemble")
    graph.add_edge("assemble", END)
    return graph.compile()
