"""One run of the graph from an answer to its next pause: what the interviewer says to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from agent.channels import Heard, Speech
from agent.context import Context
from agent.moves import Move
from agent.state import Answer
from agent.view import View
from agent.wanted import IN_WORK, Wanted

Telling = Callable[[View], None]


class Reply:
    """Phrases while it is said. What there is to see waits until `show`: it may be dropped."""

    speech: Speech

    def __init__(
        self,
        graph: Any,
        config: Any,
        context: Context,
        given: Any,
        base: Any,
        *,
        on_question: Callable[[str], None],
    ) -> None:
        """`given` is the state, the command or None that the graph goes on with; `base` the
        checkpoint to go back to when the reply is withdrawn, None = it cannot be."""
        self.graph, self.config, self.context = graph, config, context
        self.given, self.base, self.on_question = given, base, on_question
        self.think_ms = 0.0
        """From the answer to the first sentence, milliseconds."""
        self.wanted = Wanted()
        self.lock = threading.Lock()
        self.view: View | None = None
        self.clock: Callable[[], int] = int
        self.held: list[Telling] = []

    def sentences(self) -> Iterator[str]:
        """Drive the graph to its next pause; yields each sentence as soon as it is phrased."""
        IN_WORK.set(self.wanted)
        try:
            yield from self.told()
        finally:
            IN_WORK.set(None)

    def told(self) -> Iterator[str]:
        """The sentences out of the graph's stream, and what there is to see told to the view."""
        began = time.perf_counter()
        for part in self.graph.stream(
            self.given,
            self.config,
            context=self.context,
            durability="sync",
            stream_mode=["updates", "custom"],
            subgraphs=True,
            version="v2",
        ):
            data: Any = part["data"]
            if part["type"] == "custom":
                self.think_ms = self.think_ms or (time.perf_counter() - began) * 1000
                self.tell_sentence(data["sentence"])
                yield data["sentence"]
            elif "decide" in data:
                self.tell_move(data["decide"]["move"])
            elif "judge" in data:
                self.tell_judged(len(data["judge"]["judged"]))

    def drop(self) -> None:
        """Nobody will hear it: end the work on it; returns when that has ended."""
        self.wanted.drop()
        self.speech.drop()

    def tell_sentence(self, sentence: str) -> None:
        """The view shows it with the clock of the moment it is shown."""
        self.tell(lambda view: view.saying(sentence, self.clock()))

    def tell_judged(self, done: int) -> None:
        """So many more criteria have been read."""
        self.tell(lambda view: view.judging(done))

    def tell_move(self, move: Move) -> None:
        """A new question is prepared for at once, shown or not."""
        self.on_question(move.question_id)
        self.tell(lambda view: view.moved(move))

    def tell(self, telling: Telling) -> None:
        """Now, or when the reply is shown."""
        with self.lock:
            if self.view is None:
                self.held.append(telling)
                return
            telling(self.view)

    def show(self, view: View, clock: Callable[[], int]) -> None:
        """From now on the view is told, first of all that was held back."""
        with self.lock:
            self.view, self.clock = view, clock
            for telling in self.held:
                telling(view)
            self.held.clear()


def command(answer: Any) -> Any:
    """What the graph is resumed with."""
    from langgraph.types import Command

    return Command(resume=answer.model_dump(mode="json"))


def answer_of(heard: Heard, turn: int | None, told: str = "") -> Answer:
    """What the graph is resumed with."""
    return Answer(
        text=heard.text if turn is not None else "",
        words=heard.words,
        turn=turn,
        start_ms=heard.start_ms,
        end_ms=heard.end_ms,
        now_ms=heard.now_ms,
        silent_ms=heard.silent_ms,
        command=heard.command,
        other_language=heard.other_language,
        unclear=heard.unclear,
        cut_in=heard.cut_in,
        told=told,
        left=heard.left,
    )
