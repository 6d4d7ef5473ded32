"""What a server of OpenAI's /audio/transcriptions does, with a real Whisper behind it."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

FORMATS = {"json", "text", "srt", "verbose_json", "vtt"}
Fields = dict[str, Any]
"""The form: name → value, a list where it came several times; `file` holds bytes."""
Transcribe = Callable[[Fields], dict[str, Any]]
"""A form to the verbose JSON of its reply."""


def form_of(body: bytes, content_type: str) -> Fields:
    """The fields of a multipart form."""
    found = re.search(r'boundary="?([^";]+)', content_type)
    fields: Fields = {}
    if found is None:
        return fields
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        value = value.removesuffix(b"\r\n")
        if name is None:
            continue
        key = name[1].decode()
        if key == "file":
            fields[key] = value
        elif key.endswith("[]"):
            fields.setdefault(key[:-2], []).append(value.decode())
        else:
            fields[key] = value.decode()
    return fields


def wrong_with_form(fields: Fields) -> str:
    """What a real server would refuse in this form, or empty."""
    if not fields.get("file", b"").startswith(b"RIFF"):
        return "no WAV file"
    if not fields.get("model"):
        return "no model"
    form = fields.get("response_format", "json")
    if form not in FORMATS:
        return f"response_format {form!r}"
    if "timestamp_granularities" in fields and form != "verbose_json":
        return "timestamp_granularities need verbose_json"
    return ""


def reply_of(fields: Fields, verbose: dict[str, Any]) -> dict[str, Any]:
    """As much of the verbose reply as was asked for."""
    if fields.get("response_format") != "verbose_json":
        return {"text": verbose["text"]}
    wanted = fields.get("timestamp_granularities", ["segment"])
    left_out = {name for name in ("word", "segment") if name not in wanted}
    return {key: value for key, value in verbose.items() if key.removesuffix("s") not in left_out}


@dataclass
class WhisperBehind:
    """A real Whisper that answers forms as OpenAI does: words without probabilities."""

    folder: Path
    _model: Any = field(default=None, init=False, repr=False)

    def __call__(self, fields: Fields) -> dict[str, Any]:
        from faster_whisper import WhisperModel

        if self._model is None:
            self._model = WhisperModel(
                str(self.folder), device="cpu", compute_type="int8", cpu_threads=1
            )
        with wave.open(io.BytesIO(fields["file"])) as file:
            assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
            sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32_768)
        segments, _ = self._model.transcribe(
            sound,
            language=fields.get("language", "en"),
            beam_size=1,
            temperature=float(fields.get("temperature", 0)),
            initial_prompt=fields.get("prompt"),
            word_timestamps=True,
            max_new_tokens=100,
        )
        heard = list(segments)
        return {
            "task": "transcribe",
            "language": "english",
            "duration": len(sound) / 16_000,
            "text": "".join(segment.text for segment in heard).strip(),
            "segments": [segment_json(number, segment) for number, segment in enumerate(heard)],
            "words": [
                {"word": re.sub(r"[^\w'-]", "", word.word), "start": word.start, "end": word.end}
                for segment in heard
                for word in segment.words
            ],
        }


def segment_json(number: int, segment: Any) -> dict[str, Any]:
    """A segment as OpenAI writes it."""
    figures = ("start", "end", "text", "avg_logprob", "no_speech_prob", "compression_ratio")
    return {"id": number, **{name: getattr(segment, name) for name in figures}}
