"""Speaking while listening: what the interviewer says stops for the candidate, not for a cough.

    speech                          pause at once, whenever it comes
        short: a cough, "mm-hmm"    on from where it paused
        before the first sound,
        or within undo_ms of it     withdrawn: the answer was not over
        later                       interrupted

The window for the undo runs on when a reply is over sooner ("Why?"). Speech behind such a reply is
either the rest of the answer before or an answer to it. People reply 0.2 s after the end of a turn
only because they see the end coming (Stivers and others, 2009); to plan a first word takes 0.6 s
(Levinson and Torreira, 2015). So it goes on with the answer before when it

    begins within reaction_ms of the reply's end,
    follows words that could not end there, or
    begins with "and", "also", "or", …; everything else answers the reply.

A later caller cuts the text to `SpokenSound.heard` and listens on with `SpokenSound.frames`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from audio.ahead import Ahead, close_chunks
from audio.backchannel import ShortSound
from audio.frame import FRAME_MS, AudioFrame, SpeechChunk
from audio.hearing import Flag
from audio.onset import OnsetDetector
from audio.playback import POLL_S, Player
from audio.utterance import (
    Clock,
    LiveUtterance,
    LockstepUtterance,
    Script,
    Utterance,
    play_out,
)
from audio.watch import Outcome, SpokenSound, Watch


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


class _Speech:
    """One call of `speak`."""

    def __init__(
        self,
        utterance: Utterance,
        watch: Watch,
        stop: Flag | None,
        on_started: Callable[[float], None] | None,
    ) -> None:
        self._utterance, self._watch, self._stop = utterance, watch, stop
        self._on_started = on_started
        self._settings = watch.settings
        self._voice = watch.detector.stream()
        self._onset = OnsetDetector(watch.settings.onset)
        self._frames: deque[AudioFrame] = deque()
        self._now_ms = 0.0
        self._ended_ms: float | None = None
        """Session clock at which all of it had been heard."""
        self._kept_from_ms: float | None = None
        """Words before our first sound are handed over, whatever comes after them."""
        self._backchannels = self._noises = 0

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
        self._onset.push(frame, self._voice.probability(frame.samples))
        self._frames.append(frame)
        begins = self._onset.suspected_ms
        kept_ms = (frame.end_ms if begins is None else begins) - self._settings.pre_roll_ms
        if self._kept_from_ms is not None:
            kept_ms = min(kept_ms, self._kept_from_ms)
        while self._frames[0].end_ms <= kept_ms:
            self._watch.on_frame(self._frames.popleft())

    def _decide(self) -> Outcome | None:
        """The outcome when the utterance is over, else None."""
        if self._stop is not None and self._stop.is_set():
            return Outcome.STOPPED
        if self._ended_ms is None and self._utterance.finished:
            self._ended_ms = self._now_ms
        onset_ms = self._onset.onset_ms
        if onset_ms is None:
            window = self._utterance.started_ms is not None and self._early(self._now_ms)
            return Outcome.FINISHED if self._ended_ms is not None and not window else None
        if self._ended_ms is not None and not self._early(onset_ms):
            return Outcome.FINISHED
        self._utterance.pause(self._now_ms)
        return self._spoken_over(onset_ms)

    def _early(self, at_ms: float) -> bool:
        """Whether speech that begins at `at_ms` can still withdraw the utterance."""
        started_ms = self._utterance.started_ms
        undo_ms = self._settings.undo_ms
        return self._watch.undoable and (started_ms is None or at_ms <= started_ms + undo_ms)

    def _spoken_over(self, onset_ms: float) -> Outcome | None:
        """What the speech over a paused utterance makes of it; None while that is open."""
        long = self._onset.speech_ms >= self._settings.long_ms
        if not long and self._onset.quiet_ms(self._now_ms) < self._settings.quiet_ms:
            return None
        if self._early(onset_ms) and self._ended_ms is not None:
            return self._after_the_end(onset_ms - self._ended_ms, long)
        if not self._watch.undoable and self._utterance.started_ms is None:
            return self._before_our_first_sound(onset_ms)
        sound = ShortSound.WORDS if long else self._judged()
        withdrawn = self._early(onset_ms)
        if sound in {ShortSound.WORDS, ShortSound.ADDITION} or (
            sound is ShortSound.HESITATION and withdrawn
        ):
            return Outcome.WITHDRAWN if withdrawn else self._cut()
        self._go_on(sound)
        return None

    def _after_the_end(self, gap_ms: float, long: bool) -> Outcome | None:
        """Within the window for the undo, but `gap_ms` after all was said: see the module."""
        goes_on = gap_ms < self._settings.reaction_ms or self._watch.open_answer
        if goes_on and long:
            return Outcome.WITHDRAWN
        sound = self._judged()
        if sound is ShortSound.NOTHING and not long:
            self._go_on(sound)
            return None
        if sound is ShortSound.BACKCHANNEL:
            return Outcome.FINISHED  # "yeah" to a short question is an answer
        goes_on = goes_on or sound is ShortSound.ADDITION
        return Outcome.WITHDRAWN if goes_on else Outcome.FINISHED

    def _before_our_first_sound(self, onset_ms: float) -> Outcome | None:
        """Let them finish; what they say belongs to what is heard next."""
        if self._kept_from_ms is None:
            self._kept_from_ms = onset_ms - self._settings.pre_roll_ms
        if self._now_ms - self._kept_from_ms >= self._settings.floor_ms:
            return Outcome.INTERRUPTED
        if self._onset.quiet_ms(self._now_ms) >= self._settings.quiet_ms:
            self._onset.forget()
            self._utterance.resume(self._now_ms)
        return None

    def _go_on(self, sound: ShortSound) -> None:
        self._backchannels += 1
        self._noises += sound is ShortSound.NOTHING
        self._onset.forget()
        if self._ended_ms is None:
            self._utterance.resume(self._now_ms)

    def _judged(self) -> ShortSound:
        return self._watch.judge(np.concatenate([frame.samples for frame in self._frames]))

    def _cut(self) -> Outcome:
        script = self._utterance.script
        left = (script.written - self._utterance.position) * 1000 / script.rate_hz
        # Not known to be the last chunk: then more was to come, and it was cut off.
        ended = self._utterance.exhausted and left <= self._settings.nearly_ms
        return Outcome.FINISHED if ended else Outcome.INTERRUPTED

    def _say_rest(self) -> Outcome:
        """The source has no more frames: nobody can speak over it any more."""
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
        speaks = speaks or self._kept_from_ms is not None
        spoken = _spoken(outcome, self._utterance, self._now_ms)
        # Before the onset (or the end of our own sound) there is nothing of this candidate's turn.
        first_ms = self._frames[0].start_ms if speaks and self._frames else spoken.ended_ms
        return replace(
            spoken,
            onset_ms=onset_ms,
            frames=tuple(self._frames),
            begin_ms=first_ms,
            backchannels=self._backchannels,
            noises=self._noises,
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
