"""The interview by sound: speech out, speech in, both sides recorded on the session clock."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np

from agent.channels import Heard, Prepare, Spoken
from agent.clock import SessionClock, WallClock
from agent.state import Ask
from agent.view import View
from audio.endpointing import EndpointPatience
from audio.frame import SAMPLE_RATE, Samples, SpeechChunk, milliseconds_of
from audio.hearing import ClauseHeard, EndedBy, HearingEvent, ListenRequest
from audio.hearing import Heard as HeardSpeech
from audio.listener import Listener
from audio.playback import Playback, Player, resample
from audio.sources import FrameSource
from audio.synthesizer import Synthesizer
from audio.wav import RecordingWriter
from evaluation.record import Word
from prompts.persona import Patience


class CandidateSound(Protocol):
    """Where the candidate's sound comes from: a microphone, or recorded answers."""

    playing: str
    """The sound file of the present turn; empty for a microphone."""

    def begin(self, ask: Ask, now_ms: float) -> FrameSource | None:
        """Frames from `now_ms` on for the answer to `ask`; None when the candidate is gone."""
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
        listener: Listener,
        candidate: CandidateSound,
        recording: RecordingWriter,
        patience: Patience,
        view: View,
    ) -> None:
        self.clock, self.synthesizer, self.player = clock, synthesizer, player
        self.listener, self.candidate, self.recording = listener, candidate, recording
        self.patience, self.view = endpoint_patience(patience), view

    def now_ms(self) -> int:
        """Session clock."""
        return round(self.clock.now_ms())

    def say(self, sentences: Iterable[str]) -> Spoken:
        """Speak each sentence as it arrives; what was played goes into the recording."""
        asked_ms = self.clock.now_ms()
        texts: list[str] = []
        spoken: list[Samples] = []
        playback: Playback | None = None
        started = time.perf_counter()
        first_sound_ms = 0.0
        try:
            for chunk in self.voiced(sentences, texts):
                playback = playback or self.player.start(chunk.rate_hz)
                playback.write(chunk.samples)
                spoken.append(resample(chunk, SAMPLE_RATE).samples)
                first_sound_ms = first_sound_ms or (time.perf_counter() - started) * 1000
            if playback is not None:
                playback.finish()
        except BaseException:
            if playback is not None:
                playback.abort()
            raise
        start_ms = self.began(playback, asked_ms)
        sound = np.concatenate(spoken) if spoken else np.zeros(0, np.float32)
        self.recording.write_interviewer(sound, start_ms)
        end_ms = start_ms + milliseconds_of(sound.size)
        self.clock.reach(end_ms)
        return Spoken(
            " ".join(texts),
            round(start_ms),
            round(end_ms),
            timings={"first_sound_ms": round(first_sound_ms, 1)},
        )

    def voiced(self, sentences: Iterable[str], texts: list[str]) -> Iterator[SpeechChunk]:
        """The sentences as pieces of sound; `texts` collects what was said."""
        for sentence in sentences:
            texts.append(sentence)
            yield from self.synthesizer.synthesize(sentence)

    def began(self, playback: Playback | None, asked_ms: float) -> float:
        """Session clock of the first audible sample."""
        if isinstance(self.clock, WallClock) and playback and playback.started_at is not None:
            return self.clock.at(playback.started_at)
        return asked_ms

    def listen(self, ask: Ask, prepare: Prepare) -> Heard:
        """One turn, recognised while it is spoken."""
        began_ms = self.clock.now_ms()
        source = self.candidate.begin(ask, began_ms)
        if source is None:
            now = round(began_ms)
            return Heard("", now, now, now, left=True)

        def on_event(event: HearingEvent) -> None:
            if isinstance(event, ClauseHeard) and event.clause.text:
                prepare(event.clause.text)
                self.view.caption(event.clause.text, event.clause.start_ms)

        request = ListenRequest(
            hotwords=ask.vocabulary,
            patience=self.patience,
            silence_limit_ms=ask.silence_limit_ms,
            begin_ms=began_ms,
        )
        heard = self.listener.listen(source, request, on_event)
        self.clock.reach(heard.timing.decided_ms)
        return heard_turn(heard, began_ms, self.candidate.playing)

    def close(self) -> None:
        """Close device and recording."""
        self.candidate.close()
        self.listener.close()
        self.recording.close()


def heard_turn(heard: HeardSpeech, began_ms: float, source: str) -> Heard:
    """What the listener heard, in the interview's terms."""
    timing = heard.timing
    return Heard(
        heard.text,
        heard.start_ms,
        heard.end_ms,
        round(timing.decided_ms),
        words=tuple(
            Word(word=w.word, start_ms=w.start_ms, end_ms=w.end_ms, confidence=w.confidence)
            for w in heard.words
        ),
        silent_ms=0 if heard.text else round(timing.decided_ms - began_ms),
        other_language=heard.other_language,
        unclear=heard.ended_by == EndedBy.NOT_UNDERSTOOD,
        source=source,
        timings={
            "transcription_ms": round(timing.transcription_ms, 1),
            "transcribed_after_ms": round(timing.transcribed_ms - timing.speech_end_ms, 1),
            "decided_after_ms": round(timing.decided_ms - timing.speech_end_ms, 1),
            "wait_ms": round(heard.wait_ms, 1),
            "longest_pause_ms": round(heard.longest_pause_ms, 1),
        },
        notices=tuple(f"Left out as noise: {c.dropped_reason}" for c in heard.dropped),
    )


def endpoint_patience(patience: Patience) -> EndpointPatience:
    """The persona's patience in the terms of the endpointer."""
    return EndpointPatience(
        handed_over_ms=patience.handed_over_ms,
        complete_ms=patience.complete_ms,
        incomplete_ms=patience.incomplete_ms,
        fresh_extra_ms=patience.fresh_extra_ms,
    )
