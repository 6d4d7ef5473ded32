"""What a page is told while the interview runs; see PROTOCOL.md for each message."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from agent.live_panel import STILL, LiveState
from agent.moves import Move
from agent.state import Ask
from agent.view import PHASE_NAMES
from agent.web.link import PROTOCOL, Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.key_commands import Press
    from evaluation.record import Turn


class WebView:
    """Messages to the page, and all that a page needs which comes later."""

    def __init__(
        self, link: Link, *, about: dict[str, Any], minutes: float, questions: int
    ) -> None:
        """`about`: what the greeting says of the session. `questions`: how many are planned."""
        self.link, self.about = link, about
        self.minutes, self.questions = minutes, questions
        self.now: LiveState = "starting"
        self.before_pause: LiveState = "starting"
        self.phase = "open"
        self.asked: list[str] = []
        """Ids of the questions put so far."""
        self.asked_before: list[str] = []
        """The same before the latest move, which may be withdrawn."""
        self.captions: list[dict[str, Any]] = []
        """The conversation so far; clauses only of the turn that is being heard."""
        self.notes = ""
        self.typed = False
        """Whether answers are typed."""
        self.judged = 0
        self.zero_s: float | None = None
        """`time.monotonic()` at session clock 0; None before it is known."""
        self.still_ms = 0.0
        """Where the session clock stands, while it stands."""

    # -- what a page that comes (back) is told ------------------------------------------------

    def greeting(self) -> dict[str, Any]:
        """The server's hello."""
        with self.link.lock:
            return {
                "type": "hello",
                "protocol": PROTOCOL,
                **self.about,
                "minutes": self.minutes,
                "questions": self.questions,
                "state": self.now,
                "clock": self.clock_told(),
                "captions": list(self.captions),
                "notes": self.notes,
            }

    def clock_told(self) -> dict[str, Any]:
        """The fields of a `clock`."""
        with self.link.lock:
            return {
                "now_ms": round(self.elapsed_ms()),
                "running": self.zero_s is not None and self.now not in STILL,
                "minutes": self.minutes,
                "question": len(self.asked),
                "questions": self.questions,
                "phase": self.phase,
                "phase_name": PHASE_NAMES.get(self.phase, self.phase),
            }

    def tell_clock(self) -> None:
        """Tell where the clock is."""
        with self.link.lock:
            self.link.send("clock", **self.clock_told())

    def taken_up(self, turns: Iterable[Turn]) -> None:
        """The conversation of a session that was stopped."""
        for turn in turns:
            self.captions.append(caption(turn.speaker, turn.text, turn.start_ms or 0, final=True))
            if turn.question_id and turn.question_id not in self.asked:
                self.asked.append(turn.question_id)

    def elapsed_ms(self) -> float:
        """Session clock; 0 before it is known."""
        if self.zero_s is None or self.now in STILL:
            return self.still_ms
        return (time.monotonic() - self.zero_s) * 1000

    # -- the port -----------------------------------------------------------------------------

    def moved(self, move: Move) -> None:
        """Another phase, or another question."""
        with self.link.lock:
            self.asked_before = list(self.asked)
            if move.question_id and move.question_id not in self.asked:
                self.asked.append(move.question_id)
            self.phase = move.phase
            self.tell_clock()

    def saying(self, sentence: str, at_ms: int) -> None:
        """A sentence of the interviewer."""
        with self.link.lock:
            self.go_to("speaking")
            self.tell_caption(caption("interviewer", sentence, at_ms, final=True))

    def listening(self, ask: Ask) -> None:
        """The floor is the candidate's."""
        self.go_to("typing" if self.typed else "listening")

    def caption(self, text: str, at_ms: int) -> None:
        """A clause of the candidate."""
        self.tell_caption(caption("candidate", text, at_ms, final=False))

    def heard(self, text: str, at_ms: int) -> None:
        """The candidate's whole turn takes the place of its clauses."""
        with self.link.lock:
            self.captions = [each for each in self.captions if each["final"]]
            if self.captions and self.captions[-1].get("goes_on"):
                self.captions.pop()
            self.tell_caption(caption("candidate", text, at_ms, final=True))
            self.go_to("thinking")

    def tell_caption(self, told: dict[str, Any]) -> None:
        """Tell and keep it."""
        with self.link.lock:
            self.captions.append(told)
            self.link.send("caption", **told)

    def waiting_on(self, text: str) -> None:
        """After a resume: the open question."""
        self.link.send("waiting_on", text=text)

    def judging(self, done: int) -> None:
        """So many criteria more."""
        with self.link.lock:
            self.go_to("evaluating")
            self.judged += done
            self.link.send("evaluating", done=self.judged)

    def withdrawn(self) -> None:
        """What was said since the candidate's last turn counts as never said."""
        with self.link.lock:
            while self.captions and self.captions[-1]["who"] == "interviewer":
                self.captions.pop()
            if self.captions:
                self.captions[-1]["goes_on"] = True
            self.asked = list(self.asked_before)
            self.link.send("withdrawn")

    def notice(self, text: str) -> None:
        """Something went wrong and was replaced."""
        self.link.send("notice", text=text)

    def state(self, state: LiveState) -> None:
        """As told."""
        self.typed = self.typed or state == "typing"
        self.go_to(state)

    def clock(self, now_ms: int) -> None:
        """From here on it runs by itself, unless it stands."""
        with self.link.lock:
            self.zero_s, self.still_ms = time.monotonic() - now_ms / 1000, now_ms
            self.tell_clock()

    def level(self, dbfs: float) -> None:
        """How loud the candidate arrives."""
        self.link.send("level", dbfs=round(dbfs, 1))

    def voice(self, speaking: bool) -> None:
        """Whether the candidate is heard to speak."""
        self.link.send("voice", speaking=speaking)

    def pressed(self, press: Press) -> None:
        """A pause is shown at once, though the interviewer may come to it later."""
        with self.link.lock:
            if press == "pause" and self.now != "paused":
                self.before_pause = self.now
                self.go_to("paused")
            elif press != "pause" and self.now == "paused":
                self.go_to(self.before_pause)

    def close(self) -> None:
        """The last message is the conversation's."""

    def go_to(self, state: LiveState) -> None:
        """Another state; the clock stands in some, and goes on from there."""
        with self.link.lock:
            if state == self.now:
                return
            at_ms = self.elapsed_ms()
            if self.zero_s is not None and self.now in STILL and state not in STILL:
                self.zero_s = time.monotonic() - at_ms / 1000
            self.still_ms, self.now = at_ms, state
            self.link.send("state", state=state)
            self.tell_clock()


def caption(who: str, text: str, at_ms: int, *, final: bool) -> dict[str, Any]:
    """The fields of one caption."""
    return {"who": who, "text": text, "final": final, "at_ms": at_ms}
