"""OpenTelemetry traces: a span for each exchange, with what it was made of. No words go along.

Nothing is sent unless the standard variables name an exporter; `OTEL_EXPORTER_OTLP_ENDPOINT` does.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.web.observing import phases_of
from prompts.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk.trace import TracerProvider

    from agent.web.observing import How
    from evaluation.record import Event

MS = 1_000_000
"""Nanoseconds."""
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
MOST_WORK = 64
"""Of an exchange so many pieces of work are kept; replies that were withdrawn are among them."""
INSTALL = "Install it with: pip install 'viva-interview[tracing]'."


def destination(environment: Mapping[str, str] = os.environ) -> str:
    """The address that traces are sent to by the standard variables; empty when by none."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or environment.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp":
        return ""
    return next(filter(None, (environment.get(name, "") for name in ENDPOINTS)), "")


def told(address: str) -> str:
    """What leaves the machine, a sentence."""
    where = urlsplit(address).hostname
    return f"Except for timings of the conversation, no words: they go to {where}."


def open_provider(endpoint: str | None = None) -> TracerProvider:
    """Sends spans by OTLP over HTTP, in a thread of its own, to `endpoint` or where the standard
    variables say. Raises UsageError when the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise UsageError("traces need OpenTelemetry", todo=INSTALL) from error
    os.environ.setdefault("OTEL_SERVICE_NAME", "viva")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    return provider


@dataclass(slots=True)
class Exchange:
    """What is known of the exchange that is going on in one interview."""

    move: str = ""
    spoke_ms: int = 0
    """Session clock of the reply's first sound."""
    work: list[tuple[str, int, int]] = field(default_factory=list)
    """What, begin, end (`time_ns`)."""


class Traces:
    """An observer that makes spans when an exchange is over, from timings that were measured."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider
        self.tracer = provider.get_tracer("viva")
        self.lock = threading.Lock()
        self.going_on: dict[str, Exchange] = {}

    def begun(self, interview: str, *, resumed: bool) -> None:
        """An interview with nothing in it yet."""
        with self.lock:
            self.going_on[interview] = Exchange()

    def refused(self) -> None:
        """No span."""

    def worked(self, interview: str, what: str, begin_ns: int, end_ns: int) -> None:
        """Kept until the exchange is over."""
        with self.lock:
            exchange = self.going_on.get(interview)
            if exchange is not None and len(exchange.work) < MOST_WORK:
                exchange.work.append((what, begin_ns, end_ns))

    def happened(self, interview: str, event: Event) -> None:
        """The interviewer has spoken: the exchange becomes a trace."""
        with self.lock:
            exchange = self.going_on.get(interview)
            if exchange is None:
                return
            if event.event == "move":
                exchange.move, exchange.spoke_ms = str(event.get("kind", "")), event.at_ms
                return
            phases = phases_of(event)
            if "think" not in phases:  # a candidate's turn, or no timing at all
                return
            self.going_on[interview] = Exchange()
        self.export(interview, event, phases, exchange)

    def export(
        self, interview: str, event: Event, phases: dict[str, float], exchange: Exchange
    ) -> None:
        """One trace; the session clock is laid so that its end is now, as it was just reached."""
        from opentelemetry import trace
        from opentelemetry.context import Context

        end_ns = time.time_ns()
        spoke_ns = end_ns - max(0, event.at_ms - exchange.spoke_ms) * MS
        spans = [("speaking", spoke_ns, end_ns), *exchange.work]
        silent_ns = spoke_ns - round(phases.get("voice_to_voice", 0) * MS)
        at_ns = silent_ns
        for name, phase in (("hearing", "transcribe"), ("waiting", "wait")):
            if phase in phases:
                until_ns = at_ns + max(0, round(phases[phase] * MS))
                spans.append((name, at_ns, until_ns))
                at_ns = until_ns
        root = self.tracer.start_span(
            "exchange",
            context=Context(),
            start_time=min(silent_ns, *(begin for _, begin, _ in spans)),
            attributes={
                "viva.interview": interview,
                "viva.turn": event.turn or 0,
                "viva.move": exchange.move,
                **{f"viva.{name}_ms": value for name, value in phases.items()},
            },
        )
        within = trace.set_span_in_context(root, Context())
        for name, begin, until in sorted(spans, key=lambda each: each[1]):
            self.tracer.start_span(name, context=within, start_time=begin).end(max(begin, until))
        root.end(end_ns)

    def over(self, interview: str, how: How) -> None:
        """What was not finished is dropped."""
        with self.lock:
            self.going_on.pop(interview, None)

    def close(self) -> None:
        """Send what waits."""
        self.provider.shutdown()
