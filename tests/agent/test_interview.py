"""A whole interview by keyboard on the real graph, and what is left when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from evaluation.session import SessionFolder

VIVA = Path(sys.executable).with_name("viva")

ASKS = "Before I start, how many transactions per second do we have, and how fast must we decide?"
PLAN = (
    "My plan is first the labels, second a cheap filter with rules, third a model. "
    "I would use gradient boosted trees for the model."
)
REASON = "Because they take two milliseconds on tabular data; a sequence network takes thirty."
ANSWERS = (ASKS, PLAN, REASON, "I would train on payments older than ninety days.")


def viva(home: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(VIVA), *arguments],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(home), "OPENAI_API_KEY": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def only_session(home: Path) -> SessionFolder:
    folders = [entry for entry in home.iterdir() if entry.is_dir()]
    assert len(folders) == 1
    return SessionFolder.open(folders[0])


def moves(session: SessionFolder) -> list[Any]:
    return [event for event in session.events() if event.event == "move"]


def test_a_typed_interview_answers_follows_up_and_is_scored(tmp_path: Path) -> None:
    process = viva(tmp_path, "interview", "--text", "--question", "fraud-detection", "--seed", "3")
    out, err = process.communicate("\n\n".join([*ANSWERS, "/stop", ""]), timeout=120)
    assert process.returncode == 0, err
    assert "Nothing leaves this machine" in out

    session = only_session(tmp_path)
    assert [turn.speaker for turn in session.turns()[:4]] == [
        "interviewer",
        "candidate",
        "interviewer",
        "candidate",
    ]
    facts = {e.get("fact") for e in session.events() if e.event == "fact_released"}
    assert facts == {"volume", "decision-time"}
    why = next(event for event in moves(session) if event.get("kind") == "why")
    assert why.get("hook") in PLAN
    said = session.turns()[why.turn].text
    assert why.get("hook") in said
    assert session.meta.ended == "stopped"
    evaluation = session.evaluation()
    assert evaluation is not None
    for question in evaluation.questions:
        for result in question.criteria.values():
            for evidence in result.evidence:
                turn = session.turns()[evidence.turn]
                assert turn.speaker == "candidate"
                assert evidence.quote in turn.text
    assert session.report_path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_no_sentence_is_spoken_twice(tmp_path: Path) -> None:
    answers = ["I would think about the data.", "Hmm.", "I don't know.", "Maybe.", "I don't know."]
    process = viva(tmp_path, "interview", "--text", "--question", "monitoring", "--minutes", "5")
    process.communicate("\n\n".join([*answers * 4, "/stop", ""]), timeout=120)
    spoken = [t.text for t in only_session(tmp_path).turns() if t.speaker == "interviewer"]
    assert len(spoken) > 6
    assert len(set(spoken)) == len(spoken)


def test_events_come_as_json_lines_on_request(tmp_path: Path) -> None:
    process = viva(
        tmp_path, "interview", "--text", "--json", "--question", "data-drift", "--minutes", "5"
    )
    out, err = process.communicate("Can you repeat the question?\n\n/stop\n", timeout=120)
    assert process.returncode == 0, err
    events = [json.loads(line) for line in out.splitlines()]
    assert [e["kind"] for e in events if e["event"] == "move"] == ["prompt", "repeat", "stopped"]


def wait_for_turns(home: Path, count: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for turns in home.glob("*/turns.jsonl"):
            if len(turns.read_text(encoding="utf-8").splitlines()) >= count:
                return
        time.sleep(0.02)
    pytest.fail(f"no {count} turns within 90 s")


@pytest.mark.parametrize(
    ("turns", "delay_s"),
    [(1, 0), (2, 0.06), (5, 0)],
)
def test_a_killed_interview_goes_on_without_asking_or_losing_anything(
    tmp_path: Path, turns: int, delay_s: float
) -> None:
    process = viva(tmp_path, "interview", "--text", "--question", "fraud-detection", "--seed", "3")
    assert process.stdin is not None
    for answer in ANSWERS[: turns // 2]:
        process.stdin.write(f"{answer}\n\n")
        process.stdin.flush()
    wait_for_turns(tmp_path, turns)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = only_session(tmp_path).turns()
    assert len(before) >= turns

    rest = [*ANSWERS[len(before) // 2 :], "/stop", ""]
    again = viva(tmp_path, "resume", "last", "--text")
    _, err = again.communicate("\n\n".join(rest), timeout=120)
    assert again.returncode == 0, err
    session = only_session(tmp_path)
    assert session.turns()[: len(before)] == before
    assert [turn.turn for turn in session.turns()] == list(range(len(session.turns())))
    asked = [turn.text for turn in session.turns() if turn.speaker == "interviewer"]
    assert len(set(asked)) == len(asked)
    prompts = [event for event in moves(session) if event.get("kind") == "prompt"]
    assert len(prompts) == 1
    assert session.evaluation() is not None


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    process = viva(tmp_path, "interview", "--text", "--question", "fraud-detection")
    wait_for_turns(tmp_path, 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "viva resume" in out
    assert "Traceback" not in err


def test_a_second_process_on_one_session_is_refused(tmp_path: Path) -> None:
    first = viva(tmp_path, "interview", "--text", "--question", "fraud-detection")
    wait_for_turns(tmp_path, 1)
    second = viva(tmp_path, "resume", "last", "--text")
    _, err = second.communicate("/stop\n", timeout=60)
    assert second.returncode == 1
    assert "another viva works on this session" in err
    first.communicate("/stop\n", timeout=60)
    assert first.returncode == 0


def test_a_persona_file_is_kept_with_the_session_that_it_began(tmp_path: Path) -> None:
    from prompts.persona import persona_files

    own = tmp_path / "own.yaml"
    text = persona_files()[0].read_text(encoding="utf-8")
    own.write_text(text.replace("name: Daniel", "name: Zelda").replace("id: neutral", "id: my"))
    home = tmp_path / "home"
    first = viva(home, "interview", "--text", "--question", "monitoring", "--persona", str(own))
    home.mkdir(exist_ok=True)
    wait_for_turns(home, 1)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    own.unlink()
    again = viva(home, "resume", "last", "--text")
    out, err = again.communicate("/stop\n", timeout=60)
    assert again.returncode == 0, err
    assert "Zelda" in out


def test_a_session_of_several_questions_asks_them_all_and_is_scored(tmp_path: Path) -> None:
    process = viva(tmp_path, "interview", "--text", "--minutes", "45", "--seed", "5")
    answers = ["skip this one", "I would use gradient boosted trees because they are fast."]
    _, err = process.communicate("\n\n".join([*(answers * 8), "/stop", ""]), timeout=180)
    assert process.returncode == 0, err
    session = only_session(tmp_path)
    asked = [event for event in moves(session) if event.get("kind") in {"prompt", "next_question"}]
    assert len(asked) >= 3
    evaluation = session.evaluation()
    assert evaluation is not None
    assert len(evaluation.questions) == len(asked)
