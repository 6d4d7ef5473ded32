"""`viva doctor --sound`: the microphone and the speaker as they are in this room.

    three seconds from the microphone   level, noise, clipping → words → played back
    a sentence from the speaker         how much of it the microphone hears: headphones?
    the recogniser's speed              which model keeps up with a conversation here

Whatever is found here is a warning at most: an interview can be typed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agent.doctor import Check, Finding
from agent.doctor_speech import spoken_sentence
from agent.settings import Settings
from agent.sound_measures import (
    ECHO_CORRELATION,
    LEAST_SNR_DB,
    SoundMeasures,
    correlation,
    measured,
    would_interrupt,
)
from audio.errors import AudioError
from audio.frame import SAMPLE_RATE, Samples, SpeechChunk
from audio.sources import level_dbfs

if TYPE_CHECKING:
    from audio.echo import EchoCanceller
    from audio.vad import SpeechDetector

RECORDED_S = 3.0
QUIET_S = 0.6
"""Recorded before the sentence is played: the noise that the echo is compared with."""
TAIL_S = 1.0
"""Recorded after it: the longest way from speaker to microphone and the room."""
SAY = "Say a sentence now, such as: I would start with the requirements."
STAY_SILENT = "Now stay silent: a sentence is played to test for echo."
Tell = Callable[[str], None]
OnLevel = Callable[[float], None]


@dataclass
class SoundDoctor:
    """The checks of one visit; later ones use what earlier ones recorded."""

    settings: Settings
    tell: Tell
    """Speaks to the person: what to do now."""
    on_level: OnLevel
    """Told the level of each recorded frame (dBFS), for a meter."""
    recorded: Samples | None = None
    """What the microphone gave, once it did."""

    def checks(self) -> tuple[tuple[str, Check], ...]:
        """Every check with its name, in their order."""
        return (
            ("sound level", self.level),
            ("sound words", self.words),
            ("sound playback", self.playback),
            ("sound echo", self.echo),
            ("sound model", self.model),
        )

    def level(self) -> Iterator[Finding]:
        """Record, and judge the level."""
        try:
            self.recorded = self.record(RECORDED_S, lambda: self.tell(SAY))
        except AudioError as error:
            yield Finding("sound level", "warning", error.what, error.todo)
            return
        yield level_finding(measured(self.recorded, self.detector))

    def words(self) -> Iterator[Finding]:
        """What the configured recogniser makes of it."""
        if self.recorded is None:
            return
        clause = self.transcribe(self.recorded) if self.spoke else ""
        if clause:
            yield Finding("sound words", "ok", f"understood: “{clause}”")
        else:
            yield Finding("sound words", "warning", "no words", "Speak while it records.")

    def playback(self) -> Iterator[Finding]:
        """The recording, aloud."""
        from audio.playback import SpeakerPlayer, play

        if self.recorded is None:
            return
        self.tell("This is what was recorded:")
        try:
            player = SpeakerPlayer(self.settings.speaker or None)
            play(player, [SpeechChunk(self.recorded, SAMPLE_RATE)])
        except AudioError as error:
            yield Finding("sound playback", "warning", error.what, error.todo)
            return
        volume = "If you heard nothing, turn up the volume or choose another VIVA_SPEAKER."
        yield Finding("sound playback", "ok", f"{RECORDED_S:.0f} s played to the speaker", volume)

    def echo(self) -> Iterator[Finding]:
        """Play a sentence while recording; a second time with echo cancelled where it is heard."""
        from audio.echo import echo_canceller

        if self.recorded is None:
            return
        sentence = spoken_sentence()
        try:
            heard = self.echo_of(sentence, lambda: self.tell(STAY_SILENT), None)
            cancelled = None
            canceller = echo_canceller() if heard.is_echo else None
            if canceller is not None:
                self.tell("It is heard. Once more, with echo cancellation:")
                cancelled = self.echo_of(sentence, lambda: None, canceller)
        except AudioError as error:
            yield Finding("sound echo", "warning", error.what, error.todo)
            return
        yield echo_finding(heard, cancelled)

    def model(self) -> Iterator[Finding]:
        """How quick each recogniser is now, and which is taken; needs no device."""
        from agent.doctor_recogniser import recogniser_chosen

        yield from recogniser_chosen(anew=True, name="sound model")

    @cached_property
    def detector(self) -> SpeechDetector:
        """Silero, loaded once."""
        from audio.vad import SpeechDetector

        return SpeechDetector()

    @property
    def spoke(self) -> bool:
        """Whether the recording holds speech: noise must not become words."""
        recorded = self.recorded
        return recorded is not None and measured(recorded, self.detector).speech_dbfs is not None

    def transcribe(self, sound: Samples) -> str:
        """The words, as an interview would hear them."""
        from agent.recogniser import open_transcriber

        return open_transcriber(self.settings).transcribe(sound, 0.0, ()).text

    def record(self, seconds: float, when_ready: Callable[[], None]) -> Samples:
        """So many seconds from the microphone; `when_ready` is called when it delivers.

        Raises DeviceError.
        """
        from audio.microphone import Microphone

        parts: list[Samples] = []
        with Microphone(now_ms, self.settings.microphone or None) as microphone:
            when_ready()
            microphone.drain()
            while sum(map(len, parts)) < seconds * SAMPLE_RATE:
                parts.append(next(microphone).samples)
                self.on_level(level_dbfs(parts[-1]))
        return np.concatenate(parts)

    def echo_of(
        self, sentence: Samples, when_ready: Callable[[], None], canceller: EchoCanceller | None
    ) -> EchoHeard:
        """Play `sentence` (shape (n,), 16 kHz) while recording. Raises DeviceError."""
        from audio.microphone import Microphone
        from audio.playback import SpeakerPlayer

        player = SpeakerPlayer(self.settings.speaker or None, echo=canceller)
        before, during = round(QUIET_S * SAMPLE_RATE), len(sentence) + round(TAIL_S * SAMPLE_RATE)
        device = self.settings.microphone or None
        with Microphone(now_ms, device, echo=canceller) as microphone:
            when_ready()
            microphone.drain()
            parts = [next(microphone).samples]
            while sum(map(len, parts)) < before:
                parts.append(next(microphone).samples)
            noise, parts = np.concatenate(parts), []
            playback = player.start(SAMPLE_RATE)
            try:
                playback.write(sentence)
                while playback.started_at is None or sum(map(len, parts)) < during:
                    playback.check()
                    parts.append(next(microphone).samples)
            finally:
                playback.abort()
        recorded = np.concatenate(parts)
        return EchoHeard(
            correlation(recorded, sentence),
            level_dbfs(recorded),
            level_dbfs(noise),
            would_interrupt(recorded, self.detector),
        )


@dataclass(frozen=True, slots=True)
class EchoHeard:
    """What the microphone heard while the speaker played."""

    correlation: float
    """With what was played, 0 to 1."""
    dbfs: float
    noise_dbfs: float
    """Level just before."""
    interrupts: bool
    """Whether the interviewer would take it for the candidate."""

    @property
    def is_echo(self) -> bool:
        """Whether it is the speaker's sound that was heard."""
        return self.correlation >= ECHO_CORRELATION


def now_ms() -> float:
    """A clock for the microphone."""
    return time.monotonic() * 1000


def level_finding(sound: SoundMeasures) -> Finding:
    """The microphone's level in words, with what to do."""
    name = "sound level"
    if sound.loudness == "muted":
        todo = "Switch the microphone on, or choose another with VIVA_MICROPHONE."
        return Finding(name, "warning", f"silent ({sound.overall_dbfs:.0f} dBFS)", todo)
    if sound.speech_dbfs is None:
        todo = "Speak while it records; if you did, raise the microphone's level."
        return Finding(name, "warning", f"no speech, noise {sound.overall_dbfs:.0f} dBFS", todo)
    found = f"speech {sound.speech_dbfs:.0f} dBFS"
    if sound.noise_dbfs is not None:
        found += f", noise {sound.noise_dbfs:.0f} dBFS"
    if sound.loudness == "too loud":
        todo = "Lower the microphone's level, or move away a little."
        return Finding(name, "warning", f"too loud, {sound.clipped:.1%} clipped: {found}", todo)
    if sound.loudness == "too quiet":
        todo = "Raise the microphone's level, or come closer."
        return Finding(name, "warning", f"too quiet: {found}", todo)
    if sound.snr_db is not None and sound.snr_db < LEAST_SNR_DB:
        todo = "Come closer, or find a quieter place: words will be lost."
        return Finding(name, "warning", f"noisy: {found}", todo)
    return Finding(name, "ok", f"good: {found}")


def echo_finding(heard: EchoHeard, cancelled: EchoHeard | None) -> Finding:
    """Whether one can speak over the interviewer here, and how. `cancelled`: with echo removed."""
    name = "sound echo"
    if not heard.is_echo and heard.interrupts:
        return Finding(name, "warning", "somebody else was heard", "Try again while it is quiet.")
    if not heard.is_echo:
        found = "the microphone does not hear the speaker: headphones are fine"
        return Finding(name, "ok", found, "VIVA_BARGE_IN=on lets you speak over the interviewer.")
    louder = heard.dbfs - heard.noise_dbfs
    found = f"the microphone hears the speaker ({louder:.0f} dB above the noise)"
    if cancelled is None:
        todo = "Use headphones; the package for echo cancellation, pywebrtc-audio, is missing."
        return Finding(name, "warning", found, todo)
    if cancelled.interrupts:
        todo = "Use headphones, or turn the volume down."
        return Finding(name, "warning", f"{found}, even with echo cancellation", todo)
    return Finding(name, "ok", f"{found}; echo cancellation takes it out")
