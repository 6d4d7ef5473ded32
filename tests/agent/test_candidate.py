"""The recorded candidate: loading, choosing the fitting answer, and the one that ships."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from agent.candidate import RecordedCandidate, demo_candidate
from prompts.errors import InputFileError
from prompts.question_bank import Area

SCRIPT = """\
voice: test
question: fraud-detection
answers:
  - {file: 1.wav, text: "Two questions first.", to: [prompt], about: [framing]}
  - {file: 2.wav, text: "The data [2.5 s] is late.", to: [probe], about: [data]}
  - {file: 3.wav, text: "The trees.", to: [probe, why], about: [model], points: [model-choice]}
  - {file: 4.wav, text: "That changes it.", to: [twist]}
  - {file: 5.wav, text: "Let us go on.", to: [probe], spare: true}
"""


def sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\0\0" * 1_600)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "candidate.yaml").write_text(SCRIPT, encoding="utf-8")
    for number in range(1, 6):
        sound(tmp_path / f"{number}.wav")
    return tmp_path


def said(candidate: RecordedCandidate, *moves: tuple[str, Area | None, str]) -> list[str]:
    """File stems of the answers to moves (kind, area, point); "-" when there is none."""
    answers = [candidate.next_answer(kind, area, point) for kind, area, point in moves]  # type: ignore[arg-type]
    return [answer.file.stem if answer else "-" for answer in answers]


def test_move_and_area_together_decide_before_the_order(folder: Path) -> None:
    candidate = RecordedCandidate.load(folder)
    assert said(candidate, ("prompt", None, ""), ("probe", "model", "")) == ["1", "3"]


def test_the_very_point_decides_before_the_area(folder: Path) -> None:
    candidate = RecordedCandidate.load(folder)
    assert said(candidate, ("deeper", "data", "model-choice")) == ["3"]


def test_without_a_fitting_answer_the_next_in_order_is_said(folder: Path) -> None:
    candidate = RecordedCandidate.load(folder / "candidate.yaml")
    moves = (("take_your_time", None, ""),) * 5
    assert said(candidate, *moves) == ["1", "2", "3", "5", "-"]


def test_the_answer_to_the_twist_waits_for_the_twist(folder: Path) -> None:
    candidate = RecordedCandidate.load(folder)
    moves = [("probe", "people", "")] * 5
    assert said(candidate, *moves, ("twist", None, "")) == ["5", "1", "2", "3", "-", "4"]


def test_a_question_about_an_area_is_rather_left_than_answered_with_another_one(
    folder: Path,
) -> None:
    candidate = RecordedCandidate.load(folder)
    assert said(candidate, ("probe", "people", ""), ("probe", "data", "")) == ["5", "2"]
    assert said(candidate, ("why", "people", "")) == ["3"]


def test_no_answer_is_given_twice(folder: Path) -> None:
    candidate = RecordedCandidate.load(folder)
    assert said(candidate, ("twist", None, ""), ("twist", None, "")) == ["4", "1"]


def test_marks_of_silence_are_not_spoken_words(folder: Path) -> None:
    answers = RecordedCandidate.load(folder).answers
    assert answers[1].spoken == "The data is late."


def test_a_folder_of_sound_files_is_given_out_by_name(tmp_path: Path) -> None:
    for name in ("b.wav", "a.wav", "c.WAV"):
        sound(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not sound", encoding="utf-8")
    candidate = RecordedCandidate.load(tmp_path)
    assert candidate.question_id == ""
    assert candidate.level is None
    assert said(candidate, *[("probe", "data", "")] * 4) == ["a", "b", "c", "-"]


def test_one_sound_file_is_one_answer(tmp_path: Path) -> None:
    candidate = RecordedCandidate.load(sound(tmp_path / "answer.wav"))
    assert said(candidate, ("prompt", None, ""), ("fact", None, "")) == ["answer", "-"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("to: [twist]", "to: [twits]", r"candidate\.yaml:7:.*no move 'twits'"),
        ("about: [data]", "about: [dta]", r"candidate\.yaml:5:.*answers\.1\.about"),
        ("file: 3.wav", "file: 9.wav", r"candidate\.yaml:6:.*no file 9\.wav"),
        ("question:", "qestion:", r"candidate\.yaml:2:.*qestion"),
        ("voice: test", "voice: [test", r"candidate\.yaml:\d+"),
    ],
)
def test_a_fault_in_the_script_is_told_with_file_and_line(
    folder: Path, old: str, new: str, told: str
) -> None:
    script = folder / "candidate.yaml"
    script.write_text(SCRIPT.replace(old, new), encoding="utf-8")
    with pytest.raises(InputFileError, match=told) as caught:
        RecordedCandidate.load(folder)
    assert caught.value.exit_code == 2


def test_a_folder_without_sound_and_a_missing_path_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"neither candidate\.yaml nor a sound file"):
        RecordedCandidate.load(tmp_path)
    with pytest.raises(InputFileError, match="no such file"):
        RecordedCandidate.load(tmp_path / "absent")


def test_the_demo_candidate_is_real_sound_of_at_most_five_megabytes() -> None:
    from faster_whisper import decode_audio

    candidate = RecordedCandidate.load(demo_candidate())
    assert (candidate.question_id, candidate.level) == ("fraud-detection", "senior")
    assert sum(answer.file.stat().st_size for answer in candidate.answers) <= 5_000_000
    for answer in candidate.answers:
        samples = decode_audio(str(answer.file))
        pace = len(answer.spoken.split()) / (len(samples) / 16_000) * 60
        assert 90 < pace < 280, (answer.file.name, pace)


def test_the_demo_candidate_clarifies_pauses_and_answers_the_twist() -> None:
    candidate = RecordedCandidate.load(demo_candidate())
    first = candidate.next_answer("prompt")
    assert first is not None
    assert first.spoken.count("?") >= 2
    assert any("[2.5 s]" in answer.text for answer in candidate.answers)
    twist = candidate.next_answer("twist", "production")
    assert twist is not None
    assert "threshold" in twist.spoken


def test_the_demo_candidate_names_only_points_of_the_question() -> None:
    from prompts.question_bank import Question
    from prompts.yaml_file import load_yaml

    bank = Path(__file__).parents[2] / "prompts" / "questions" / "fraud-detection.yaml"
    known = {point.id for point in load_yaml(bank, Question).points}
    candidate = RecordedCandidate.load(demo_candidate())
    assert {point for answer in candidate.answers for point in answer.points} <= known


def test_the_thinking_pause_is_really_silent_for_two_seconds() -> None:
    import numpy as np
    from faster_whisper import decode_audio

    candidate = RecordedCandidate.load(demo_candidate())
    answer = next(answer for answer in candidate.answers if "[2.5 s]" in answer.text)
    samples = np.abs(decode_audio(str(answer.file)))
    blocks = samples[: len(samples) // 160 * 160].reshape(-1, 160).max(axis=1)
    quiet = longest = 0
    for loud in blocks > 10 ** (-40 / 20):
        quiet = 0 if loud else quiet + 1
        longest = max(longest, quiet)
    assert longest * 10 >= 2_000
