"""Wiring of the interview: decide -> phrase -> await_answer -> read -> decide … -> evaluate.

Nothing is compiled at import.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agent.checkpoints import our_serializer
from agent.context import Context
from agent.state import InterviewState
from evaluation.json_lines import SessionWriteError

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

STEP_LIMIT = 5_000
"""Graph steps in one call; one turn takes four. A loop without a pause ends here."""


def build_graph(
    saver: BaseCheckpointSaver[Any],
) -> CompiledStateGraph[InterviewState, Context, InterviewState, InterviewState]:
    """The compiled interview graph."""
    from langgraph.graph import END, START, StateGraph

    from agent import nodes
    from agent.evaluation_graph import build_evaluation_graph

    def after_answer(state: InterviewState) -> Literal["read", "evaluate"]:
        return "read" if state["move"].expects_answer else "evaluate"

    graph = StateGraph(InterviewState, context_schema=Context)
    graph.add_node("decide", nodes.decide)
    graph.add_node("phrase", nodes.phrase)
    graph.add_node("await_answer", nodes.await_answer)
    graph.add_node("read", nodes.read)
    graph.add_node("evaluate", build_evaluation_graph())
    graph.add_edge(START, "decide")
    graph.add_edge("decide", "phrase")
    graph.add_edge("phrase", "await_answer")
    graph.add_conditional_edges("await_answer", after_answer)
    graph.add_edge("read", "decide")
    graph.add_edge("evaluate", END)
    return graph.compile(checkpointer=saver)


@contextmanager
def open_checkpoints(path: Path) -> Iterator[BaseCheckpointSaver[Any]]:
    """The SQLite checkpointer of one session folder."""
    from langgraph.checkpoint.sqlite import SqliteSaver

    # For its owner only, as the rest of the folder; SQLite's other files take this from it.
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        yield SqliteSaver(connection, serde=our_serializer())
    except sqlite3.Error as error:
        raise SessionWriteError(
            f"cannot be used ({error}); all turns that were said are safe in turns.jsonl",
            where=str(path),
            todo="Make room where the disk is full, then `viva resume`.",
        ) from error
    finally:
        connection.close()
