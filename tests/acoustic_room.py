"""A room with a loudspeaker and a microphone: in memory, and around the virtual sound card.

with SoundCard(folder) as card, LiveRoom(card, ROOMS["office"]):
    ...  # what the program plays reaches its microphone through the room
"""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from sound_card import SINKS, SoundCard, ended, stream_of

from audio.frame import SAMPLE_RATE, Samples

BLOCK = 320
"""20 ms."""
SPEECH_RMS = 0.05
"""Level of the candidate's speech at the microphone (-26 dBFS where there is sound)."""
AUDIBLE = 0.003
NOISE_RMS = 0.0005
"""The room without anybody: -66 dBFS."""


@dataclass(frozen=True, slots=True)
class Room:
    """A loudspeaker at a distance, driven hard enough to distort a little."""

    name: str
    delay_ms: float
    """From the loudspeaker to the microphone, the devices' buffers left out."""
    reverberation_s: float
    """Until the sound has died away by 60 dB."""
    echo_db: float
    """The interviewer's voice at the microphone, against the candidate's."""
    drive: float = 3.0
    """tanh(drive * x) / drive: a small loudspeaker."""

    def response(self) -> Samples:
        """Impulse response of unit power: direct path, then a tail of noise that dies away."""
        rng = np.random.default_rng(round(self.delay_ms))
        length = int(self.reverberation_s * SAMPLE_RATE)
        tail = rng.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
        tail[: int(0.002 * SAMPLE_RATE)] = 0
        tail *= 0.7 / np.sqrt(np.sum(tail**2))
        tail[0] = 1.0
        tail /= np.sqrt(np.sum(tail**2))
        late = np.zeros(int(self.delay_ms * SAMPLE_RATE / 1000))
        return np.concatenate([late, tail]).astype(np.float32)

    def distorted(self, far: Samples) -> Samples:
        """What leaves the loudspeaker."""
        return np.tanh(self.drive * far) / np.float32(self.drive)

    def gain(self, voice: Samples) -> float:
        """What makes the echo of that voice as loud as it should be."""
        return SPEECH_RMS * 10 ** (self.echo_db / 20) / loudness(self.distorted(voice))


ROOMS = {
    room.name: room
    for room in (
        Room("laptop", 20, 0.25, -6),
        Room("office", 45, 0.4, -12),
        Room("hall", 80, 0.6, -20),
    )
}


def loudness(samples: Samples) -> float:
    """Root mean square where there is sound."""
    heard = samples[np.abs(samples) > AUDIBLE]
    return float(np.sqrt(np.mean(np.square(heard)))) if heard.size else 1.0


def as_loud_as_a_candidate(samples: Samples) -> Samples:
    """Speech at SPEECH_RMS."""
    return (samples * (SPEECH_RMS / loudness(samples))).astype(np.float32)


class LiveRoom:
    """Takes what the sound card plays through the room into its microphone, as it is played."""

    def __init__(self, card: SoundCard, room: Room, voice: Samples) -> None:
        """`voice`: some of the interviewer's speech, for its level."""
        self.card, self.room = card, room
        self.response = room.response() * room.gain(voice)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, name="room")
        common = (f"--rate={SAMPLE_RATE}", "--channels=1", "--format=s16le", "--raw")
        self.ear = subprocess.Popen(
            ["parec", f"--device={SINKS['speaker']}.monitor", *common, "--latency-msec=20"],
            env=card.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.mouth = subprocess.Popen(
            ["pacat", "--playback", f"--device={SINKS['microphone']}", *common,
             "--latency-msec=40"],
            env=card.env,
            stdin=subprocess.PIPE,
            bufsize=0,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> LiveRoom:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ending.set()
        ended(self.ear)
        ended(self.mouth)
        self.thread.join()

    def run(self) -> None:
        """Block by block, with the tail of the blocks before."""
        size = 1 << (BLOCK + self.response.size - 1).bit_length()
        spectrum = np.fft.rfft(self.response, size)
        rest: NDArray[np.float64] = np.zeros(size)
        ear, mouth = stream_of(self.ear.stdout), stream_of(self.mouth.stdin)
        rng = np.random.default_rng(1)
        with ear, mouth:
            while not self.ending.is_set() and len(block := ear.read(2 * BLOCK)) == 2 * BLOCK:
                far = np.frombuffer(block, "<i2").astype(np.float32) / np.float32(32768)
                rest += np.fft.irfft(np.fft.rfft(self.room.distorted(far), size) * spectrum)
                near = rest[:BLOCK] + NOISE_RMS * rng.standard_normal(BLOCK)
                rest = np.concatenate([rest[BLOCK:], np.zeros(BLOCK)])
                try:
                    mouth.write((np.clip(near, -1, 1) * 32767).astype("<i2").tobytes())
                except (BrokenPipeError, ValueError):
                    return  # the sound card is gone
