"""Two voices in one channel are told apart, and one voice stays one."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from candidate_voice import say

from agent.scoring import Scorer
from agent.settings import load_settings
from agent.weights import find_weights, places, status
from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples, samples_of
from audio.resampling import resample
from audio.segmenter import Stretch
from audio.speakers import Span, runs, smoothed, told_apart, two_groups, two_voices, widened
from audio.synthesizer import open_engine
from audio.vad import SpeechDetector
from audio.voiceprint import WEIGHTS_FILE, VoiceEncoder
from audio.wav import compress_samples

NATURAL = (
    "Let me start with the whole picture before I go into any part. Events come in, features are "
    "looked up, a model gives a score.",
    "Labels arrive weeks later, so I would wait for them and watch the inputs meanwhile, hour by "
    "hour, with an alert for whoever is on call.",
)
CLASSIC = (
    "How do you know that it still works next month, and who would notice first?",
    "Why that model and not another one? What did you reject, and what did it cost?",
)
PAUSE = np.zeros(samples_of(600), np.float32)


def classic(text: str) -> Samples:
    chunks = [
        resample(each, SAMPLE_RATE).samples for each in open_engine("pyttsx3", "").synthesize(text)
    ]
    return np.concatenate(chunks).astype(np.float32)


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    if status("speaker-voices") != "ready":
        pytest.skip("viva models get speaker-voices")
    folder = next(p for p in places(find_weights("speaker-voices")) if (p / WEIGHTS_FILE).exists())
    return VoiceEncoder(folder)


@pytest.fixture(scope="module")
def dialogue() -> tuple[Samples, list[tuple[int, int, int]]]:
    """The sound and (voice, first sample, last sample) of each turn."""
    sound: list[Samples] = [PAUSE]
    turns: list[tuple[int, int, int]] = []
    for voice, text in ((0, CLASSIC[0]), (1, NATURAL[0]), (0, CLASSIC[1]), (1, NATURAL[1])):
        spoken = classic(text) if voice == 0 else say(text)
        start = sum(map(len, sound))
        turns.append((voice, start, start + len(spoken)))
        sound += [spoken, PAUSE]
    return np.concatenate(sound), turns


def test_each_voice_gets_a_channel_and_keeps_its_times(
    encoder: VoiceEncoder, dialogue: tuple[Samples, list[tuple[int, int, int]]]
) -> None:
    sound, turns = dialogue
    found = two_voices(sound, SpeechDetector(), encoder)
    assert found is not None
    for voice, first, last in turns:
        mine, theirs = found[voice][first:last], found[1 - voice][first:last]
        energy = float(np.square(sound[first:last]).sum())
        assert np.square(mine).sum() > 0.97 * energy
        assert np.square(theirs).sum() < 0.01 * energy


def test_one_voice_is_not_cut_in_two(encoder: VoiceEncoder) -> None:
    sound = np.concatenate([PAUSE, say(NATURAL[0]), PAUSE, say(NATURAL[1]), PAUSE])
    assert two_voices(sound, SpeechDetector(), encoder) is None


def test_a_voice_is_nearer_to_itself_than_to_another(encoder: VoiceEncoder) -> None:
    vectors = encoder.embed(
        [say(NATURAL[0])[:30_000], say(NATURAL[1])[:30_000], classic(CLASSIC[0])]
    )
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_a_file_of_weights_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "ran",)  # type: ignore[return-value]

    (tmp_path / WEIGHTS_FILE).write_bytes(pickle.dumps(Evil(), protocol=2))
    with pytest.raises(EngineError, match="which is no weight"):
        VoiceEncoder(tmp_path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("data", [b"", b"\x80\x02K\x01.", b"no weights at all"])
def test_a_damaged_file_is_told_with_the_command_that_mends_it(tmp_path: Path, data: bytes) -> None:
    (tmp_path / WEIGHTS_FILE).write_bytes(data)
    with pytest.raises(EngineError, match="viva models get speaker-voices"):
        VoiceEncoder(tmp_path)


class Leaning:
    """An encoder that knows voices by the sign of their sound."""

    def embed(self, windows: Sequence[Samples]) -> np.ndarray:
        return np.array([[1, 0] if each.mean() > 0 else [0, 1] for each in windows], np.float32)


def stretch(start_ms: float, end_ms: float) -> Stretch:
    return Stretch(np.zeros(1, np.float32), start_ms, start_ms, end_ms)


def test_a_change_of_voice_inside_a_stretch_is_found() -> None:
    sound = np.concatenate([np.full(samples_of(6_000), 0.1), np.full(samples_of(6_000), -0.1)])
    spans = told_apart(sound.astype(np.float32), [stretch(0, 12_000)], Leaning())
    assert spans is not None
    assert [span.voice for span in spans] == [0, 1]
    assert abs(spans[1].start_ms - 6_000) <= 600


def test_a_word_too_short_to_be_known_goes_to_the_nearer_voice() -> None:
    sound = np.concatenate([np.full(samples_of(6_000), 0.1), np.full(samples_of(6_000), -0.1)])
    speech = [stretch(0, 5_000), stretch(5_800, 6_000), stretch(6_100, 12_000)]
    spans = told_apart(sound.astype(np.float32), speech, Leaning())
    assert spans is not None
    assert [span.voice for span in spans] == [0, 1, 1]


def test_a_cough_is_no_second_speaker() -> None:
    sound = np.concatenate([np.full(samples_of(60_000), 0.1), np.full(samples_of(800), -0.1)])
    speech = [stretch(0, 60_000), stretch(60_000, 60_800)]
    assert told_apart(sound.astype(np.float32), speech, Leaning()) is None


def test_a_single_window_of_the_other_voice_is_smoothed_away() -> None:
    assert smoothed(np.array([0, 0, 0, 1, 0, 0, 0]), 3).tolist() == [0] * 7
    assert smoothed(np.array([1, 0, 0, 0, 1, 1, 1]), 3).tolist() == [0] * 4 + [1] * 3


def test_a_stretch_without_windows_is_of_an_unknown_voice() -> None:
    assert runs(stretch(0, 100), np.zeros(0, np.float32)) == [Span(-1, 0, 100)]


def test_room_around_speech_is_never_the_other_voices_speech() -> None:
    spans = [Span(0, 100, 1_000), Span(0, 1_400, 2_000), Span(1, 2_100, 3_000)]
    assert widened(spans, 3_050) == [Span(0, 0, 2_050), Span(1, 2_050, 3_050)]


def test_the_same_vectors_always_fall_into_the_same_groups() -> None:
    vectors = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert np.array_equal(two_groups(vectors), two_groups(vectors.copy()))


@pytest.mark.slow
def test_a_dialogue_in_one_channel_becomes_turns_of_the_right_speakers(
    encoder: VoiceEncoder, dialogue: tuple[Samples, list[tuple[int, int, int]]], tmp_path: Path
) -> None:
    assert encoder is not None, "the weights are here, so the program finds them, too"
    path = tmp_path / "talk.mp3"
    path.write_bytes(compress_samples(dialogue[0]))
    told: list[str] = []
    scorer = Scorer(load_settings(judge="offline"), "senior", tell=told.append)
    record = scorer.record(path)
    assert [turn.speaker for turn in record.turns] == [
        "interviewer",
        "candidate",
        "interviewer",
        "candidate",
    ]
    assert "labels" in record.turns[3].text.lower()
    assert "two voices in one channel" in told[0]
