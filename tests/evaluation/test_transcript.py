"""Transcripts made elsewhere are read as published, and refused with the place of the fault."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evaluation.transcript import guess_type, open_record, read_transcript
from prompts.errors import InputFileError
from prompts.question_bank import QuestionBank, bank_folder, load_question

DATA = Path(__file__).parents[1] / "data" / "sessions"
TURNS = [
    {"speaker": "interviewer", "text": "What would you build?"},
    {"speaker": "candidate", "text": "A small service."},
]


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return QuestionBank([load_question(bank_folder() / "fraud-detection.yaml")])


def written(folder: Path, content: Any) -> Path:
    path = folder / "talk.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_published_example_is_read_without_a_warning(bank: QuestionBank) -> None:
    record = open_record(DATA / "plain-transcript.json", bank)
    assert record.level == "mid"
    assert record.questions[0].id == "fraud-detection"
    assert record.questions[0].type == "design"
    assert record.questions[0].known
    assert [turn.turn for turn in record.turns] == [0, 1, 2, 3]
    assert {turn.question_id for turn in record.turns} == {"fraud-detection"}
    assert record.turns[1].start_ms is None
    assert record.warnings == ()
    assert record.source == str(DATA / "plain-transcript.json")


def test_the_level_can_be_overridden_and_is_senior_when_missing(
    bank: QuestionBank, tmp_path: Path
) -> None:
    assert open_record(DATA / "plain-transcript.json", bank, "junior").level == "junior"
    path = written(
        tmp_path,
        {"format": "viva-transcript/1", "question": {"id": "fraud-detection"}, "turns": TURNS},
    )
    assert open_record(path, bank).level == "senior"


def test_a_question_given_as_text_with_its_kind_is_read_and_said(
    bank: QuestionBank, tmp_path: Path
) -> None:
    path = written(
        tmp_path, {"question": "How do you keep bread fresh?", "kind": "operations", "turns": TURNS}
    )
    record = open_record(path, bank)
    question = record.questions[0]
    assert (question.id, question.type, question.known) == (
        "how-do-you-keep-bread-fresh",
        "operations",
        False,
    )
    assert any("does not name its format" in warning for warning in record.warnings)


def test_an_unknown_question_without_type_gets_one_by_its_wording_and_a_warning(
    bank: QuestionBank, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        {
            "format": "viva-transcript/1",
            "question": {"text": "Tell me about a time you lost an argument."},
            "turns": TURNS,
        },
    )
    record = open_record(path, bank)
    assert record.questions[0].type == "behavioural"
    assert any("has no type; taken as behavioural" in warning for warning in record.warnings)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Design a fraud detection system.", "design"),
        ("How would you design a data pipeline for training models?", "operations"),
        ("How do you handle data drift in production?", "operations"),
        ("How do you deploy ML models at scale?", "operations"),
        ("Explain the bias-variance trade-off in a real-world scenario.", "concept"),
        ("Describe a time you improved a model in production.", "behavioural"),
        ("How do you decide between two competing models?", "decision"),
        ("How would you handle class imbalance in a production system?", "method"),
        ("Bread?", "design"),
    ],
)
def test_the_wording_of_a_question_gives_its_type_away(text: str, kind: str) -> None:
    assert guess_type(text) == kind


def test_times_and_words_are_kept_and_a_missing_confidence_counts_as_sure(
    bank: QuestionBank, tmp_path: Path
) -> None:
    turn = {
        "speaker": "Candidate",
        "text": "A small service.",
        "start_ms": 100,
        "end_ms": 900,
        "words": [{"word": "A", "start_ms": 100, "end_ms": 150}],
        "mood": "fine",
    }
    path = written(tmp_path, {"question": {"id": "fraud-detection"}, "turns": [turn]})
    read = open_record(path, bank).turns[0]
    assert (read.speaker, read.start_ms, read.end_ms) == ("candidate", 100, 900)
    assert read.words[0].confidence == 1.0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is not JSON"),
        ('{"turns": [', r"talk\.json:1:\d+: is not JSON"),
        ("[1, 2]", "no `turns`"),
        ("[" * 100_000, "nested too deeply|is not JSON"),
        ({"format": "viva-transcript/9", "turns": TURNS}, "viva-transcript/1 is expected"),
        ({"question": "x", "turns": []}, "turns: "),
        ({"question": "x", "turns": "none"}, "turns: "),
        ({"question": "x", "turns": [{"speaker": "dog", "text": "w"}]}, r"turns\[0\]\.speaker: "),
        ({"question": "x", "turns": [*TURNS, {"speaker": "candidate"}]}, r"turns\[2\]\.text: "),
        ({"level": "staff", "question": "x", "turns": TURNS}, "level: "),
        ({"question": {"text": "x", "type": "quiz"}, "turns": TURNS}, r"question\.type: "),
        ({"question": {}, "turns": [TURNS[1]]}, "neither a text nor an id"),
        (
            {
                "question": "x",
                "turns": [{"speaker": "candidate", "text": "w", "start_ms": 9, "end_ms": 3}],
            },
            "end_ms lies before start_ms",
        ),
    ],
)
def test_a_faulty_file_is_refused_in_one_line_with_the_place(
    bank: QuestionBank, tmp_path: Path, content: Any, told: str
) -> None:
    with pytest.raises(InputFileError, match=told) as caught:
        read_transcript(written(tmp_path, content), bank)
    assert caught.value.exit_code == 2
    assert "\n" not in caught.value.line()


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(
    bank: QuestionBank, tmp_path: Path
) -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        open_record(tmp_path / "none.json", bank)
    (tmp_path / "sound.json").write_bytes(b"RIFF\xff\xfe\x00")
    with pytest.raises(InputFileError, match="not UTF-8"):
        open_record(tmp_path / "sound.json", bank)


def test_text_that_is_no_unicode_is_made_so(bank: QuestionBank, tmp_path: Path) -> None:
    text = '{"question": "x", "turns": [{"speaker": "candidate", "text": "a \\ud800 b"}]}'
    assert open_record(written(tmp_path, text), bank).turns[0].text == "a ? b"


def test_a_silent_candidate_is_accepted_and_said(bank: QuestionBank, tmp_path: Path) -> None:
    path = written(tmp_path, {"question": "Design bread.", "turns": [TURNS[0]]})
    assert any("says nothing" in warning for warning in open_record(path, bank).warnings)


def test_a_session_folder_is_opened_by_the_same_door(bank: QuestionBank, tmp_path: Path) -> None:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    record = open_record(tmp_path / "session", bank, "mid")
    assert record.level == "mid"
    assert record.questions[0].known
    assert len(record.turns) == 19
