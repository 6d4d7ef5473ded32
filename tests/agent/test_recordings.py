"""A recording made elsewhere: who speaks, who is who, and what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from agent.recordings import CandidateIs, Hearing, SplitVoices, parts_of, record_of
from audio.errors import AudioFileError
from audio.frame import SAMPLE_RATE, Samples
from audio.hearing import HeardClause
from audio.transcriber import Clause
from evaluation.record import InterviewRecord
from prompts.errors import UsageError
from prompts.question_bank import QuestionBank, load_bank

LEFT, RIGHT = 0.25, 0.5
"""Amplitudes by which the scripted hearing knows the two speakers."""
INTERVIEWER = ((0, "Hi. You will talk for twenty minutes. Design a fraud detection system."),
               (20, "About two hundred payments a second, and you have a hundred milliseconds."),
               (50, "Why that and not another one?"))  # fmt: skip
CANDIDATE = ((8, "Okay. How many payments a second? How fast must it be? Who reviews them? "
                 "What does a miss cost? I would like to know that before I plan anything."),
             (28, "Then I would use boosted trees, because we have tables and little time. "
                  "I give up raw text, and my features come from a store."))  # fmt: skip


def heard(lines: Sequence[tuple[int, str]]) -> list[HeardClause]:
    return [
        HeardClause(Clause(text, (), at * 1000, at * 1000 + 4000), at * 1000, at * 1000 + 4000)
        for at, text in lines
    ]


def scripted(samples: Samples, _: Sequence[str]) -> list[HeardClause]:
    """Hears by the loudness of the sound: one line of script for each speaker."""
    peak = float(np.abs(samples).max())
    if peak > 0.7:
        return heard(sorted([*INTERVIEWER, *CANDIDATE]))
    return heard(INTERVIEWER if abs(peak - LEFT) < 0.05 else CANDIDATE)


def stereo(
    path: Path, left: float, right: float, *, same: bool = False, crosstalk: float = 0.02
) -> Path:
    import wave

    noise = np.random.default_rng(3).uniform(-1, 1, 2 * SAMPLE_RATE)
    turns = np.ones((2, 2 * SAMPLE_RATE)) if same else np.full((2, 2 * SAMPLE_RATE), crosstalk)
    turns[0, :SAMPLE_RATE] = turns[1, SAMPLE_RATE:] = 1
    channels = np.stack([noise * turns[0] * left, noise * turns[1] * right], axis=1)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes((channels * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return load_bank()


def record(
    path: Path,
    bank: QuestionBank,
    told: list[str],
    *,
    split: SplitVoices | None = None,
    candidate_is: CandidateIs | None = None,
) -> InterviewRecord:
    hearing = Hearing(scripted, split, candidate_is, told.append)
    return record_of(path, hearing, bank, level="senior")


def test_channels_that_differ_are_two_speakers_and_the_question_stands_behind_the_greeting(
    tmp_path: Path, bank: QuestionBank
) -> None:
    told: list[str] = []
    found = record(stereo(tmp_path / "talk.wav", LEFT, RIGHT), bank, told)
    assert [turn.speaker for turn in found.turns] == [
        "interviewer",
        "candidate",
        "interviewer",
        "candidate",
        "interviewer",
    ]
    assert found.questions[0].id == "fraud-detection"
    assert found.questions[0].known


def test_a_candidate_who_asks_more_than_the_interviewer_is_still_the_candidate(
    tmp_path: Path, bank: QuestionBank
) -> None:
    told: list[str] = []
    found = record(stereo(tmp_path / "talk.wav", RIGHT, LEFT), bank, told)
    assert "boosted trees" in " ".join(t.text for t in found.turns if t.speaker == "candidate")
    assert "speaker 1 is taken as the candidate" in told[1]
    assert "speaker 2 is taken as the interviewer" in told[2]
    assert "--candidate-is 2" in told[3]
    assert told[0] == "talk.wav: 2 s, two channels that differ"
    assert any("guessed" in warning for warning in found.warnings)


def test_the_user_swaps_and_nothing_is_called_a_guess(tmp_path: Path, bank: QuestionBank) -> None:
    told: list[str] = []
    found = record(stereo(tmp_path / "talk.wav", RIGHT, LEFT), bank, told, candidate_is="2")
    assert "boosted trees" in " ".join(t.text for t in found.turns if t.speaker == "interviewer")
    assert not any("other way round" in line for line in told)
    assert not any("guessed" in warning for warning in found.warnings)


def test_two_voices_in_one_channel_are_split_where_they_can_be(
    tmp_path: Path, bank: QuestionBank
) -> None:
    def split(samples: Samples) -> tuple[Samples, Samples]:
        return samples / samples.max() * LEFT, samples / samples.max() * RIGHT

    told: list[str] = []
    found = record(stereo(tmp_path / "t.wav", 0.9, 0.9, same=True), bank, told, split=split)
    assert len(found.turns) == 5
    assert "two voices" in found.warnings[0]


def test_one_channel_without_weights_is_the_candidate_alone_and_the_command_is_named(
    tmp_path: Path, bank: QuestionBank
) -> None:
    told: list[str] = []
    path = stereo(tmp_path / "t.wav", 0.9, 0.9, same=True)
    found = record(path, bank, told)
    assert {turn.speaker for turn in found.turns} == {"candidate"}
    assert "viva models get speaker-voices" in told[1]
    with pytest.raises(UsageError, match="viva models get speaker-voices"):
        record(path, bank, told, candidate_is="1")


@pytest.mark.parametrize("crosstalk", [0.5, 1.0])
def test_a_stereo_microphone_in_the_room_is_one_channel(
    tmp_path: Path, bank: QuestionBank, crosstalk: float
) -> None:
    told: list[str] = []
    path = stereo(tmp_path / "t.wav", 0.9, 0.9, crosstalk=crosstalk)
    record(path, bank, told, split=lambda _: None)
    assert told == ["t.wav: 2 s, one voice"]


def test_a_channel_that_only_hisses_is_no_speaker(tmp_path: Path, bank: QuestionBank) -> None:
    told: list[str] = []
    path = stereo(tmp_path / "t.wav", 0.9, 0.001, same=True)
    record(path, bank, told, split=lambda _: None)
    assert told == ["t.wav: 2 s, one voice"]


def test_naming_the_candidate_of_a_single_voice_is_refused(
    tmp_path: Path, bank: QuestionBank
) -> None:
    path = stereo(tmp_path / "t.wav", 0.9, 0.9, same=True)
    with pytest.raises(UsageError, match="needs two speakers"):
        record(path, bank, [], split=lambda _: None, candidate_is="2")


def test_one_speaker_can_be_insisted_on(tmp_path: Path, bank: QuestionBank) -> None:
    told: list[str] = []
    path = stereo(tmp_path / "t.wav", 0.9, 0.9)
    found = record(path, bank, told, split=lambda s: (s, s), candidate_is="alone")
    assert {turn.speaker for turn in found.turns} == {"candidate"}
    assert told == ["t.wav: 2 s, one voice"]


def test_a_recording_without_words_is_refused(tmp_path: Path, bank: QuestionBank) -> None:
    hearing = Hearing(lambda _, __: [])
    with pytest.raises(AudioFileError, match="no speech"):
        record_of(stereo(tmp_path / "t.wav", LEFT, RIGHT), hearing, bank, level="mid")


def test_parts_of_a_text_are_the_whole_and_up_to_three_sentences() -> None:
    assert list(parts_of("A b. C d? E.")) == [
        "A b. C d? E.", "A b.", "C d?", "E.", "A b. C d?", "C d? E.", "A b. C d? E.",
    ]  # fmt: skip
    assert list(parts_of("")) == []
