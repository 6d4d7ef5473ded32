"""Opening a channel: keyboard, recorded candidate, or microphone and speaker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from agent.key_commands import Commands
    from agent.keyboard_channel import KeyboardChannel
    from agent.recogniser import EndpointFault, OnFault
    from agent.standing_still import Log, StandingStill
    from agent.voice_channel import CandidateSound, VoiceChannel
    from audio.echo import EchoCanceller
    from audio.keeping_up import TimedTranscriber
    from audio.playback import Player
    from audio.synthesizer import Synthesizer
    from audio.transcriber import Transcriber
    from audio.vad import VoiceDetector


def keyboard(*, show_help: bool) -> OpenChannel:
    """Typed answers. `show_help`: prompts are printed; not where JSON lines are."""

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        return typing(show_help=show_help, offset_ms=offset_ms)

    return open_channel


def typing(
    *, show_help: bool, offset_ms: int = 0, clock: Callable[[], float] | None = None
) -> KeyboardChannel:
    """The reader of typed answers."""
    from agent.keyboard_channel import KeyboardChannel

    def show(text: str) -> None:
        if show_help:
            click.echo(text, nl=False)

    return KeyboardChannel(offset_ms=offset_ms, show_prompt=show, clock=clock)


def recorded(path: Path, persona: Persona, settings: Settings, *, realtime: bool) -> OpenChannel:
    """Recorded answers; heard aloud in real time where there is a speaker."""
    from agent.candidate import RecordedCandidate
    from agent.recogniser import check

    check(settings)
    candidate = RecordedCandidate.load(path)

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.candidate_sound import PlayedCandidate

        engines = SpeechEngines.load(persona, settings, on_fault(session, view))
        candidate.mark_given(given(session))
        player = open_player(settings) if realtime else None
        sound = PlayedCandidate(candidate, realtime=realtime, player=player)
        clock = WallClock(offset_ms) if realtime else SoundClock(offset_ms)
        return engines.channel(session, view, persona, clock, sound, player)

    return open_channel


def given(session: SessionFolder) -> set[str]:
    """The files of answers that are stored; one whose turn a kill has cut off is given again."""
    stored = [e for e in session.events() if e.turn is not None and e.turn < session.next_turn]
    return {str(event.get("source", "")) for event in stored}


def live(
    persona: Persona, settings: Settings, commands: Commands, *, show_help: bool
) -> OpenChannel:
    """Microphone and speaker. Raises DeviceError before anything else is begun, and what
    `agent.recogniser.check` raises.

    `show_help`: prompts are printed to somebody who goes over to typing; not where JSON lines are.
    """
    from agent.recogniser import check
    from audio.devices import find_input, find_output

    check(settings)
    find_input(settings.microphone or None)
    find_output(settings.speaker or None)

    def open_channel(session: SessionFolder, view: View, offset_ms: int) -> Channel:
        from agent.candidate_sound import LiveCandidate
        from agent.standing_still import StandingStill
        from agent.stepping_down import SteppingDown, steps_for
        from audio.echo import echo_canceller
        from audio.keeping_up import TimedTranscriber
        from audio.microphone import Microphone

        engines = SpeechEngines.load(persona, settings, on_fault(session, view))
        echo = echo_canceller() if settings.barge_in == "auto" else None
        # The clock begins when everything is loaded: nobody is interviewed by a loading bar.
        clock = WallClock(offset_ms)
        clock.watch()
        still = StandingStill(clock, view, commands, logging(session, clock))

        def open_microphone() -> Microphone:
            microphone = Microphone(clock.now_ms, settings.microphone or None, echo=echo)
            microphone.open()
            return microphone

        watched = echo is not None or settings.barge_in == "on"
        echoes = echo is not None
        sound = LiveCandidate(open_microphone, still, watched=watched, echoes=echoes)
        view.clock(round(clock.now_ms()))
        timed = TimedTranscriber(engines.transcriber, settings.slow_factor)
        channel = replace(engines, transcriber=timed).channel(
            session,
            view,
            persona,
            clock,
            sound,
            speaker(settings, still, echo),
            still=still,
            keyboard=typing(show_help=show_help, clock=clock.now_ms),
        )
        steps = steps_for(
            channel,
            plain_voice=plain_voice(channel, persona),
            quick_recogniser=lambda: hear_quickly(timed, settings),
        )
        channel.stepping_down = SteppingDown(timed, steps, still)
        return channel

    return open_channel


def logging(session: SessionFolder, clock: WallClock) -> Log:
    """Writes what goes wrong with sound into the session's events."""
    from evaluation.record import Event

    def log(event: str, **fields: Any) -> None:
        at_ms = round(clock.now_ms())
        session.append_event(Event.model_validate({"event": event, "at_ms": at_ms, **fields}))

    return log


def speaker(settings: Settings, still: StandingStill, echo: EchoCanceller | None) -> Player | None:
    """The speaker, which may be paused or lost; None where there is none."""
    from agent.patient_player import PatientPlayer

    player = open_player(settings, echo)
    return None if player is None else PatientPlayer(player, still)


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
        *,
        still: StandingStill | None = None,
        keyboard: KeyboardChannel | None = None,
    ) -> VoiceChannel:
        """The channel of one session; `still` and `keyboard` are for somebody who is there."""
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
            commands=still.commands if still else None,
            still=still,
            keyboard=keyboard,
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


def plain_voice(channel: VoiceChannel, persona: Persona) -> Callable[[], None] | None:
    """Goes over to the plain voice; None when it is spoken with already."""
    from audio.synthesizer import open_synthesizer

    if channel.synthesizer.name == "pyttsx3":
        return None

    def speak_plainly() -> None:
        channel.synthesizer = open_synthesizer("pyttsx3", "", persona.voice.words_per_minute)

    return speak_plainly


def hear_quickly(timed: TimedTranscriber, settings: Settings) -> None:
    """The smallest recogniser, and no second look at doubtful words. Raises EngineError."""
    from agent.recogniser import SMALLEST, choose, open_transcriber
    from audio.whisper import WhisperTranscriber

    recogniser = timed.transcriber
    if choose(settings).name != SMALLEST or not isinstance(recogniser, WhisperTranscriber):
        smallest = {"whisper": SMALLEST, "transcription": "local"}
        recogniser = open_transcriber(settings.model_copy(update=smallest))
    if isinstance(recogniser, WhisperTranscriber):
        recogniser.second_look = False
    timed.replace(recogniser)


def open_player(settings: Settings, echo: EchoCanceller | None = None) -> Player | None:
    """The speaker, or None where there is none: the time of the sound is kept all the same."""
    from audio.playback import SpeakerPlayer

    try:
        return SpeakerPlayer(settings.speaker or None, echo=echo)
    except DeviceError:
        if settings.speaker:
            raise
        return None
