"""A persona cuts in on somebody who talks on and on: when, with what words, and what is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from candidate_voice import say

from agent.monologue import LATEST_MS, Monologue
from audio.frame import SAMPLE_RATE
from audio.transcriber import Clause
from audio.wav import read_recording, write_wav
from evaluation.session import SessionFolder

VIVA = Path(sys.executable).with_name("viva")
RAMBLE = (
    "I once worked on a shop with a great many products. [0.6 s] "
    "The team there was large and the office was quite noisy. [0.6 s] "
    "We had a dashboard with the sales of every single day. [0.6 s] "
    "My colleague liked the red colour of the bars."
)
"""About four seconds a sentence: the last one is said over the interviewer, and ends then."""
PERSONA = """\
id: short-fuse
name: Victor
title: principal engineer
description: "Cuts in soon."
tone: terse
patience: {handed_over_ms: 300, complete_ms: 1500, incomplete_ms: 4000}
interrupts_ramblers: true
monologue_s: 8
cut_in: "Let me stop you there."
hint_generosity: 0.0
pushback: 0.7
"""


def clause(text: str, start_s: float, end_s: float) -> Clause:
    return Clause(text, (), round(start_s * 1000), round(end_s * 1000))


def test_it_waits_for_a_finished_sentence_but_not_for_ever() -> None:
    monologue = Monologue(60_000)
    assert not monologue.too_long(clause("We had a dashboard.", 0, 30))
    assert not monologue.too_long(clause("And then we would", 31, 62))
    assert monologue.too_long(clause("The bars were red.", 63, 66))
    late = 60 + LATEST_MS / 1000
    assert monologue.too_long(clause("And because the", late, late + 1))


def test_a_signpost_gives_new_time() -> None:
    monologue = Monologue(60_000)
    assert not monologue.too_long(clause("We had a dashboard.", 0, 50))
    assert not monologue.too_long(clause("The second part is the serving.", 55, 61))
    assert not monologue.too_long(clause("It answers from a cache.", 62, 100))
    assert monologue.too_long(clause("The cache is warm.", 101, 116))


def test_who_never_interrupts_never_cuts_in() -> None:
    assert not Monologue(0).too_long(clause("We had a dashboard.", 0, 3_000))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> SessionFolder:
    """One rambling answer, as quick as the machine allows."""
    place = tmp_path_factory.mktemp("ramble")
    (place / "persona.yaml").write_text(PERSONA)
    write_wav(place / "ramble.wav", say(RAMBLE), SAMPLE_RATE)
    done = subprocess.run(
        [
            str(VIVA),
            *("interview", "--candidate", str(place / "ramble.wav"), "--fast"),
            *("--question", "class-imbalance", "--persona", str(place / "persona.yaml")),
            *("--minutes", "5", "--seed", "3"),
        ],
        env={**os.environ, "VIVA_SESSIONS_HOME": str(place / "home"), "OPENAI_API_KEY": ""},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = (place / "home").iterdir()
    return SessionFolder.open(folder)


def test_the_interviewer_says_its_sentence_and_steers(session: SessionFolder) -> None:
    steer = session.turns()[2]
    assert steer.speaker == "interviewer"
    assert steer.text.startswith("Let me stop you there. ")
    (move,) = [e for e in session.events() if e.event == "move" and e.turn == 2]
    assert move.get("kind") == "ramble_soft"


def test_all_that_was_said_is_kept_and_nothing_is_said_twice(session: SessionFolder) -> None:
    mine = " ".join(turn.text for turn in session.turns() if turn.speaker == "candidate").lower()
    for word in ("products", "quite", "dashboard", "colleague", "bars"):
        assert word in mine
    assert mine.count("dashboard") == 1
    assert not [event for event in session.events() if event.event == "undo"]


def test_the_sentence_is_heard_while_the_candidate_still_has_more_to_say(
    session: SessionFolder,
) -> None:
    first, steer = session.turns()[1:3]
    assert 8_000 <= (steer.start_ms or 0) - (first.start_ms or 0) <= 16_000
    _left, right = read_recording(session.audio_path)
    begin = (steer.start_ms or 0) * SAMPLE_RATE // 1000
    assert float(np.abs(right[begin : begin + SAMPLE_RATE]).max()) > 0.05
    before = (first.start_ms or 0) * SAMPLE_RATE // 1000
    assert float(np.abs(right[before : begin - SAMPLE_RATE // 10]).max()) == 0.0
