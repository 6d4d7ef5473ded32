"""Whisper through faster-whisper, with the guards that keep it from inventing words.

Prompted with hotwords, Whisper makes loops and lone terms out of noise (12 of 12 noise clips with
the base model), and its default retries cost up to 33 CPU seconds a clip. So: only speech that the
detector has passed, one second reading instead of five at rising temperatures, no text carried
over, a bound on the tokens, and segments dropped by measured limits.

The second reading is one without hotwords and not, as usual, a sample at a temperature:
CTranslate2's sampling cannot be seeded reliably (three runs gave three texts), and the same
recording must give the same words. A wider beam is no second opinion either: on other languages it
came to "Thank you very much for watching" with a probability that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from audio.errors import EngineError
from audio.frame import Samples, milliseconds_of
from audio.hallucination import clause_of, doubtful, likelihood, too_many
from audio.short_window import ShortWindow, misread
from audio.transcriber import Clause

MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
"""What a CTranslate2 Whisper folder has at least (the vocabulary's name differs)."""
HOTWORD_TOKENS = 222
"""faster-whisper cuts hotwords off at 223 tokens, in the middle of a term; we drop whole terms."""
CONTEXT_TOKENS = 448
"""Prompt and output together (fixed by the model)."""
PROMPT_OVERHEAD_TOKENS = 16
"""Start, language, task, timestamp and separator tokens around the hotwords, generously."""
TOKENS_PER_SECOND = 8
"""Fast speech stays below 6 tokens a second; a runaway loop does not."""
TOKENS_AT_LEAST = 20
TAIL_S = 0.6
"""What may be left behind the last word. Whisper would read on there, in the post-roll, and find a
hotword in the silence ("… click features. trees. trees."), at the cost of another full window."""
WINDOW_S = 30
"""Whisper hears this much at a time; the bound on tokens holds for one window."""


def check_folder(folder: Path) -> None:
    """EngineError when `folder` does not look like a CTranslate2 Whisper; nothing is loaded."""
    missing = [name for name in MODEL_FILES if not (folder / name).is_file()]
    if missing:
        raise EngineError(
            f"no CTranslate2 Whisper model in {folder} ({', '.join(missing)} missing)",
            todo="Fetch one with `viva models get`, or name a CTranslate2 Whisper folder.",
        )


class WhisperTranscriber:
    """A CTranslate2 Whisper model from a folder, on the CPU with int8 weights."""

    def __init__(
        self, folder: Path, *, threads: int = 2, beam_size: int = 3, short_window: bool = True
    ) -> None:
        """Load the model from `folder` (0.5 s, about 180 MB for tiny.en).

        `threads`: CPU threads for one transcription. `beam_size`: 3 costs 22 ms more than 1 for a
        clause of 4.5 s, 5 costs 54 ms (tests/benchmarks/hearing.md). `short_window`: see
        `audio/short_window.py`. Raises EngineError when the folder holds no model.
        """
        check_folder(folder)
        try:
            from faster_whisper import WhisperModel

            self._model: Any = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads
            )
        except Exception as error:  # CTranslate2 raises bare RuntimeErrors
            raise EngineError(
                f"the speech recognition model cannot be loaded ({error})", where=str(folder)
            ) from error
        self._window = ShortWindow(self._model) if short_window else None
        self._folder = folder
        self._beam_size = beam_size
        self.second_look = True
        """Whether doubtful words are read once more without hotwords."""

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        """The words in `samples`: see the port `Transcriber`.

        A looping or unlikely result is read once more without hotwords, its usual cause.
        """
        if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
            # Integer samples would be accepted and come back as garbage text.
            raise ValueError(f"mono float samples expected, not {samples.shape} {samples.dtype}")
        sound = np.ascontiguousarray(samples, dtype=np.float32)
        with self._engine():
            segments = self._read(sound, hotwords)
            seconds = milliseconds_of(sound.size) / 1000
            doubted = any(map(doubtful, segments)) or too_many(segments, seconds)
            if doubted and hotwords and self.second_look:
                plain = self._segments(sound, ())
                segments = max(segments, plain, key=lambda read: likelihood(read, seconds))
        return clause_of(segments, start_ms, start_ms + milliseconds_of(sound.size), doubted)

    @contextmanager
    def _engine(self) -> Iterator[None]:
        """What the engine raises becomes EngineError."""
        try:
            yield
        except Exception as error:  # CTranslate2 raises bare RuntimeErrors
            raise EngineError(
                f"speech recognition failed ({error})", where=str(self._folder)
            ) from error

    def _read(self, sound: Samples, hotwords: Sequence[str]) -> list[Any]:
        """In a short window where that is enough, else in the full one; leaves it full."""
        if self._window is None:
            return self._segments(sound, hotwords)
        seconds = milliseconds_of(sound.size) / 1000
        self._window.fit(seconds)
        try:
            segments = self._segments(sound, hotwords)
        finally:
            shortened = self._window.is_short
            self._window.full()
        if shortened and misread(segments, seconds):
            return self._segments(sound, hotwords)
        return segments

    def _segments(self, sound: Samples, hotwords: Sequence[str]) -> list[Any]:
        seconds = milliseconds_of(sound.size) / 1000
        segments, _ = self._model.transcribe(sound, **self._options(seconds, hotwords))
        return list(without_tail(segments, seconds))

    def _options(self, seconds: float, hotwords: Sequence[str]) -> dict[str, Any]:
        """How so much sound is read, at most."""
        terms, tokens = self._fitting(hotwords)
        room = CONTEXT_TOKENS - PROMPT_OVERHEAD_TOKENS - tokens
        needed = TOKENS_AT_LEAST + int(TOKENS_PER_SECOND * min(WINDOW_S, seconds))
        return {
            "language": "en",
            "beam_size": self._beam_size,
            "temperature": 0.0,
            "condition_on_previous_text": False,
            "hotwords": terms,
            "vad_filter": False,
            "word_timestamps": True,
            "max_new_tokens": min(room, needed),
        }

    def _fitting(self, hotwords: Sequence[str]) -> tuple[str | None, int]:
        """As many of the terms as fit the model's prompt, from the front, and their tokens."""
        fitting = list(dict.fromkeys(term.strip() for term in hotwords if term.strip()))
        while fitting:
            line = ", ".join(fitting)
            tokens = len(self._model.hf_tokenizer.encode(" " + line, add_special_tokens=False).ids)
            if tokens <= HOTWORD_TOKENS:
                return line, tokens
            fitting.pop()
        return None, 0


def without_tail(segments: Iterable[Any], duration_s: float) -> Iterator[Any]:
    """Whisper's segments up to the one that reaches the end of the sound.

    Segments are computed when asked for, so the window behind the last one is never computed.
    """
    for segment in segments:
        yield segment
        if segment.end > duration_s - TAIL_S:
            return
