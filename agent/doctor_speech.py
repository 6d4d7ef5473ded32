"""The doctor's checks of sound: devices, and voices that speak."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import numpy as np

from agent.doctor import Finding
from agent.settings import load_settings
from audio.devices import INSTALL_PORTAUDIO, devices, find_input, find_output
from audio.errors import AudioError, DeviceError
from audio.frame import SAMPLE_RATE, Samples, SpeechChunk
from audio.playback import resample
from audio.synthesizer import Synthesizer, open_natural, open_pyttsx3

SENTENCE = "Tell me about fraud detection."
VOICES: dict[str, Callable[[], Synthesizer]] = {
    "natural": open_natural,
    "pyttsx3": lambda: open_pyttsx3(""),
}


def devices_found() -> Iterator[Finding]:
    """Microphone and speaker as the settings name them. Without any, files and keyboard remain."""
    try:
        count = len(devices())
    except DeviceError as error:
        yield Finding("devices", "warning", error.what, error.todo or INSTALL_PORTAUDIO)
        return
    settings = load_settings()
    for name, find, wanted in (
        ("microphone", find_input, settings.microphone),
        ("speaker", find_output, settings.speaker),
    ):
        try:
            device = find(wanted or None)
        except DeviceError as error:
            yield Finding(name, "warning", f"{error.what} ({count} devices)", error.todo)
        else:
            yield Finding(name, "ok", f"{device.name}, {device.rate_hz} Hz")


def voices_speak() -> Iterator[Finding]:
    """Each voice says a sentence; an interview needs one of them."""
    findings = [voice_speaks(name) for name in VOICES]
    silent = all(finding.state != "ok" for finding in findings)
    for finding in findings:
        if silent:
            yield Finding(finding.name, "failed", finding.found, finding.todo)
        else:
            yield finding


def voice_speaks(name: str) -> Finding:
    """Open one voice and let it say SENTENCE."""
    try:
        engine = VOICES[name]()
        began = time.perf_counter()
        chunks = list(engine.synthesize(SENTENCE))
        took_ms = (time.perf_counter() - began) * 1000
    except AudioError as error:
        return Finding(f"voice {name}", "warning", error.what, error.todo)
    sound = np.concatenate([chunk.samples for chunk in chunks])
    seconds = len(sound) / chunks[0].rate_hz
    loudest = float(np.abs(sound).max())
    if loudest < 0.01:
        return Finding(f"voice {name}", "warning", "gives silence", "Choose the other voice.")
    return Finding(f"voice {name}", "ok", f"{seconds:.1f} s of speech in {took_ms:.0f} ms")


def spoken_sentence() -> Samples:
    """SENTENCE at SAMPLE_RATE from the first voice that works. Raises EngineError."""
    try:
        engine = open_natural()
    except AudioError:
        engine = open_pyttsx3("")
    parts: list[SpeechChunk] = list(engine.synthesize(SENTENCE))
    return np.concatenate([resample(part, SAMPLE_RATE).samples for part in parts])


def words(text: str) -> list[str]:
    """The words in lower case."""
    return re.findall(r"[a-z']+", text.lower())
