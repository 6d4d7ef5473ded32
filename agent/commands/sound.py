"""Opening a channel: keyboard, recorded candidate, or microphone and speaker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.channels import Channel
from agent.clock import SoundClock, WallClock
from agent.commands.running import OpenChannel
from agent.settings import Settings
from agent.view import View
from audio.errors import DeviceError
from evaluation.record import Event
from evaluation.session import SessionFolder
from prompts.persona import Persona

if TYPE_CHECKING:
    from agent.keys import Commands
    from agent.recogniser import EndpointFault, OnFault
    from agent.voice_channel import CandidateSound
    from audio.echo import EchoCanceller
    from audio.playback import Player
    from audio.synthesizer import Synthesizer
    from audio.transcriber import Transcriber
    from audio.vad import VoiceDetector


def keyboard(*, show_help: bool) -> OpenChannel:
    """Typed answers. `show_help`: prompts are printed; not where JSON lines are."""

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.keyboard_channel import KeyboardChannel

        def show(text: str) -> None:
            if show_help:
                click.echo(text, nl=False)

        return KeyboardChannel(offset_ms=offset_ms, show_prompt=show)

    return open_channel


def recorded(path: Path, persona: Persona, settings: Settings, *, realtime: bool) -> OpenChannel:
    """Recorded answers; heard aloud in real time where there is a speaker."""
    from agent.candidate import RecordedCandidate
    from agent.recogniser import check

    check(settings)
    candidate = RecordedCandidate.load(path)

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.candidate_sound import PlayedCandidate

        engines = SpeechEngines.load(persona, settings, on_fault(session, view))
        candidate.mark_given({str(event.get("source", "")) for event in session.events()})
        player = open_player(settings) if realtime else None
        sound = PlayedCandidate(candidate, realtime=realtime, player=player)
        clock = WallClock(offset_ms) if realtime else SoundClock(offset_ms)
        return engines.channel(session, view, persona, clock, sound, player)

    return open_channel


def live(persona: Persona, settings: Settings, commands: Commands | None = None) -> OpenChannel:
    """Microphone and speaker. Raises DeviceError before anything else is begun, and what
    `agent.recogniser.check` raises."""
    from agent.recogniser import check
    from audio.devices import find_input, find_output

    check(settings)
    find_input(settings.microphone or None)
    find_output(settings.speaker or None)

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.candidate_sound import LiveCandidate
        from audio.echo import echo_canceller
        from audio.microphone import Microphone

        engines = SpeechEngines.load(persona, settings, on_fault(session, view))
        echo = echo_canceller() if settings.barge_in == "auto" else None
        # The clock begins when everything is loaded: nobody is interviewed by a loading bar.
        clock = WallClock(offset_ms)

        def open_microphone() -> Microphone:
            microphone = Microphone(clock.now_ms, settings.microphone or None, echo=echo)
            microphone.open()
            return microphone

        watched = echo is not None or settings.barge_in == "on"
        sound = LiveCandidate(open_microphone, watched=watched, tell=view.notice)
        player = open_player(settings, echo)
        view.clock(round(clock.now_ms()))
        return engines.channel(session, view, persona, clock, sound, player, commands)

    return open_channel


@dataclass(frozen=True)
class SpeechEngines:
    """Everything heavy of a spoken interview, loaded once."""

    synthesizer: Synthesizer
    detector: VoiceDetector
    transcriber: Transcriber

    @classmethod
    def load(cls, persona: Persona, settings: Settings, on_fault: OnFault) -> SpeechEngines:
        """Voice and recogniser are loaded side by side (a second or two).

        `on_fault` is told when a transcription endpoint fails.
        """
        from concurrent.futures import ThreadPoolExecutor

        from agent.recogniser import open_transcriber
        from audio.vad import SpeechDetector

        with ThreadPoolExecutor(max_workers=2) as pool:
            voice = pool.submit(open_voice, persona)
            transcriber = pool.submit(open_transcriber, settings, on_fault)
            return cls(voice.result(), SpeechDetector(), transcriber.result())

    def channel(
        self,
        session: SessionFolder,
        view: View,
        persona: Persona,
        clock: SoundClock | WallClock,
        sound: CandidateSound,
        player: Player | None,
        commands: Commands | None = None,
    ) -> Channel:
        """The channel of one session; `commands` are the keys pressed meanwhile."""
        from agent.voice_channel import VoiceChannel
        from audio.listener import Listener
        from audio.playback import NullPlayer
        from audio.wav import RecordingWriter

        recording = RecordingWriter(session.audio_path, resume=session.audio_path.exists())
        listener = Listener(
            self.detector,
            self.transcriber,
            on_frame=lambda frame: recording.write_candidate(frame.samples, frame.start_ms),
        )
        return VoiceChannel(
            clock=clock,
            synthesizer=self.synthesizer,
            player=player or NullPlayer(real_time=isinstance(clock, WallClock)),
            detector=self.detector,
            listener=listener,
            candidate=sound,
            recording=recording,
            patience=persona.patience,
            view=view,
            commands=commands,
        )


def on_fault(session: SessionFolder, view: View) -> OnFault:
    """Stores every failure of the transcription endpoint with the session; people are told once."""

    def tell(fault: EndpointFault) -> None:
        session.append_event(
            Event.model_validate({"event": "fallback", "at_ms": fault.at_ms, "what": fault.what})
        )
        if fault.first:
            view.notice(fault.what)

    return tell


def open_voice(persona: Persona) -> Synthesizer:
    """The persona's voice."""
    from audio.synthesizer import open_synthesizer

    voice = persona.voice
    return open_synthesizer(voice.engine, voice.name, voice.words_per_minute)


def open_player(settings: Settings, echo: EchoCanceller | None = None) -> Player | None:
    """The speaker, or None where there is none: the time of the sound is kept all the same."""
    from audio.playback import SpeakerPlayer

    try:
        return SpeakerPlayer(settings.speaker or None, echo=echo)
    except DeviceError:
        if settings.speaker:
            raise
        return None
