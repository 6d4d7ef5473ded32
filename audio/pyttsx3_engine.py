"""The classic voice: pyttsx3 used only as a source of samples, made reliable.

pyttsx3 2.99 on espeak-ng works asynchronously and forgets: `say()` cannot be interrupted,
`runAndWait()` returns before the sound exists, a changed rate is lost about every second time and
some files come back empty. What is reliable is one engine in one thread, `save_to_file`, and our
own waiting: `Synchronize()` after every property, then the event, then the driver's idle flags.
"""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from typing import Any

import numpy as np

from audio.clauses import clauses
from audio.errors import EngineError
from audio.frame import Samples, SpeechChunk
from audio.pronunciation import for_speech

DEFAULT_VOICE = "gmw/en-us+f3"
"""A female American variant; the plain voices are all male."""
ATTEMPTS = 3
"""An empty file was seen in 6 of 240 utterances without our waiting; a retry costs 20 ms."""
UTTERANCE_TIMEOUT_S = 20.0
"""A clause takes 10 to 40 ms; this is a stuck driver, not a slow machine (seconds)."""
POLL_S = 0.002
"""How often the driver's flags are looked at while it finishes (seconds)."""
DEFAULT_RATE = 165
"""Words per minute; measured within 3 % on interviewer speech."""
RATE_RANGE = (80, 450)
"""Words per minute that espeak-ng accepts."""
INSTALL = "Install espeak-ng (`pip install espeakng-loader` or your system's espeak-ng package)."


class Pyttsx3Engine:
    """22.05 kHz speech by pyttsx3. Instances with different voices share one worker thread."""

    name = "pyttsx3"

    def __init__(self, voice: str = "") -> None:
        """Start the driver and try the voice. Raises EngineError naming what is missing."""
        self.voice = voice or DEFAULT_VOICE
        self.worker = espeak_worker()
        self.worker.speak("Ready.", self.voice, DEFAULT_RATE)

    def synthesize(self, text: str, words_per_minute: int | None = None) -> Iterator[SpeechChunk]:
        """One float32 chunk per clause, never empty. Raises EngineError."""
        rate = int(np.clip(words_per_minute or DEFAULT_RATE, *RATE_RANGE))
        for clause in clauses(text):
            spoken = for_speech(clause)
            if any(character.isalnum() for character in spoken):
                yield self.worker.speak(spoken, self.voice, rate)


@functools.cache
def espeak_worker() -> EspeakWorker:
    """The only worker of this process: espeak-ng cannot be initialised twice."""
    return EspeakWorker()


class EspeakWorker:
    """Owns the pyttsx3 engine and the one thread in which it is created and used."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pyttsx3")
        self.engine: Any = None
        self.driver: Any = None
        self.espeak: Any = None
        self.finished = threading.Event()
        self.failure: Exception | None = None
        self.current: dict[str, object] = {}

    def speak(self, text: str, voice: str, rate: int) -> SpeechChunk:
        """The sound of `text`; blocks until it is complete. Callable from any thread."""
        try:
            return self.thread.submit(self.speak_here, text, voice, rate).result(
                timeout=(ATTEMPTS + 1) * UTTERANCE_TIMEOUT_S
            )
        except FutureTimeout as error:
            raise EngineError(
                "pyttsx3 does not answer", todo="Restart Viva, or choose the natural voice."
            ) from error

    def speak_here(self, text: str, voice: str, rate: int) -> SpeechChunk:
        """In the worker thread: start once, set what changed, try until there are samples."""
        if self.engine is None:
            self.start()
        self.set("voice", voice)
        self.set("rate", rate)
        for _ in range(ATTEMPTS):
            chunk = self.render(text)
            if chunk.samples.size:
                return chunk
        raise EngineError(
            f"pyttsx3 gave no sound for {text[:60]!r} in {ATTEMPTS} attempts",
            todo="Choose the natural voice, or run `viva doctor`.",
        )

    def start(self) -> None:
        """Load espeak-ng and pyttsx3 and connect to the driver's events."""
        try:
            load_espeak()
            import pyttsx3
            import pyttsx3.drivers._espeak as espeak
            import pyttsx3.drivers.espeak as driver_module

            # The driver prints "Audio saved to ..." from its callback thread. Shadowing the name
            # in that module alone keeps our own standard output as it is, in every thread.
            driver_module.__dict__["print"] = lambda *_: None
            espeak.__dict__["Synth"] = functools.partial(synthesize_exactly, espeak)
            engine = pyttsx3.init("espeak")
        except Exception as error:
            raise EngineError(f"pyttsx3 does not start ({error})", todo=INSTALL) from error
        engine.connect("finished-utterance", self.on_finished)
        engine.connect("error", self.on_error)
        # A fresh engine counts as busy and would hold properties back until the first utterance,
        # where they race with it.
        engine.proxy.setBusy(False)
        self.engine, self.driver, self.espeak = engine, engine.proxy._driver, espeak

    def on_finished(self, **_: object) -> None:
        """The driver says that the file is written (in espeak's own thread)."""
        self.finished.set()

    def on_error(self, exception: Exception | None = None, **_: object) -> None:
        """The driver swallowed an exception: keep it for the waiting call."""
        self.failure = exception

    def set(self, name: str, value: object) -> None:
        """Set a property if it changed, and wait until espeak-ng has really taken it."""
        if self.current.get(name) == value:
            return
        self.failure = None
        self.engine.setProperty(name, value)
        self.espeak.Synchronize()
        if self.failure is not None:
            raise EngineError(
                f"pyttsx3 has no {name} {value!r}",
                todo=f"Take a voice such as {DEFAULT_VOICE} or gmw/en-us+m3.",
            )
        self.current[name] = value

    def render(self, text: str) -> SpeechChunk:
        """One utterance through a temporary file; empty samples when the driver wrote none."""
        with tempfile.TemporaryDirectory(prefix="viva-speech-") as folder:
            path = Path(folder) / "utterance.wav"
            self.finished.clear()
            self.engine.save_to_file(text, str(path))
            self.engine.runAndWait()
            deadline = time.monotonic() + UTTERANCE_TIMEOUT_S
            self.finished.wait(UTTERANCE_TIMEOUT_S)
            self.espeak.Synchronize()
            while self.busy() and time.monotonic() < deadline:
                time.sleep(POLL_S)
            return read_wav(path)

    def busy(self) -> bool:
        """Whether any of the driver's three flags still says that it works."""
        return bool(self.engine.isBusy() or self.driver._looping or self.driver._speaking)


def synthesize_exactly(espeak: Any, text: bytes, flags: int) -> int:
    """What `pyttsx3.drivers._espeak.Synth` should do: hand over as many bytes as there are.

    The one of 2.99 claims ten times the length of the text. espeak-ng copies that much, reads
    behind the end of the string, and now and then the process dies of it.
    """
    size = len(text) + 1  # with the terminating zero, which ctypes appends
    result: int = espeak.cSynth(text, size, 0, espeak.POS_CHARACTER, 0, flags, None, None)
    return result


def load_espeak() -> None:
    """Load the packaged espeak-ng, so that pyttsx3 finds it by its name without installation.

    Without the package the system's own library is used. RTLD_LOCAL on purpose: with global
    symbols a second synthesizer that carries its own espeak crashes the process.
    """
    import ctypes

    try:
        import espeakng_loader
    except ImportError:
        return
    os.environ["ESPEAK_DATA_PATH"] = str(espeakng_loader.get_data_path())
    with contextlib.suppress(OSError):  # another platform's file: the system's library may do
        ctypes.CDLL(str(espeakng_loader.get_library_path()), mode=ctypes.RTLD_LOCAL)


def read_wav(path: Path) -> SpeechChunk:
    """A mono 16-bit WAV as float32; no samples when the file is missing or empty."""
    try:
        with wave.open(str(path), "rb") as file:
            data, rate_hz = file.readframes(file.getnframes()), file.getframerate()
    except (OSError, EOFError, wave.Error):
        return SpeechChunk(np.zeros(0, np.float32), 22_050)
    samples: Samples = np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(32_768)
    return SpeechChunk(samples, rate_hz)
