"""The view for somebody at the microphone: the transcript scrolls, a small panel stays below it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.key_commands import Commands, Press
from agent.keys import Keys, NoKeys, open_keys
from agent.level_meter import LevelMeter
from agent.live_panel import LINES, METER_CELLS, STILL, LiveState, Picture, drawn
from agent.moves import Move
from agent.state import Ask
from agent.view import PHASE_NAMES, ConsoleView, View, clock, keys_explained

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

PICTURES_PER_S = 10
"""As often as levels come. Only a changed picture is drawn."""
LEVEL_STEP_DB = 3.0
"""The smallest change that is shown as a number; finer ones only flicker."""
NOTE_S = 2.5
"""So long the answer to a key press stays."""
NARROWEST, LOWEST = 60, LINES + 6
"""A smaller window has no room for a panel under a transcript (columns, lines)."""
NOTES: dict[Press, str] = {
    "done": "got it",
    "pause": "",
    "go_on": "",
    "repeat": "repeating the question",
    "hint": "a hint is coming",
    "skip": "skipping this one",
    "type": "you type from here on",
    "stop": "stopping and saving",
    "help": "",
}
"""What a key press is answered with at once, before the interview has acted on it."""


def open_view(
    console: Console,
    *,
    interviewer: str,
    candidate: str = "You",
    minutes: float | None = None,
    keys: bool = False,
    now_ms: Callable[[], float] | None = None,
) -> ConsoleView:
    """`LiveView` where the terminal can show it, else the running transcript."""
    if live_fits(console):
        return LiveView(
            console,
            interviewer=interviewer,
            candidate=candidate,
            minutes=minutes,
            keys=keys,
            now_ms=now_ms,
        )
    return ConsoleView(console, interviewer=interviewer, candidate=candidate)


def live_fits(console: Console) -> bool:
    """Whether a panel can be drawn: a real terminal that is large enough, and colours wanted."""
    wanted = "NO_COLOR" not in os.environ and not console.no_color
    capable = console.is_terminal and not console.is_dumb_terminal
    return wanted and capable and console.width >= NARROWEST and console.height >= LOWEST


def keys_with(view: View, commands: Commands) -> Keys | NoKeys:
    """Single keys that `view` answers, as a context; a Ctrl-Z takes its panel off the screen."""
    if not isinstance(view, LiveView):
        return open_keys(commands, view.pressed)
    keys = open_keys(commands, view.pressed, on_suspend=view.hide, on_continue=view.show)
    view.keys = keys.reading
    return keys


class LiveView(ConsoleView):
    """The transcript above as `ConsoleView` prints it, each turn of the candidate at its end;
    below it the panel of `agent/live_panel.py`.

    It may be told from several threads. The panel is drawn by a thread of its own from the first
    call until `close`.
    """

    def __init__(
        self,
        console: Console,
        *,
        interviewer: str,
        candidate: str = "You",
        minutes: float | None = None,
        keys: bool = False,
        now_ms: Callable[[], float] | None = None,
    ) -> None:
        """`minutes`: planned length of the session. `keys`: single keys are read.

        `now_ms` is the session clock, asked by the drawing thread. Without it the panel's clock
        runs on by itself from what `clock` and `saying` tell.
        """
        super().__init__(console, interviewer=interviewer, candidate=candidate)
        self.minutes, self.keys, self.now_ms = minutes, keys, now_ms
        self.lock = threading.RLock()
        self.meter = LevelMeter()
        self.now: LiveState = "starting"
        self.before_pause: LiveState = "starting"
        self.speaking = False
        self.captions: list[str] = []
        self.partial = ""
        """Words of the clause being spoken."""
        self.caption_ms: int | None = None
        self.last_turn = ""
        """The candidate's last turn, which goes on when the reply to it is withdrawn."""
        self.resumed = False
        """Whether the turn being heard goes on with `last_turn`."""
        self.zero_s: float | None = None
        """`time.monotonic()` at session clock 0; None before it was told, unused with `now_ms`."""
        self.still_ms: float | None = None
        """Where the session clock stands; None while it runs."""
        self.typed = False
        """Whether the candidate types: there is no panel then."""
        self.note, self.note_until_s = "", 0.0
        self.live: Live | None = None
        self.shown: Picture | None = None
        self.closing = threading.Event()
        self.painter: threading.Thread | None = None

    def moved(self, move: Move) -> None:
        """Phases are ruled above and named in the panel."""
        with self.drawing():
            super().moved(move)

    def saying(self, sentence: str, at_ms: int) -> None:
        """The sentence above; the floor is the interviewer's."""
        with self.drawing():
            self.turn_to("speaking")
            self.clock(at_ms)
            super().saying(sentence, at_ms)

    def listening(self, ask: Ask) -> None:
        """The floor is the candidate's."""
        with self.drawing():
            super().listening(ask)
            self.turn_to("listening")
            self.captions, self.partial, self.caption_ms, self.speaking = [], "", None, False

    def caption(self, text: str, at_ms: int) -> None:
        """The clause joins the open turn in the panel."""
        with self.drawing():
            self.captions.append(text)
            self.partial = ""
            if self.caption_ms is None:
                self.caption_ms = at_ms

    def partly(self, text: str) -> None:
        """Behind the clauses that are over, in the panel."""
        with self.drawing():
            self.partial = text

    def heard(self, text: str, at_ms: int) -> None:
        """The turn goes above as one paragraph; what was printed before it was cut in on stays."""
        if self.typed:
            super().heard(text, at_ms)
            return
        with self.drawing():
            new = text
            if self.resumed and text.startswith(self.last_turn):
                new = text[len(self.last_turn) :].strip()
                at_ms = at_ms if self.caption_ms is None else self.caption_ms
            self.last_turn, self.resumed = text, False
            self.captions, self.partial, self.caption_ms, self.speaking = [], "", None, False
            if new:
                self.line(self.candidate, new, at_ms, "green")
            self.speaker = ""
            self.turn_to("thinking")

    def withdrawn(self) -> None:
        """The interviewer falls silent and listens on."""
        with self.drawing():
            super().withdrawn()
            self.resumed = True

    def waiting_on(self, text: str) -> None:
        """The open question above."""
        with self.drawing():
            super().waiting_on(text)

    def judging(self, done: int) -> None:
        """The panel counts."""
        with self.drawing():
            super().judging(done)
            self.turn_to("evaluating")

    def notice(self, text: str) -> None:
        """Above, where it stays."""
        with self.drawing():
            super().notice(text)

    def state(self, state: LiveState) -> None:
        """As told. Typing needs the whole screen: the panel goes for good."""
        if state == "typing":
            self.type_from_here()
            return
        with self.drawing():
            self.turn_to(state)

    def type_from_here(self) -> None:
        """What was understood of the open turn goes above, and the panel away."""
        with self.drawing():
            if self.captions:
                self.line(self.candidate, " ".join(self.captions), self.caption_ms or 0, "green")
            self.captions, self.partial, self.typed = [], "", True
        self.put_away()
        super().state("typing")

    def clock(self, now_ms: int) -> None:
        """From here on the panel's clock runs by itself, unless it has one to ask."""
        with self.drawing():
            self.zero_s = time.monotonic() - now_ms / 1000
            self.still_ms = now_ms if self.now in STILL else None

    def level(self, dbfs: float) -> None:
        """One level for the meter."""
        with self.drawing():
            self.meter.push(dbfs, time.monotonic(), speaking=self.speaking)

    def voice(self, speaking: bool) -> None:
        """Whether the candidate is heard."""
        with self.drawing():
            self.speaking = speaking

    def pressed(self, press: Press) -> None:
        """Answered at once: a key without an answer is pressed again."""
        with self.drawing():
            if press == "help":
                self.put(keys_explained())
            elif press == "pause":
                self.before_pause = self.now if self.now != "paused" else self.before_pause
                self.go_to("paused")
            elif self.now == "paused":
                self.go_to(self.before_pause)
            self.note, self.note_until_s = NOTES[press], time.monotonic() + NOTE_S

    def turn_to(self, state: LiveState) -> None:
        """Another state; the answer to a key has served its time, but for the last one."""
        if state == self.now:
            return
        self.go_to(state)
        if self.note != NOTES["stop"]:
            self.note = ""

    def go_to(self, state: LiveState) -> None:
        """Another state; the clock stands in some, and goes on from there."""
        at_ms = self.elapsed_ms(time.monotonic())
        if self.zero_s is not None and self.still_ms is not None:
            self.zero_s = time.monotonic() - self.still_ms / 1000
        self.still_ms = at_ms if state in STILL else None
        self.now = state

    def drawing(self) -> threading.RLock:
        """One lock for whoever tells or draws; the panel begins with the first call."""
        with self.lock:
            if self.painter is None and not self.closing.is_set():
                self.show()
                self.painter = threading.Thread(target=self.paint, name="panel", daemon=True)
                self.painter.start()
        return self.lock

    def show(self) -> None:
        """Put the panel on the screen, again after `hide`."""
        from rich.live import Live

        with self.lock:
            if self.live is not None or self.closing.is_set():
                return
            self.shown = self.picture()
            self.live = Live(
                self.render(self.shown),
                console=self.console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
            )
            self.live.start(refresh=True)

    def hide(self) -> None:
        """Take the panel off the screen, for a Ctrl-Z or the end."""
        with self.lock:
            live, self.live = self.live, None
            if live is not None:
                live.stop()

    def paint(self) -> None:
        """Draw the picture whenever it has changed, until `close`."""
        while not self.closing.wait(1 / PICTURES_PER_S):
            with self.lock:
                picture = self.picture()
                if self.live is not None and picture != self.shown:
                    self.shown = picture
                    self.live.update(self.render(picture), refresh=True)

    def picture(self) -> Picture:
        """What there is to see at this moment."""
        now_s = time.monotonic()
        return Picture(
            state=self.now,
            interviewer=self.interviewer,
            phase=PHASE_NAMES.get(self.phase, self.phase),
            clock=clock(self.elapsed_ms(now_s)),
            minutes=self.minutes,
            meter=self.meter.read(now_s).coarse(METER_CELLS, LEVEL_STEP_DB),
            speaking=self.speaking,
            caption=" ".join([*self.captions, self.partial]).strip(),
            note=self.note if now_s < self.note_until_s else "",
            keys=self.keys,
            judged=self.judged,
        )

    def elapsed_ms(self, now_s: float) -> float:
        """Session clock at `now_s` of `time.monotonic()`; 0 before it is known."""
        if self.now_ms is not None:
            return self.now_ms()
        if self.still_ms is not None:
            return self.still_ms
        return 0.0 if self.zero_s is None else (now_s - self.zero_s) * 1000

    def render(self, picture: Picture) -> Text:
        """The picture for this console."""
        return drawn(picture, self.console.width, unicode="utf" in self.console.encoding.lower())

    def close(self) -> None:
        """The panel goes, the transcript stays."""
        self.put_away()
        super().close()

    def put_away(self) -> None:
        """No more panel; twice is allowed."""
        self.closing.set()
        if self.painter is not None and self.painter is not threading.current_thread():
            self.painter.join()
        self.hide()
