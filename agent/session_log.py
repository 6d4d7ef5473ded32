"""What happens in an interview, written down as it happens: turns, moves with reasons, timings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from agent.channels import Heard, Spoken
from agent.context import Context
from agent.fallback_notices import FallbackNotices
from agent.moves import Move
from agent.reading import Reading
from agent.reply import Reply
from agent.state import Ask
from agent.view import View
from evaluation.record import Event, Turn
from evaluation.session import SessionFolder


class SessionLog:
    """Writes the session folder, and tells the view what the candidate is to know of it."""

    def __init__(
        self, session: SessionFolder, context: Context, view: View, now_ms: Callable[[], int]
    ) -> None:
        """`now_ms` is the session clock."""
        self.session, self.context, self.view = session, context, view
        self.now_ms = now_ms
        self.fallbacks = FallbackNotices()

    def store_interviewer(self, ask: Ask, spoken: Spoken, reply: Reply | None) -> None:
        """The move with its reason, what was understood before it, and the turn itself."""
        for notice in ask.notices:
            self.fallback(notice, spoken.start_ms)
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
        move = ask.move
        events = [*self.of_reading(ask, at_ms)]
        fields = move.model_dump(mode="json", exclude_defaults=True)
        events.append(event_of("move", ask.turn, at_ms, **fields))
        question = self.context.bank.get(move.question_id)
        for fact_id in move.tells:
            say = question.fact(fact_id).say
            events.append(event_of("fact_released", ask.turn, at_ms, fact=fact_id, say=say))
        if move.kind == "invented_fact":
            say, asked = move.invented, move.trigger
            events.append(event_of("fact_invented", ask.turn, at_ms, say=say, asked=asked))
        if move.kind == "hint":
            hint = {"rung": move.hint_rung, "point": move.point_id, "criterion": self.helped(move)}
            events.append(event_of("hint", ask.turn, at_ms, **hint))
        if move.kind == "twist":
            events.append(event_of("twist", ask.turn, at_ms, twist=move.twist_id))
        # As one: a fact without its move, or a move without its fact, would be scored wrongly.
        self.session.append_event(*events)

    def of_reading(self, ask: Ask, at_ms: int) -> Iterator[Event]:
        """What was understood of the answer before this move, for the notebook."""
        turns = self.session.turns()
        if ask.reading is None or not turns or turns[-1].speaker != "candidate":
            return
        reading = ask.reading
        fields = reading.model_dump(mode="json", exclude_defaults=True)
        yield event_of("reading", ask.turn - 1, at_ms, **fields)
        yield from self.reconciled(ask, reading, at_ms)

    def reconciled(self, ask: Ask, reading: Reading, at_ms: int) -> Iterator[Event]:
        """Whether a contradiction was settled by the first real answer after it was put."""
        # What was wrongly ascribed to us is no contradiction of their own to settle.
        asked = [
            e for e in self.session.events() if e.get("kind") == "reconcile" and e.get("before", "")
        ]
        judged = [e for e in self.session.events() if e.event == "contradiction"]
        if len(asked) == len(judged) or reading.act not in {"answer", "dont_know"}:
            return
        enough = reading.words >= self.context.conduct.limits.thin_answer_words
        yield event_of(
            "contradiction",
            ask.turn - 1,
            at_ms,
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
        index = answer_index(ask)
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

    def notice(self, what: str, at_ms: int) -> None:
        """Say and store that something went wrong and was replaced."""
        self.view.notice(what)
        self.event("error", None, at_ms=at_ms, what=what)

    def fallback(self, what: str, at_ms: int) -> None:
        """Store that the model did not serve a turn; each cause is said once a session."""
        told = self.fallbacks.to_tell(what)
        if told:
            self.view.notice(told)
        self.event("fallback", None, at_ms=at_ms, what=what)

    def event(
        self, event: str, turn: int | None, *, at_ms: int | None = None, **fields: Any
    ) -> None:
        """One line of events.jsonl."""
        clock = self.now_ms() if at_ms is None else at_ms
        self.session.append_event(event_of(event, turn, clock, **fields))


def event_of(event: str, turn: int | None, at_ms: int, **fields: Any) -> Event:
    """One event; `at_ms` is on the session clock."""
    return Event.model_validate({"event": event, "at_ms": at_ms, "turn": turn, **fields})


def answer_index(ask: Ask) -> int:
    """The index that the answer to `ask` has or will get."""
    return ask.turn + 1
