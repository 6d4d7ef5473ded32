"""Which recogniser hears the candidate.

A transcription endpoint where the settings say so, with a Whisper on this machine behind it; else
that Whisper alone: named in the settings, or the best that is fast enough.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.breaker import CircuitBreaker
from agent.recogniser_speed import THREADS, Speed, known_speeds
from agent.settings import Settings
from agent.transcription import EndpointTranscriber
from agent.weights import MANIFEST, folder, status
from audio.errors import EngineError
from audio.frame import Samples
from audio.transcriber import Clause, Transcriber
from prompts.errors import ModelUnavailable, UsageError

AUTO = "auto"
RANKED = ("whisper-tiny.en", "whisper-base")
"""The best for English first, by tests/benchmarks/hearing.md: tiny.en makes fewer errors in clear
voices (1.2 against 3.2 %), the multilingual base in voices that are hard to hear (14.8 against
17.5 %)."""
SMALLEST = "whisper-tiny.en"
"""Taken where nothing is known; its weights come with Viva."""
CLAUSE_BUDGET_S = 0.5
"""A clause of 4 s must be read in this time. The shortest patience after a complete statement is
0.7 s (brisk persona), and the reading begins 0.2 s into the pause: slower, and the reading itself
delays the reply."""

MOST_THREADS = 4
"""More bring nothing to a batch of stretches."""

REST_S, LONGEST_REST_S = 15.0, 300.0
"""Seconds a failing endpoint is left alone; doubled for each further failure up to the longest."""


TAKEN_OVER = "The recogniser on this machine takes over."
"""How every notice of a fault here ends."""


@dataclass(frozen=True, slots=True)
class EndpointFault:
    """The endpoint failed at a clause, and the local recogniser took it."""

    what: str
    """For people; holds no key."""
    at_ms: int
    """Session clock where the clause begins, milliseconds."""
    first: bool
    """Whether it is the first of this session: people are told once."""


OnFault = Callable[[EndpointFault], None]


def nobody(_: EndpointFault) -> None:
    """For callers that do not want to be told."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A recogniser with the reason for it."""

    name: str
    """Of the weights, or the folder's path."""
    why: str

    @property
    def folder(self) -> Path:
        """Where its model is. Raises VivaError when the weights are missing, UsageError when the
        name is neither weights nor a folder."""
        path = Path(self.name).expanduser()
        if path.is_dir():
            return path
        if any(self.name == weights.name for weights in MANIFEST):
            return folder(self.name)
        raise UsageError(
            f"there is no recogniser {self.name!r}: neither weights of that name nor a folder",
            todo=f"Take {AUTO}, one of {', '.join(RANKED)}, or a CTranslate2 Whisper folder.",
        )


def choose(settings: Settings) -> Choice:
    """The recogniser as configured; quick, nothing is loaded or measured."""
    if settings.whisper != AUTO:
        return Choice(settings.whisper, "named in the settings")
    return best(ready(), known_speeds())


def check(settings: Settings) -> None:
    """Raise what `open_transcriber` would for a wrong name or folder, before anything is begun."""
    from audio.whisper import check_folder

    check_folder(choose(settings).folder)
    if settings.transcription == "openai":
        open_endpoint(settings)


def ready() -> list[str]:
    """The recognisers whose weights are here, the best first."""
    return [name for name in RANKED if status(name) == "ready"]


def best(names: Sequence[str], speeds: Mapping[str, Speed]) -> Choice:
    """The first of `names` (best first) that is fast enough, else the quickest that is known."""
    if len(names) < 2:
        return Choice(names[0] if names else SMALLEST, "the only one here")
    known = [speeds[name] for name in names if name in speeds]
    for speed in known:
        if speed.took_s <= CLAUSE_BUDGET_S:
            return Choice(
                speed.model, f"the best that is fast enough ({CLAUSE_BUDGET_S} s a clause)"
            )
    if not known:
        return Choice(SMALLEST, "the smallest; `viva doctor` measures which ones are fast enough")
    quickest = min(known, key=lambda speed: speed.took_s)
    return Choice(quickest.model, f"the quickest; none reads a clause in {CLAUSE_BUDGET_S} s here")


def told(speed: Speed) -> str:
    """A measurement in words."""
    return (
        f"{speed.model} reads {speed.clip_s:.0f} s of speech in {speed.took_s:.2f} s"
        f" (real-time factor {speed.real_time_factor:.2f})"
    )


@dataclass
class WithFallback:
    """A transcriber that may fail, and one that takes over; a failing one is left alone a while."""

    first: EndpointTranscriber
    second: Transcriber
    on_fault: OnFault = nobody
    faults: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.breaker = CircuitBreaker(
            self.first.where, failures_to_rest=1, rest_s=REST_S, longest_rest_s=LONGEST_REST_S
        )

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """The words in `samples`: see the port `Transcriber`."""
        try:
            self.breaker.check()
            clause = self.first.transcribe(samples, start_ms, hotwords)
        except ModelUnavailable:
            pass  # resting; told when it failed
        except EngineError as error:
            self.breaker.failed(error.what, lasting=self.first.lasting_fault)
            self.faults += 1
            what = f"Transcription: {error.line()} {TAKEN_OVER}"
            self.on_fault(EndpointFault(what, round(start_ms), first=self.faults == 1))
        else:
            self.breaker.succeeded()
            return clause
        return self.second.transcribe(samples, start_ms, hotwords)


def open_transcriber(
    settings: Settings, on_fault: OnFault = nobody, *, hurried: bool = True
) -> Transcriber:
    """The recogniser as configured, loaded. `on_fault` is called from the thread that transcribes.

    Not `hurried`: nobody waits for the words, so that a recording is read more carefully, and in
    batches.
    Raises EngineError, VivaError or UsageError.
    """
    from audio.whisper import WhisperTranscriber
    from audio.whisper_batches import UnhurriedWhisper

    place = choose(settings).folder
    local = (
        WhisperTranscriber(place, threads=THREADS)
        if hurried
        else UnhurriedWhisper(place, threads=recording_threads())
    )
    if settings.transcription == "local":
        return local
    return WithFallback(open_endpoint(settings), local, on_fault)


def recording_threads() -> int:
    """For a recording, beside which nothing else runs: this process's share of the cores, as its
    parent or a cluster says by OMP_NUM_THREADS."""
    share = os.environ.get("OMP_NUM_THREADS", "")
    return (
        int(share) if share.isdecimal() and int(share) else min(MOST_THREADS, os.cpu_count() or 1)
    )


def open_endpoint(settings: Settings) -> EndpointTranscriber:
    """The transcription endpoint. OPENAI_API_KEY goes to the address that it was set for only.

    Raises UsageError when nothing says where it is.
    """
    key = settings.transcription_key
    if key is None and not settings.transcription_url:
        if not settings.has_endpoint:
            raise UsageError(
                "no transcription endpoint is configured",
                todo="Set VIVA_TRANSCRIPTION_URL, or OPENAI_API_KEY for OpenAI's.",
            )
        key = settings.openai_api_key
    return EndpointTranscriber(
        model=settings.transcription_model,
        base_url=settings.transcription_url or settings.openai_base_url,
        api_key=key.get_secret_value() if key else "",
        budget_s=settings.transcription_budget_s,
    )


def recogniser_name(settings: Settings) -> str:
    """What a session is stored with."""
    local = choose(settings).name
    if settings.transcription == "local":
        return local
    return f"{settings.transcription_model} at {open_endpoint(settings).where}, else {local}"
