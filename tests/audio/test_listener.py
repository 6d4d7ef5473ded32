"""Listening to a turn: with real speech and weights, and with scripted ones for the rules."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from audio.completeness import Completeness
from audio.endpointing import EndpointPatience
from audio.errors import EngineError
from audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples
from audio.hearing import (
    ClauseHeard,
    ClausePartly,
    EndedBy,
    Heard,
    HearingEvent,
    Level,
    ListenRequest,
    Settled,
    SpeechStarted,
    SpeechStopped,
)
from audio.listener import Listener
from audio.sources import Prefixed, RecordedSource
from audio.transcriber import Clause, HeardWord, ScriptedTranscriber
from audio.transcript import transcribe_recording
from audio.vad import SpeechDetector
from audio.whisper import WhisperTranscriber

pytestmark = pytest.mark.realtime

Say = Callable[[str], Samples]
BRISK = EndpointPatience(complete_ms=700, incomplete_ms=4_000)
DEFAULT = EndpointPatience()


class LoudIsSpeech:
    """A detector for tests without weights: whatever is loud is speech."""

    def stream(self) -> LoudIsSpeech:
        return self

    def probability(self, samples: Samples) -> float:
        return float(np.abs(samples).max() > 0.1)


@dataclass
class SlowTranscriber:
    """Gives back one text, only after it was allowed to."""

    text: str
    allowed: threading.Event = field(default_factory=threading.Event)

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        assert self.allowed.wait(10)
        return Clause(self.text, (), 0, 0)


class FailingTranscriber:
    """Every call fails."""

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        raise EngineError("speech recognition failed")


def silence(milliseconds: float) -> Samples:
    return np.zeros(int(milliseconds * SAMPLE_RATE / 1000), dtype=np.float32)


def loud(milliseconds: float) -> Samples:
    return np.full(int(milliseconds * SAMPLE_RATE / 1000), 0.5, dtype=np.float32)


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def scripted(
    sound: Samples,
    texts: list[str | Clause],
    request: ListenRequest | None = None,
    **source: float,
) -> Heard:
    """Listen to `sound` with a scripted transcriber, every entry of which must be used."""
    transcriber = ScriptedTranscriber(texts)
    with Listener(LoudIsSpeech(), transcriber) as listener:
        heard = listener.listen(RecordedSource(sound, **source), request or ListenRequest())
    transcriber.finish()
    return heard


def test_a_sentence_with_a_thinking_pause_is_one_turn_for_every_patience(
    say: Say, detector: SpeechDetector, whisper: WhisperTranscriber
) -> None:
    sound = np.concatenate(
        [say("So the trade-off is between"), silence(2_500), say("freshness and cost.")]
    )
    with Listener(detector, whisper) as listener:
        heard = listener.listen(RecordedSource(sound, 10_000), ListenRequest(patience=BRISK))
    assert plain(heard.text) == "so the trade off is between freshness and cost"
    assert heard.ended_by == EndedBy.COMPLETE
    assert heard.wait_ms == 700
    assert 2_500 < heard.longest_pause_ms < 4_000
    assert 10_000 <= heard.start_ms < 11_000
    assert all(heard.start_ms - 300 <= w.start_ms <= heard.end_ms + 300 for w in heard.words)
    assert heard.timing.decided_ms - heard.timing.speech_end_ms == pytest.approx(700, abs=FRAME_MS)
    assert not heard.other_language


def test_announced_thinking_is_waited_for(
    say: Say, detector: SpeechDetector, whisper: WhisperTranscriber
) -> None:
    sound = np.concatenate(
        [say("Let me think about that for a moment."), silence(9_000), say("I would use a cache.")]
    )
    with Listener(detector, whisper) as listener:
        heard = listener.listen(RecordedSource(sound), ListenRequest(patience=BRISK))
    assert plain(heard.text) == "let me think about that for a moment i would use a cache"


@pytest.mark.flaky(reruns=1)  # real time: a machine that is busy elsewhere looks the same
def test_a_question_to_the_interviewer_is_answered_as_soon_as_it_is_understood(
    say: Say, detector: SpeechDetector, whisper: WhisperTranscriber
) -> None:
    sound = say("How many transactions per second do we have?")
    with Listener(detector, whisper) as listener:
        source = RecordedSource(sound, realtime=True)
        heard = listener.listen(source, ListenRequest(patience=DEFAULT))
    assert heard.ended_by == EndedBy.HANDED_OVER
    # Long before the pause would close the stretch, let alone before a statement's patience.
    assert heard.timing.decided_ms - heard.timing.speech_end_ms < 1_500


def test_a_quick_recording_gives_the_same_turn_every_time() -> None:
    sound = np.concatenate([loud(900), silence(900), loud(900)])
    first = scripted(sound, ["I would", "shard by language."])
    assert first == scripted(sound, ["I would", "shard by language."])
    assert first.timing.transcribed_ms == pytest.approx(first.timing.speech_end_ms + 700, abs=32)


def test_nothing_is_decided_while_words_are_missing() -> None:
    transcriber = SlowTranscriber("I would shard by language.")
    answered_ms = 0.0

    def allow_later(event: HearingEvent) -> None:
        nonlocal answered_ms
        if isinstance(event, Level) and event.at_ms > 1_600 and not transcriber.allowed.is_set():
            answered_ms = event.at_ms
            transcriber.allowed.set()

    with Listener(LoudIsSpeech(), transcriber) as listener:
        heard = listener.listen(
            RecordedSource(loud(300), realtime=True), ListenRequest(patience=BRISK), allow_later
        )
    assert heard.ended_by == EndedBy.COMPLETE
    assert heard.timing.speech_end_ms + 700 < answered_ms <= heard.timing.transcribed_ms
    assert heard.timing.decided_ms >= heard.timing.transcribed_ms


def test_in_real_time_frames_come_at_the_pace_of_speech() -> None:
    began = time.monotonic()
    source = RecordedSource(loud(320), realtime=True, trailing_silence_ms=320)
    assert len(list(source)) == 20
    assert 0.6 <= time.monotonic() - began < 2.0
    assert source.spoken_out
    assert source.position_ms == 640


def test_without_a_word_listening_ends_at_the_silence_limit() -> None:
    heard = scripted(silence(100), [], ListenRequest(silence_limit_ms=5_000))
    assert heard.ended_by == EndedBy.SILENCE
    assert heard.timing.decided_ms == pytest.approx(5_000, abs=FRAME_MS)
    assert heard.start_ms == 0


def test_speech_that_leaves_no_words_is_not_taken_for_silence() -> None:
    dropped = Clause("", (), 0, 0, "no_speech_prob 0.90: 'you'")
    heard = scripted(loud(3_000), [dropped])
    assert heard.ended_by == EndedBy.NOT_UNDERSTOOD
    assert [clause.dropped_reason for clause in heard.dropped] == [dropped.dropped_reason]


def test_the_key_ends_the_turn_at_once_but_not_without_its_last_words() -> None:
    done = threading.Event()
    transcriber = ScriptedTranscriber(["So the trade-off is between"])

    def press(event: HearingEvent) -> None:
        if isinstance(event, Level) and event.at_ms > 600:
            done.set()

    with Listener(LoudIsSpeech(), transcriber) as listener:
        heard = listener.listen(RecordedSource(loud(10_000)), ListenRequest(done=done), press)
    assert heard.ended_by == EndedBy.DONE
    assert heard.text == "So the trade-off is between"
    assert heard.timing.decided_ms < 1_000


def test_an_endless_answer_ends_at_its_limit() -> None:
    heard = scripted(loud(60_000), ["on and on"] * 3, ListenRequest(max_ms=30_000))
    assert heard.ended_by == EndedBy.LIMIT
    assert heard.text == "on and on on and on on and on"
    assert heard.end_ms == pytest.approx(30_000, abs=FRAME_MS)


def test_a_recording_that_ends_gives_what_was_said() -> None:
    heard = scripted(loud(1_000), ["I would shard"], trailing_silence_ms=0)
    assert heard.ended_by == EndedBy.SOURCE_ENDED
    assert heard.text == "I would shard"


def test_every_frame_is_recorded_and_early_ones_are_not_heard() -> None:
    frames: list[AudioFrame] = []
    sound = np.concatenate([loud(1_024), silence(1_024), loud(1_024)])
    transcriber = ScriptedTranscriber(["That's my answer."])
    with Listener(LoudIsSpeech(), transcriber, on_frame=frames.append) as listener:
        heard = listener.listen(RecordedSource(sound), ListenRequest(begin_ms=1_500))
    transcriber.finish()
    assert heard.start_ms == 2_048
    recorded = np.concatenate([frame.samples for frame in frames])
    np.testing.assert_array_equal(recorded[: sound.size], sound)
    assert [frame.start_ms for frame in frames] == [i * FRAME_MS for i in range(len(frames))]
    assert frames[-1].end_ms == heard.timing.decided_ms


def test_captions_and_levels_are_told_in_order() -> None:
    events: list[HearingEvent] = []
    transcriber = ScriptedTranscriber(["So I would", "shard."])
    sound = np.concatenate([loud(960), silence(960), loud(960)])
    with Listener(LoudIsSpeech(), transcriber) as listener:
        listener.listen(RecordedSource(sound), ListenRequest(), events.append)
    told = [event for event in events if not isinstance(event, Level)]
    assert [type(event) for event in told] == [
        *(SpeechStarted, SpeechStopped, ClauseHeard, Settled),
        *(SpeechStarted, SpeechStopped, ClauseHeard, Settled),
    ]
    assert told[0] == SpeechStarted(0.0)
    assert told[1] == SpeechStopped(960.0)
    levels = [event.dbfs for event in events if isinstance(event, Level)]
    assert max(levels) == pytest.approx(-6, abs=0.1)
    assert min(levels) == -120


def test_a_turn_taken_up_again_is_one_turn() -> None:
    transcriber = ScriptedTranscriber(["I would shard by language.", "And by region."])
    source = RecordedSource(np.concatenate([loud(960), silence(2_560), loud(960)]))
    with Listener(LoudIsSpeech(), transcriber) as listener:
        first = listener.listen(source, ListenRequest())
        assert first.text == "I would shard by language."
        assert not source.spoken_out
        kept = [next(source), next(source)]
        whole = listener.listen(Prefixed(kept, source), ListenRequest(earlier=first))
    assert whole.text == "I would shard by language. And by region."
    assert (whole.start_ms, whole.end_ms) == (0, 4_480)
    assert whole.longest_pause_ms == 2_560


def test_the_listener_learns_this_candidates_pauses() -> None:
    request = ListenRequest()
    pause = silence(1_920)
    sound = np.concatenate([loud(960), pause, loud(960), pause, loud(960)])
    texts: list[str | Clause] = ["I would shard by user.", "It is cheap.", "It is quick."]
    transcriber = ScriptedTranscriber([*texts, "I would shard by language."])
    with Listener(LoudIsSpeech(), transcriber) as listener:
        first = listener.listen(RecordedSource(sound), request)
        second = listener.listen(RecordedSource(loud(960)), request)
    assert first.text == "I would shard by user. It is cheap. It is quick."
    assert second.wait_ms == 1_920 * 1.25


def test_a_settled_pause_is_told_once_with_the_turn_as_it_stands() -> None:
    events: list[HearingEvent] = []
    transcriber = ScriptedTranscriber(["So the trade-off is between", "freshness and cost."])
    sound = np.concatenate([loud(960), silence(2_560), loud(960)])
    with Listener(LoudIsSpeech(), transcriber) as listener:
        heard = listener.listen(RecordedSource(sound), ListenRequest(), events.append)
    first, second = (event for event in events if isinstance(event, Settled))
    assert first.heard.text == "So the trade-off is between"
    assert (first.completeness, first.wait_ms) == (Completeness.INCOMPLETE, 6_500)
    assert first.silence_ms == pytest.approx(700, abs=FRAME_MS)
    assert second.completeness is Completeness.COMPLETE
    assert second.heard.clauses == heard.clauses
    assert second.wait_ms == heard.wait_ms


def test_speech_that_was_noticed_is_waited_for_before_anything_settles() -> None:
    events: list[HearingEvent] = []
    transcriber = ScriptedTranscriber(["I would shard by language.", "And by region."])
    source = RecordedSource(np.concatenate([loud(960), silence(960), loud(960)]))
    with Listener(LoudIsSpeech(), transcriber) as listener:
        first = listener.listen(source, ListenRequest(patience=BRISK))
        again = ListenRequest(
            patience=BRISK, earlier=first, noticed_ms=1_920 + 10 * FRAME_MS, lead_ms=5_000
        )
        whole = listener.listen(source, again, events.append)
    assert whole.text == "I would shard by language. And by region."
    settled = [event.heard.text for event in events if isinstance(event, Settled)]
    assert settled == [whole.text]


def test_a_noise_in_the_pause_is_followed_by_settling_anew() -> None:
    events: list[HearingEvent] = []
    dropped = Clause("", (), 0, 0, "no_speech_prob 0.90: 'you'")
    transcriber = ScriptedTranscriber(["I would shard by language.", dropped])
    sound = np.concatenate([loud(960), silence(960), loud(320)])
    with Listener(LoudIsSpeech(), transcriber) as listener:
        heard = listener.listen(RecordedSource(sound), ListenRequest(), events.append)
    assert heard.text == "I would shard by language."
    assert sum(isinstance(event, Settled) for event in events) == 2


def test_the_stop_flag_ends_listening_with_the_words_so_far() -> None:
    stop = threading.Event()
    stop.set()
    transcriber = ScriptedTranscriber(["I would"])
    with Listener(LoudIsSpeech(), transcriber) as listener:
        nothing = listener.listen(RecordedSource(silence(100)), ListenRequest(stop=stop))
        assert (nothing.ended_by, nothing.text) == (EndedBy.STOPPED, "")
        stop.clear()

        def press(event: HearingEvent) -> None:
            if isinstance(event, Level) and event.at_ms > 600:
                stop.set()

        heard = listener.listen(RecordedSource(loud(9_000)), ListenRequest(stop=stop), press)
    assert (heard.ended_by, heard.text) == (EndedBy.STOPPED, "I would")


def test_being_cut_in_on_once_makes_the_listener_patient() -> None:
    request = ListenRequest(patience=BRISK)
    texts: list[str | Clause] = [
        "I would shard by user.",
        "And by region.",
        "I would shard by language.",
    ]
    transcriber = ScriptedTranscriber(texts)
    source = RecordedSource(np.concatenate([loud(960), silence(1_280), loud(960)]))
    with Listener(LoudIsSpeech(), transcriber) as listener:
        first = listener.listen(source, request)
        whole = listener.listen(source, ListenRequest(patience=BRISK, earlier=first))
        later = listener.listen(RecordedSource(loud(960)), request)
    assert whole.longest_pause_ms == 1_280
    assert (first.wait_ms, later.wait_ms) == (700, 1_280 * 1.25)


@dataclass
class CountingTranscriber:
    """Says how much it was given, and remembers the samples."""

    given: list[Samples] = field(default_factory=list)

    def transcribe(self, samples: Samples, start_ms: float, hotwords: Sequence[str]) -> Clause:
        self.given.append(samples)
        return Clause("I would shard by language.", (), 0, 0)


def test_in_real_time_words_are_read_before_the_pause_is_long_enough_to_close() -> None:
    transcriber = CountingTranscriber()
    told: dict[type, float] = {}

    def on_event(event: HearingEvent) -> None:
        told[type(event)] = time.monotonic()

    sound = np.concatenate([loud(640), silence(320), loud(640)])
    with Listener(LoudIsSpeech(), transcriber) as listener:
        began = time.monotonic()
        source = RecordedSource(sound, realtime=True)
        heard = listener.listen(source, ListenRequest(patience=BRISK), on_event)
    # The first reading, begun in the short pause, was for nothing; the second was the one.
    assert len(transcriber.given) == 2
    assert transcriber.given[0].size < transcriber.given[1].size
    assert len(heard.clauses) == 1
    assert told[ClausePartly] - began < 1.6 + 0.4
    assert told[ClausePartly] < told[ClauseHeard]


def test_words_read_early_are_those_that_are_kept() -> None:
    quick, slow = CountingTranscriber(), CountingTranscriber()
    sound = np.concatenate([loud(640), silence(100)])
    for transcriber, realtime in ((slow, False), (quick, True)):
        with Listener(LoudIsSpeech(), transcriber) as listener:
            source = RecordedSource(sound, realtime=realtime)
            listener.listen(source, ListenRequest(patience=BRISK))
    assert len(quick.given) == len(slow.given) == 1
    np.testing.assert_array_equal(quick.given[0], slow.given[0])


def test_a_doubtful_last_word_is_waited_for() -> None:
    words = tuple(
        HeardWord(word, 0, 900, confidence)
        for word, confidence in (("trade", 0.8), ("office", 0.7), ("bep", 0.3), ("weaned", 0.4))
    )
    damaged = Clause("Trade office bep weaned.", words, 0, 960)
    sound = np.concatenate([loud(960), silence(1_400), loud(960)])
    request = ListenRequest(patience=BRISK)
    heard = scripted(sound, [damaged, "freshness and cost."], request)
    assert heard.text == "Trade office bep weaned. freshness and cost."
    expected = ListenRequest(patience=BRISK, hotwords=("weaned",))
    assert scripted(loud(960), [damaged], expected).wait_ms == 700


def test_a_failing_recogniser_is_an_error_and_the_listener_can_be_used_again() -> None:
    frames: list[AudioFrame] = []
    with Listener(LoudIsSpeech(), FailingTranscriber(), on_frame=frames.append) as listener:
        for _ in range(2):
            with pytest.raises(EngineError, match="recognition failed"):
                listener.listen(RecordedSource(loud(960)), ListenRequest())
    assert len(frames) * FRAME_SAMPLES >= 2 * 0.96 * SAMPLE_RATE


def test_a_finished_recording_is_transcribed_whole_whatever_its_pauses() -> None:
    sound = np.concatenate([loud(960), silence(30_000), loud(960)])
    transcriber = ScriptedTranscriber(["That's my answer.", "One more thing."])
    clauses = list(transcribe_recording(sound, LoudIsSpeech(), transcriber))
    assert [c.clause.text for c in clauses] == ["That's my answer.", "One more thing."]
    assert [(c.clause.start_ms, c.clause.end_ms) for c in clauses] == [
        (0, 960),
        (30_944, 31_936),
    ]
