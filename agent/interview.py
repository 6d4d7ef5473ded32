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
from agent.channels import Channel, Heard, Spoken
from agent.context import Context
from agent.graph import STEP_LIMIT, build_graph
from agent.moves import Move
from agent.plan import Plan
from agent.reading import Reading
from agent.reply import Reply, command
from agent.state import STATE_VERSION, Answer, Ask
from agent.view import View
from evaluation.record import Event, Turn
from evaluation.session import SessionFolder
from prompts.errors import VivaError

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver


FALSE_ALARMS = 2
"""Replies withdrawn for nothing, in a row, after which the microphone is no longer trusted."""


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
        self.config: Any = {
            "configurable": {"thread_id": session.meta.id},
            "recursion_limit": STEP_LIMIT,
        }
        self.warmed = ""
        self.false_alarms = 0
        """Replies withdrawn in a row although the candidate said nothing more."""
        self.told = ""
        """What the candidate heard of the last utterance, when it was cut short."""

    def start(self, plan: Plan) -> None:
        """A new interview with the questions of `plan`."""
        meta = self.session.meta
        for event, fields in first_events(plan, meta, self.context.conduct):
            self.event(event, None, **fields)
        state = first_state(plan, meta, self.channel.now_ms())
        self.run(self.reply(state))

    def resume(self, plan: Plan) -> None:
        """Go on after a crash or a stop; asks nothing that the folder already holds."""
        snapshot = self.graph.get_state(self.config)
        if snapshot.created_at is None and self.session.turns():
            raise VivaError(
                "has lost its checkpoint, so it cannot be taken up",
                where=str(self.session.path),
                todo="`viva score` still judges what was said.",
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
        # A step that was done but not closed by a checkpoint stands in `tasks`, not in `next`.
        if not snapshot.next and not snapshot.tasks:
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
            reply.show(self.view, self.channel.now_ms)
            trusted = reply.base is not None and self.false_alarms < FALSE_ALARMS
            spoken = self.channel.say(reply.speech, undoable=trusted)
            if spoken.withdrawn:
                reply = self.withdraw(reply, spoken)
                continue
            ask = self.waiting()
            if ask is None:
                return
            self.store_interviewer(ask, spoken, reply)
            self.told = spoken.text if spoken.interrupted else ""
            reply = self.answer(ask)

    def withdraw(self, reply: Reply, spoken: Spoken) -> Reply:
        """The candidate had not finished: unsay the reply, and listen on to the same turn."""
        reply.speech.drop()
        before = self.session.turns()
        self.view.withdrawn()
        self.event("undo", None, at_ms=spoken.end_ms, said=spoken.text, onset_ms=spoken.onset_ms)
        self.fork(reply.base)
        ask = self.waiting()
        assert ask is not None
        again = self.answer(ask, again=True)
        self.count_false_alarm(before == self.session.turns())
        return again

    def count_false_alarm(self, nothing_new: bool) -> None:
        """A reply withdrawn for nothing: the interviewer hears itself, or the room.

        After two in a row the microphone is not listened to any more while the interviewer speaks.
        """
        self.false_alarms = self.false_alarms + 1 if nothing_new else 0
        if self.false_alarms == FALSE_ALARMS:
            self.notice(
                "I keep hearing something while I speak. From now on I do not listen meanwhile; "
                "headphones help.",
                self.channel.now_ms(),
            )

    def fork(self, base: Any) -> None:
        """Back to the checkpoint that waited for the answer; later ones are left behind.

        The asking node runs again and waits again: it holds nothing but the interrupt.
        """
        self.graph.invoke(None, base, context=self.context, durability="sync")

    def reply(self, given: Any, *, base: Any = None) -> Reply:
        """What the graph will say to `given`, to be said by the channel."""
        run = Reply(self.graph, self.config, self.context, given, base, on_question=self.warm)
        run.speech = self.channel.speech(run.sentences())
        return run

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
        if not ask.move.expects_answer:
            now = self.channel.now_ms()
            return self.reply(command(Answer(end_ms=now, now_ms=now)))
        self.view.listening(ask)
        snapshot = self.graph.get_state(self.config)
        state: Any = snapshot.values
        situation = self.context.situation(state)
        brain = self.context.brain
        guess = GuessedReply(self, snapshot.config, self.turn_index(ask))
        heard = self.channel.listen(
            ask, lambda clause: brain.prepare(clause, situation), guess, again=again
        )
        for notice in heard.notices:
            self.notice(notice, heard.end_ms)
        turn = self.store_candidate(ask, heard) if heard.text.strip() else None
        ready = guess.taken(heard)
        return ready or self.reply(command(answer_of(heard, turn, self.told)), base=snapshot.config)

    def turn_index(self, ask: Ask) -> int:
        """The index that the answer to `ask` has or will get."""
        return ask.turn + 1

    def store_interviewer(self, ask: Ask, spoken: Spoken, reply: Reply | None) -> None:
        """The move with its reason, what was understood before it, and the turn itself."""
        for notice in ask.notices:
            self.notice(notice, spoken.start_ms, kind="fallback")
        if not any(e.event == "move" and e.turn == ask.turn for e in self.session.events()):
            self.store_move(ask, spoken.start_ms)
        self.event(
            "timing",
            ask.turn,
            at_ms=spoken.end_ms,
            phases={"think_ms": round(reply.think_ms, 1) if reply else 0.0, **spoken.timings},
        )
        self.session.append_turn(
            Turn(
                turn=ask.turn,
                speaker="interviewer",
                text=spoken.text,
                start_ms=spoken.start_ms,
                end_ms=spoken.end_ms,
                interrupted=spoken.interrupted,
                question_id=ask.move.question_id,
            )
        )

    def store_move(self, ask: Ask, at_ms: int) -> None:
        """The move with its reason; once, also when a kill made its turn be said again."""
        self.store_reading(ask, at_ms)
        move = ask.move
        fields = move.model_dump(mode="json", exclude_defaults=True)
        self.event("move", ask.turn, at_ms=at_ms, **fields)
        question = self.context.bank.get(move.question_id)
        if move.kind == "next_question":
            at = self.graph.get_state(self.config).values["question_index"]
            self.session.replace_question(at, question.id, question.prompt)
        for fact_id in move.fact_ids if move.kind == "fact" else ():
            say = question.fact(fact_id).say
            self.event("fact_released", ask.turn, at_ms=at_ms, fact=fact_id, say=say)
        if move.kind == "hint":
            self.event(
                "hint",
                ask.turn,
                at_ms=at_ms,
                rung=move.hint_rung,
                point=move.point_id,
                criterion=self.helped(move),
            )
        if move.kind == "twist":
            self.event("twist", ask.turn, at_ms=at_ms, twist=move.twist_id)

    def store_reading(self, ask: Ask, at_ms: int) -> None:
        """What was understood of the answer before this move, for the notebook."""
        turns = self.session.turns()
        if ask.reading is None or not turns or turns[-1].speaker != "candidate":
            return
        reading = ask.reading
        fields = reading.model_dump(mode="json", exclude_defaults=True)
        self.event("reading", ask.turn - 1, at_ms=at_ms, **fields)
        self.store_reconciled(ask, reading, at_ms)

    def store_reconciled(self, ask: Ask, reading: Reading, at_ms: int) -> None:
        """Whether a contradiction was settled by the first real answer after it was put."""
        asked = [e for e in self.session.events() if e.get("kind") == "reconcile"]
        judged = [e for e in self.session.events() if e.event == "contradiction"]
        if len(asked) == len(judged) or reading.act not in {"answer", "dont_know"}:
            return
        enough = reading.words >= self.context.conduct.limits.thin_answer_words
        self.event(
            "contradiction",
            ask.turn - 1,
            at_ms=at_ms,
            reconciled=reading.act == "answer" and enough,
            before=asked[-1].get("before", ""),
            now=asked[-1].get("hook", ""),
        )

    def helped(self, move: Move) -> str:
        """The criterion that a hint is about: its point's, or clarification while framing."""
        question = self.context.bank.get(move.question_id)
        if move.point_id:
            return question.point(move.point_id).criterion
        return "requirement_clarification" if move.phase == "framing" else "technical_soundness"

    def store_candidate(self, ask: Ask, heard: Heard) -> int:
        """The candidate's turn with its timings; returns its index.

        A turn that is there already went on after all and is amended.
        """
        index = self.turn_index(ask)
        self.event(
            "timing",
            index,
            at_ms=heard.end_ms,
            phases=heard.timings,
            left=heard.left,
            other_language=heard.other_language,
            source=heard.source,
        )
        turn = Turn(
            turn=index,
            speaker="candidate",
            text=heard.text,
            start_ms=heard.start_ms,
            end_ms=heard.end_ms,
            words=heard.words,
            question_id=ask.move.question_id,
        )
        if index < self.session.next_turn:
            self.session.amend_turn(turn)
        else:
            self.session.append_turn(turn)
        self.view.heard(heard.text, heard.start_ms)
        return index

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

    def notice(self, what: str, at_ms: int, *, kind: str = "error") -> None:
        """Say and store that something went wrong and was replaced."""
        self.view.notice(what)
        self.event(kind, None, at_ms=at_ms, what=what)

    def event(
        self, event: str, turn: int | None, *, at_ms: int | None = None, **fields: Any
    ) -> None:
        """One line of events.jsonl."""
        clock = self.channel.now_ms() if at_ms is None else at_ms
        self.session.append_event(
            Event.model_validate({"event": event, "at_ms": clock, "turn": turn, **fields})
        )


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
        told=told,
        left=heard.left,
    )


def behind(state: dict[str, Any], next_turn: int) -> bool:
    """Whether the state knows of turns that the folder does not hold."""
    said = state.get("said", [])
    return bool(said) and said[-1].turn >= next_turn


class GuessedReply:
    """A reply begun when the turn seemed over; used if it was, else dropped without a trace."""

    def __init__(self, interview: Interview, base: Any, turn: int) -> None:
        """`base` is the checkpoint that waits for the answer; `turn` the index it will have."""
        self.interview, self.base, self.turn = interview, base, turn
        self.reply: Reply | None = None
        self.text = ""
        self.void = False

    def settled(self, heard: Heard) -> None:
        """Begin a reply to `heard` on the graph; nothing is shown, said or stored yet."""
        self.dropped()
        if not heard.text.strip():
            return
        answer = answer_of(heard, self.turn, self.interview.told)
        self.reply = self.interview.reply(command(answer), base=self.base)
        self.text, self.void = heard.text, False

    def resumed(self) -> None:
        """The candidate goes on; the reply is dropped when there is time for it."""
        self.void = True

    def taken(self, heard: Heard) -> Reply | None:
        """The reply, if it was begun to just these words."""
        if self.reply is not None and not self.void and heard.text == self.text:
            return self.reply
        self.dropped()
        return None

    def dropped(self) -> None:
        """Drop a reply that was begun, and go back to where the graph waited."""
        if self.reply is not None:
            self.reply.speech.drop()
            self.reply = None
            self.interview.fork(self.base)
