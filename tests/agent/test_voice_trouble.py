"""The channel while it stands still: keys that end the wait, a pause in mid-sentence."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from rich.console import Console

from agent.candidate_sound import LiveCandidate
from agent.channels import Heard
from agent.clock import WallClock
from agent.key_commands import Commands
from agent.keyboard_channel import KeyboardChannel
from agent.moves import Move
from agent.patient_player import PatientPlayer
from agent.standing_still import StandingStill
from agent.state import Ask
from agent.view import ConsoleView
from agent.voice_channel import VoiceChannel
from audio.errors import DeviceError
from audio.frame import FRAME_MS, FRAME_SAMPLES, AudioFrame, Samples
from audio.listener import Listener
from audio.microphone import Microphone
from audio.playback import NullPlayback, NullPlayer, Playback
from audio.synthesizer import SilentSynthesizer
from audio.transcriber import ScriptedTranscriber
from audio.wav import RecordingWriter
from prompts.persona import Patience

pytestmark = pytest.mark.realtime

MOVE = Move(kind="prompt", reason="r", question_id="fraud-detection", phase="open")
ASK = Ask(move=MOVE, utterance="u", turn=0, silence_limit_ms=12_000)
WORDS = "What would you do first?"


class LoudIsSpeech:
    """A detector for scripted sound."""

    def stream(self) -> LoudIsSpeech:
        return self

    def probability(self, samples: Samples) -> float:
        return float(np.abs(samples).max() > 0.1)


class Microphones:
    """Frames at the pace of the clock until it is unplugged: loud ones, then silence."""

    def __init__(self, clock: WallClock, loud: int, frames: int) -> None:
        self.clock, self.loud, self.left = clock, loud, frames

    def __iter__(self) -> Iterator[AudioFrame]:
        return self

    def __next__(self) -> AudioFrame:
        if self.left <= 0:
            raise DeviceError("the microphone is gone", where="test")
        self.left -= 1
        self.loud -= 1
        time.sleep(FRAME_MS / 1000)
        samples = np.full(FRAME_SAMPLES, 0.5 if self.loud >= 0 else 0.0, np.float32)
        return AudioFrame(samples, self.clock.now_ms() - FRAME_MS)

    def drain(self) -> list[AudioFrame]:
        return []

    def close(self) -> None:
        self.left = 0


class Unreliable:
    """One fate for each playback: it works, dies soon, or cannot be opened."""

    def __init__(self, *fates: str) -> None:
        self.fates = list(fates)

    def start(self, rate_hz: int) -> Playback:
        fate = self.fates.pop(0) if self.fates else "works"
        if fate == "closed":
            raise DeviceError("the speaker is gone", where="test")
        return Dead(rate_hz) if fate == "dies" else NullPlayback(rate_hz, real_time=True)


class Dead(NullPlayback):
    """The device ends after a fifth of a second."""

    def __init__(self, rate_hz: int) -> None:
        super().__init__(rate_hz, real_time=True)

    def check(self) -> None:
        if self.started_at is not None and time.monotonic() - self.started_at > 0.2:
            self.abort()
            raise DeviceError("the speaker is gone", where="test")


class Room:
    """A channel with scripted ears, and a microphone that lasts `frames` frames."""

    def __init__(
        self, folder: Path, *, loud: int = 0, frames: int = 0, heard: str = "", typed: str = "",
        speaker: Unreliable | None = None,
    ) -> None:  # fmt: skip
        self.clock, self.commands = WallClock(), Commands()
        self.out = io.StringIO()
        self.logged: list[str] = []
        view = ConsoleView(Console(file=self.out, width=200), interviewer="Morgan")
        still = StandingStill(
            self.clock, view, self.commands, lambda event, **_: self.logged.append(event)
        )
        microphones = [Microphones(self.clock, loud, frames)]

        def open_microphone() -> Microphone:
            if not microphones:
                raise DeviceError("there is no microphone")
            return cast("Microphone", microphones.pop())

        detector = LoudIsSpeech()
        self.listener = Listener(detector, ScriptedTranscriber([heard] * 3))
        self.channel = VoiceChannel(
            clock=self.clock,
            synthesizer=SilentSynthesizer(),
            player=PatientPlayer(speaker or NullPlayer(), still, patience_s=2.0),
            detector=detector,
            listener=self.listener,
            candidate=LiveCandidate(open_microphone, still, watched=False),
            recording=RecordingWriter(folder / "audio.wav"),
            patience=Patience(handed_over_ms=400, complete_ms=600, incomplete_ms=2_000),
            view=view,
            commands=self.commands,
            still=still,
            keyboard=KeyboardChannel(lines=io.StringIO(typed), clock=self.clock.now_ms),
        )

    def listen(self) -> Heard:
        return self.channel.listen(ASK, lambda _clause: None)

    def press(self, key: str, after_s: float) -> None:
        threading.Timer(after_s, self.commands.press, [key]).start()


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[list[Room]]:
    made: list[Room] = []
    yield made
    for room in made:
        room.channel.close()


def test_without_a_microphone_the_candidate_can_stop(tmp_path: Path, rooms: list[Room]) -> None:
    rooms.append(room := Room(tmp_path))
    room.press("stop", 0.3)
    heard = room.listen()
    assert (heard.command, heard.text, heard.left) == ("stop", "", False)
    assert heard.silent_ms == 0
    assert heard.now_ms >= heard.start_ms >= 0


def test_what_was_said_before_going_over_to_typing_is_the_beginning_of_the_answer(
    tmp_path: Path, rooms: list[Room]
) -> None:
    typed = "by user id\n\n/hint\n"
    rooms.append(room := Room(tmp_path, loud=20, frames=24, heard="I would shard", typed=typed))
    room.press("type", 1.5)
    heard = room.listen()
    assert heard.text == "I would shard by user id"
    assert [word.word for word in heard.words] == ["I", "would", "shard"]
    assert heard.end_ms >= heard.words[-1].end_ms
    assert room.listen().command == "hint"
    assert room.logged == ["device", "keyboard"]


def test_who_types_nothing_more_sends_what_was_said(tmp_path: Path, rooms: list[Room]) -> None:
    rooms.append(room := Room(tmp_path, loud=20, frames=24, heard="I would shard", typed="\n"))
    room.press("type", 1.5)
    assert room.listen().text == "I would shard"


def test_a_pause_silences_the_interviewer_who_then_says_the_rest(
    tmp_path: Path, rooms: list[Room]
) -> None:
    rooms.append(room := Room(tmp_path))
    room.press("pause", 0.5)
    room.press("pause", 1.5)
    began_s, began_ms = time.monotonic(), room.clock.now_ms()
    spoken = room.channel.say(room.channel.speech(iter([WORDS])), undoable=False)
    took_s, took_ms = time.monotonic() - began_s, room.clock.now_ms() - began_ms
    assert spoken.text == WORDS
    assert not spoken.interrupted
    assert took_s * 1000 - took_ms == pytest.approx(1_000, abs=200)
    assert spoken.end_ms - spoken.start_ms == pytest.approx(5 * 60_000 / 165, abs=150)
    assert "Paused." in room.out.getvalue()


def test_a_speaker_that_comes_back_says_the_rest(tmp_path: Path, rooms: list[Room]) -> None:
    speaker = Unreliable("dies", "closed", "works")
    rooms.append(room := Room(tmp_path, speaker=speaker))
    spoken = room.channel.say(room.channel.speech(iter([WORDS])), undoable=False)
    assert (spoken.text, spoken.interrupted, speaker.fates) == (WORDS, False, [])
    assert spoken.end_ms - spoken.start_ms == pytest.approx(5 * 60_000 / 165, abs=150)
    assert room.logged == ["device", "device"]


def test_without_a_speaker_what_is_said_is_written_until_there_is_one(
    tmp_path: Path, rooms: list[Room]
) -> None:
    speaker = Unreliable(*["closed"] * 4, "works")
    rooms.append(room := Room(tmp_path, speaker=speaker))
    for _ in range(2):
        spoken = room.channel.say(room.channel.speech(iter([WORDS])), undoable=False)
        assert (spoken.text, spoken.interrupted) == (WORDS, False)
    told = room.out.getvalue()
    assert told.index("speaker is gone") < told.index("you read what I say")
    room.channel.say(room.channel.speech(iter([WORDS])), undoable=False)
    assert told.count("is back") == 0
    assert "The speaker is back; I speak again." in room.out.getvalue()


def test_a_key_ends_the_wait_for_a_speaker(tmp_path: Path, rooms: list[Room]) -> None:
    rooms.append(room := Room(tmp_path, speaker=Unreliable(*["closed"] * 9)))
    room.press("skip", 0.3)
    began_s = time.monotonic()
    spoken = room.channel.say(room.channel.speech(iter([WORDS])), undoable=False)
    assert spoken.interrupted
    assert spoken.text == ""
    assert time.monotonic() - began_s < 1.5
