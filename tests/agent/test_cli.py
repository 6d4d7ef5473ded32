"""The door: help without loading anything, one line for every error, the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

VIVA = Path(sys.executable).with_name("viva")
HEAVY = {
    "langgraph",
    "openai",
    "numpy",
    "pydantic",
    "rich",
    "onnxruntime",
    "faster_whisper",
    "fsrs",
    "plotext",
    "yaml",
}


def run(*arguments: str, home: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VIVA), *arguments],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": ""},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exactly one line on standard error, with these words and no traceback."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


def test_help_loads_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from agent.cli import run; run(['--help']); "
        "print('LOADED', *sorted(m.split('.')[0] for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    help_text, _, loaded = done.stdout.partition("LOADED")
    assert "interview" in help_text
    assert not HEAVY & set(loaded.split())


def test_every_command_has_help_that_fits_a_terminal(tmp_path: Path) -> None:
    from agent.cli import COMMANDS

    for name in COMMANDS:
        done = run(name, "--help", home=tmp_path)
        assert done.returncode == 0, done.stderr
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_an_unknown_command_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    done = run("intervew", home=tmp_path)
    assert done.returncode == 2
    assert "interview" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("interview", "--text", "--question", "no-such"), ("no-such", "viva questions")),
        (("interview", "--text", "--persona", "nobody"), ("nobody", "neutral-professional")),
        (("interview", "--text", "--category", "cooking"), ("cooking", "system-design")),
        (("interview", "--text", "--brain", "openai"), ("OPENAI_API_KEY",)),
        (("replay", "nothing"), ("nothing", "session")),
        (("questions", "show", "no-such"), ("no-such",)),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = run(*arguments, home=tmp_path)
    assert done.returncode == 2
    one_line(done, *words)


def test_a_faulty_persona_file_is_told_with_its_line(tmp_path: Path) -> None:
    persona = tmp_path / "mine.yaml"
    persona.write_text("id: mine\nname: Me\ntitle: Engineer\ndescription: x\ntone: cross\n")
    done = run("interview", "--text", "--persona", str(persona), home=tmp_path)
    assert done.returncode == 2
    one_line(done, f"{persona}:5")


def test_a_faulty_question_file_is_told_with_its_line(tmp_path: Path) -> None:
    question = tmp_path / "mine.yaml"
    question.write_text("id: mine\ntitle: Mine\ncategory: cooking\n")
    done = run("questions", "lint", str(question), home=tmp_path)
    assert done.returncode == 2
    assert f"{question}:" in done.stdout


def test_a_sessions_home_that_cannot_be_written_is_told_before_anything_begins(
    tmp_path: Path,
) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    done = run("interview", "--text", "--question", "monitoring", home=file / "sessions")
    assert done.returncode == 2
    one_line(done, "VIVA_SESSIONS_HOME")


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "talk.json"
    turns = [
        {"speaker": "interviewer", "text": "Design a fraud detection system."},
        {
            "speaker": "candidate",
            "text": "What is the latency budget? I will assume 100 milliseconds. I would compare "
            "boosted trees with a network and take the trees, because they answer in two "
            "milliseconds; I give up some recall, and if the network saved ten percent more "
            "money I would switch.",
        },
    ]
    question = {"text": "Design a fraud detection system."}
    path.write_text(
        json.dumps({"format": "viva-transcript/1", "question": question, "turns": turns})
    )
    return path


def test_score_prints_one_evaluation_a_line_and_nothing_else(
    tmp_path: Path, transcript: Path
) -> None:
    done = run("score", "--json", str(transcript), str(transcript), home=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 2
    evaluation = lines[0]
    assert evaluation["format"] == "viva-evaluation/1"
    assert evaluation["source"] == str(transcript)
    (question,) = evaluation["questions"]
    assert (question["question_id"], question["type"]) == ("fraud-detection", "design")
    assert set(question["criteria"]) == {
        "clarity",
        "requirement_clarification",
        "trade_offs",
        "production_depth",
        "business_alignment",
        "technical_soundness",
        "ownership",
        "adaptability",
    }
    for evidence in question["criteria"]["trade_offs"]["evidence"]:
        assert evidence["quote"] in json.loads(transcript.read_text())["turns"][1]["text"]


def test_one_bad_input_is_one_line_and_does_not_stop_the_others(
    tmp_path: Path, transcript: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"turns": []}')
    done = run("score", "--json", str(bad), str(transcript), home=tmp_path)
    assert done.returncode == 1
    one_line(done, str(bad))
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"RIFF\x00\x00", b"this is no sound at all" * 50])
def test_a_file_that_is_no_sound_is_one_line_and_exit_code_2(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    done = run("score", "--json", str(path), home=tmp_path)
    assert done.returncode == 2
    one_line(done, str(path))
    assert done.stdout == ""


def test_silence_alone_cannot_be_scored_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(2 * 16_000 * 4))
    done = run("score", "--json", str(path), home=tmp_path)
    assert done.returncode == 2
    one_line(done, "no speech")


def test_a_damaged_last_line_is_recovered_and_said(tmp_path: Path) -> None:
    answer = "How many transactions per second are there?\n\n/stop\n"
    done = run("interview", "--text", "--question", "fraud-detection", home=tmp_path, stdin=answer)
    assert done.returncode == 0, done.stderr
    (turns,) = tmp_path.glob("*/turns.jsonl")
    whole = turns.read_text(encoding="utf-8")
    turns.write_text(whole + '{"turn": 99, "speaker": "cand', encoding="utf-8")
    shown = run("replay", "last", home=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "damaged" in shown.stdout
    assert "How many transactions" in shown.stdout
    assert turns.read_text(encoding="utf-8") == whole
