"""The doctor's checks of hearing: does the recogniser hear, how quick is it, which is taken."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

from agent.doctor import Finding
from agent.doctor_speech import SENTENCE, spoken_sentence, words
from agent.recogniser import (
    AUTO,
    CLAUSE_BUDGET_S,
    Choice,
    choose,
    open_endpoint,
    ready,
    told,
)
from agent.recogniser_speed import THREADS, Speed, clip, known_speeds, measured
from agent.settings import load_settings
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples
from audio.transcriber import Transcriber
from prompts.errors import VivaError

CLIP_WORDS = 5
"""Words that an endpoint must find in the built-in clip; it has about ten."""
HEARD_SHARE = 0.5
"""Share of the words that must come back; the robotic voice reaches 0.7 with the small model."""
SLOW = 1.0
"""Real-time factor from which recognition falls behind the speaker (seconds per second)."""


def recogniser_chosen(*, anew: bool = False, name: str = "recogniser speed") -> Iterator[Finding]:
    """Measure what is not known yet on this machine, or all `anew`; say which one is taken."""
    names = ready()
    unsaved = ""
    try:
        speeds = measured(names, anew=anew)
    except OSError as error:
        speeds, unsaved = known_speeds(), f"the measurement cannot be kept ({error.strerror}); "
    finding = choice_finding(name, choose(load_settings()), speeds)
    yield Finding(finding.name, finding.state, unsaved + finding.found, finding.todo)


def choice_finding(name: str, choice: Choice, speeds: Mapping[str, Speed]) -> Finding:
    """What is taken and why; a warning where it is too slow."""
    figures = [f"{told(speed)}, measured {speed.measured}" for speed in speeds.values()]
    found = "; ".join([f"{choice.name} is taken: {choice.why}", *figures])
    taken = speeds.get(choice.name)
    if taken is None or taken.took_s <= CLAUSE_BUDGET_S:
        return Finding(name, "ok", found)
    if any(speed.took_s < taken.took_s for speed in speeds.values()):
        return Finding(name, "warning", found, f"Replies will be late: set VIVA_WHISPER={AUTO}.")
    todo = "Close other programs, then measure again with `viva doctor --sound`."
    return Finding(name, "warning", found, todo)


def recogniser_hears() -> Iterator[Finding]:
    """The chosen recogniser transcribes what a voice says; words and speed are looked at."""
    from audio.whisper import WhisperTranscriber

    choice = choose(load_settings())
    transcriber = WhisperTranscriber(choice.folder, threads=THREADS)
    yield heard_finding(choice.name, transcriber, spoken_sentence())


def heard_finding(model: str, transcriber: Transcriber, sound: Samples) -> Finding:
    """What a recogniser makes of SENTENCE."""
    began = time.perf_counter()
    heard = transcriber.transcribe(sound, 0.0, ()).text
    factor = (time.perf_counter() - began) / (len(sound) / SAMPLE_RATE)
    wanted, got = words(SENTENCE), set(words(heard))
    share = sum(word in got for word in wanted) / len(wanted)
    found = f"{model} heard {heard!r}, real-time factor {factor:.2f}"
    if share < HEARD_SHARE:
        todo = f"Run `viva models verify {model}`, or set VIVA_WHISPER={AUTO}."
        return Finding("recogniser", "failed", found, todo)
    if factor > SLOW:
        return Finding(
            "recogniser", "warning", found, "Close other programs; replies will be late."
        )
    return Finding("recogniser", "ok", found)


def transcription_endpoint() -> Iterator[Finding]:
    """Where the voice goes, if anywhere; asked with a clip of the bundled demo, nobody's voice."""
    settings = load_settings()
    name = "transcription"
    if settings.transcription == "local":
        yield Finding(name, "ok", "on this machine: no sound leaves it")
        return
    check = "Check VIVA_TRANSCRIPTION_*, or set VIVA_TRANSCRIPTION=local."
    try:
        endpoint = open_endpoint(settings)
        began = time.perf_counter()
        try:
            heard = endpoint.transcribe(clip(), 0.0, ()).text
        finally:
            endpoint.close()
    except (EngineError, VivaError) as error:
        found = f"{error.line()} The recogniser on this machine will take over."
        yield Finding(name, "warning", found, check)
        return
    took_s = time.perf_counter() - began
    found = f"your voice goes to {endpoint.where}, {took_s:.2f} s a clause"
    if len(re.findall(r"\w+", heard)) < CLIP_WORDS:
        yield Finding(name, "warning", f"{found}; it heard only {heard!r}", check)
    elif took_s > CLAUSE_BUDGET_S:
        yield Finding(name, "warning", f"{found}: replies will be late", "Use a nearer server.")
    else:
        yield Finding(name, "ok", found)
