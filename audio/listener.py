"""Listens to one turn: frames in, words and the reason of the end out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from audio.audible import AudibleEnd
from audio.completeness import Completeness
from audio.cutting_in import CuttingIn
from audio.endpointing import (
    CandidatePace,
    Decision,
    Endpointer,
    Reason,
    reading,
    unsure,
)
from audio.frame import AudioFrame
from audio.hearing import (
    ClauseHeard,
    ClausePartly,
    EndedBy,
    Heard,
    HeardClause,
    HearingEvent,
    Level,
    ListenRequest,
    Settled,
    SpeechStarted,
    SpeechStopped,
    Timing,
    joined,
)
from audio.readings import Readings, Transcribed, timed_clause
from audio.segmenter import Segmentation, Segmenter, Stretch
from audio.sources import FrameSource, level_dbfs
from audio.transcriber import Transcriber
from audio.vad import VoiceDetector, VoiceStream

LEVEL_EVERY_FRAMES = 3
"""A level about ten times a second is as quick as an eye follows a meter."""

OnEvent = Callable[[HearingEvent], None]
OnFrame = Callable[[AudioFrame], None]


def nothing(_: object) -> None:
    """For callers that do not want to be told."""


class Listener:
    """Hears turns with one detector and one transcriber; keeps the candidate's pace between them.

    Transcription runs in one worker thread while listening goes on: two at once on one model are
    no faster. Callbacks are called in the thread that called `listen`.
    """

    def __init__(
        self,
        detector: VoiceDetector,
        transcriber: Transcriber,
        *,
        on_frame: OnFrame = nothing,
        segmentation: Segmentation | None = None,
        pace: CandidatePace | None = None,
    ) -> None:
        """`on_frame` gets every captured frame, speech or not, for the recording."""
        self.pace = pace or CandidatePace()
        self.reads_ahead = True
        """Whether a stretch is read before it is certain that it is over, mostly for nothing."""
        self._detector = detector
        self._transcriber = transcriber
        self._on_frame = on_frame
        self._segmentation = segmentation or Segmentation()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcriber")

    def listen(
        self, source: FrameSource, request: ListenRequest, on_event: OnEvent = nothing
    ) -> Heard:
        """Listen until the turn is over.

        1. every frame goes to the recording and through the detector;
        2. each stretch of speech goes to the transcriber as soon as a pause closes it; in real
           time already when the pause might, for nothing if speech goes on;
        3. the endpointer decides from the silence and the words, never while words are missing.

        Raises DeviceError when the source fails and EngineError when the transcriber does; what was
        captured until then has been passed to `on_frame`.
        """
        turn = _Turn(self, source.realtime, request, on_event)
        try:
            for frame in source:
                self._on_frame(frame)
                if frame.start_ms < request.begin_ms:
                    continue
                turn.hear(frame)
                heard = turn.outcome()
                if heard is not None:
                    return heard
            return turn.finish(EndedBy.SOURCE_ENDED)
        finally:
            turn.abandon()

    def voice(self) -> VoiceStream:
        """A fresh stream of the detector."""
        return self._detector.stream()

    def segmenter(self) -> Segmenter:
        """A fresh segmenter with this listener's settings."""
        return Segmenter(self._segmentation)

    def transcribe(self, stretch: Stretch, hotwords: Sequence[str]) -> Future[Transcribed]:
        """Queue a stretch for the worker."""
        return self._worker.submit(timed_clause, self._transcriber, stretch, hotwords)

    def close(self) -> None:
        """Wait for the worker and end it."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Turn:
    """The state of one call of `listen`."""

    def __init__(
        self, listener: Listener, realtime: bool, request: ListenRequest, on_event: OnEvent
    ) -> None:
        self._listener = listener
        self._realtime = realtime
        self._request = request
        self._on_event = on_event
        self._voice = listener.voice()
        self._segmenter = listener.segmenter()
        self._endpointer = Endpointer(request.patience, listener.pace)
        self._readings = Readings(lambda stretch: listener.transcribe(stretch, request.hotwords))
        self._partly_ms = math.nan
        """End of the speech whose words were told while it might go on."""
        self._settled: tuple[float, str] | None = None
        """End of speech and words that were told to be settled."""
        self._known: tuple[float, float] | None = None
        """End of speech whose words were known early, and when that was, milliseconds."""
        self._audible = AudibleEnd()
        self._cut_in = request.earlier is not None
        """Whether the pause before the next words is one that we cut in on."""
        self._cutting_in = CuttingIn(request)
        self._clauses = list(request.earlier.clauses) if request.earlier else []
        self._began_ms: float | None = None
        self._now_ms = request.begin_ms
        self._transcribed_ms = 0.0
        self._took_ms = 0.0
        self._frames = 0
        self._ending: EndedBy | None = None
        """Set when the turn is over but for the words still being transcribed."""

    def hear(self, frame: AudioFrame) -> None:
        """Take one frame through the detector, and what is ready from the transcriber."""
        if self._began_ms is None:
            self._began_ms = frame.start_ms
        self._now_ms = frame.end_ms
        self._audible.hear(frame)
        if self._ending is None:
            self._detect(frame)
        self._collect(wait=not self._realtime)
        self._tell_partly()
        if self._frames % LEVEL_EVERY_FRAMES == 0:
            self._on_event(Level(frame.end_ms, level_dbfs(frame.samples)))
        self._frames += 1

    def outcome(self) -> Heard | None:
        """The turn when it is over, else None."""
        if self._ending is None:
            self._ending = self._stopped_from_outside()
            if self._ending is None:
                decision = self._decide()
                if not decision.over:
                    self._settle(decision)
                    return None
                self._close()
                ended_by = EndedBy(decision.reason.value)
                return None if self._readings else self._heard(ended_by, decision.wait_ms)
            self._close()
        return None if self._readings else self._heard(self._ending)

    def _close(self) -> None:
        """End the open stretch; its words may be known already."""
        self._readings.read(self._segmenter.close())
        self._collect(wait=not self._realtime)

    def finish(self, ended_by: EndedBy) -> Heard:
        """The turn as it is now; waits for the last words."""
        self._readings.read(self._segmenter.close())
        self._collect(wait=True)
        return self._heard(self._ending or ended_by)

    def abandon(self) -> None:
        """Drop what the worker has not begun."""
        self._readings.abandon()

    def _detect(self, frame: AudioFrame) -> None:
        spoke = self._segmenter.in_stretch
        stretch = self._segmenter.push(frame, self._voice.probability(frame.samples))
        speaks = self._segmenter.in_stretch
        self._readings.read(stretch)
        if self._realtime and self._listener.reads_ahead:
            # A recording waits for every reading, and those for nothing would add up.
            self._readings.read_early(self._segmenter.early)
        if speaks and not spoke:
            self._on_event(SpeechStarted(self._segmenter.speech_start_ms))
        if spoke and not speaks:
            self._on_event(SpeechStopped(self._segmenter.speech_end_ms))

    def _collect(self, wait: bool) -> None:
        """Take over finished transcriptions in order; with `wait`, all of them."""
        for transcribed in self._readings.finished(wait=wait):
            self._learn_pause(transcribed.heard)
            self._clauses.append(transcribed.heard)
            end_ms, known_ms = self._known or (math.nan, math.nan)
            early = end_ms == transcribed.heard.speech_end_ms
            self._transcribed_ms = known_ms if early else self._now_ms
            self._took_ms = transcribed.took_ms
            self._on_event(ClauseHeard(transcribed.heard.clause))

    def _tell_partly(self) -> None:
        """The words of the open stretch up to its last pause, once."""
        early = self._readings.early if self._segmenter.in_stretch else None
        if early is None or early.heard.speech_end_ms == self._partly_ms:
            return
        self._partly_ms = early.heard.speech_end_ms
        if early.heard.clause.text:
            self._on_event(ClausePartly(early.heard.clause))

    def _learn_pause(self, new: HeardClause) -> None:
        """The candidate went on: what pause is usual after such words?"""
        text = joined(self._clauses)
        if text and new.clause.text:
            before = reading(text, self._unsure_end(self._clauses))
            pause_ms = new.speech_start_ms - self._clauses[-1].speech_end_ms
            if self._cut_in:
                self._listener.pace.learn_cut_in(before, pause_ms)
            else:
                self._listener.pace.learn(before, pause_ms)
            self._cut_in = False

    def _stopped_from_outside(self) -> EndedBy | None:
        done = self._request.done
        if done is not None and done.is_set():
            return EndedBy.DONE
        stop = self._request.stop
        if stop is not None and stop.is_set():
            return EndedBy.STOPPED
        last_ms = self._last_speech_end_ms()
        if self._cutting_in.is_over(self._now_ms, last_ms, self._segmenter.hears_speech):
            return EndedBy.CUT_IN
        return EndedBy.LIMIT if self._listening_ms() >= self._request.max_ms else None

    def _decide(self) -> Decision:
        clauses = self._said()
        return self._endpointer.decide(
            now_ms=self._now_ms,
            last_speech_end_ms=(
                self._last_speech_end_ms() if clauses or self._segmenter.in_stretch else None
            ),
            text_so_far=joined(clauses or ()),
            untranscribed=clauses is None,
            listening_ms=self._listening_ms(),
            silence_limit_ms=self._request.silence_limit_ms,
            unheard_ms=sum(h.speech_ms for h in clauses or () if not h.clause.text),
            unsure_end=self._unsure_end(clauses or ()),
        )

    def _said(self) -> list[HeardClause] | None:
        """All clauses so far, with the one whose pause may still turn out short; None while words
        of this turn are missing."""
        # What was noticed while the interviewer spoke is speech whose words are still to come.
        noticed = self._now_ms < self._request.noticed_ms
        if self._readings or self._segmenter.may_open or noticed:
            return None
        if not self._segmenter.in_stretch:
            return self._clauses
        early = self._readings.early if self._segmenter.pauses else None
        if early is None or early.heard.speech_end_ms != self._segmenter.speech_end_ms:
            return None
        if self._known is None or self._known[0] != early.heard.speech_end_ms:
            self._known = early.heard.speech_end_ms, self._now_ms
        return [*self._clauses, early.heard]

    def _unsure_end(self, clauses: Sequence[HeardClause]) -> bool:
        words = next((h.clause.words for h in reversed(clauses) if h.clause.words), ())
        return unsure(words, self._request.hotwords)

    def _listening_ms(self) -> float:
        return 0.0 if self._began_ms is None else self._now_ms - self._began_ms

    def _last_speech_end_ms(self) -> float:
        """Where speech last ended.

        A turn taken up again gets its patience anew: the silence before, the interviewer filled,
        and the candidate was noticed to speak until `noticed_ms`.
        """
        last = self._clauses[-1].speech_end_ms if self._clauses else 0.0
        again = self._began_ms if self._request.earlier and self._began_ms is not None else 0.0
        noticed_ms = self._request.noticed_ms
        return max(last, self._segmenter.speech_end_ms, again, min(self._now_ms, noticed_ms))

    def _settle(self, decision: Decision) -> None:
        """Tell, once in a pause, that all is known and how the turn would end."""
        clauses = self._said()
        if decision.reason is Reason.UNTRANSCRIBED or clauses is None or not joined(clauses):
            return
        end_ms = self._last_speech_end_ms()
        silence_ms = self._now_ms - end_ms
        settled = end_ms, joined(clauses)
        if settled == self._settled or silence_ms < decision.wait_ms - self._request.lead_ms:
            return
        self._settled = settled
        heard = self._heard(EndedBy(decision.reason.value), decision.wait_ms, clauses)
        kind = Completeness(decision.reason.value)
        self._on_event(Settled(self._now_ms, heard, kind, silence_ms, decision.wait_ms))

    def _heard(
        self, ended_by: EndedBy, wait_ms: float = 0.0, so_far: list[HeardClause] | None = None
    ) -> Heard:
        clauses = self._clauses if so_far is None else so_far
        began = self._began_ms if self._began_ms is not None else self._now_ms
        last = clauses[-1].speech_end_ms if clauses else self._now_ms
        timing = Timing(
            speech_end_ms=last,
            transcribed_ms=max(self._transcribed_ms, last),
            decided_ms=self._now_ms,
            audible_end_ms=self._audible.near(last),
            transcription_ms=self._took_ms,
        )
        return Heard.of(clauses, began, ended_by, wait_ms, timing)
