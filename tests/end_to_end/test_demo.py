"""`viva demo --fast`, once, as a new user would run it; the tests look at what came out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from audio.wav import read_recording
from evaluation.result import Evaluation
from evaluation.session import SessionFolder
from prompts.question_bank import load_bank

VIVA = Path(sys.executable).with_name("viva")


@dataclass(frozen=True)
class Demo:
    """The demo's output and the session it wrote."""

    out: str
    err: str
    session: SessionFolder

    @property
    def evaluation(self) -> Evaluation:
        """evaluation.json"""
        evaluation = self.session.evaluation()
        assert evaluation is not None
        return evaluation


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = tmp_path_factory.mktemp("sessions")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")
    }
    done = subprocess.run(
        [str(VIVA), "demo", "--fast"],
        env={**environment, "VIVA_SESSIONS_HOME": str(home), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = [entry for entry in home.iterdir() if entry.is_dir()]
    return Demo(done.stdout, done.stderr, SessionFolder.open(folder))


def test_the_conversation_is_shown_with_clock_speakers_and_phases(demo: Demo) -> None:
    assert re.search(r"^00:00  Daniel\s+\w", demo.out, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d  Candidate\s+\w", demo.out, re.MULTILINE)
    assert "Design a fraud detection system." in " ".join(demo.out.split())
    for phase in ("framing", "data and model", "deep dive", "twist", "closing", "evaluation"):
        assert re.search(rf"─ {phase} ─", demo.out), phase
    assert max(len(line) for line in demo.out.splitlines() if "/" not in line) <= 80
    assert "Traceback" not in demo.err


def test_the_question_is_asked_once_and_facts_are_released_only_on_request(demo: Demo) -> None:
    turns = demo.session.turns()
    prompt = load_bank().get("fraud-detection").prompt
    assert sum(prompt in turn.text for turn in turns if turn.speaker == "interviewer") == 1
    released = [e for e in demo.session.events() if e.event == "fact_released"]
    assert {"volume", "decision-time"} <= {e.get("fact") for e in released}
    for event in released:
        assert event.get("say") in turns[event.turn or 0].text
        asked = next(e for e in demo.session.events() if e.event == "move" and e.turn == event.turn)
        assert asked.get("trigger") in turns[(event.turn or 1) - 1].text


def test_follow_ups_hold_on_to_what_was_heard_and_say_why(demo: Demo) -> None:
    turns = demo.session.turns()
    moves = [e for e in demo.session.events() if e.event == "move"]
    assert all(move.get("reason") for move in moves)
    hooked = [move for move in moves if move.get("kind") in {"why", "how_much"}]
    assert hooked
    for move in hooked:
        before = " ".join(t.text for t in turns[: move.turn] if t.speaker == "candidate")
        assert move.get("hook") in before
    kinds = [move.get("kind") for move in moves]
    assert kinds.count("twist") == 1
    assert kinds.index("twist") > kinds.index("fact")
    assert kinds[-1] == "close"


def test_the_thinking_pause_does_not_end_the_turn(demo: Demo) -> None:
    timings = [e for e in demo.session.events() if e.event == "timing" and e.get("source")]
    longest = max(event.get("phases")["longest_pause_ms"] for event in timings)
    assert longest >= 2_000


def test_both_voices_are_in_the_recording_at_the_times_of_the_turns(demo: Demo) -> None:
    left, right = read_recording(demo.session.audio_path)
    for turn in demo.session.turns():
        own = left if turn.speaker == "candidate" else right
        begin, end = (turn.start_ms or 0) * 16, (turn.end_ms or 0) * 16
        assert end <= len(own) + 16 * 200
        assert float(np.abs(own[begin:end]).max()) > 0.01, turn.turn


def test_scores_stand_on_verbatim_quotes_of_the_candidate(demo: Demo) -> None:
    (question,) = demo.evaluation.questions
    assert question.question_id == "fraud-detection"
    scored = {key: r for key, r in question.criteria.items() if r.status == "scored"}
    assert {"clarity", "requirement_clarification", "trade_offs"} <= set(scored)
    for result in scored.values():
        assert result.score is not None
        assert 1 <= result.score <= 5
        for evidence in result.evidence:
            turn = demo.session.turns()[evidence.turn]
            assert turn.speaker == "candidate"
            assert evidence.quote in turn.text
            assert evidence.start_ms is not None
    assert question.criteria["ownership"].status == "not_applicable"
    assert question.criteria["ownership"].reason


def test_a_senior_answer_does_not_read_as_a_junior_one(demo: Demo) -> None:
    (question,) = demo.evaluation.questions
    assert question.level_reads_as in {"mid", "senior"}


def test_the_report_holds_verdict_sheet_notebook_and_sound(demo: Demo) -> None:
    html = demo.session.report_path.read_text(encoding="utf-8")
    for words in ("Requirement clarification", "Trade-off discussion", "data:audio/mpeg;base64,"):
        assert words in html
    assert not re.search(r"(?:src|href)=[\"']https?:", html)


def test_scoring_the_session_again_gives_the_same_scores(demo: Demo) -> None:
    done = subprocess.run(
        [str(VIVA), "score", "--json", "--judge", "offline", str(demo.session.path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["format"] == "viva-evaluation/1"
    (question,) = demo.evaluation.questions
    assert {key: value["score"] for key, value in again["questions"][0]["criteria"].items()} == {
        key: result.score for key, result in question.criteria.items()
    }
