"""What happens, as one JSON object a line: for other programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from agent.moves import Move
from agent.state import Ask

if TYPE_CHECKING:
    from agent.key_commands import Press
    from agent.live_panel import LiveState


class JsonView:
    """One JSON object a line on standard output, for other programs."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout

    def put(self, event: str, **fields: Any) -> None:
        """Write one line and flush it."""
        self.out.write(json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n")
        self.out.flush()

    def moved(self, move: Move) -> None:
        """{"event": "move", …}"""
        self.put("move", **move.model_dump(mode="json", exclude_defaults=True))

    def saying(self, sentence: str, at_ms: int) -> None:
        """{"event": "saying", "text", "at_ms"}"""
        self.put("saying", text=sentence, at_ms=at_ms)

    def listening(self, ask: Ask) -> None:
        """{"event": "listening", "turn"}"""
        self.put("listening", turn=ask.turn)

    def caption(self, text: str, at_ms: int) -> None:
        """{"event": "caption", "text", "at_ms"}"""
        self.put("caption", text=text, at_ms=at_ms)

    def partly(self, text: str) -> None:
        """{"event": "partly", "text"}: of the clause being spoken, until the next or its caption"""
        self.put("partly", text=text)

    def heard(self, text: str, at_ms: int) -> None:
        """{"event": "heard", "text", "at_ms"}"""
        self.put("heard", text=text, at_ms=at_ms)

    def waiting_on(self, text: str) -> None:
        """{"event": "waiting_on", "text"}"""
        self.put("waiting_on", text=text)

    def judging(self, done: int) -> None:
        """{"event": "judging", "done"}"""
        self.put("judging", done=done)

    def withdrawn(self) -> None:
        """{"event": "withdrawn"}"""
        self.put("withdrawn")

    def notice(self, text: str) -> None:
        """{"event": "notice", "text"}"""
        self.put("notice", text=text)

    def state(self, state: LiveState) -> None:
        """{"event": "state", "state"}"""
        self.put("state", state=state)

    def clock(self, now_ms: int) -> None:
        """{"event": "clock", "now_ms"}"""
        self.put("clock", now_ms=now_ms)

    def level(self, dbfs: float) -> None:
        """{"event": "level", "dbfs"}, about ten a second while listening"""
        self.put("level", dbfs=round(dbfs, 1))

    def voice(self, speaking: bool) -> None:
        """{"event": "voice", "speaking"}"""
        self.put("voice", speaking=speaking)

    def pressed(self, press: Press) -> None:
        """{"event": "pressed", "key"}"""
        self.put("pressed", key=press)

    def close(self) -> None:
        """Every line has been flushed."""
