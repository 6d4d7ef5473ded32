"""What a recording says about a microphone: level, noise, clipping, and how much echo it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agent.level_meter import MUTED_DBFS, Loudness, loudness
from audio.frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples, milliseconds_of
from audio.onset import OnsetDetector
from audio.sources import level_dbfs
from audio.vad import VoiceDetector

SPEECH_LIKELY = 0.5
"""Silero's own threshold for a speech frame."""
LEAST_SPEECH_FRAMES = 6
"""0.2 s: less is a click or a breath."""
CLIPPED_AT = 0.985
"""Converters stop a little short of full scale."""
CLIPPED_SHARE = 0.005
"""Share of clipped samples from which it is audible; a voice 12 dB below full scale had 0.004,
one at 6 dB below 0.074."""
LEAST_SNR_DB = 10.0
"""Speech over noise. Measured with white noise and tiny.en: all words right at 10 dB, "boosted"
became "assisted" and worse at 0 dB, nothing left at -5 dB."""
ECHO_CORRELATION = 0.15
"""Correlation of what was played with what was recorded, from which it is the same sound. Measured
over delays up to 1.5 s: white noise 0.02; other sentences in the same voice 0.05 to 0.08 against
the doctor's own sentence, 0.13 against one of 1.5 s; through three room responses of 200 ms at
least 0.40, and 0.20 with noise 5 dB louder than the echo. Fainter echo disturbs nobody."""
LONGEST_DELAY_S = 1.5
"""Speaker and microphone buffers (0.34 s there and back at most) and a slow Bluetooth headset."""


@dataclass(frozen=True, slots=True)
class SoundMeasures:
    """A recording in numbers. Levels are root mean squares in dB below full scale."""

    overall_dbfs: float
    speech_dbfs: float | None
    """Level of the frames with speech; None when nobody spoke."""
    noise_dbfs: float | None
    """Level of the other frames; None when there are none."""
    clipped: float
    """Share of samples at full scale, 0 to 1."""

    @property
    def loudness(self) -> Loudness:
        """What that is: muted, too quiet, good, too loud, or unknown without speech."""
        if self.overall_dbfs < MUTED_DBFS:
            return "muted"
        if self.clipped > CLIPPED_SHARE:
            return "too loud"
        return "unknown" if self.speech_dbfs is None else loudness(self.speech_dbfs)

    @property
    def snr_db(self) -> float | None:
        """Speech over noise, dB; None where one of them is missing."""
        if self.speech_dbfs is None or self.noise_dbfs is None:
            return None
        return self.speech_dbfs - self.noise_dbfs


def measured(samples: Samples, detector: VoiceDetector) -> SoundMeasures:
    """The numbers of a recording: shape (n,), 16 kHz, float32 in [-1, 1], at least one frame."""
    frames = framed(samples)
    voice = detector.stream()
    speech = np.array([voice.probability(frame) > SPEECH_LIKELY for frame in frames])
    spoke = int(speech.sum()) >= LEAST_SPEECH_FRAMES
    # The frames beside speech hold its beginning and end, which are no noise.
    near = np.convolve(speech, np.ones(5), "same") > 0
    quiet = frames[~near] if spoke else frames
    return SoundMeasures(
        overall_dbfs=level_dbfs(samples),
        speech_dbfs=level_dbfs(frames[speech].ravel()) if spoke else None,
        noise_dbfs=level_dbfs(quiet.ravel()) if len(quiet) else None,
        clipped=float(np.mean(np.abs(samples) >= CLIPPED_AT)),
    )


def framed(samples: Samples) -> Samples:
    """The whole frames in `samples`: shape (frames, FRAME_SAMPLES), float32."""
    count = len(samples) // FRAME_SAMPLES
    return np.asarray(samples[: count * FRAME_SAMPLES], np.float32).reshape(count, FRAME_SAMPLES)


def correlation(recorded: Samples, played: Samples) -> float:
    """How much of `recorded` is `played`, at the best delay up to LONGEST_DELAY_S: 0 to 1.

    The peak of the normalised cross-correlation; both have shape (n,) at 16 kHz.
    """
    energy = float(np.sum(np.square(recorded, dtype=np.float64)))
    energy *= float(np.sum(np.square(played, dtype=np.float64)))
    if energy == 0:
        return 0.0
    # Zero padding to the sum of both lengths: else the end would wrap into the beginning.
    size = 1 << (len(recorded) + len(played) - 1).bit_length()
    spectrum = np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(played, size))
    delays = np.fft.irfft(spectrum, size)[: round(LONGEST_DELAY_S * SAMPLE_RATE)]
    return float(np.abs(delays).max() / np.sqrt(energy))


def would_interrupt(samples: Samples, detector: VoiceDetector) -> bool:
    """Whether the interviewer, speaking, would take this sound for the candidate."""
    voice, onset = detector.stream(), OnsetDetector()
    for number, frame in enumerate(framed(samples)):
        start_ms = milliseconds_of(number * FRAME_SAMPLES)
        onset.push(AudioFrame(frame, start_ms), voice.probability(frame))
        if onset.onset_ms is not None:
            return True
    return False
