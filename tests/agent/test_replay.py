"""A replay goes where its keys say, plays what they name, and reads where nothing can play."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from terminal import Terminal

from agent.replay import Walk, passages
from agent.replay_pager import Pager
from agent.replay_player import TEMPOS, Keys, NoKeys, PassagePlayer
from agent.single_keys import keys_in
from audio.errors import DeviceError
from audio.frame import Samples, samples_of
from audio.playback import NullPlayback, NullPlayer, Player
from evaluation.session import SessionFolder
from evaluation.walkthrough import Step, walk_through
from prompts.question_bank import load_bank

DATA = Path(__file__).parents[1] / "data" / "sessions"
VIVA = Path(sys.executable).with_name("viva")


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Step, ...]:
    place = tmp_path_factory.mktemp("replay") / "session"
    shutil.copytree(next(DATA.glob("2026-11-20-*")), place)
    session = SessionFolder.open(place)
    return walk_through(session.record(), session.evaluation(), load_bank())


class Script:
    """Keys pressed one after another; ends with `q`. With sound each waits until it is over."""

    def __init__(self, *keys: str, at_once: bool = False) -> None:
        self.left, self.at_once = list(keys), at_once

    def read(self, timeout_s: float | None = None) -> str:
        if timeout_s is not None and not self.at_once:
            return ""
        return self.left.pop(0) if self.left else "q"


@dataclass
class Seen:
    """What a replay did."""

    shown: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    played: list[tuple[float, float]] = field(default_factory=list)


class Watched(Walk):
    """A walk that notes which turns it showed."""

    def __init__(self, steps: Iterable[Step], seen: Seen) -> None:
        super().__init__(Console(file=io.StringIO()), tuple(steps), interviewer="Ada", keys=True)
        self.seen = seen

    def show(self, index: int) -> None:
        self.seen.shown.append(index)
        super().show(index)


def run(
    steps: tuple[Step, ...], script: Keys, player: Player | None = None, *, mine: bool = False
) -> tuple[Seen, PassagePlayer | None]:
    seen = Seen()

    def sound(start_ms: float, end_ms: float) -> Samples:
        seen.played.append((start_ms, end_ms))
        return np.zeros(samples_of(end_ms - start_ms), np.float32)

    speaker = PassagePlayer(player, sound, script) if player else None
    walk = Watched(steps, seen)
    walk.only_mine = mine
    Pager(walk, script, seen.told.append, speaker).run()
    return seen, speaker


def test_enter_goes_on_b_goes_back_and_q_ends(steps: tuple[Step, ...]) -> None:
    seen, _ = run(steps, Script("enter", "enter", "b", "q"))
    assert seen.shown == [0, 1, 2, 1]


def test_f_goes_to_the_next_finding_and_says_when_there_is_none(steps: tuple[Step, ...]) -> None:
    finds = [step.turn for step in steps if step.has_finding]
    seen, _ = run(steps, Script(*["f"] * (len(finds) + 1)))
    assert seen.shown == [0, *finds]
    assert seen.told[-1] == "no finding after this one"


def test_m_leaves_out_the_interviewer(steps: tuple[Step, ...]) -> None:
    seen, _ = run(steps, Script("m", "enter", "enter", "b"))
    assert [steps[i].speaker for i in seen.shown[1:]] == ["candidate"] * 3
    only, _ = run(steps, Script(), mine=True)
    assert steps[only.shown[0]].speaker == "candidate"


def test_with_sound_it_plays_every_turn_and_goes_on_by_itself(steps: tuple[Step, ...]) -> None:
    seen, _ = run(steps, Script(), NullPlayer(real_time=False))
    assert seen.shown == list(range(len(steps)))
    assert seen.played == [(step.start_ms, step.end_ms) for step in steps]


def test_a_number_plays_the_words_of_that_finding_and_stays(steps: tuple[Step, ...]) -> None:
    index = next(i for i, step in enumerate(steps) if len(passages(step)) > 1)
    wanted = passages(steps[index])[1]
    first = steps[index : index + 1]
    script = Script("2", "space", "r", at_once=True)
    seen, _ = run(first, script, NullPlayer(real_time=True))
    assert (wanted.start_ms, wanted.end_ms) in seen.played
    assert seen.played.count((first[0].start_ms, first[0].end_ms)) == 2
    assert seen.shown == [0]


def test_a_passage_goes_on_where_it_was_paused_and_where_the_speed_was_changed(
    steps: tuple[Step, ...],
) -> None:
    script = Script("space", "-", "+", "+", "space", "+", "?", at_once=True)
    seen, speaker = run(steps[:1], script, NullPlayer())
    assert speaker is not None
    assert speaker.tempo == 1.3
    starts = [start for start, _ in seen.played]
    assert len(starts) == 4, "played, went on after the pause, the speed and the help"
    assert starts == sorted(starts)
    assert starts[-1] < 5_000
    assert {end for _, end in seen.played} == {steps[0].end_ms}


def test_the_speed_stays_within_what_can_be_understood(steps: tuple[Step, ...]) -> None:
    speaker = PassagePlayer(NullPlayer(), lambda a, b: np.zeros(1, np.float32), Script())
    assert [speaker.faster(1) for _ in range(9)][-1] == TEMPOS[-1]
    assert [speaker.faster(-1) for _ in range(20)][-1] == TEMPOS[0]


class Unplugged:
    """A speaker that is gone."""

    def start(self, rate_hz: int) -> NullPlayback:
        raise DeviceError("the speaker is gone", where="test", todo="Plug it in.")


def test_a_speaker_that_goes_away_leaves_a_replay_to_read(steps: tuple[Step, ...]) -> None:
    seen, _ = run(steps, Script("enter", "r"), Unplugged())
    assert seen.shown == [0, 1]
    assert "From here on this is to read" in seen.told[1]


@pytest.mark.parametrize("player", [NullPlayer(real_time=False), Unplugged()])
def test_where_nobody_can_press_a_key_it_goes_through_to_the_end(
    steps: tuple[Step, ...], player: Player
) -> None:
    mute = [replace(each, start_ms=None) if each.turn == 2 else each for each in steps[:5]]
    seen, _ = run(tuple(mute), NoKeys(), player)
    assert seen.shown == [0, 1, 2, 3, 4]


def test_arrows_and_pasted_text_are_understood_as_keys() -> None:
    assert keys_in("\x1b[C\x1b[Df\r ") == ["right", "left", "f", "enter", "space"]
    assert keys_in("\x1b") == ["q"]
    assert keys_in("\x1b[5~f") == []


def replayed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VIVA), "replay", *arguments],
        env={**os.environ, "OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_transcript_is_scored_on_the_fly() -> None:
    done = replayed(str(DATA / "plain-transcript.json"))
    assert done.returncode == 0, done.stderr
    assert "+ C" in done.stdout
    assert "Not scored yet" not in done.stdout


def test_single_keys_lead_on_in_a_terminal_and_leave_it_as_it_was(tmp_path: Path) -> None:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    code = f"from agent.cli import run; run(['replay', {str(tmp_path / 'session')!r}])"
    with Terminal(code) as terminal:
        terminal.wait_for("next finding")
        terminal.type("f")
        terminal.wait_for("+ C")
        terminal.type("q")
        assert terminal.end() == 0
        assert terminal.by_line
