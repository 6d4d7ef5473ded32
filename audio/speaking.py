"""Speaking while listening: what the interviewer says stops for the candidate, not for a cough.

    speech before the first sound, or within undo_ms of it   withdrawn: the answer was not over
    later speech                                             pause at once
        short, then quiet                                    on from where it paused
        otherwise                                            interrupted

A later caller cuts the text to `SpokenSound.heard` and listens on with `SpokenSound.frames`.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from audio.ahead import Ahead, close_chunks
from audio.frame import FRAME_MS, AudioFrame, Samples, SpeechChunk
from audio.hearing import Flag
from audio.onset import OnsetDetector, OnsetSettings
from audio.playback import POLL_S, NullPlayer, Player
from audio.sources import FrameSource
from audio.utterance import (
    Clock,
    HeardPiece,
    LiveUtterance,
    LockstepUtterance,
    Script,
    Utterance,
    play_out,
)
from audio.vad import VoiceDetector


class Outcome(StrEnum):
    """How an utterance of the interviewer ended."""

    FINISHED = "finished"
    """Everything was heard, or all but the last syllable."""
    WITHDRAWN = "withdrawn"
    """The candidate had not finished: it counts as never said."""
    INTERRUPTED = "interrupted"
    """The candidate spoke over it; what was heard was said."""
    STOPPED = "stopped"
    """The caller's flag."""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How speech over the interviewer is understood. Times in milliseconds."""

    undo_ms: float = 1_500
    """Speech that begins this soon after the first sound goes on with the answer: it was on its
    way before the interviewer was noticed (reaction to speech takes 0.2 to 1 s)."""
    backchannel_ms: float = 600
    """A cough, "mm-hmm" or "right" is over by then; a sentence is not."""
    quiet_ms: float = 300
    """Silence after which a short sound is over; gaps between words are shorter."""
    pre_roll_ms: float = 500
    """Sound before the onset that goes with it: the detector is late on soft beginnings."""
    nearly_ms: float = 250
    """With this little left to say the utterance was heard to its end."""
    onset: OnsetSettings = field(default_factory=OnsetSettings)


def unrecorded(_: AudioFrame) -> None:
    """For callers that keep no recording."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The candidate's side while the interviewer speaks."""

    source: FrameSource
    detector: VoiceDetector
    on_frame: Callable[[AudioFrame], None] = unrecorded
    """Gets each frame that is not handed over in `SpokenSound.frames`, for the recording."""
    only_backchannel: Callable[[Samples], bool] | None = None
    """Whether a short sound, shape (n,) at 16 kHz, holds no more than "mm-hmm"; without it every
    sound shorter than backchannel_ms counts as one."""
    settings: WatchSettings = field(default_factory=WatchSettings)


@dataclass(frozen=True, slots=True)
class SpokenSound:
    """What became of an utterance. Times are milliseconds on the session clock."""

    outcome: Outcome
    started_ms: float | None
    """First audible sample; None when nothing was heard."""
    ended_ms: float
    """Where it fell silent."""
    chunks: tuple[SpeechChunk, ...]
    """All that were drawn."""
    heard: tuple[int, ...]
    """Samples heard of each chunk."""
    pieces: tuple[HeardPiece, ...]
    """What was heard, in its places on the clock, for the recording."""
    onset_ms: float | None = None
    """Where the candidate began to speak, if so; at the end of a finished one perhaps only now."""
    frames: tuple[AudioFrame, ...] = ()
    """The candidate's latest sound, from pre_roll_ms before the onset on; not yet recorded: the
    listener does that when it takes them up (`Prefixed`)."""
    begin_ms: float = 0.0
    """Where listening should begin: `ListenRequest.begin_ms`."""
    backchannels: int = 0
    """Short sounds of the candidate that it paused for."""


def speak(
    chunks: Iterable[SpeechChunk],
    player: Player,
    watch: Watch | None = None,
    *,
    at: Clock,
    stop: Flag | None = None,
    on_started: Callable[[float], None] | None = None,
) -> SpokenSound:
    """Say `chunks` (all of one rate) and, with a `watch`, listen for the candidate meanwhile.

    `at` maps `time.monotonic()` to the session clock. With a source in real time, chunks are drawn
    in a thread of their own, or come from an `Ahead` begun earlier; with a recording, sound is the
    only clock: `player` and `at` are not used, and each frame of the source is FRAME_MS of speech.
    Without a watch they are drawn in the calling thread. `on_started` is told the session clock of
    the first audible sample. Raises DeviceError, and what `chunks` raises; it is silent then.
    """
    if watch is None:
        return _unwatched(chunks, player, at, stop, on_started)
    if watch.source.realtime:
        ahead = chunks if isinstance(chunks, Ahead) else Ahead(chunks)
        utterance: Utterance = LiveUtterance(ahead, player, at)
    else:
        utterance = LockstepUtterance(chunks)
    return _Speech(utterance, watch, stop, on_started).run()


def wait(watch: Watch, until: Flag, *, max_ms: float = math.inf) -> SpokenSound:
    """Say nothing, but listen: FINISHED when `until` is set or `max_ms` of frames have passed,
    WITHDRAWN when the candidate speaks before."""
    silence = LiveUtterance(None, NullPlayer(), lambda _: 0.0)
    return _Speech(silence, watch, None, None, until=until, max_ms=max_ms).run()


class _Speech:
    """One call of `speak`."""

    def __init__(
        self,
        utterance: Utterance,
        watch: Watch,
        stop: Flag | None,
        on_started: Callable[[float], None] | None,
        *,
        until: Flag | None = None,
        max_ms: float = math.inf,
    ) -> None:
        self._utterance, self._watch, self._stop = utterance, watch, stop
        self._on_started, self._until, self._max_ms = on_started, until, max_ms
        self._settings = watch.settings
        self._voice = watch.detector.stream()
        self._onset = OnsetDetector(watch.settings.onset)
        self._frames: deque[AudioFrame] = deque()
        self._now_ms = 0.0
        self._passed_ms = 0.0
        self._backchannels = 0

    def run(self) -> SpokenSound:
        """Frame by frame: speak on, listen, decide."""
        try:
            for frame in self._watch.source:
                self._utterance.advance(frame.end_ms)
                self._tell_started()
                self._hear(frame)
                outcome = self._decide()
                if outcome is not None:
                    return self._ended(outcome)
            return self._ended(self._say_rest())
        finally:
            self._utterance.pause(self._now_ms)
            self._utterance.end()

    def _hear(self, frame: AudioFrame) -> None:
        self._now_ms = frame.end_ms
        self._passed_ms += FRAME_MS
        self._onset.push(frame, self._voice.probability(frame.samples))
        self._frames.append(frame)
        begins = self._onset.suspected_ms
        kept_ms = (frame.end_ms if begins is None else begins) - self._settings.pre_roll_ms
        while self._frames[0].end_ms <= kept_ms:
            self._watch.on_frame(self._frames.popleft())

    def _decide(self) -> Outcome | None:
        """The outcome when the utterance is over, else None."""
        if self._stop is not None and self._stop.is_set():
            return Outcome.STOPPED
        if self._onset.onset_ms is None:
            return Outcome.FINISHED if self._finished() else None
        self._utterance.pause(self._now_ms)
        started_ms = self._utterance.started_ms
        if started_ms is None or self._onset.onset_ms <= started_ms + self._settings.undo_ms:
            return Outcome.WITHDRAWN
        return self._spoken_over()

    def _spoken_over(self) -> Outcome | None:
        """What the speech over a paused utterance makes of it; None while that is open."""
        if self._onset.speech_ms >= self._settings.backchannel_ms:
            return self._cut()
        if self._onset.quiet_ms(self._now_ms) < self._settings.quiet_ms:
            return None
        if not self._only_backchannel():
            return self._cut()
        self._backchannels += 1
        self._onset.forget()
        self._utterance.resume(self._now_ms)
        return None

    def _finished(self) -> bool:
        if self._until is not None:
            return self._until.is_set() or self._passed_ms >= self._max_ms
        return self._utterance.finished

    def _cut(self) -> Outcome:
        script = self._utterance.script
        left = (script.written - self._utterance.position) * 1000 / script.rate_hz
        # Not known to be the last chunk: then more was to come, and it was cut off.
        ended = self._utterance.exhausted and left <= self._settings.nearly_ms
        return Outcome.FINISHED if ended else Outcome.INTERRUPTED

    def _only_backchannel(self) -> bool:
        judge = self._watch.only_backchannel
        return judge is None or judge(np.concatenate([frame.samples for frame in self._frames]))

    def _say_rest(self) -> Outcome:
        """The source has no more frames: nobody can speak over it any more."""
        if self._until is not None:
            return Outcome.FINISHED
        self._utterance.resume(self._now_ms)
        flag = self._stop

        def stopped() -> bool:
            return flag is not None and flag.is_set()

        if isinstance(self._utterance, LiveUtterance):
            return (
                Outcome.FINISHED
                if play_out(self._utterance, POLL_S, stopped)
                else (Outcome.STOPPED)
            )
        while not self._utterance.finished:
            self._now_ms += FRAME_MS
            self._utterance.advance(self._now_ms)
        return Outcome.FINISHED

    def _tell_started(self) -> None:
        started_ms = self._utterance.started_ms
        if started_ms is not None and self._on_started is not None:
            self._on_started(started_ms)
            self._on_started = None

    def _ended(self, outcome: Outcome) -> SpokenSound:
        self._utterance.pause(self._now_ms)
        onset_ms = self._onset.suspected_ms
        speaks = onset_ms is not None or outcome is Outcome.WITHDRAWN
        spoken = _spoken(outcome, self._utterance, self._now_ms)
        # Before the onset (or the end of our own sound) there is nothing of this candidate's turn.
        first_ms = self._frames[0].start_ms if speaks and self._frames else spoken.ended_ms
        return replace(
            spoken,
            onset_ms=onset_ms,
            frames=tuple(self._frames),
            begin_ms=first_ms,
            backchannels=self._backchannels,
        )


def _unwatched(
    chunks: Iterable[SpeechChunk],
    player: Player,
    at: Clock,
    stop: Flag | None,
    on_started: Callable[[float], None] | None,
) -> SpokenSound:
    utterance = LiveUtterance(None, player, at)
    outcome = Outcome.STOPPED

    def stopped() -> bool:
        nonlocal on_started
        if utterance.started_ms is not None and on_started is not None:
            on_started(utterance.started_ms)
            on_started = None
        return stop is not None and stop.is_set()

    try:
        for chunk in chunks:
            if stopped():
                break
            utterance.add(chunk)
        else:
            utterance.complete = True
            outcome = Outcome.FINISHED if play_out(utterance, POLL_S, stopped) else outcome
        stopped()
    finally:
        utterance.pause(0.0)
        close_chunks(chunks)
    spoken = _spoken(outcome, utterance, at(time.monotonic()))
    return replace(spoken, begin_ms=spoken.ended_ms)


def _spoken(outcome: Outcome, utterance: Utterance, now_ms: float) -> SpokenSound:
    """What was said of `utterance`; `now_ms` is its end when nothing was heard."""
    script: Script = utterance.script
    pieces = script.pieces()
    return SpokenSound(
        outcome=outcome,
        started_ms=utterance.started_ms,
        ended_ms=pieces[-1].end_ms if pieces else now_ms,
        chunks=tuple(script.chunks),
        heard=script.heard(utterance.position),
        pieces=pieces,
    )
