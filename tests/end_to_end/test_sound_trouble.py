"""`viva interview` at a sound card that fails: it stands still, says so, and goes on.

Each test is one interview at the virtual sound card, with one thing that goes wrong in it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from candidate_voice import say
from sound_card import SoundCard
from terminal import Terminal
from viva_program import Program

from audio.frame import SAMPLE_RATE
from audio.wav import read_recording
from evaluation.record import Turn
from evaluation.session import SessionFolder

pytestmark = pytest.mark.slow
QUESTION = "fraud-detection"
COMMAND = ("interview", "--persona", "terse-bar-raiser", "--question", QUESTION, "--seed", "3")
OFFLINE = ("--brain", "offline", "--judge", "offline")
ASK = "How many transactions per second do we have?"
FIRST_HALF = "I would train gradient boosted trees on the transactions, and"
SECOND_HALF = "I would choose the threshold by the cost of each error."
IN_PIECES = (
    "I would begin with the metric. [0.9 s] Then I look at the data. [0.9 s] "
    "Then at the labels, and how late they come. [0.9 s] Then I build a simple model. [0.9 s] "
    "I compare it with the rules. [0.9 s] I choose a threshold. [0.9 s] Then I would ship it."
)
ASLEEP_S = 13.0
"""Longer than the silence after which the interviewer would say something."""
HUNG_S = 9.0


@pytest.fixture
def card() -> Iterator[SoundCard]:
    # A socket's path may have 107 characters: not below pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="viva-") as place, SoundCard(Path(place)) as card:
        yield card


@pytest.fixture
def program(card: SoundCard, tmp_path: Path) -> Iterator[Program]:
    with Program(tmp_path, *COMMAND, *OFFLINE, env=card.env) as program:
        yield program


def notices(program: Program) -> list[str]:
    return [str(event["text"]) for _, event in program.told if event["event"] == "notice"]


def states(program: Program) -> list[str]:
    return [str(event["state"]) for _, event in program.told if event["event"] == "state"]


def events(session: SessionFolder, name: str) -> list[str]:
    return [str(event.get("what")) for event in session.events() if event.event == name]


def words(turns: tuple[Turn, ...], speaker: str = "candidate") -> str:
    return " ".join(turn.text.lower() for turn in turns if turn.speaker == speaker)


def wait_for_notice(program: Program, word: str, after_s: float) -> float:
    """The moment of the first notice with `word` after that moment."""
    while True:
        told = program.wait_for("notice", after_s=after_s)
        assert told is not None, program.said()
        after_s, event = told
        if word in str(event["text"]):
            return after_s


def test_after_the_sound_server_was_restarted_the_same_answer_goes_on(
    card: SoundCard, program: Program
) -> None:
    assert program.wait_for("listening") is not None, program.said()
    time.sleep(0.5)
    card.play(say(FIRST_HALF)).wait()
    killed = time.monotonic()
    card.kill()
    lost = wait_for_notice(program, "microphone is gone", killed)
    card.start()
    back = wait_for_notice(program, "microphone is back", lost)
    card.play(say(SECOND_HALF)).wait()
    heard = program.wait_for("heard", after_s=back)
    assert heard is not None, program.said()
    assert program.wait_for("listening", after_s=heard[0]) is not None, program.said()
    assert program.stop() == 130
    assert "Traceback" not in program.said()
    assert states(program)[:2] == ["no_microphone", "listening"]
    (mine,) = [turn for turn in program.session.turns() if turn.speaker == "candidate"]
    assert "gradient boosted trees" in mine.text.lower()
    assert "cost of each error" in mine.text.lower()
    # Outage and restart took longer than this by the wall clock.
    length_ms = (mine.end_ms or 0) - (mine.start_ms or 0)
    spoken_ms = (len(say(FIRST_HALF)) + len(say(SECOND_HALF))) * 1000 / SAMPLE_RATE
    assert length_ms < spoken_ms + 2_500
    assert len(events(program.session, "device")) == 2


def test_an_unplugged_microphone_is_not_replaced_by_the_interviewers_own_voice(
    card: SoundCard, program: Program
) -> None:
    assert program.wait_for("listening") is not None, program.said()
    time.sleep(0.5)
    unplugged = time.monotonic()
    card.unplug_microphone()
    lost = wait_for_notice(program, "microphone is gone", unplugged)
    assert lost - unplugged < 3
    # Several tries later it is still not the monitor that is listened to.
    time.sleep(5)
    assert len(notices(program)) == 1
    card.plug_microphone()
    back = wait_for_notice(program, "microphone is back", lost)
    time.sleep(0.5)
    card.play(say(ASK)).wait()
    heard = program.wait_for("heard", after_s=back)
    assert heard is not None, program.said()
    assert "transactions per second" in str(heard[1]["text"]).lower()
    assert program.stop() == 130
    assert "Traceback" not in program.said()


def test_a_speaker_that_hangs_stops_the_interview_and_nothing_of_the_question_is_lost(
    card: SoundCard, program: Program
) -> None:
    assert program.wait_for("saying") is not None, program.said()
    time.sleep(1.5)
    hung = time.monotonic()
    card.suspend("speaker", True)
    lost = wait_for_notice(program, "speaker is gone", hung)
    time.sleep(max(0.0, HUNG_S - (time.monotonic() - hung)))
    card.suspend("speaker", False)
    wait_for_notice(program, "speaker is back", lost)
    assert program.wait_for("listening", after_s=lost) is not None, program.said()
    assert program.stop() == 130
    (prompt,) = program.session.turns()
    assert not prompt.interrupted
    _, right = read_recording(program.session.audio_path)
    loud = np.flatnonzero(np.abs(right) > 0.003)
    assert (loud[-1] - loud[0]) / SAMPLE_RATE * 1000 == pytest.approx(
        (prompt.end_ms or 0) - (prompt.start_ms or 0), abs=700
    )
    longest = float(np.max(np.diff(loud))) / SAMPLE_RATE
    assert longest < 2.0
    assert "no_speaker" in states(program)


def test_a_process_that_was_stopped_goes_on_as_if_no_time_had_passed(
    card: SoundCard, program: Program
) -> None:
    assert program.wait_for("listening") is not None, program.said()
    time.sleep(1.0)
    stopped = time.monotonic()
    program.process.send_signal(signal.SIGSTOP)
    card.play(say("Somebody in the room talks about pizza.")).wait()
    time.sleep(max(0.0, ASLEEP_S - (time.monotonic() - stopped)))
    program.process.send_signal(signal.SIGCONT)
    woken = time.monotonic()
    told = wait_for_notice(program, "asleep or stopped for", stopped)
    assert told - woken < 3
    time.sleep(1.0)
    card.play(say(ASK)).wait()
    assert program.wait_for("heard", after_s=woken) is not None, program.said()
    assert program.wait_for("saying", after_s=woken) is not None, program.said()
    assert program.stop() == 130
    session = program.session
    moves = [event["kind"] for _, event in program.told if event["event"] == "move"]
    assert moves == ["prompt", "fact"]
    assert "pizza" not in words(session.turns())
    assert "transactions per second" in words(session.turns())
    (event,) = [event for event in session.events() if event.event == "asleep"]
    assert event.get("seconds") == pytest.approx(ASLEEP_S, abs=1.5)
    prompt, mine = session.turns()[:2]
    assert (mine.start_ms or 0) - (prompt.end_ms or 0) < (ASLEEP_S - 4) * 1000


def test_a_machine_that_is_too_slow_says_so_and_leaves_something_out(
    card: SoundCard, tmp_path: Path
) -> None:
    # What counts as too slow is set so low that any machine is.
    env = {**card.env, "VIVA_SLOW_FACTOR": "0.001"}
    with Program(tmp_path, *COMMAND, *OFFLINE, env=env) as program:
        assert program.wait_for("listening") is not None, program.said()
        began = time.monotonic()
        card.play(say(IN_PIECES)).wait()
        wait_for_notice(program, "too slow", began)
        assert program.stop() == 130
        (event,) = [event for event in program.session.events() if event.event == "too_slow"]
    assert event.get("step") == "nothing_ahead"
    (told,) = notices(program)
    assert "nothing ahead" in told


def test_a_pause_is_not_heard_and_without_a_microphone_answers_are_typed(
    card: SoundCard, tmp_path: Path
) -> None:
    code = f"""
import sys
sys.argv = ["viva", *{(*COMMAND, *OFFLINE)!r}]
from agent.cli import main
main()
"""
    env = {**card.env, "VIVA_SESSIONS_HOME": str(tmp_path)}
    with Terminal(code, columns=100, rows=40, **env) as terminal:
        terminal.wait_for("YOUR TURN")
        terminal.type("p")
        terminal.wait_for("PAUSED")
        paused_s = time.monotonic()
        card.play(say("Excuse me, my pizza has arrived, this takes a while.")).wait()
        time.sleep(1.0)
        away_s = time.monotonic() - paused_s
        terminal.type("p")
        terminal.wait_for("YOUR TURN")
        time.sleep(0.5)
        card.play(say(ASK)).wait()
        terminal.wait_for("million")
        terminal.wait_for("YOUR TURN")
        card.unplug_microphone()
        terminal.wait_for("NO MICROPHONE")
        terminal.type("k")
        terminal.wait_for("Type your answer")
        terminal.type("I would rank by expected cost.\n\n")
        terminal.wait_for("\n> ")
        deadline = time.monotonic() + 20
        (folder,) = tmp_path.iterdir()
        while len(SessionFolder.open(folder, repair=False).turns()) < 5:
            assert time.monotonic() < deadline, terminal.screen.text
            terminal.read(0.1)
        terminal.type("\x03")
        assert terminal.end() == 130, terminal.screen.text
        assert terminal.by_line
        assert "Expression" not in terminal.output
    card.plug_microphone()
    session = SessionFolder.open(folder)
    turns = session.turns()
    assert "pizza" not in words(turns)
    assert "transactions per second" in turns[1].text
    gap_s = ((turns[1].start_ms or 0) - (turns[0].end_ms or 0)) / 1000
    assert gap_s < away_s
    assert turns[3].text == "I would rank by expected cost."
    assert turns[3].words == ()
    left, _ = read_recording(session.audio_path)
    spoken = np.flatnonzero(np.abs(left) > 0.003)
    assert spoken[-1] / SAMPLE_RATE * 1000 < (turns[2].start_ms or 0)
    assert len(events(session, "keyboard")) == 1
    with Program(tmp_path, "resume", "last", env=card.env) as program:
        assert program.wait_for("waiting_on") is not None, program.said()
        assert program.wait_for("listening") is not None, program.said()
        assert program.stop() == 130


RATES = """
import json, sys, time
import numpy as np
from audio.microphone import Microphone
from audio.playback import SpeakerPlayer, play
from audio.frame import SpeechChunk
refused, rate = 10_000_000, int(sys.argv[1])
began = time.monotonic()
microphone = Microphone(lambda: (time.monotonic() - began) * 1000, rates=(refused, rate))
microphone.open()
tone = np.sin(2 * np.pi * 440 * np.arange(24_000 * 3) / 24_000).astype(np.float32) / 4
player = SpeakerPlayer(rates=(refused, rate))
playback = player.start(24_000)
playback.write(tone)
print("ready", flush=True)
played = playback.finish()
frames = [next(microphone) for _ in range(60)]
print(json.dumps({
    "microphone_hz": microphone.rate_hz, "speaker_hz": playback.device_hz, "played": played,
    "steps": [b.start_ms - a.start_ms for a, b in zip(frames, frames[1:])],
    "sound": np.concatenate([frame.samples for frame in frames]).tolist(),
}))
microphone.close()
"""


def pitch_hz(sound: np.ndarray) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(sound)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_devices_that_refuse_our_rate_are_used_at_theirs(card: SoundCard, rate: int) -> None:
    with (
        card.record("speaker") as speaker,
        subprocess.Popen(
            [sys.executable, "-c", RATES, str(rate)],
            env={**card.env, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            text=True,
        ) as child,
    ):
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time_s = np.arange(SAMPLE_RATE * 6) / SAMPLE_RATE
        card.play((np.sin(2 * np.pi * 700 * time_s) / 4).astype(np.float32))
        found = json.loads(child.stdout.read())
        played = speaker.samples
    assert found["microphone_hz"] == found["speaker_hz"] == rate
    assert found["played"] == 72_000
    assert found["steps"] == pytest.approx([32.0] * 59)
    heard = np.array(found["sound"][-SAMPLE_RATE:])
    assert pitch_hz(heard) == pytest.approx(700, abs=2)
    loud = np.flatnonzero(np.abs(played) > 0.05)
    # The virtual speaker swallows up to 0.2 s at either end, at its own rate as well.
    assert 2.5 < (loud[-1] - loud[0]) / SAMPLE_RATE < 3.05
    assert pitch_hz(played[loud[0] : loud[0] + SAMPLE_RATE]) == pytest.approx(440, abs=2)
