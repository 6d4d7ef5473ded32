"""The conversations of a server: begun within a limit, found by id, ended when deserted."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.packs import bank_for, session_bank
from agent.planning import MadePlan, Wish, make_plan, plan_of
from agent.session_store import FileStore, SessionStore
from agent.settings import Settings
from agent.studio import create_session, persona_of
from agent.web.conversation import Booking, Conversation, Ending
from agent.web.observing import Observers
from agent.web.shared_engines import SharedEngines
from evaluation.session import SessionFolder
from prompts.errors import UsageError, VivaError
from prompts.persona import Persona, load_persona, load_personas
from prompts.question_bank import Category, QuestionBank
from prompts.rubric import Level

AWAY_S = 300.0
"""So long an interview waits for its page (seconds): time to mend a network, or to reload."""
FIRST_S = 120.0
"""The same before its page has come for the first time: time to allow a microphone (seconds)."""
KEPT_ENDINGS = 50
"""Of so many finished interviews the last message is kept for a page that comes back late."""
END_S = 60.0
"""The server's end waits so long for interviews to be saved (seconds); an evaluation may run."""


class Busy(VivaError):
    """As many interviews are running as this server allows."""


class Wishes(BaseModel):
    """The body of `POST /api/interviews`; what is missing or null is left to the settings."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    level: Level | None = None
    category: Category | None = None
    question: str | None = Field(default=None, max_length=100)
    persona: str | None = Field(default=None, max_length=100)
    difficulty: Literal[1, 2, 3, 4, 5] | None = None
    minutes: float | None = Field(default=None, ge=2, le=180)


class Conversations:
    """All that is running, on engines that are shared."""

    def __init__(
        self,
        settings: Settings,
        shared: SharedEngines,
        *,
        limit: int,
        away_s: float = AWAY_S,
        store: SessionStore | None = None,
        observers: Observers | None = None,
    ) -> None:
        """`limit`: so many at once. `away_s`: how long one waits for its page, seconds. `store`:
        where the state of sessions is kept, their folders by default."""
        self.store = store or FileStore()
        self.observers = observers or Observers()
        self.settings, self.shared = settings, shared
        self.limit, self.away_s = limit, away_s
        self.bank: QuestionBank = bank_for(settings)
        self.lock = threading.Lock()
        self.running: dict[str, Conversation] = {}
        self.booked = 0
        """Places that are taken while their interview is being made."""
        self.over: OrderedDict[str, Ending] = OrderedDict()
        self.ending = False
        """Whether the server ends and nothing may be begun."""

    # -- beginning ----------------------------------------------------------------------------

    def begin(self, wishes: Wishes, *, retry: SessionFolder | None = None) -> Conversation:
        """A new interview. Raises Busy, UsageError for wishes that cannot be met, VivaError."""
        self.take_place()
        try:
            return self.add(self.booking(wishes, retry))
        finally:
            self.give_back()

    def resume(self, session: SessionFolder) -> Conversation:
        """Go on with one that was stopped. Raises Busy, and UsageError when it is over."""
        if session.meta.id in self.running:
            return self.running[session.meta.id]
        self.take_place()
        try:
            return self.add(self.resumed(session))
        finally:
            self.give_back()

    def take_place(self) -> None:
        """One of the limit. Raises Busy."""
        with self.lock:
            if self.ending:
                self.observers.refused()
                raise Busy("the server is being stopped")
            if len(self.running) + self.booked >= self.limit:
                self.observers.refused()
                raise Busy(
                    f"{self.limit} interview{'s are' if self.limit > 1 else ' is'} running, "
                    "which is the limit of this server",
                    todo="Wait until one is over, or start it with a higher --limit.",
                )
            self.booked += 1

    def give_back(self) -> None:
        """The place is taken by the interview itself now, or by nobody."""
        with self.lock:
            self.booked -= 1

    def add(self, booking: Booking) -> Conversation:
        """Begin it; it waits for its page."""
        conversation = Conversation(
            booking, self.shared, self.ended, observers=self.observers, store=self.store
        )
        self.listed(booking.session)
        self.observers.begun(conversation.id, resumed=booking.resumed)
        with self.lock:
            self.over.pop(conversation.id, None)
            self.running[conversation.id] = conversation
        conversation.thread.start()
        return conversation

    def listed(self, session: SessionFolder) -> None:
        """Put it on the store's list; else a new one leaves no folder. Raises VivaError."""
        try:
            self.store.note(session)
        except VivaError:
            if not session.turns():
                shutil.rmtree(session.path, ignore_errors=True)
            raise

    def booking(self, wishes: Wishes, retry: SessionFolder | None) -> Booking:
        """A new session for these wishes."""
        given = {
            "level": wishes.level,
            "persona": wishes.persona,
            "difficulty": wishes.difficulty,
            "minutes": wishes.minutes,
        }
        settings = self.settings.model_copy(
            update={name: value for name, value in given.items() if value is not None}
        )
        if wishes.question and wishes.question not in self.bank.by_id:
            # A file by its path is for the command line, not for whoever reaches this address.
            raise UsageError(f"there is no question {wishes.question!r}")
        made = make_plan(
            settings,
            Wish(
                question=wishes.question or "",
                category=wishes.category or "",
                retry=str(retry.path) if retry else "",
                level=wishes.level,
                minutes=wishes.minutes,
                difficulty=wishes.difficulty,
            ),
            self.bank,
        )
        return self.created(made, self.persona(settings.persona))

    def created(self, made: MadePlan, persona: Persona) -> Booking:
        """The session of a plan."""
        level = made.settings.level
        engines = self.shared.conversation(persona, level, made.settings, made.seed)
        session = create_session(
            made.settings,
            made.plan,
            persona,
            engines,
            level=level,
            seed=made.seed,
            retry_of=made.retry_of,
            drill=made.drill,
            twins=made.twins,
        )
        return Booking(session, made.settings, engines, made.bank, persona, made.plan)

    def persona(self, name: str) -> Persona:
        """A persona by its id, or the one of the settings. Raises UsageError."""
        if name == self.settings.persona:
            return load_persona(name)
        for persona in load_personas():
            if persona.id == name:
                return persona
        raise UsageError(f"there is no persona {name!r}")

    def resumed(self, session: SessionFolder) -> Booking:
        """A session that was stopped. Raises UsageError when it is over."""
        meta = session.meta
        if session.finished and session.evaluation() is not None:
            raise UsageError("this interview is complete", todo="Read its report.")
        # A session that was begun offline stays offline, whatever is configured by now.
        offline = {
            name: "offline" for name in ("brain", "judge") if getattr(meta, name) == "offline"
        }
        settings = self.settings.model_copy(update={"level": meta.level, **offline})
        bank = session_bank(meta)
        persona = persona_of(meta)
        engines = self.shared.conversation(persona, meta.level, settings, meta.seed)
        return Booking(
            session,
            settings,
            engines,
            bank,
            persona,
            plan_of(meta, bank),
            resumed=True,
        )

    # -- while they run -----------------------------------------------------------------------

    def find(self, interview_id: str) -> Conversation | Ending | None:
        """One that is running, or how it ended lately."""
        with self.lock:
            return self.running.get(interview_id) or self.over.get(interview_id)

    def has_room(self) -> bool:
        """Whether another interview would be taken."""
        with self.lock:
            return not self.ending and len(self.running) + self.booked < self.limit

    def names_running(self) -> frozenset[str]:
        """Folders in use, by this server or another one on the same store. Raises VivaError."""
        with self.lock:
            here = frozenset(each.name for each in self.running.values())
        return here | self.store.running()

    def is_running(self, name: str) -> bool:
        """Whether the session of this folder is in use. Raises VivaError."""
        return name in self.names_running()

    def about(self) -> list[dict[str, Any]]:
        """What is running."""
        with self.lock:
            running = list(self.running.values())
        return [each.about() for each in running]

    def ended(self, conversation: Conversation) -> None:
        """Called by a conversation when it is over."""
        with self.lock:
            self.running.pop(conversation.id, None)
            if conversation.ended is not None:
                self.over[conversation.id] = conversation.ended
            while len(self.over) > KEPT_ENDINGS:
                self.over.popitem(last=False)
        if conversation.ended is not None:
            self.observers.over(conversation.id, conversation.ended.how)

    def abandon_deserted(self) -> None:
        """End those whose page has been away too long; what was said is saved."""
        with self.lock:
            running = list(self.running.values())
        for each in running:
            begun = each.link.connection > 0
            if each.link.away_s() > (self.away_s if begun else min(FIRST_S, self.away_s)):
                each.abandon(f"nobody came {'back ' if begun else ''}to this interview")

    def stop(self, interview_id: str) -> bool:
        """Stop one and save it, to make room; False when it is not running."""
        with self.lock:
            found = self.running.get(interview_id)
        if found is not None:
            found.abandon("you have stopped it from another page")
        return found is not None

    def end(self) -> None:
        """The server ends: everything is saved; waits for it."""
        with self.lock:
            self.ending = True
            running = list(self.running.values())
        for each in running:
            each.abandon("the server was stopped")
        for each in running:
            each.thread.join(END_S)
