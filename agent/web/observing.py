"""Who is told what happens on a server: counters, a log, traces. None of them is told any words.

An observer gets the typed events of a session as they are stored, and takes numbers and names out
of them; whatever it does not name goes nowhere. Called from the threads of the interviews, so it
must not wait and must not raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from agent.model_brain import REFUSED_WORDING, TOO_SLOW
from agent.recogniser import TAKEN_OVER

if TYPE_CHECKING:
    from evaluation.record import Event

How = Literal["complete", "stopped", "left", "saved", "failed"]
"""complete, stopped, left: over and scored. saved: to be resumed. failed: a fault of the server."""
FaultKind = Literal["transcription", "wording_refused", "too_slow", "endpoint"]
"""transcription: the recogniser's endpoint · wording_refused: code did not let a wording pass ·
too_slow: not read in time · endpoint: any other fault of the language model's endpoint."""


class Observer(Protocol):
    """One of those who are told."""

    def begun(self, interview: str, *, resumed: bool) -> None:
        """An interview waits for its page. `interview`: its id."""
        ...

    def refused(self) -> None:
        """Somebody was turned away, because the limit was reached or the server is ending."""
        ...

    def happened(self, interview: str, event: Event) -> None:
        """A line of its events.jsonl was stored."""
        ...

    def worked(self, interview: str, what: str, begin_ns: int, end_ns: int) -> None:
        """The brain was at work on `what` (reading, deciding, phrasing); times of `time_ns`."""
        ...

    def over(self, interview: str, how: How) -> None:
        """Nothing more happens in it."""
        ...


@dataclass(frozen=True, slots=True)
class Observers:
    """All of them at once."""

    each: tuple[Observer, ...] = ()

    def begun(self, interview: str, *, resumed: bool) -> None:
        """As in Observer."""
        for one in self.each:
            one.begun(interview, resumed=resumed)

    def refused(self) -> None:
        """As in Observer."""
        for one in self.each:
            one.refused()

    def happened(self, interview: str, event: Event) -> None:
        """As in Observer."""
        for one in self.each:
            one.happened(interview, event)

    def worked(self, interview: str, what: str, begin_ns: int, end_ns: int) -> None:
        """As in Observer."""
        for one in self.each:
            one.worked(interview, what, begin_ns, end_ns)

    def over(self, interview: str, how: How) -> None:
        """As in Observer."""
        for one in self.each:
            one.over(interview, how)


def phases_of(event: Event) -> dict[str, float]:
    """The phases of a timing event, milliseconds by name; empty for any other event."""
    found = event.get("phases") if event.event == "timing" else None
    return {
        name.removesuffix("_ms"): float(value)
        for name, value in (found if isinstance(found, dict) else {}).items()
        if isinstance(value, int | float)
    }


def fault_kind(event: Event) -> FaultKind | None:
    """What kind of endpoint fault the event tells of; None when of none."""
    if event.event != "fallback":
        return None
    what = str(event.get("what", ""))
    if what.startswith(REFUSED_WORDING):
        return "wording_refused"
    if what.startswith(TOO_SLOW):
        return "too_slow"
    return "transcription" if what.endswith(TAKEN_OVER) else "endpoint"
