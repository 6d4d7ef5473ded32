"""Prometheus metrics of one server: how quickly it answers, what failed, how many talk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from agent.web.observing import fault_kind, phases_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.web.observing import How
    from evaluation.record import Event

PHASES = ("voice_to_voice", "transcribe", "wait", "reply", "think")
"""Phases of an answered turn. voice_to_voice: from the candidate's last audible sound to the first
of the reply = transcribe (words known) + wait (patience) + reply (until it sounds); think: until
the first sentence was phrased, part of it in the wait."""
BUCKETS_S = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts in a registry of its own, so that two servers in one process do not mix."""

    def __init__(self) -> None:
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            ProcessCollector,
        )

        registry = self.registry = CollectorRegistry()
        # Memory, processor seconds and open files of this process, where /proc tells them.
        ProcessCollector(registry=registry)
        self.phase_seconds = Histogram(
            "viva_turn_phase_seconds",
            "Seconds between the candidate's last sound and our reply, by phase.",
            ["phase"],
            buckets=BUCKETS_S,
            registry=registry,
        )
        self.faults = Counter(
            "viva_endpoint_faults", "Endpoint faults that were replaced.", ["kind"],
            registry=registry,
        )  # fmt: skip
        self.started = Counter(
            "viva_conversations_begun", "Conversations begun.", ["how"], registry=registry
        )
        self.ended = Counter(
            "viva_conversations_ended", "Conversations that are over.", ["how"], registry=registry
        )
        self.turned_away = Counter(
            "viva_conversations_refused", "Conversations refused at the limit.", registry=registry
        )
        self.running = Gauge(
            "viva_conversations_running", "Conversations in progress.", registry=registry
        )
        self.limit = Gauge(
            "viva_conversations_limit", "Conversations allowed at once.", registry=registry
        )
        Gauge("viva_threads", "Threads of this process.", registry=registry).set_function(
            threading.active_count
        )
        for phase in PHASES:
            self.phase_seconds.labels(phase)

    def watch(self, running: Callable[[], int], limit: int) -> None:
        """`running`: how many conversations there are when somebody asks."""
        self.running.set_function(running)
        self.limit.set(limit)

    def text(self) -> bytes:
        """The exposition format 0.0.4."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)

    # -- as an observer -----------------------------------------------------------------------

    def begun(self, interview: str, *, resumed: bool) -> None:
        """Counted as new or resumed."""
        self.started.labels("resumed" if resumed else "new").inc()

    def refused(self) -> None:
        """Counted."""
        self.turned_away.inc()

    def happened(self, interview: str, event: Event) -> None:
        """Phases of an answered turn, and faults by kind."""
        phases = phases_of(event)
        if "voice_to_voice" in phases:
            for name in PHASES:
                if name in phases:
                    self.phase_seconds.labels(name).observe(phases[name] / 1000)
        kind = fault_kind(event)
        if kind is not None:
            self.faults.labels(kind).inc()

    def worked(self, interview: str, what: str, begin_ns: int, end_ns: int) -> None:
        """Not counted: `think` holds it."""

    def over(self, interview: str, how: How) -> None:
        """Counted by how it ended."""
        self.ended.labels(how).inc()
