"""`viva doctor --sound`: real devices of a virtual sound card, with and without echo."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from candidate_voice import say
from sound_card import SoundCard

from agent.doctor_sound import EchoHeard, echo_finding, level_finding
from agent.sound_measures import ECHO_CORRELATION, correlation, measured, would_interrupt
from agent.weights import folder as weights
from audio.frame import SAMPLE_RATE, Samples
from audio.sources import level_dbfs
from audio.vad import SpeechDetector

pytestmark = pytest.mark.realtime

VIVA = Path(sys.executable).with_name("viva")
SENTENCE = "I would start with the requirements, and ask how many users there are."
DETECTOR = SpeechDetector()
RNG = np.random.default_rng(0)


def noise(dbfs: float, count: int) -> Samples:
    return RNG.normal(0, 10 ** (dbfs / 20), count).astype(np.float32)


def at_level(sound: Samples, dbfs: float) -> Samples:
    return np.clip(sound * 10 ** ((dbfs - level_dbfs(sound)) / 20), -1, 1).astype(np.float32)


def recording(speech_dbfs: float, noise_dbfs: float) -> Samples:
    """Half a second of noise, the sentence, half a second of noise."""
    pad = np.zeros(SAMPLE_RATE // 2, np.float32)
    sound = np.concatenate([pad, at_level(say(SENTENCE), speech_dbfs), pad])
    return np.clip(sound + noise(noise_dbfs, len(sound)), -1, 1).astype(np.float32)


def room(sound: Samples) -> Samples:
    """`sound` 0.2 s later, after a room that decays within 0.2 s."""
    decay = np.exp(-np.arange(3_200) / 600)
    response = RNG.normal(size=3_200) * decay
    response[0] = 4.0
    wet = np.convolve(np.tanh(2 * sound), response)
    late = np.concatenate([np.zeros(SAMPLE_RATE // 5), wet, np.zeros(SAMPLE_RATE // 2)])
    return at_level(late.astype(np.float32), -30)


@pytest.mark.parametrize(
    ("speech_dbfs", "noise_dbfs", "state", "words"),
    [
        (-25.0, -65.0, "ok", "good: speech -2"),
        (-56.0, -80.0, "warning", "too quiet"),
        (-4.0, -65.0, "warning", "too loud"),
        (-30.0, -36.0, "warning", "noisy"),
    ],
)
def test_a_recording_is_judged_by_its_speech_and_its_noise(
    speech_dbfs: float, noise_dbfs: float, state: str, words: str
) -> None:
    finding = level_finding(measured(recording(speech_dbfs, noise_dbfs), DETECTOR))
    assert finding.state == state
    assert words in finding.found
    assert bool(finding.todo) is (state == "warning")


def test_silence_and_noise_are_told_apart() -> None:
    silent = level_finding(measured(np.zeros(3 * SAMPLE_RATE, np.float32), DETECTOR))
    assert "silent" in silent.found
    nobody = level_finding(measured(noise(-50, 3 * SAMPLE_RATE), DETECTOR))
    assert "no speech" in nobody.found


def test_an_echo_is_found_through_a_room_and_noise_and_other_sounds_are_none() -> None:
    played = say("This sentence tests your speaker.")
    heard = room(played)
    for hidden in (heard, heard + noise(-26, len(heard))):
        assert correlation(hidden, played) >= ECHO_CORRELATION
    for other in (noise(-30, len(heard)), say(SENTENCE), np.zeros(len(heard), np.float32)):
        assert correlation(other, played) < ECHO_CORRELATION
    assert would_interrupt(heard, DETECTOR)
    assert not would_interrupt(noise(-60, len(heard)), DETECTOR)


@pytest.mark.parametrize(
    ("heard", "cancelled", "state", "words"),
    [
        (EchoHeard(0.02, -60, -60, False), None, "ok", "headphones are fine"),
        (EchoHeard(0.03, -30, -60, True), None, "warning", "somebody else"),
        (EchoHeard(0.50, -30, -60, True), None, "warning", "30 dB above the noise"),
        (
            EchoHeard(0.50, -30, -60, True),
            EchoHeard(0.01, -70, -60, False),
            "ok",
            "takes it out",
        ),
        (
            EchoHeard(0.50, -30, -60, True),
            EchoHeard(0.30, -40, -60, True),
            "warning",
            "even with echo cancellation",
        ),
    ],
)
def test_the_advice_on_echo_follows_what_was_heard(
    heard: EchoHeard, cancelled: EchoHeard | None, state: str, words: str
) -> None:
    finding = echo_finding(heard, cancelled)
    assert finding.state == state
    assert words in finding.found


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="viva-snd-") as name:
        yield Path(name)  # pytest's own folders are too long for a socket


def doctor(home: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    # Weights of its own: what it measures must not be left with the user's.
    models = home.parent / "models"
    models.mkdir()
    (models / "minilm-l6-v2").symlink_to(weights("minilm-l6-v2"))
    return subprocess.Popen(
        [str(VIVA), "doctor", "--sound"],
        env={
            **env,
            "VIVA_SESSIONS_HOME": str(home),
            "VIVA_MODELS_HOME": str(models),
            "COLUMNS": "200",
            "PYTHONUNBUFFERED": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def visit(card: SoundCard, home: Path) -> tuple[int, str]:
    """A visit of somebody who speaks when asked to; exit code and everything printed."""
    process = doctor(home, card.env)
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if line.startswith("Say a sentence now"):
                card.play(at_level(say(SENTENCE), -22))
        return process.wait(timeout=60), "".join(said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_headphones_are_recognised_and_the_words_are_understood(folder: Path) -> None:
    with SoundCard(folder / "pulse") as card:
        code, said = visit(card, folder / "home")
    assert code == 0
    assert "sound level: good" in said
    assert "requirements" in said.partition("sound words:")[2].splitlines()[0]
    assert "sound playback: 3 s played" in said
    assert "sound echo: the microphone does not hear the speaker" in said
    assert "real-time factor" in said.partition("sound model:")[2]


def test_a_speaker_that_the_microphone_hears_is_recognised(folder: Path) -> None:
    with SoundCard(folder / "pulse", room=True) as card:
        code, said = visit(card, folder / "home")
    assert code == 0
    echo = said.partition("sound echo:")[2].splitlines()[0]
    assert "the microphone hears the speaker" in echo
    assert "echo cancellation" in echo


def test_without_devices_it_says_so_and_the_verdict_is_the_same(folder: Path) -> None:
    env = {**os.environ, "PULSE_SERVER": f"unix:{folder}/nobody"}
    process = doctor(folder / "home", env)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "warning sound level:" in said
    assert "sound echo" not in said
    assert " is taken: " in said.partition("sound model:")[2]
