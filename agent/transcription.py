"""Speech to words at an endpoint: any server with OpenAI's /audio/transcriptions.

The sound of each clause goes there; so it is used only where that was asked for by name. The guards
against invented words are those of the local Whisper, as far as the server tells its figures.
"""

from __future__ import annotations

import io
import math
import threading
import time
import wave
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from pydantic import BaseModel, ValidationError

from agent.model_faults import failures, fault_of
from agent.models import NO_KEY, OPENAI_URL
from agent.settings import shown_address
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.hallucination import clause_of, doubtful, likelihood, too_many
from audio.transcriber import Clause
from prompts.errors import UsageError

if TYPE_CHECKING:
    import openai

CONNECT_S = 2.0
MOST_BYTES = 1_000_000
"""A reply to 15 s of speech has some 10 kB."""
PROMPT_CHARS = 600
"""Whisper's prompt holds 224 tokens, a technical term about one for three characters."""
UNKNOWN_CONFIDENCE = 1.0
"""Of words about which the server says nothing: as in a transcript made elsewhere."""
FORMS: tuple[dict[str, Any], ...] = (
    {"response_format": "verbose_json", "timestamp_granularities": ["word", "segment"]},
    {"response_format": "verbose_json"},
    {"response_format": "json"},
)
"""What is asked for, the best first; servers refuse what they do not know."""


class WordGiven(BaseModel):
    """A word of the reply; seconds from the start of the sound."""

    word: str
    start: float
    end: float
    probability: float | None = None


class SegmentGiven(BaseModel):
    """A segment of the reply with Whisper's own figures, where the server gives them."""

    text: str
    start: float
    end: float
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    words: list[WordGiven] | None = None


class ReplyGiven(BaseModel):
    """The reply in any of FORMS."""

    text: str
    words: list[WordGiven] | None = None
    segments: list[SegmentGiven] | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as the guards want it."""

    text: str
    words: tuple[WordGiven, ...]
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


@dataclass
class EndpointTranscriber:
    """A transcription model behind an OpenAI-compatible endpoint.

    Nothing is imported or connected before the first call. Raises UsageError when the address
    cannot be used.
    """

    model: str
    base_url: str = ""
    """Empty = OpenAI's own."""
    api_key: str = field(default="", repr=False)
    """Empty = a server that wants none."""
    budget_s: float = 3.0
    """Seconds for one clause with all tries."""
    lasting_fault: bool = False
    """Whether the last failure will not pass by itself: a wrong key, no quota."""
    _form: int = 0
    _built: Any = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url or OPENAI_URL)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(
                "the transcription address must begin with http:// or https://",
                todo="Set VIVA_TRANSCRIPTION_URL like http://localhost:8000/v1.",
            )

    @property
    def where(self) -> str:
        """The address, without anything secret."""
        return shown_address(self.base_url or OPENAI_URL)

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """The words in `samples`: see the port `Transcriber`.

        Raises EngineError, within about `budget_s`, when the endpoint fails.
        """
        deadline = time.monotonic() + self.budget_s
        sound = wav_of(samples)
        segments = self._read(sound, samples.size, hotwords, deadline)
        seconds = milliseconds_of(samples.size) / 1000
        doubted = any(map(doubtful, segments)) or too_many(segments, seconds)
        if doubted and hotwords:
            plain = self._read(sound, samples.size, (), deadline)
            segments = max(segments, plain, key=lambda read: likelihood(read, seconds))
        return clause_of(segments, start_ms, start_ms + milliseconds_of(samples.size), doubted)

    def close(self) -> None:
        """Close the connections; may be used again."""
        with self._lock:
            built, self._built = self._built, None
        if built is not None:
            built.close()

    def _read(
        self, sound: bytes, count: int, hotwords: Sequence[str], deadline: float
    ) -> list[Segment]:
        """One reading; a form that the server refuses gives way to a simpler one for good."""
        import openai

        while True:
            try:
                raw = self._ask(sound, hotwords, deadline)
                return segments_of(ReplyGiven.model_validate_json(raw), count / SAMPLE_RATE)
            except ValidationError:
                self.lasting_fault = False
                raise EngineError(
                    "answered with something that is no transcription",
                    where=self.where,
                    todo="Check the address; it usually ends in /v1.",
                ) from None
            except failures() as error:
                refused = isinstance(
                    error, openai.BadRequestError | openai.UnprocessableEntityError
                )
                if refused and self._form + 1 < len(FORMS):
                    self._form += 1
                    continue
                fault = self._fault(error)
            # Raised outside the handler: a chained exception would carry the request along.
            raise fault

    def _ask(self, sound: bytes, hotwords: Sequence[str], deadline: float) -> bytes:
        """The body of one reply."""
        import httpx2

        left_s = max(0.05, deadline - time.monotonic())
        client = self._client().with_options(
            timeout=httpx2.Timeout(left_s, connect=min(CONNECT_S, left_s))
        )
        given = dict(FORMS[self._form])
        if prompt := prompt_of(hotwords):
            given["prompt"] = prompt
        reply = client.audio.transcriptions.with_raw_response.create(
            file=("clause.wav", sound, "audio/wav"),
            model=self.model,
            language="en",
            temperature=0.0,
            **given,
        )
        return bytes(reply.content)

    def _client(self) -> openai.OpenAI:
        """The SDK's client, built at the first call. No retries: the local model is quicker."""
        import openai

        from agent.http_bounds import BoundedClient

        with self._lock:
            if self._built is None:
                address = self.base_url or OPENAI_URL
                self._built = openai.OpenAI(
                    base_url=address,
                    api_key=self.api_key or NO_KEY,
                    max_retries=0,
                    http_client=BoundedClient(address, max_bytes=MOST_BYTES, max_s=self.budget_s),
                )
            built: openai.OpenAI = self._built
        return built

    def _fault(self, error: Exception) -> EngineError:
        """What went wrong, without the key."""
        import openai

        fault = fault_of(error, where=self.where, model=self.model, secret=self.api_key)
        self.lasting_fault = fault.rest == "lasting"
        if isinstance(error, openai.NotFoundError):
            return EngineError(
                f"has no transcriptions there, or no model {self.model!r}",
                where=self.where,
                todo="Check VIVA_TRANSCRIPTION_URL and VIVA_TRANSCRIPTION_MODEL.",
            )
        return EngineError(fault.error.what, where=self.where, todo="Check VIVA_TRANSCRIPTION_*.")


def wav_of(samples: Samples) -> bytes:
    """`samples` (shape (n,), float32 in [-1, 1]) as a 16-bit WAV file."""
    whole = (np.clip(samples, -1, 1) * 32_767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(whole.tobytes())
    return out.getvalue()


def prompt_of(hotwords: Sequence[str]) -> str:
    """As many whole terms as fit, from the front; empty without any."""
    line = ""
    for term in dict.fromkeys(term.strip() for term in hotwords if term.strip()):
        longer = f"{line}, {term}" if line else term
        if len(longer) > PROMPT_CHARS:
            break
        line = longer
    return line


def segments_of(reply: ReplyGiven, duration_s: float) -> list[Segment]:
    """The reply's segments with their words; one over everything where it has none."""
    given = reply.segments
    if not given:
        if not reply.text.strip():
            return []
        given = [SegmentGiven(text=reply.text, start=0.0, end=duration_s)]
    words = list(reply.words or ())
    found = []
    for number, segment in enumerate(given):
        last = number == len(given) - 1
        # A word belongs to the segment that its middle lies in; what is left over, to the last.
        inside = [w for w in words if last or (w.start + w.end) / 2 < segment.end]
        words = words[len(inside) :]
        found.append(segment_of(segment, segment.words or inside))
    return found


def segment_of(given: SegmentGiven, words: Sequence[WordGiven]) -> Segment:
    """One segment; what the server does not say is computed where it can be."""
    likely = UNKNOWN_CONFIDENCE
    if given.avg_logprob is not None:
        likely = min(1.0, math.exp(given.avg_logprob))
    said = [
        word if word.probability is not None else word.model_copy(update={"probability": likely})
        for word in words or evenly(given)
    ]
    encoded = given.text.encode()
    repeats = given.compression_ratio
    return Segment(
        text=given.text,
        words=tuple(said),
        avg_logprob=given.avg_logprob or 0.0,
        no_speech_prob=given.no_speech_prob or 0.0,
        compression_ratio=len(encoded) / len(zlib.compress(encoded))
        if repeats is None
        else repeats,
    )


def evenly(segment: SegmentGiven) -> list[WordGiven]:
    """The words of a segment without times, spread over it."""
    spoken = segment.text.split()
    step = (segment.end - segment.start) / max(1, len(spoken))
    return [
        WordGiven(word=word, start=segment.start + i * step, end=segment.start + (i + 1) * step)
        for i, word in enumerate(spoken)
    ]
