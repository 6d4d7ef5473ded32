"""Speaking while listening: who falls silent for what, and what was heard until then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from audio.ahead import Ahead
from audio.backchannel import ShortSound
from audio.errors import DeviceError
from audio.frame import FRAME_MS, SAMPLE_RATE, AudioFrame, Samples, SpeechChunk
from audio.hearing import ListenRequest
from audio.listener import Listener
from audio.playback import NullPlayer
from audio.sources import Prefixed, RecordedSource
from audio.speaking import speak
from audio.transcriber import ScriptedTranscriber
from audio.vad import SpeechDetector
from audio.watch import Outcome, SpokenSound, Watch

Say = Callable[[str], Samples]
RATE = 24_000
ONE_SECOND = SpeechChunk(np.full(RATE, 0.25, np.float32), RATE)
UTTERANCE = (ONE_SECOND,) * 6


class LoudIsSpeech:
    """A detector for tests without weights: whatever is loud is speech."""

    def stream(self) -> LoudIsSpeech:
        return self

    def probability(self, samples: Samples) -> float:
        return float(np.abs(samples).max() > 0.1)


def silence(milliseconds: float) -> Samples:
    return np.zeros(int(milliseconds * SAMPLE_RATE / 1000), dtype=np.float32)


def loud(milliseconds: float) -> Samples:
    return np.full(int(milliseconds * SAMPLE_RATE / 1000), 0.5, dtype=np.float32)


def frames_ms(frames: float) -> float:
    return frames * FRAME_MS


def over(
    *parts: Samples, detector: object = None, start_ms: float = 10_000, **watch: object
) -> SpokenSound:
    """Six seconds of speech over a candidate who makes that sound, on the clock of the sound."""
    source = RecordedSource(np.concatenate(parts), start_ms)
    seen = Watch(source, detector or LoudIsSpeech(), **watch)  # type: ignore[arg-type]
    return speak(UTTERANCE, NullPlayer(), seen, at=lambda _: pytest.fail("no wall clock here"))


def test_without_a_word_from_the_candidate_everything_is_heard() -> None:
    spoken = over(silence(100))
    assert spoken.outcome is Outcome.FINISHED
    assert spoken.heard == (RATE,) * 6
    assert spoken.started_ms == 10_000
    assert spoken.ended_ms == pytest.approx(16_000, abs=FRAME_MS)
    assert (spoken.onset_ms, spoken.begin_ms) == (None, spoken.ended_ms)
    assert sum(piece.samples.size for piece in spoken.pieces) == 6 * SAMPLE_RATE


@pytest.mark.parametrize("onset_ms", [0, 480, 1_472])
def test_speech_soon_after_the_first_sound_withdraws_the_utterance(onset_ms: float) -> None:
    spoken = over(silence(onset_ms), loud(3_000))
    assert spoken.outcome is Outcome.WITHDRAWN
    assert spoken.onset_ms == 10_000 + onset_ms
    assert spoken.ended_ms - spoken.onset_ms <= 200
    assert sum(spoken.heard) / RATE * 1000 == pytest.approx(onset_ms + 128, abs=FRAME_MS)


@pytest.mark.parametrize("onset_ms", [0, 480, 1_472])
def test_a_cough_soon_after_the_first_sound_withdraws_nothing(onset_ms: float) -> None:
    spoken = over(silence(onset_ms), loud(320))
    assert (spoken.outcome, spoken.backchannels) == (Outcome.FINISHED, 1)
    assert spoken.heard == (RATE,) * 6


def short_reply(
    *parts: Samples, said: ShortSound = ShortSound.WORDS, open_answer: bool = False
) -> SpokenSound:
    """Half a second of speech ("Why?"), then the candidate's sound; all that is heard is `said`."""
    why = SpeechChunk(np.full(RATE // 2, 0.25, np.float32), RATE)
    source = RecordedSource(np.concatenate(parts), 10_000)
    watch = Watch(source, LoudIsSpeech(), judge=lambda _: said, open_answer=open_answer)
    return speak([why], NullPlayer(), watch, at=lambda _: 0.0)


def test_speech_right_behind_a_short_reply_is_no_reaction_to_it() -> None:
    spoken = short_reply(silence(800), loud(3_000))
    assert (spoken.outcome, spoken.heard) == (Outcome.WITHDRAWN, (RATE // 2,))
    assert spoken.begin_ms == spoken.frames[0].start_ms == pytest.approx(10_300, abs=FRAME_MS)


def test_later_speech_behind_a_short_reply_answers_it() -> None:
    spoken = short_reply(silence(1_200), loud(3_000))
    assert spoken.outcome is Outcome.FINISHED
    assert spoken.begin_ms == spoken.frames[0].start_ms == pytest.approx(10_700, abs=FRAME_MS)


def test_later_speech_behind_a_short_reply_goes_on_with_words_that_were_open() -> None:
    assert short_reply(silence(1_200), loud(3_000), open_answer=True).outcome is Outcome.WITHDRAWN


@pytest.mark.parametrize("length_ms", [600, 3_000])
def test_and_behind_a_short_reply_goes_on_with_the_answer(length_ms: float) -> None:
    spoken = short_reply(silence(1_200), loud(length_ms), said=ShortSound.ADDITION)
    assert spoken.outcome is Outcome.WITHDRAWN


def test_a_cough_behind_a_short_reply_withdraws_nothing() -> None:
    for at_ms in (800, 1_200):
        spoken = short_reply(silence(at_ms), loud(320), said=ShortSound.NOTHING)
        assert (spoken.outcome, spoken.noises) == (Outcome.FINISHED, 1)


def test_yeah_behind_a_short_reply_is_an_answer_to_it() -> None:
    spoken = short_reply(silence(1_200), loud(320), said=ShortSound.BACKCHANNEL)
    assert (spoken.outcome, spoken.backchannels) == (Outcome.FINISHED, 0)
    assert spoken.frames[0].start_ms < 11_200


def test_the_window_ends_one_and_a_half_seconds_after_the_first_sound() -> None:
    spoken = short_reply(silence(1_600), loud(3_000), open_answer=True)
    assert (spoken.outcome, spoken.onset_ms) == (Outcome.FINISHED, None)
    assert spoken.ended_ms == pytest.approx(10_500, abs=FRAME_MS)


def cannot_be_undone(*parts: Samples) -> SpokenSound:
    return over(*parts, undoable=False)


def test_what_cannot_be_withdrawn_is_interrupted() -> None:
    assert cannot_be_undone(silence(480), loud(3_000)).outcome is Outcome.INTERRUPTED


def test_a_cough_pauses_pauses_and_then_it_goes_on_to_the_end() -> None:
    spoken = over(silence(3_200), loud(352))
    assert (spoken.outcome, spoken.backchannels) == (Outcome.FINISHED, 1)
    assert spoken.heard == (RATE,) * 6
    first, second = spoken.pieces
    assert first.end_ms == pytest.approx(10_000 + 3_200 + 128, abs=FRAME_MS)
    assert second.start_ms - first.end_ms == pytest.approx(352 - 128 + 300, abs=2 * FRAME_MS)
    assert spoken.ended_ms == pytest.approx(16_000 + second.start_ms - first.end_ms, abs=FRAME_MS)


def test_a_sentence_over_the_interviewer_ends_the_utterance_where_it_paused() -> None:
    spoken = over(silence(3_200), loud(2_000))
    assert spoken.outcome is Outcome.INTERRUPTED
    assert spoken.onset_ms == pytest.approx(13_200, abs=FRAME_MS)
    assert spoken.ended_ms - 13_200 <= 200
    heard = sum(spoken.heard)
    assert spoken.heard[:3] == (RATE,) * 3
    assert 0 < spoken.heard[3] < RATE
    assert heard / RATE * 1000 == pytest.approx(spoken.ended_ms - 10_000, abs=1)


def test_short_words_that_are_more_than_a_backchannel_interrupt() -> None:
    judged: list[Samples] = []

    def judge(sound: Samples) -> ShortSound:
        judged.append(sound)
        return ShortSound.BACKCHANNEL if len(judged) == 1 else ShortSound.WORDS

    parts = (silence(2_560), loud(320), silence(1_280), loud(320), silence(1_000))
    spoken = over(*parts, judge=judge)
    assert (spoken.outcome, spoken.backchannels) == (Outcome.INTERRUPTED, 1)
    assert len(judged) == 2
    assert all(0.8 < sound.size / SAMPLE_RATE < 1.5 for sound in judged)


def test_somebody_who_speaks_before_the_first_word_is_let_finish() -> None:
    allowed = threading.Event()

    def chunks() -> Iterator[SpeechChunk]:
        allowed.wait(10)
        yield ONE_SECOND

    room = Room()
    watch = replace(room.live(silence(96), loud(900), silence(100)), undoable=False)
    threading.Timer(0.5, allowed.set).start()
    spoken = speak(chunks(), NullPlayer(), watch, at=room.at)
    assert (spoken.outcome, spoken.heard) == (Outcome.FINISHED, (RATE,))
    assert spoken.started_ms is not None
    assert spoken.started_ms > 1_200
    assert spoken.begin_ms == spoken.frames[0].start_ms == 0


def test_speech_at_the_very_end_leaves_the_utterance_finished() -> None:
    spoken = over(silence(5_800), loud(2_000))
    assert spoken.outcome is Outcome.FINISHED
    assert spoken.onset_ms == pytest.approx(15_800, abs=FRAME_MS)


def test_every_frame_is_recorded_once_or_handed_over() -> None:
    recorded: list[AudioFrame] = []
    source = RecordedSource(np.concatenate([silence(3_200), loud(2_000)]))
    spoken = speak(
        UTTERANCE, NullPlayer(), Watch(source, LoudIsSpeech(), recorded.append), at=lambda _: 0.0
    )
    times = [frame.start_ms for frame in (*recorded, *spoken.frames)]
    assert times == [index * FRAME_MS for index in range(len(times))]
    assert spoken.frames[0].start_ms == pytest.approx(3_200 - 500, abs=FRAME_MS)
    assert spoken.begin_ms == spoken.frames[0].start_ms


def test_a_withdrawn_reply_and_the_answer_around_it_are_one_turn() -> None:
    recorded: list[AudioFrame] = []
    transcriber = ScriptedTranscriber(["I would shard by language.", "And by region."])
    detector = LoudIsSpeech()
    source = RecordedSource(np.concatenate([loud(960), silence(2_560), loud(1_600)]))
    with Listener(detector, transcriber, on_frame=recorded.append) as listener:
        first = listener.listen(source, ListenRequest())
        spoken = speak(
            UTTERANCE, NullPlayer(), Watch(source, detector, recorded.append), at=lambda _: 0.0
        )
        assert spoken.outcome is Outcome.WITHDRAWN
        request = ListenRequest(earlier=first, begin_ms=spoken.begin_ms)
        whole = listener.listen(Prefixed(spoken.frames, source), request)
    transcriber.finish()
    assert whole.text == "I would shard by language. And by region."
    assert (whole.start_ms, whole.end_ms) == (0, 5_120)
    times = [frame.start_ms for frame in recorded]
    assert times == [index * FRAME_MS for index in range(len(times))]


def test_the_same_recording_gives_the_same_outcome() -> None:
    parts = (silence(2_000), loud(300), silence(2_000), loud(1_000))
    first, second = over(*parts), over(*parts)
    assert (first.outcome, first.heard, first.ended_ms) == (
        second.outcome,
        second.heard,
        second.ended_ms,
    )


def test_a_recording_that_ends_cannot_stop_the_rest() -> None:
    source = RecordedSource(silence(1_000), trailing_silence_ms=0)
    spoken = speak(UTTERANCE, NullPlayer(), Watch(source, LoudIsSpeech()), at=lambda _: 0.0)
    assert spoken.outcome is Outcome.FINISHED
    assert spoken.heard == (RATE,) * 6


def test_real_speech_stops_it_in_time_wherever_it_begins(
    say: Say, detector: SpeechDetector
) -> None:
    words = say("For the baseline I would use gradient boosted trees.")
    audible = np.flatnonzero(np.abs(words) > 0.02)[0] * 1000 / SAMPLE_RATE
    for begin_ms in (300, 3_000):
        spoken = over(silence(begin_ms), words, detector=detector)
        wanted = Outcome.WITHDRAWN if begin_ms < 1_500 else Outcome.INTERRUPTED
        assert spoken.outcome is wanted
        assert -FRAME_MS <= spoken.ended_ms - (10_000 + begin_ms + audible) <= 200


def test_mm_hmm_does_not_stop_it(say: Say, detector: SpeechDetector) -> None:
    spoken = over(silence(3_000), say("Mm-hmm."), detector=detector)
    assert (spoken.outcome, spoken.heard) == (Outcome.FINISHED, (RATE,) * 6)


def noise(seconds: float, seed: int = 3) -> Samples:
    return (
        np.random.default_rng(seed).standard_normal(int(seconds * SAMPLE_RATE)).astype(np.float32)
    )


def keyboard(seconds: float = 6.0) -> Samples:
    """Key clicks: 3 ms transients with a 25 ms ring at 2.5 kHz, seven a second, irregular."""
    sound = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    rng = np.random.default_rng(5)
    at = np.arange(800) / SAMPLE_RATE
    for begin in np.cumsum(rng.uniform(0.06, 0.25, 40)):
        first = int(begin * SAMPLE_RATE)
        ring = np.sin(2 * np.pi * rng.uniform(1_500, 3_500) * at) * np.exp(-at / 0.008)
        click = (ring + 0.5 * rng.standard_normal(800) * np.exp(-at / 0.003)) * 0.3
        room = sound[first : first + 800]
        room += click[: room.size].astype(np.float32)
    return sound


def breathing(seconds: float = 6.0) -> Samples:
    """Breath into a close microphone: swelling noise, one and a half seconds each, -30 dBFS."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    swell = np.maximum(0, np.sin(2 * np.pi * at / 3)) ** 2
    smooth = np.convolve(noise(seconds), np.ones(6) / 6, mode="same")
    return (0.08 * smooth * swell).astype(np.float32)


def knocks() -> Samples:
    """Something falls on the table, twice a second: a decaying 120 Hz thud."""
    at = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    return (0.7 * np.sin(2 * np.pi * 120 * at) * np.exp(-(at % 0.5) / 0.05)).astype(np.float32)


def voices(say: Say) -> Samples:
    """Somebody talks in the next room: -60 dBFS."""
    words = say("We could meet at four and look at the numbers together, if that suits you.")
    return (words * 10 ** (-60 / 20) / np.sqrt(np.mean(words**2))).astype(np.float32)


@pytest.mark.parametrize("kind", ["keyboard", "breathing", "knocks", "white", "voices"])
def test_noise_never_stops_the_interviewer(kind: str, say: Say, detector: SpeechDetector) -> None:
    sound = {
        "keyboard": keyboard,
        "breathing": breathing,
        "knocks": knocks,
        "white": lambda: 0.05 * noise(6),
        "voices": lambda: voices(say),
    }[kind]()
    spoken = over(sound, detector=detector)
    assert (spoken.outcome, spoken.backchannels) == (Outcome.FINISHED, 0)
    assert spoken.heard == (RATE,) * 6


class Room:
    """A wall clock that begins with the test."""

    def __init__(self) -> None:
        self.zero = time.monotonic()

    def at(self, monotonic_s: float) -> float:
        return (monotonic_s - self.zero) * 1000

    def now_ms(self) -> float:
        return self.at(time.monotonic())

    def live(self, *parts: Samples) -> Watch:
        source = RecordedSource(np.concatenate(parts), realtime=True)
        return Watch(source, LoudIsSpeech())


def test_in_real_time_it_is_silent_within_200_ms() -> None:
    room = Room()
    started: list[float] = []
    watch = room.live(silence(1_920), loud(2_000))
    spoken = speak(UTTERANCE, NullPlayer(), watch, at=room.at, on_started=started.append)
    assert spoken.outcome is Outcome.INTERRUPTED
    assert spoken.ended_ms - 1_920 <= 200
    assert started == [spoken.started_ms]
    assert sum(spoken.heard) / RATE * 1000 == pytest.approx(
        spoken.ended_ms - started[0], abs=FRAME_MS
    )


def test_a_candidate_who_goes_on_is_not_kept_waiting_by_slow_words() -> None:
    room, allowed, closed = Room(), threading.Event(), threading.Event()

    def chunks() -> Iterator[SpeechChunk]:
        try:
            allowed.wait(10)
            yield ONE_SECOND
            yield ONE_SECOND
        finally:
            closed.set()

    ahead = Ahead(chunks())
    spoken = speak(ahead, NullPlayer(), room.live(silence(200), loud(1_500)), at=room.at)
    assert (spoken.outcome, spoken.started_ms, spoken.pieces) == (Outcome.WITHDRAWN, None, ())
    assert room.now_ms() < 1_800
    assert not closed.is_set()
    allowed.set()
    assert ahead.wait(5)
    assert closed.is_set()


def test_a_late_clause_keeps_its_place_on_the_clock() -> None:
    room = Room()
    short = SpeechChunk(np.full(RATE // 5, 0.25, np.float32), RATE)

    def chunks() -> Iterator[SpeechChunk]:
        yield short
        time.sleep(0.5)
        yield short

    spoken = speak(chunks(), NullPlayer(), room.live(silence(100)), at=room.at)
    assert spoken.heard == (RATE // 5,) * 2
    first, second = spoken.pieces
    assert second.start_ms - first.start_ms == pytest.approx(500, abs=80)


def test_an_error_while_phrasing_ends_the_sound() -> None:
    room = Room()

    def chunks() -> Iterator[SpeechChunk]:
        yield ONE_SECOND
        raise RuntimeError("voice lost")

    with pytest.raises(RuntimeError, match="voice lost"):
        speak(chunks(), NullPlayer(), room.live(silence(100)), at=room.at)
    assert room.now_ms() < 900


class LostMicrophone:
    """Gives a few frames and is gone."""

    realtime = True

    def __init__(self) -> None:
        self.left = 5

    def __iter__(self) -> LostMicrophone:
        return self

    def __next__(self) -> AudioFrame:
        self.left -= 1
        if self.left < 0:
            raise DeviceError("the microphone is gone")
        return AudioFrame(np.zeros(512, np.float32), (5 - self.left) * FRAME_MS)


def test_a_lost_microphone_is_told_and_no_thread_is_left() -> None:
    ahead = Ahead(iter(UTTERANCE))
    with pytest.raises(DeviceError, match="gone"):
        speak(ahead, NullPlayer(), Watch(LostMicrophone(), LoudIsSpeech()), at=Room().at)
    assert ahead.wait(5)


def test_a_key_stops_it_with_and_without_a_watch() -> None:
    for watched in (True, False):
        room, stop = Room(), threading.Event()
        threading.Timer(0.2, stop.set).start()
        watch = room.live(silence(100)) if watched else None
        spoken = speak(UTTERANCE, NullPlayer(), watch, at=room.at, stop=stop)
        assert spoken.outcome is Outcome.STOPPED
        assert 100 < room.now_ms() < 600
        assert sum(spoken.heard) < RATE


def test_half_duplex_hears_nothing_and_says_everything() -> None:
    short = SpeechChunk(np.full(RATE // 10, 0.25, np.float32), RATE)
    room = Room()
    spoken = speak([short, short], NullPlayer(), at=room.at)
    assert (spoken.outcome, spoken.frames) == (Outcome.FINISHED, ())
    assert spoken.heard == (RATE // 10,) * 2
    assert spoken.begin_ms == spoken.ended_ms == pytest.approx(room.now_ms(), abs=60)
    fast = speak(UTTERANCE, NullPlayer(real_time=False), at=lambda _: 5_000.0)
    assert (fast.started_ms, fast.ended_ms) == (5_000, 11_000)


def test_what_was_synthesized_ahead_is_there_at_once_and_in_order() -> None:
    chunks = [SpeechChunk(np.full(10, i, np.float32), RATE) for i in range(5)]
    ahead = Ahead(chunks)
    assert ahead.wait(5)
    assert [chunk.samples[0] for chunk in ahead.ready()] == [0, 1, 2, 3, 4]
    assert ahead.exhausted
    assert list(ahead) == []
