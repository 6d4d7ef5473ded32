"""Running an interview: drive the graph to its pause, say, listen, store, resume.

    1. The graph decides and phrases; sentences are said as they come.
    2. The interviewer's turn is stored, then the candidate is heard and that turn is stored.
    3. The graph goes on with the answer, until it has evaluated.

Everything is on the disk before the next step begins, so a killed session can be taken up: what
`turns.jsonl` holds is never asked or said again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from agent.beginning import first_events, first_state
from agent.channels import Channel, Spoken
from agent.checkpoints import stored_state
from agent.context import Context
from agent.ending import Ending
from agent.forgetting import Checkpoints
from agent.graph import STEP_LIMIT, build_graph
from agent.guessed_reply import GuessedReply
from agent.plan import Plan
from agent.reply import Reply, answer_of, command
from agent.session_log import SessionLog, answer_index, event_of
from agent.state import STATE_VERSION, Answer, Ask
from agent.view import View
from evaluation.record import Turn
from evaluation.session import SessionFolder
from prompts.errors import VivaError

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver


class Interview:
    """One session from its first word, or from where it stopped, to its evaluation."""

    def __init__(
        self,
        session: SessionFolder,
        context: Context,
        channel: Channel,
        view: View,
        saver: BaseCheckpointSaver[Any],
    ) -> None:
        self.session, self.context = session, context
        self.channel, self.view = channel, view
        self.graph = build_graph(saver)
        self.checkpoints = Checkpoints(saver, session.meta.id)
        self.config: Any = {
            "configurable": {"thread_id": session.meta.id},
            "recursion_limit": STEP_LIMIT,
        }
        self.log = SessionLog(session, context, view, channel.now_ms)
        self.warmed = ""
        self.begun: Reply | None = None
        """The latest reply; the graph may still be at work on it in another thread."""
        self.cut_in = False
        """Whether the last answer was cut in on: what follows stands, whatever is said over it."""
        self.over = False
        """Whether the last word was said: only the evaluation is left."""
        self.told = ""
        """What the candidate heard of the last utterance, when it was cut short."""

    def start(self, plan: Plan) -> None:
        """A new interview with the questions of `plan`."""
        meta = self.session.meta
        if not any(event.event == "question" for event in self.session.events()):
            now = self.channel.now_ms()
            first = first_events(plan, meta, self.context.conduct)
            self.session.append_event(*(event_of(e, None, now, **fields) for e, fields in first))
        state = first_state(plan, meta, self.channel.now_ms())
        self.run(self.reply(state))

    def resume(self, plan: Plan) -> None:
        """Go on after a crash or a stop; asks nothing that the folder already holds."""
        snapshot = stored_state(self.graph, self.config, self.session.path)
        if snapshot.created_at is None and self.session.turns():
            raise VivaError(
                "has lost its checkpoint, so it cannot be taken up",
                where=str(self.session.path),
                todo="`viva score` still judges what was said. If a `viva serve` with a database "
                "began it, set VIVA_DATABASE.",
            )
        if snapshot.created_at is None:
            self.start(plan)
            return
        if snapshot.values.get("version") != STATE_VERSION:
            raise VivaError(
                "was begun by another version of Viva and cannot be taken up",
                where=str(self.session.path),
                todo="`viva score` still judges what was said.",
            )
        if not unfinished(snapshot):
            return
        if behind(snapshot.values, self.session.next_turn):
            self.rewind()
        if not self.waiting():
            self.graph.invoke(None, self.config, context=self.context, durability="sync")
        ask = self.waiting()
        if ask is not None:
            self.run(self.taken_up(ask))

    def rewind(self) -> None:
        """Back to where the folder stands: a reply was begun to an answer that was not stored."""
        for snapshot in self.graph.get_state_history(self.config):
            if snapshot.interrupts:
                ask = Ask.model_validate(snapshot.interrupts[0].value)
                if ask.turn < self.session.next_turn:
                    self.fork(snapshot.config)
                    return

    def run(self, reply: Reply) -> None:
        """Until the graph has nothing more to say: one round is one exchange."""
        while True:
            Ending.raise_if_asked()
            reply.show(self.view, self.channel.now_ms)
            undoable = reply.base is not None and not self.cut_in
            spoken = self.channel.say(reply.speech, undoable=undoable, watched=not self.over)
            if spoken.withdrawn:
                reply = self.withdraw(reply, spoken)
                continue
            ask = self.pause_reached(reply) if spoken.interrupted else self.waiting()
            if ask is None:
                return
            self.store_interviewer(ask, spoken, reply)
            self.told = spoken.text if spoken.interrupted else ""
            reply = self.answer(ask)

    def pause_reached(self, reply: Reply) -> Ask | None:
        """What the graph waits with, though its words were cut off while it was phrasing them."""
        reply.drop()
        snapshot = self.graph.get_state(self.config)
        if not snapshot.interrupts and unfinished(snapshot):
            self.graph.invoke(None, self.config, context=self.context, durability="sync")
        return self.waiting()

    def withdraw(self, reply: Reply, spoken: Spoken) -> Reply:
        """The candidate had not finished: unsay the reply, and listen on to the same turn."""
        reply.drop()
        self.view.withdrawn()
        self.log.event(
            "undo", None, at_ms=spoken.end_ms, said=spoken.text, onset_ms=spoken.onset_ms
        )
        self.fork(reply.base)
        ask = self.waiting()
        assert ask is not None
        return self.answer(ask, again=True)

    def fork(self, base: Any) -> None:
        """Back to the checkpoint that waited for the answer; later ones are left behind.

        The asking node runs again and waits again: it holds nothing but the interrupt.
        """
        self.graph.invoke(None, base, context=self.context, durability="sync")

    def reply(self, given: Any, *, base: Any = None) -> Reply:
        """What the graph will say to `given`, to be said by the channel."""
        run = Reply(self.graph, self.config, self.context, given, base, on_question=self.warm)
        run.speech = self.channel.speech(run.sentences())
        self.begun = run
        return run

    def close(self) -> None:
        """Returns when the graph is not at work any more: its checkpoints can be closed then."""
        if self.begun is not None:
            self.begun.drop()

    def warm(self, question_id: str) -> None:
        """Prepare for the answers to a new question while its prompt is being said."""
        if question_id == self.warmed:
            return
        self.warmed = question_id
        question = self.context.bank.get(question_id)
        level = self.session.meta.level
        # Not a daemon: a native library must not be at work while the interpreter goes down.
        threading.Thread(
            target=self.context.brain.warm, args=(question, level), name="warm"
        ).start()

    def waiting(self) -> Ask | None:
        """What the graph waits with; None when it has ended."""
        snapshot = self.graph.get_state(self.config)
        if not snapshot.interrupts:
            return None
        return Ask.model_validate(snapshot.interrupts[0].value)

    def taken_up(self, ask: Ask) -> Reply:
        """The reply to what a stopped session waits for; only what is missing is done again."""
        turns = self.session.turns()
        if len(turns) > ask.turn + 1:
            return self.reply(command(self.stored_answer(turns[ask.turn + 1])))
        if len(turns) <= ask.turn:
            self.view.moved(ask.move)
            self.view.saying(ask.utterance, self.channel.now_ms())
            speech = self.channel.speech(iter([ask.utterance]))
            self.store_interviewer(ask, self.channel.say(speech, undoable=False), None)
        else:
            self.view.waiting_on(turns[ask.turn].text)
        return self.answer(ask)

    def answer(self, ask: Ask, *, again: bool = False) -> Reply:
        """Listen, unless the move was the last word; the turn is stored, the reply begun."""
        self.over = not ask.move.expects_answer
        if self.over:
            now = self.channel.now_ms()
            return self.reply(command(Answer(end_ms=now, now_ms=now)))
        self.view.listening(ask)
        snapshot = self.graph.get_state(self.config)
        self.checkpoints.paused(snapshot.config["configurable"]["checkpoint_id"])
        state: Any = snapshot.values
        situation = self.context.situation(state)
        brain = self.context.brain
        guess = GuessedReply(
            lambda heard: self.reply(
                command(answer_of(heard, answer_index(ask), self.told)), base=snapshot.config
            ),
            lambda: self.fork(snapshot.config),
        )
        heard = self.channel.listen(
            ask, lambda clause: brain.prepare(clause, situation), guess, again=again
        )
        self.cut_in = heard.cut_in
        for notice in heard.notices:
            self.log.notice(notice, heard.end_ms)
        turn = self.log.store_candidate(ask, heard) if heard.text.strip() else None
        ready = guess.taken(heard)
        return ready or self.reply(command(answer_of(heard, turn, self.told)), base=snapshot.config)

    def store_interviewer(self, ask: Ask, spoken: Spoken, reply: Reply | None) -> None:
        """What was said; a question that was not planned takes the place of the planned one."""
        if ask.move.kind == "next_question":
            question = self.context.bank.get(ask.move.question_id)
            at = self.graph.get_state(self.config).values["question_index"]
            self.session.replace_question(at, question.id, question.prompt)
        self.log.store_interviewer(ask, spoken, reply)

    def stored_answer(self, turn: Turn) -> Answer:
        """An answer that was stored before a crash, as the channel would have given it."""
        timing = [e for e in self.session.events() if e.event == "timing" and e.turn == turn.turn]
        return Answer(
            text=turn.text,
            words=turn.words,
            turn=turn.turn,
            start_ms=turn.start_ms or 0,
            end_ms=turn.end_ms or 0,
            now_ms=max(self.channel.now_ms(), turn.end_ms or 0),
            left=bool(timing and timing[-1].get("left")),
            other_language=bool(timing and timing[-1].get("other_language")),
        )


def unfinished(snapshot: Any) -> bool:
    """Whether the graph has steps left. One that was done and not yet closed by a checkpoint
    stands in `tasks`, not in `next`."""
    return bool(snapshot.next or snapshot.tasks)


def behind(state: dict[str, Any], next_turn: int) -> bool:
    """Whether the state knows of turns that the folder does not hold."""
    said = state.get("said", [])
    return bool(said) and said[-1].turn >= next_turn
