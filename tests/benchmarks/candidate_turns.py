"""The candidate's turns: every WAV of a folder, or those of `tests/data/turns/turns.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import yaml
from candidate_voice import say
from stereo import BLOCK_MS, audible, span

from audio.files import load_audio
from audio.frame import Samples

BUNDLED = Path(__file__).parents[1] / "data" / "turns" / "turns.yaml"
THINKING_PAUSE_MS = 700.0
"""An inner silence from here on makes a recording of unknown kind one with a thinking pause."""

Kind = Literal["clean", "mid", "end", "pause"]


@dataclass(frozen=True, slots=True)
class CandidateTurn:
    """One turn to be played into the microphone."""

    name: str
    kind: Kind
    """clean: no pause; mid, end: a pause within, after a sentence; pause: one, unknown where."""
    samples: Samples
    """16 kHz mono."""
    length_ms: float
    """First to last audible block."""


def load_turns(folder: Path | None) -> list[CandidateTurn]:
    """The turns of `folder` by name; a `kinds.yaml` there may say each file's kind.

    Without a folder the bundled ones are rendered (about 10 s).
    """
    if folder is None:
        rows = yaml.safe_load(BUNDLED.read_text(encoding="utf-8"))["turns"]
        return [turn(row["file"], say(row["text"]), row["kind"]) for row in rows]
    kinds_file = folder / "kinds.yaml"
    kinds = yaml.safe_load(kinds_file.read_text(encoding="utf-8")) if kinds_file.exists() else {}
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".wav")
    if not files:
        raise SystemExit(f"{folder} holds no .wav files")
    return [turn(path.stem, load_audio(path), kinds.get(path.stem, "")) for path in files]


def turn(name: str, samples: Samples, kind: str) -> CandidateTurn:
    """A turn with its audible length; the kind is heard where nobody says it."""
    blocks = audible(samples)
    whole = span(blocks)
    if whole is None:
        raise SystemExit(f"{name} is silent")
    if not kind:
        heard = np.flatnonzero(blocks)
        longest = float(np.max(np.diff(heard), initial=1) - 1) * BLOCK_MS
        kind = "pause" if longest >= THINKING_PAUSE_MS else "clean"
    for known in get_args(Kind):
        if kind == known:
            return CandidateTurn(name, known, samples, whole.length_ms)
    raise SystemExit(f"{name}: kind {kind!r} is none of {', '.join(get_args(Kind))}")
