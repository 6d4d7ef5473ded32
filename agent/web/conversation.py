"""One interview in a thread of its own: the channel, the graph and the session of the terminal."""

from __future__ import annotations

import queue
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.candidate_sound import LiveCandidate
from agent.clock import WallClock
from agent.commands.running import carry_out, clock_of
from agent.commands.sound import logging, on_fault, plain_voice
from agent.key_commands import Commands
from agent.keyboard_channel import COMMANDS as TYPED_COMMANDS
from agent.keyboard_channel import KeyboardChannel
from agent.reporting import write_report
from agent.standing_still import sentence
from agent.web.link import Link
from agent.web.memory import return_memory
from agent.web.observing import How
from agent.web.self_rating import to_rate
from agent.web.sound import SocketPlayer
from agent.web.view import WebView
from agent.web.waiting import FirstPatiently, PageStandingStill, TypedAnswers
from agent.web.watched_brain import WatchedBrain
from audio.errors import AudioError
from evaluation.notes import save_notes, stored_notes
from prompts.errors import VivaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.key_commands import Press
    from agent.plan import Plan
    from agent.session_store import SessionStore
    from agent.settings import Settings
    from agent.studio import Engines
    from agent.voice_channel import VoiceChannel
    from agent.web.observing import Observers
    from agent.web.shared_engines import SharedEngines
    from evaluation.session import SessionFolder
    from prompts.persona import Persona
    from prompts.question_bank import QuestionBank

COMMANDS: dict[str, Press] = {
    "done": "done",
    "repeat": "repeat",
    "hint": "hint",
    "skip": "skip",
    "stop": "stop",
    "type": "type",
}
"""Messages that mean a key."""
SPOKEN = frozenset({"done", "type"})
"""Those that mean nothing to somebody who types."""
HOW: dict[str, How] = {"stopped": "stopped", "left": "left"}
"""Ends of a session other than `complete`, for whoever counts."""

MAX_LINES_WAITING = 1_000
"""So many typed lines wait to be read; a person types a few dozen in a whole interview."""


@dataclass(frozen=True)
class Booking:
    """What an interview is made of."""

    session: SessionFolder
    settings: Settings
    engines: Engines
    bank: QuestionBank
    persona: Persona
    plan: Plan
    resumed: bool = False
    """Whether the session was begun before."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The last message of an interview: its type and its fields."""

    kind: str
    fields: dict[str, Any]
    how: How
    """For whoever counts."""


class Conversation:
    """One interview, from the first hello to its report."""

    def __init__(
        self,
        booking: Booking,
        shared: SharedEngines,
        on_end: Callable[[Conversation], None],
        *,
        observers: Observers,
        store: SessionStore,
    ) -> None:
        """`on_end` is told, in the interview's thread, when nothing more happens."""
        self.shared, self.on_end, self.store = shared, on_end, store
        session = booking.session
        self.id, self.name = session.meta.id, session.path.name
        session.on_event = partial(observers.happened, self.id)
        brain = WatchedBrain(booking.engines.brain, partial(observers.worked, self.id))
        self.booking = replace(booking, engines=replace(booking.engines, brain=brain))
        self.link, self.commands = Link(), Commands()
        self.commands.read = True
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        """Lines that were typed, as a keyboard gives them."""
        self.view = WebView(
            self.link,
            about={
                "session": self.name,
                "level": session.meta.level,
                "interviewer": booking.persona.name,
                "privacy": booking.engines.said,
            },
            minutes=round(sum(booking.plan.minutes), 1),
            questions=len(booking.plan.questions),
        )
        self.view.notes = stored_notes(session)
        self.view.taken_up(session.turns())
        self.ended: Ending | None = None
        """The last message, once it is over."""
        # Not a daemon: what was said must be on the disk before the process ends.
        self.thread = threading.Thread(target=self.run, name=f"interview {self.id}")

    # -- the interview's thread ---------------------------------------------------------------

    def run(self) -> None:
        """Wait for a page, carry the interview out, write its report, tell how it ended."""
        ended: Ending | None = None
        try:
            ended = self.outcome()
        finally:
            ended = ended or self.stopped(
                "the interview failed",
                "Look at the terminal that the server runs in.",
                how="failed",
            )
            self.ended = ended
            self.on_end(self)
            self.link.finish(ended.kind, **ended.fields)
            return_memory()

    def outcome(self) -> Ending:
        """The last message of the interview."""
        booking = self.booking
        try:
            self.link.wait_connected()
            carry_out(
                booking.session,
                booking.engines,
                booking.bank,
                booking.persona,
                self.view,
                self.open_channel,
                booking.plan,
                resumed=booking.resumed,
                store=self.store,
            )
            write_report(booking.session, booking.bank, placing="inside")
        except (VivaError, AudioError) as error:
            return self.stopped(error.what, error.todo)
        with suppress(VivaError):  # what a lost database keeps of it goes when it is deleted
            self.store.settle(booking.session)
        fields = {
            "session": self.name,
            "report": f"/report/{self.name}",
            "ended": booking.session.meta.ended,
            "rate": to_rate(booking.session),
        }
        return Ending("finished", fields, HOW.get(booking.session.meta.ended, "complete"))

    def stopped(self, what: str, todo: str, *, how: How = "saved") -> Ending:
        """The message of an interview that is saved and not over; a new one of which nothing was
        said leaves no folder."""
        kept = self.booking.resumed or bool(self.booking.session.turns())
        if not kept:
            shutil.rmtree(self.booking.session.path, ignore_errors=True)
            with suppress(VivaError):
                self.store.forget(self.name)
        name = self.name if kept else ""
        return Ending("stopped", {"session": name, "what": sentence(what), "todo": todo}, how)

    def open_channel(self) -> VoiceChannel:
        """The voice channel of the terminal, with the page for microphone and speaker. Called when
        the session is locked: before, another process may still have been adding to it."""
        from agent.patient_player import PatientPlayer
        from agent.stepping_down import SteppingDown, steps_for
        from audio.keeping_up import TimedTranscriber

        session, persona, link = self.booking.session, self.booking.persona, self.link
        engines = self.shared.speech(persona, on_fault(session, self.view))
        clock = WallClock(clock_of(session) if self.booking.resumed else 0)
        clock.watch()
        still = PageStandingStill(link, clock, self.view, self.commands, logging(session, clock))
        hello = link.hello
        assert hello is not None, "no page has said hello"

        if not hello.microphone:
            self.commands.press("type")
        sound = LiveCandidate(
            FirstPatiently(link, clock, still),
            still,
            watched=hello.microphone and hello.echo != "none",
            echoes=hello.echo == "cancelled",
        )
        self.view.clock(round(clock.now_ms()))
        timed = TimedTranscriber(engines.transcriber, self.booking.settings.slow_factor)
        channel = replace(engines, transcriber=timed).channel(
            session,
            self.view,
            persona,
            clock,
            sound,
            PatientPlayer(SocketPlayer(link), still),
            still=still,
            keyboard=KeyboardChannel(
                lines=TypedAnswers(self.answers, link, still), clock=clock.now_ms
            ),
        )
        if self.commands.typing.is_set():
            channel.type_from_here()
        steps = steps_for(
            channel,
            plain_voice=plain_voice(channel, persona),
            quick_recogniser=lambda: timed.replace(self.shared.quickest()),
        )
        channel.stepping_down = SteppingDown(timed, steps, still)
        sound.forget()  # said while everything was made ready
        return channel

    # -- from the page, in the thread of its socket; nothing here waits -----------------------

    def receive(self, message: dict[str, Any]) -> None:
        """A message of the page. Raises ValueError for one that makes no sense."""
        kind = message.get("type")
        if kind == "played":
            self.link.on_played(whole(message, "utterance"), whole(message, "samples"))
        elif kind in {"pause", "resume"}:
            if (kind == "pause") != self.commands.paused:
                self.view.pressed(self.commands.press("pause"))
        elif kind == "answer":
            self.type_answer(words(message))
        elif kind in COMMANDS and not (kind in SPOKEN and self.commands.typing.is_set()):
            self.view.pressed(self.commands.press(COMMANDS[kind]))

    def type_answer(self, text: str) -> None:
        """A typed turn: its lines, and the empty one that sends it."""
        if self.answers.qsize() > MAX_LINES_WAITING:
            raise ValueError("more was typed than has been read by now")
        if not self.commands.typing.is_set():
            self.commands.press("type")
        for line in filter(None, map(str.strip, text.split("\n"))):
            # No command hides in an answer: "/stop" is one only as a message of its own.
            command = line.casefold() in TYPED_COMMANDS
            self.answers.put(f"{line.lstrip('/') if command else line}\n")
        self.answers.put("\n")

    def write_notes(self, text: str) -> None:
        """Store the candidate's notes; called where waiting for the disk is allowed."""
        save_notes(self.booking.session, text)
        self.view.notes = text

    def abandon(self, because: str) -> None:
        """End it as soon as something is to be said or heard; what was said is saved."""
        self.link.abandon(because)
        if self.commands.paused:
            self.commands.press("pause")

    def about(self) -> dict[str, Any]:
        """For the list of what is running."""
        meta = self.booking.session.meta
        clock = self.view.clock_told()
        return {
            "id": self.id,
            "session": self.name,
            "questions": [question.id for question in meta.questions],
            "level": meta.level,
            "state": self.view.now,
            "now_ms": clock["now_ms"],
            "minutes": clock["minutes"],
            "connected": self.link.connected,
        }


def whole(message: dict[str, Any], field: str) -> int:
    """A whole number from 0 on. Raises ValueError."""
    value = message.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{field} has to be a whole number")
    return value


def words(message: dict[str, Any]) -> str:
    """The text of a message. Raises ValueError."""
    value = message.get("text")
    if not isinstance(value, str):
        raise ValueError("text has to be a string")
    return value
