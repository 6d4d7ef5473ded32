"""A candidate who goes on after a finished sentence: the reply is withdrawn without a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from candidate_voice import say

from audio.frame import SAMPLE_RATE
from audio.wav import read_recording, write_wav
from evaluation.session import SessionFolder

pytestmark = pytest.mark.realtime

VIVA = Path(sys.executable).with_name("viva")
ANSWER = (
    "I would use gradient boosted trees on the existing click features. [1.7 s] "
    "And I would set the threshold from the cost of each error."
)
"""Two finished sentences with a pause that a brisk interviewer does not wait for."""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answer") / "answer.wav"
    write_wav(path, say(ANSWER), SAMPLE_RATE)
    return path


@pytest.mark.flaky(reruns=1)  # real time: a machine that is busy elsewhere looks the same
@pytest.mark.parametrize("pace", [["--fast"], []], ids=["fast", "real time"])
def test_the_reply_to_half_an_answer_is_withdrawn(
    tmp_path: Path, answer: Path, pace: list[str]
) -> None:
    done = subprocess.run(
        [
            str(VIVA),
            *("interview", "--candidate", str(answer), "--question", "class-imbalance"),
            *("--persona", "terse-bar-raiser", "--minutes", "5", "--seed", "3", *pace),
        ],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(tmp_path), "OPENAI_API_KEY": ""},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.iterdir()
    session = SessionFolder.open(folder)
    undone = [event for event in session.events() if event.event == "undo"]
    assert undone
    mine = [turn for turn in session.turns() if turn.speaker == "candidate"]
    assert len(mine) == 1
    assert "boosted" in mine[0].text
    assert "threshold" in mine[0].text
    theirs = [turn for turn in session.turns() if turn.speaker == "interviewer"]
    read = [event for event in session.events() if event.event == "reading"]
    assert [event.turn for event in read] == [mine[0].turn]
    assert read[0].get("words") == len(mine[0].text.split())
    assert [turn.turn for turn in session.turns()] == list(range(len(session.turns())))
    moves = [event for event in session.events() if event.event == "move"]
    assert len(moves) == len(theirs)

    # Silent within 200 ms of the candidate's going on, as the recording has it.
    left, right = read_recording(session.audio_path)
    onset = undone[0].get("onset_ms") * SAMPLE_RATE // 1000
    after = slice(onset, onset + SAMPLE_RATE)
    assert float(np.abs(left[after]).max()) > 0.05
    audible = np.flatnonzero(np.abs(right[after]) > 0.003)
    assert len(audible) == 0 or audible[-1] <= 0.2 * SAMPLE_RATE
