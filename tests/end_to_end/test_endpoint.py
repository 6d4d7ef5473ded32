"""An interview with a model behind it: same policy, better words, and no fault that stops it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import EndpointServer, Step

from evaluation.session import SessionFolder

VIVA = Path(sys.executable).with_name("viva")
KEY = "sk-test-never-to-be-seen-4711"
TYPED = "\n\n".join(
    [
        "How many transactions per second do we have?",
        "My plan is first the labels, second the model. I would use gradient boosted trees.",
        "Because they answer in two milliseconds and a network takes thirty.",
        "/stop",
        "",
    ]
)


def interview(
    home: Path, base_url: str, *options: str, **environment: str
) -> tuple[str, SessionFolder]:
    done = subprocess.run(
        [
            str(VIVA),
            "interview",
            "--text",
            "--question",
            "fraud-detection",
            "--seed",
            "3",
            *options,
        ],
        env={
            **os.environ,
            "VIVA_SESSIONS_HOME": str(home),
            "OPENAI_BASE_URL": base_url,
            "OPENAI_API_KEY": KEY,
            **environment,
        },
        input=TYPED,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    (folder,) = home.iterdir()
    return done.stdout, SessionFolder.open(folder)


def kinds(session: SessionFolder) -> list[str]:
    return [event.get("kind") for event in session.events() if event.event == "move"]


def fallbacks(session: SessionFolder) -> list[Any]:
    return [event.get("what") for event in session.events() if event.event == "fallback"]


@pytest.fixture(scope="module")
def offline_kinds(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    home = tmp_path_factory.mktemp("offline") / "sessions"
    _, session = interview(home, "", "--brain", "offline", "--judge", "offline")
    return kinds(session)


def test_a_model_words_the_moves_that_the_policy_chose(
    tmp_path: Path, offline_kinds: list[str]
) -> None:
    wording = "And what made you rule the others out?"
    with EndpointServer(always=Step(text=wording, tokens_per_s=200)) as server:
        out, session = interview(tmp_path / "s", server.base_url, "--judge", "offline")
        sent = str(server.requests)
    assert "Brain: test-model" in out
    assert server.base_url in out
    assert kinds(session) == offline_kinds
    why = next(e for e in session.events() if e.event == "move" and e.get("kind") == "why")
    assert wording in session.turns()[why.turn or 0].text
    assert "gradient boosted trees" in sent
    assert KEY not in sent
    for file in session.path.iterdir():
        assert KEY.encode() not in file.read_bytes(), file.name


FAULTS = {
    "server error": Step(fault="status", status=500),
    "wrong key": Step(fault="status", status=401),
    "no first byte": Step(fault="hang", delay_s=30),
    "cut stream": Step(text="What made you choose that", fault="cut"),
    "a page instead of JSON": Step(fault="html"),
    "refusal": Step(fault="refusal"),
    "broken JSON": Step(text="{ this is no json"),
    "praise": Step(text="Great answer! You clearly meet the bar."),
}


@pytest.mark.parametrize("step", FAULTS.values(), ids=FAULTS.keys())
def test_a_failing_endpoint_is_said_recorded_and_never_stops_the_interview(
    tmp_path: Path, step: Step, offline_kinds: list[str]
) -> None:
    with EndpointServer(always=step) as server:
        out, session = interview(
            tmp_path / "s",
            server.base_url,
            "--judge",
            "offline",
            VIVA_TURN_BUDGET_S="1",
            VIVA_MODEL="test-model",
        )
    assert kinds(session) == offline_kinds
    assert fallbacks(session)
    assert "offline" in out.split("Brain:")[1].partition("\n")[2]
    spoken = " ".join(turn.text for turn in session.turns() if turn.speaker == "interviewer")
    assert "Great answer" not in spoken
    assert session.evaluation() is not None


def test_a_refused_connection_is_survived_too(tmp_path: Path, offline_kinds: list[str]) -> None:
    _, session = interview(
        tmp_path / "s", "http://127.0.0.1:9/v1", "--judge", "offline", VIVA_MODEL="test-model"
    )
    assert kinds(session) == offline_kinds
    assert fallbacks(session)


def test_a_judge_that_only_gets_errors_says_that_it_could_not_judge(tmp_path: Path) -> None:
    with EndpointServer(always=Step(fault="status", status=400)) as server:
        _, session = interview(
            tmp_path / "s", server.base_url, "--brain", "offline", "--judge", "openai"
        )
    evaluation = session.evaluation()
    assert evaluation is not None
    statuses = {r.status for r in evaluation.questions[0].criteria.values()}
    assert statuses <= {"could_not_judge", "not_applicable"}
    assert evaluation.questions[0].verdict.result == "undetermined"
