"""How quick each recogniser is on this machine: measured once, kept beside the weights."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.weights import find_weights, folder, models_home
from audio.frame import Samples, milliseconds_of

CLIP_S = 4.0
"""A clause between two pauses has 4.1 s on average (109 clauses of the demo candidate)."""
READINGS = 3
"""The quickest counts: the first one warms up, and other programs only ever slow one down."""
THREADS = 1
"""With the short window one thread is as quick as two (0.23 s against 0.33 s a clause on two idle
cores), and leaves the other core to the voice and the reading."""


class Speed(BaseModel):
    """One measurement."""

    model_config = ConfigDict(frozen=True)

    model: str = Field(description="Name of the weights.")
    sha256: str = Field(description="Of its model.bin.")
    machine: str
    engine: str = Field(description="Package and version that ran it.")
    clip_s: float = Field(gt=0, description="Sound that was read, seconds.")
    took_s: float = Field(gt=0, description="The quickest reading, seconds.")
    measured: datetime.date

    @property
    def real_time_factor(self) -> float:
        """Seconds for a second of sound."""
        return self.took_s / self.clip_s

    @property
    def fits_here(self) -> bool:
        """Whether it was measured with these weights on this machine."""
        same = (self.sha256, self.machine, self.engine)
        return same == (hash_of(self.model), machine(), engine())


class Speeds(BaseModel):
    """The file."""

    format: str = "viva-speeds/1"
    speeds: tuple[Speed, ...] = ()


def speeds_file() -> Path:
    """Where measurements are kept."""
    return models_home() / "speeds.json"


def known_speeds() -> dict[str, Speed]:
    """What was measured on this machine with the weights as they are: name → speed.

    A file that is missing, damaged or from another machine holds nothing.
    """
    try:
        stored = Speeds.model_validate_json(speeds_file().read_bytes())
    except (OSError, ValidationError):
        return {}
    return {speed.model: speed for speed in stored.speeds if speed.fits_here}


def measured(names: Sequence[str], *, anew: bool = False) -> dict[str, Speed]:
    """The speed of each of these weights; measured now where it is not known, or `anew`.

    About a second a model. Raises EngineError or VivaError when a model cannot be used, OSError
    when the file cannot be written.
    """
    speeds = known_speeds()
    missing = [name for name in names if anew or name not in speeds]
    if missing:
        sound = clip()
        speeds |= {name: measure(name, sound) for name in missing}
        store(speeds)
    return {name: speeds[name] for name in names}


def measure(name: str, sound: Samples) -> Speed:
    """Read `sound` (shape (n,), 16 kHz) as an interview would, and take the time."""
    from audio.whisper import WhisperTranscriber

    transcriber = WhisperTranscriber(folder(name), threads=THREADS)
    took = []
    for _ in range(READINGS):
        began = time.perf_counter()
        transcriber.transcribe(sound, 0.0, ())
        took.append(time.perf_counter() - began)
    return Speed(
        model=name,
        sha256=hash_of(name),
        machine=machine(),
        engine=engine(),
        clip_s=round(milliseconds_of(sound.size) / 1000, 2),
        took_s=round(min(took), 3),
        measured=datetime.datetime.now().astimezone().date(),
    )


def clip() -> Samples:
    """CLIP_S of the bundled demo candidate."""
    from agent.candidate import demo_candidate
    from audio.files import load_audio
    from audio.frame import samples_of

    sound = load_audio(demo_candidate() / "07-model.ogg")
    return sound[: samples_of(CLIP_S * 1000)]


def store(speeds: dict[str, Speed]) -> None:
    """Replace the file in one step. Raises OSError."""
    path = speeds_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    kept = Speeds(speeds=tuple(speeds.values()))
    fresh.write_text(kept.model_dump_json(indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)


def hash_of(name: str) -> str:
    """SHA-256 of the model's weights as the manifest has it; `viva doctor` checks the file."""
    files = {file.name: file.sha256 for file in find_weights(name).files}
    return files["model.bin"]


def machine() -> str:
    """What decides over the speed: processor, cores, system."""
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def processor() -> str:
    """The processor's name; platform knows it on Windows and macOS, the kernel on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or "unknown processor"


def engine() -> str:
    """The engine with its version."""
    return f"ctranslate2 {importlib.metadata.version('ctranslate2')}"
