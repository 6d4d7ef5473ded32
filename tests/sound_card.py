"""A sound card without hardware: a private PulseAudio with a virtual speaker and microphone.

    with SoundCard(folder) as card:
        program = subprocess.Popen(["viva", "interview"], env=card.env)
        with card.record("speaker") as heard:
            card.play(samples).wait()
        heard.samples

The program under test opens its devices through PortAudio as on any machine. Nothing of the user's
own sound system is touched: the server has its own socket and runtime folder and dies with the
context.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Literal

import numpy as np
import pytest

from audio.files import load_audio
from audio.frame import SAMPLE_RATE, Samples

PACKAGES = ("libportaudio2", "pulseaudio", "pulseaudio-utils", "libasound2-plugins")
PROGRAMS = ("pulseaudio", "pactl", "pacat", "parec")
START_S = 20.0
"""The server was ready within 0.05 to 0.9 s; a loaded machine gets more (seconds)."""
INSTALL_S = 300
STOP_S = 5.0
"""After this long without an end on request a process is killed (seconds)."""
FIRST_SOUND_S = 10.0
"""A recorder of a sleeping null sink needs up to 2 s for its first samples (seconds)."""
READ_BYTES = 640
"""20 ms of 16 kHz mono 16 bit: small reads date the recording well."""
RECORDER_LATENCY_MS = 50
PLAYER_LATENCY_MS = 40

Side = Literal["speaker", "microphone"]
SINKS: dict[Side, str] = {"speaker": "viva_spk", "microphone": "viva_micfeed"}

MICROPHONE = (
    "module-remap-source source_name=viva_mic master=viva_micfeed.monitor channels=1 "
    "channel_map=mono master_channel_map=mono"
)
DEVICES = """\
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=viva_spk rate=48000 channels=2
load-module module-null-sink sink_name=viva_micfeed rate=48000 channels=1 channel_map=mono
load-module {microphone}
set-default-sink viva_spk
set-default-source viva_mic
"""
ROOM = """\
load-module module-loopback source=viva_spk.monitor sink=viva_micfeed latency_msec=60
"""
"""Speakers without headphones: what is played reaches the microphone."""


class SoundCard:
    """The private server; `env` leads a child process to it. Not for two threads at once."""

    def __init__(self, folder: Path, *, room: bool = False) -> None:
        """`folder` (made if missing, path shorter than 90 characters) holds socket, log and state.

        `room`: the microphone also hears the speaker, at full level.
        """
        self.folder, self.room = folder, room
        self.socket = folder / "native"
        self.env = {
            **os.environ,
            "PULSE_SERVER": f"unix:{self.socket}",
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder / "state"),
        }
        self.server: subprocess.Popen[bytes] | None = None
        self.children: list[Playing | Recording] = []

    def __enter__(self) -> SoundCard:
        need_pulseaudio()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self.children:
            child.stop()
        if self.server is not None:
            ended(self.server)
        self.socket.unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server, also again after `kill`. RuntimeError with its log if it fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.socket.unlink(missing_ok=True)
        script = self.folder / "devices.pa"
        script.write_text(
            DEVICES.format(socket=self.socket, microphone=MICROPHONE) + (ROOM if self.room else "")
        )
        log = self.folder / "log"
        self.server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1"),
                *("--use-pid-file=no", "--disable-shm=yes", "--realtime=no"),
                *("--high-priority=no", f"--log-target=file:{log}", "-F", str(script)),
            ],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_S
        while SINKS["speaker"] not in self.control("list", "short", "sinks", check=False):
            if self.server.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-800:] if log.exists() else "no log"
                raise RuntimeError(f"the private PulseAudio does not start: {said}")
            time.sleep(0.02)

    def control(self, *words: str, check: bool = True) -> str:
        """`pactl` with these words; what it printed."""
        done = subprocess.run(
            ["pactl", *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=check,
        )
        return done.stdout

    def play(self, sound: Path | Samples) -> Playing:
        """Speak into the virtual microphone; returns at once. Samples are 16 kHz mono float32."""
        samples = load_audio(sound) if isinstance(sound, Path) else sound
        playing = Playing(self.env, samples)
        self.children.append(playing)
        return playing

    def record(self, side: Side = "speaker") -> Recording:
        """Record what goes to the speaker, or into the microphone; returns with sound coming in."""
        recording = Recording(self.env, f"{SINKS[side]}.monitor")
        self.children.append(recording)
        recording.wait_for_sound()
        return recording

    def unload(self, side: Side) -> None:
        """Pull the plug of one device; the other one stays."""
        sink = f"sink_name={SINKS[side]}"
        for line in self.control("list", "short", "modules").splitlines():
            number, _, arguments = line.partition("\t")
            if sink in arguments.split():
                self.control("unload-module", number)

    def unplug_microphone(self) -> None:
        """Its source goes; like a real server, this one then offers the speaker's monitor."""
        self.control("unload-module", "module-remap-source")

    def plug_microphone(self) -> None:
        """Its source is there again, and the default."""
        self.control("load-module", *MICROPHONE.split())
        self.control("set-default-source", "viva_mic")

    def suspend(self, side: Side, on: bool) -> None:
        """The device hangs: it is there and takes or gives nothing, without a word."""
        self.control("suspend-sink", SINKS[side], "1" if on else "0")

    def kill(self) -> None:
        """The sound server dies without a word, as in a crash."""
        assert self.server is not None, "the sound card is not running"
        self.server.kill()
        self.server.wait()


class Playing:
    """Sound on its way into the microphone."""

    def __init__(self, env: dict[str, str], samples: Samples) -> None:
        self.seconds = len(samples) / SAMPLE_RATE
        self.process = subprocess.Popen(
            [
                *("pacat", "--playback", f"--device={SINKS['microphone']}"),
                *(f"--rate={SAMPLE_RATE}", "--channels=1", "--format=s16le", "--raw"),
                f"--latency-msec={PLAYER_LATENCY_MS}",
            ],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        whole = (np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        self.feeder = threading.Thread(target=self.feed, args=(whole,), name="feed", daemon=True)
        self.feeder.start()

    def feed(self, whole: bytes) -> None:
        """Hand over the sound as fast as the player takes it; the player ends by itself."""
        pipe = stream_of(self.process.stdin)
        try:
            with pipe:
                pipe.write(whole)
        except BrokenPipeError:
            return  # stopped, or the server is gone

    @property
    def over(self) -> bool:
        """Whether the last sample has been played."""
        return self.process.poll() is not None

    def wait(self) -> None:
        """Until the last sample has been played."""
        self.process.wait(timeout=self.seconds + START_S)
        self.feeder.join()

    def stop(self) -> None:
        """Fall silent at once."""
        ended(self.process)
        self.feeder.join(timeout=STOP_S)


class Recording:
    """One side of the sound card while it is recorded; a context manager that stops at its end."""

    def __init__(self, env: dict[str, str], source: str) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.start_s = float("inf")
        """`time.monotonic()` of the first sample."""
        self.process = subprocess.Popen(
            [
                *("parec", f"--device={source}", f"--rate={SAMPLE_RATE}", "--channels=1"),
                *("--format=s16le", "--raw", f"--latency-msec={RECORDER_LATENCY_MS}"),
            ],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.reader = threading.Thread(target=self.read, name="record", daemon=True)
        self.reader.start()

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def read(self) -> None:
        """Collect until the recorder ends.

        Sound can only arrive late, so the earliest start that any piece implies is the true one.
        """
        pipe = stream_of(self.process.stdout)
        with pipe:
            while piece := pipe.read(READ_BYTES):
                self.parts.append(piece)
                self.size += len(piece)
                started = time.monotonic() - self.size / 2 / SAMPLE_RATE
                self.start_s = min(self.start_s, started)

    def wait_for_sound(self) -> None:
        """Until samples (silence as well) come in."""
        deadline = time.monotonic() + FIRST_SOUND_S
        while not self.parts:
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the recorder of the virtual sound card gets no sound")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the recording; twice is allowed."""
        ended(self.process)
        self.reader.join(timeout=STOP_S)

    @property
    def samples(self) -> Samples:
        """What was recorded until now: shape (n,), float32, 16 kHz."""
        whole = b"".join(self.parts)
        return np.frombuffer(whole[: len(whole) // 2 * 2], "<i2").astype(np.float32) / np.float32(
            32768
        )

    def save(self, path: Path) -> Path:
        """Write a WAV."""
        import wave

        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(b"".join(self.parts))
        return path


def stream_of(pipe: IO[bytes] | None) -> IO[bytes]:
    """A pipe that was asked for is there."""
    assert pipe is not None
    return pipe


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, kindly first."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def need_pulseaudio() -> None:
    """Install what is missing where we may, else skip the test with what to do."""
    if portaudio() and all(shutil.which(program) for program in PROGRAMS):
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "update"], command):
            subprocess.run(step, env=quiet, capture_output=True, timeout=INSTALL_S, check=True)
        return
    pytest.skip(f"the virtual sound card needs PulseAudio: sudo {' '.join(command)}")


def portaudio() -> bool:
    """Whether the system has the library that sounddevice looks for."""
    import ctypes.util

    return ctypes.util.find_library("portaudio") is not None
