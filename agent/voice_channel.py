"""The interview by sound: speech out, speech in, both sides recorded on the session clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from agent.barge_in import ShortSoundReader, Trust
from agent.channels import Guess, Heard, Prepare, Speech, Spoken
from agent.clock import SessionClock
from agent.key_commands import Commands
from agent.keyboard_channel import KeyboardChannel
from agent.speech import VoicedSpeech
from agent.standing_still import StandingStill
from agent.state import Ask
from agent.stepping_down import SteppingDown
from agent.telling import Telling, heard_turn
from agent.view import View
from audio.audible import first_audible
from audio.endpointing import EndpointPatience
from audio.frame import AudioFrame
from audio.hearing import (
    CUT_IN_MS,
    EndedBy,
    ListenRequest,
)
from audio.hearing import Heard as HeardSpeech
from audio.listener import Listener
from audio.onset import LOUDSPEAKER_ONSET, OnsetSettings
from audio.playback import Player
from audio.sources import FrameSource, Prefixed
from audio.speaking import speak
from audio.synthesizer import Synthesizer
from audio.vad import VoiceDetector
from audio.watch import Outcome, SpokenSound, Watch, WatchSettings
from audio.wav import RecordingWriter
from prompts.persona import Patience

OPEN_ENDS = frozenset({EndedBy.INCOMPLETE, EndedBy.THINKING})
"""Turns that ended like this had words that could not end there."""


REPLY_LEAD_MS = 1_500
"""What a model may need for a first sentence, and its sound (milliseconds). Begun any earlier, more
replies are made for nothing: each thinking pause longer than a breath would cost one."""


class CandidateSound(Protocol):
    """Where the candidate's sound comes from: a microphone, or recorded answers."""

    playing: str
    """The sound file of the present turn; empty for a microphone."""
    echoes: bool
    """Whether the interviewer's own voice had to be taken out of it."""

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """Frames from `now_ms` on for the answer to `ask`; None when the candidate is gone."""
        ...

    def meanwhile(self) -> FrameSource | None:
        """What can be heard of the candidate while the interviewer speaks; None = nothing."""
        ...

    def forget(self) -> None:
        """What was captured and not listened to was said in a pause."""
        ...

    def close(self) -> None:
        """Free the device."""
        ...


class VoiceChannel:
    """Says through a synthesizer and a player, listens through a listener, records both."""

    name = "voice"

    def __init__(
        self,
        *,
        clock: SessionClock,
        synthesizer: Synthesizer,
        player: Player,
        detector: VoiceDetector,
        listener: Listener,
        candidate: CandidateSound,
        recording: RecordingWriter,
        patience: Patience,
        view: View,
        commands: Commands | None = None,
        still: StandingStill | None = None,
        keyboard: KeyboardChannel | None = None,
    ) -> None:
        """`commands` are the keys pressed while the interview runs, `keyboard` reads answers that
        are typed when a key has asked for it."""
        self.clock, self.synthesizer, self.player = clock, synthesizer, player
        self.detector, self.listener = detector, listener
        self.candidate, self.recording = candidate, recording
        self.patience, self.view = endpoint_patience(patience), view
        self.commands = commands or Commands()
        self.still = still or StandingStill(clock, view, self.commands)
        self.keyboard = keyboard
        self.works_ahead = clock.runs_by_itself
        """Whether a reply is begun before it is certain that the turn is over. A recording has no
        waiting that could be used."""
        self.stepping_down: SteppingDown | None = None
        """Looks whether the machine keeps up."""
        self.typed = False
        """Whether the candidate has gone over to the keyboard."""
        self.spoken: SpokenSound | None = None
        """The last utterance: where listening goes on."""
        self.heard: HeardSpeech | None = None
        """The last turn, which goes on when the reply to it is withdrawn."""
        self.trust = Trust()
        self.cut_in: Spoken | None = None
        """What was said to stop the candidate: the beginning of the next utterance."""

    def now_ms(self) -> int:
        """Session clock."""
        return round(self.clock.now_ms())

    def speech(self, sentences: Iterator[str]) -> Speech:
        """Worked on in a thread of its own where time is real: its first clause is heard while
        the next is made."""
        return VoicedSpeech(sentences, self.synthesizer, ahead=self.clock.runs_by_itself)

    def say(self, speech: Speech, *, undoable: bool, watched: bool = True) -> Spoken:
        """Speak until it was heard or the candidate takes the floor; record what was heard."""
        assert isinstance(speech, VoicedSpeech)
        asked_ms = self.clock.now_ms()
        watch = self.watch(speech, undoable=undoable) if watched else None
        sound = speak(
            speech.sound, self.player, watch, at=self.clock.at, stop=self.commands.interrupt
        )
        self.trust.spoken(sound)
        started_ms = asked_ms if sound.started_ms is None else sound.started_ms
        for piece in sound.pieces:
            self.recording.write_interviewer(piece.samples, piece.start_ms)
        self.clock.reach(sound.ended_ms)
        self.spoken = sound
        before, self.cut_in = self.cut_in, None
        return Spoken(
            f"{before.text} {speech.heard(sound)}".strip() if before else speech.heard(sound),
            before.start_ms if before else round(started_ms),
            round(sound.ended_ms),
            interrupted=sound.outcome in {Outcome.INTERRUPTED, Outcome.STOPPED},
            withdrawn=sound.outcome == Outcome.WITHDRAWN,
            onset_ms=None if sound.onset_ms is None else round(sound.onset_ms),
            timings=self.reply_timings(started_ms + silent_lead_ms(sound)),
        )

    def watch(self, speech: VoicedSpeech, *, undoable: bool) -> Watch | None:
        """The candidate while that is said; None where nothing can be heard of them."""
        listens = self.trust.given and not self.typed
        source = self.candidate.meanwhile() if listens else None
        if source is None:
            return None
        return Watch(
            source,
            self.detector,
            self.record,
            judge=ShortSoundReader(self.listener, speech.words),
            undoable=undoable,
            open_answer=self.heard is not None and self.heard.ended_by in OPEN_ENDS,
            settings=WatchSettings(
                onset=LOUDSPEAKER_ONSET if self.candidate.echoes else OnsetSettings()
            ),
        )

    def cut_in_on(self, ask: Ask, at_ms: float) -> None:
        """Say the sentence that stops somebody; they may be speaking. `at_ms`: the latest frame."""
        sound = speak(
            self.synthesizer.synthesize(ask.cut_in), self.player, at=self.clock.at,
            stop=self.commands.interrupt,
        )  # fmt: skip
        started_ms = at_ms
        if self.clock.runs_by_itself and sound.started_ms is not None:
            started_ms = sound.started_ms
        late_ms = started_ms - (sound.started_ms or 0.0)
        for piece in sound.pieces:
            self.recording.write_interviewer(piece.samples, piece.start_ms + late_ms)
        self.view.saying(ask.cut_in, round(started_ms))
        self.cut_in = Spoken(ask.cut_in, round(started_ms), round(sound.ended_ms + late_ms))

    def record(self, frame: AudioFrame) -> None:
        """Every captured sample goes into the recording, speech or not."""
        self.recording.write_candidate(frame.samples, frame.start_ms)

    def reply_timings(self, audible_ms: float) -> dict[str, float]:
        """Where the time went from the candidate's last audible sound to our first, milliseconds.

        The three parts add up to `voice_to_voice_ms`.
        """
        if self.heard is None or not self.heard.text:
            return {}
        timing = self.heard.timing
        return {
            "transcribe_ms": round(timing.transcribed_ms - timing.audible_end_ms, 1),
            "wait_ms": round(timing.decided_ms - timing.transcribed_ms, 1),
            "reply_ms": round(audible_ms - timing.decided_ms, 1),
            "voice_to_voice_ms": round(audible_ms - timing.audible_end_ms, 1),
        }

    def listen(
        self, ask: Ask, prepare: Prepare, guess: Guess | None = None, *, again: bool = False
    ) -> Heard:
        """One turn, recognised while it is spoken; typed from where the candidate wants that."""
        if self.typed and self.keyboard:
            return self.keyboard.listen(ask, prepare)
        if self.stepping_down:
            self.stepping_down.look()
        began_ms = self.clock.now_ms()
        source = self.candidate.begin(ask, began_ms)
        if source is None:
            now = round(began_ms)
            return Heard("", now, now, now, left=True)
        spoken, self.spoken = self.spoken, None
        if spoken and spoken.frames:
            source = Prefixed(spoken.frames, source)
        self.commands.done.clear()
        tell = self.telling(ask, prepare, guess, began_ms)
        request = ListenRequest(
            hotwords=ask.vocabulary,
            patience=self.patience,
            silence_limit_ms=ask.silence_limit_ms,
            begin_ms=spoken.begin_ms if spoken else began_ms,
            noticed_ms=spoken.frames[-1].end_ms if spoken and spoken.frames else 0.0,
            lead_ms=REPLY_LEAD_MS,
            earlier=self.heard if again else None,
            done=self.commands.done,
            stop=self.commands.break_off,
            cut_in=tell.cut_in,
            # Where the microphone hears the speaker, nothing may be heard of what we say.
            cut_in_ms=CUT_IN_MS if self.can_hear_meanwhile else 0.0,
        )
        heard = self.unpaused(source, request, tell)
        self.clock.reach(heard.timing.decided_ms)
        if again and self.heard is not None:
            self.trust.listened_again(something_new=heard.text != self.heard.text)
        self.heard = heard
        turn = heard_turn(heard, began_ms, self.candidate.playing)
        if self.commands.typing.is_set() and self.keyboard:
            self.type_from_here()
            return self.keyboard.completed(turn, prepare)
        notices = (*turn.notices, *self.trust.notices())
        turn = replace(turn, cut_in=tell.cut_in.is_set(), notices=notices)
        command = self.commands.take()
        return replace(turn, command=command) if command else turn

    def type_from_here(self) -> None:
        """The microphone is let go; what was said of this turn stays its beginning."""
        self.typed = True
        self.candidate.close()
        self.still.log("keyboard", what="The candidate types from here on.")
        self.view.state("typing")

    def unpaused(self, source: FrameSource, request: ListenRequest, tell: Telling) -> HeardSpeech:
        """Listen; a pause of the candidate's interrupts it and the turn goes on afterwards."""
        heard = self.listener.listen(source, request, tell)
        while self.commands.paused:
            self.still.pause("listening")
            self.candidate.forget()
            again = replace(request, earlier=heard, begin_ms=self.clock.now_ms())
            heard = self.listener.listen(source, again, tell)
        return heard

    @property
    def can_hear_meanwhile(self) -> bool:
        """Whether the candidate is heard while the interviewer speaks."""
        return self.trust.given and self.candidate.meanwhile() is not None

    def telling(self, ask: Ask, prepare: Prepare, guess: Guess | None, began_ms: float) -> Telling:
        """Passes on what the listener tells on the way."""
        guesser = guess if self.works_ahead else None
        return Telling(
            self.view,
            ask,
            prepare,
            guesser,
            began_ms,
            cut_in_on=lambda at_ms: self.cut_in_on(ask, at_ms),
            playing=self.candidate.playing,
        )

    def close(self) -> None:
        """Close device and recording."""
        self.candidate.close()
        self.listener.close()
        self.recording.close()
        self.clock.close()


def silent_lead_ms(sound: SpokenSound) -> float:
    """What passes before the first sample of `sound` that can be heard, milliseconds."""
    if not sound.chunks:
        return 0.0
    first = sound.chunks[0]
    return first_audible(first.samples, first.rate_hz) * 1000 / first.rate_hz


def endpoint_patience(patience: Patience) -> EndpointPatience:
    """The persona's patience in the terms of the endpointer."""
    return EndpointPatience(
        handed_over_ms=patience.handed_over_ms,
        complete_ms=patience.complete_ms,
        incomplete_ms=patience.incomplete_ms,
        fresh_extra_ms=patience.fresh_extra_ms,
    )
