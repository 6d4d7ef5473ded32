"""Structured logs: one JSON object a line on standard error. No speech, no keys, no free text.

Only what is named here is written: ids, names of events, numbers. Of an error its type and where in
the code it was raised, never its message, which may quote what somebody said.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from agent.web.observing import fault_kind, phases_of

if TYPE_CHECKING:
    from types import TracebackType

    from agent.web.observing import How
    from evaluation.record import Event

FRAMES = 12
"""Of a trace so many innermost frames are written."""
EVENTS = frozenset(
    {"move", "error", "fallback", "undo", "keyboard", "device", "asleep", "too_slow"}
)
"""Events that are logged by name and turn, beside the timings."""


class JsonLog:
    """An observer that writes lines; safe from any thread."""

    def __init__(self, to: TextIO) -> None:
        self.to, self.lock = to, threading.Lock()

    def write(self, event: str, **fields: Any) -> None:
        """One line. A log that cannot be written must not end an interview."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"at": at, "event": event, **fields})
        with self.lock:
            try:
                self.to.write(f"{line}\n")
                self.to.flush()
            except (OSError, ValueError):
                return

    def begun(self, interview: str, *, resumed: bool) -> None:
        """conversation_begun"""
        self.write("conversation_begun", interview=interview, resumed=resumed)

    def refused(self) -> None:
        """conversation_refused"""
        self.write("conversation_refused")

    def happened(self, interview: str, event: Event) -> None:
        """turn_timing with its phases, endpoint_fault with its kind, others by name."""
        about: dict[str, Any] = {"interview": interview, "turn": event.turn, "at_ms": event.at_ms}
        phases = phases_of(event)
        kind = fault_kind(event)
        if phases:
            self.write("turn_timing", **about, phases_ms=phases)
        elif kind is not None:
            self.write("endpoint_fault", **about, kind=kind)
        elif event.event in EVENTS:
            self.write(f"interview_{event.event}", **about)

    def worked(self, interview: str, what: str, begin_ns: int, end_ns: int) -> None:
        """Not logged: the timings hold it."""

    def over(self, interview: str, how: How) -> None:
        """conversation_over"""
        self.write("conversation_over", interview=interview, how=how)

    # -- errors of the server -----------------------------------------------------------------

    def take_errors(self) -> None:
        """From here on uncaught errors and what libraries log come as lines as well."""
        root = logging.getLogger()
        root.handlers[:] = [LogLines(self)]
        threading.excepthook = lambda hook: self.failed(
            hook.exc_value, hook.exc_traceback, thread=hook.thread.name if hook.thread else ""
        )

    def failed(
        self, error: BaseException | None, trace: TracebackType | None, **fields: str
    ) -> None:
        """server_error: the type of the error and where it was raised."""
        frames = traceback.extract_tb(trace)[-FRAMES:]
        self.write(
            "server_error",
            **fields,
            error=type(error).__name__,
            trace=[f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames],
        )


class LogLines(logging.Handler):
    """What libraries log: who, how grave and where, without the message."""

    def __init__(self, log: JsonLog) -> None:
        super().__init__(logging.WARNING)
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        where = f"{Path(record.pathname).name}:{record.lineno}"
        fields = {"logger": record.name, "level": record.levelname.lower(), "where": where}
        if record.exc_info and record.exc_info[1] is not None:
            self.log.failed(record.exc_info[1], record.exc_info[2], **fields)
        else:
            self.log.write("library", **fields)


def standard_error() -> JsonLog:
    """The log of this process."""
    return JsonLog(sys.stderr)
