"""The doctor's checks of sound: devices, voices that speak, a recogniser that hears them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import numpy as np

from agent.doctor import Finding
from agent.settings import load_settings
from agent.weights import folder
from audio.devices import INSTALL_PORTAUDIO, devices, find_input, find_output
from audio.errors import AudioError, DeviceError
from audio.frame import SAMPLE_RATE, Samples, SpeechChunk
from audio.playback import resample
from audio.synthesizer import Synthesizer, open_natural, open_pyttsx3

SENTENCE = "Tell me about fraud detection."
HEARD_SHARE = 0.5
"""Share of the words that must come back; the robotic voice reaches 0.7 with the small model."""
SLOW = 1.0
"""Real-time factor from which recognition falls behind the speaker (seconds per second)."""
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


def recogniser_hears() -> Iterator[Finding]:
    """The recogniser transcribes what a voice says; words and speed are looked at."""
    from audio.whisper import WhisperTranscriber

    sound = spoken_sentence()
    transcriber = WhisperTranscriber(folder("whisper-tiny.en"))
    began = time.perf_counter()
    heard = transcriber.transcribe(sound, 0.0, ()).text
    factor = (time.perf_counter() - began) / (len(sound) / SAMPLE_RATE)
    wanted, got = words(SENTENCE), set(words(heard))
    share = sum(word in got for word in wanted) / len(wanted)
    found = f"heard {heard!r}, real-time factor {factor:.2f}"
    if share < HEARD_SHARE:
        yield Finding("recogniser", "failed", found, "Run `viva models verify whisper-tiny.en`.")
    elif factor > SLOW:
        yield Finding("recogniser", "warning", found, "Close other programs; replies will be late.")
    else:
        yield Finding("recogniser", "ok", found)


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
