"""Opening a channel: keyboard, recorded candidate, or microphone and speaker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from agent.channels import Channel
from agent.clock import SoundClock, WallClock
from agent.commands.running import OpenChannel
from agent.settings import Settings
from agent.view import View
from audio.errors import DeviceError
from evaluation.session import SessionFolder
from prompts.persona import Persona

if TYPE_CHECKING:
    from audio.playback import Player
    from audio.synthesizer import Synthesizer
    from audio.transcriber import Transcriber


def keyboard() -> OpenChannel:
    """Typed answers."""

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.keyboard_channel import KeyboardChannel

        return KeyboardChannel(offset_ms=offset_ms)

    return open_channel


def recorded(path: Path, persona: Persona, settings: Settings, *, realtime: bool) -> OpenChannel:
    """Recorded answers; heard aloud in real time where there is a speaker."""
    from agent.candidate import RecordedCandidate

    candidate = RecordedCandidate.load(path)

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.candidate_sound import PlayedCandidate

        candidate.mark_given({str(event.get("source", "")) for event in session.events()})
        player = open_player(settings) if realtime else None
        sound = PlayedCandidate(candidate, realtime=realtime, player=player)
        clock = WallClock(offset_ms) if realtime else SoundClock(offset_ms)
        return voice_channel(session, view, persona, settings, clock, sound, player)

    return open_channel


def live(persona: Persona, settings: Settings) -> OpenChannel:
    """Microphone and speaker. Raises DeviceError before anything else is begun."""
    from audio.devices import find_input, find_output

    find_input(settings.microphone or None)
    find_output(settings.speaker or None)

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.candidate_sound import LiveCandidate
        from audio.microphone import Microphone

        clock = WallClock(offset_ms)
        microphone = Microphone(clock.now_ms, settings.microphone or None)
        microphone.open()
        sound = LiveCandidate(microphone, watched=False)
        return voice_channel(session, view, persona, settings, clock, sound, open_player(settings))

    return open_channel


def voice_channel(
    session: SessionFolder,
    view: View,
    persona: Persona,
    settings: Settings,
    clock: SoundClock | WallClock,
    sound: object,
    player: Player | None,
) -> Channel:
    """All engines of a spoken interview, loaded here and not before."""
    from agent.voice_channel import VoiceChannel
    from audio.listener import Listener
    from audio.playback import NullPlayer
    from audio.vad import SpeechDetector
    from audio.wav import RecordingWriter

    recording = RecordingWriter(session.audio_path, resume=session.audio_path.exists())
    detector = SpeechDetector()
    listener = Listener(
        detector,
        open_transcriber(settings),
        on_frame=lambda frame: recording.write_candidate(frame.samples, frame.start_ms),
    )
    return VoiceChannel(
        clock=clock,
        synthesizer=open_voice(persona),
        player=player or NullPlayer(real_time=isinstance(clock, WallClock)),
        detector=detector,
        listener=listener,
        candidate=sound,  # type: ignore[arg-type]
        recording=recording,
        patience=persona.patience,
        view=view,
    )


def open_voice(persona: Persona) -> Synthesizer:
    """The persona's voice."""
    from audio.synthesizer import open_synthesizer

    voice = persona.voice
    return open_synthesizer(voice.engine, voice.name, voice.words_per_minute)


def open_transcriber(settings: Settings) -> Transcriber:
    """The recogniser: weights by name, or a CTranslate2 folder by path."""
    from agent.weights import folder
    from audio.whisper import WhisperTranscriber

    path = Path(settings.whisper)
    model = path if path.is_dir() else folder(settings.whisper)
    return WhisperTranscriber(model, threads=min(2, os.cpu_count() or 1))


def open_player(settings: Settings) -> Player | None:
    """The speaker, or None where there is none: the time of the sound is kept all the same."""
    from audio.playback import SpeakerPlayer

    try:
        return SpeakerPlayer(settings.speaker or None)
    except DeviceError:
        if settings.speaker:
            raise
        return None
