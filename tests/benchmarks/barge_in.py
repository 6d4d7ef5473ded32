"""Is the candidate noticed over the interviewer, and does the interviewer hear itself?

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/barge_in.py [--json]

With headphones, and in three simulated rooms (tests/acoustic_room.py): impulse response with a
direct path and reverberation, a loudspeaker that distorts, the echo 6 to 20 dB softer than the
candidate, and the buffers of the devices, which are others for every utterance (82 to 194 ms were
measured between the streams of six utterances on virtual devices). Everything from the microphone's
frames to the decision is the program's own: canceller, room filter, detector, onset.

An utterance "stops for nothing" when it pauses for its own echo. A barge-in is noticed when the
interviewer pauses; the time counts from the first audible 10 ms block of the candidate.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from acoustic_room import NOISE_RMS, ROOMS, Room, as_loud_as_a_candidate
from candidate_voice import say
from stereo import audible, first_after

from audio.echo import EchoCanceller
from audio.frame import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Samples
from audio.onset import LOUDSPEAKER_ONSET, OnsetDetector, OnsetSettings
from audio.vad import SpeechDetector

GREETING = (
    "Hello, my name is Daniel and I will be your interviewer today. We have twenty minutes. Ask me "
    "anything you like, and think aloud."
)
UTTERANCES = (
    "So you said that the first stage is logistic regression. How would you choose the threshold, "
    "and what happens when the attackers learn where it is?",
    "There are about five thousand transactions per second at peak, and the decision has to be "
    "made within a hundred milliseconds.",
    "Suppose the regulator now demands an explanation for every declined payment. What would you "
    "change in your design, and what stays as it is?",
    "How would you find out that the model still works next month, when the labels only arrive "
    "after sixty days?",
)
BARGE_INS = (
    "For the baseline I would use gradient boosted trees on the click features.",
    "Sorry, may I ask something first?",
    "Wait, I meant the second stage, not the first one.",
    "Actually the latency budget matters more here.",
    "And I would also monitor the share of declined payments.",
)
BEGIN_S = (0.6, 1.3, 2.0, 2.9)
"""When the candidate begins, after the beginning of the utterance."""
DEVICES_MS = (140.0, 230.0)
"""What the buffers of microphone and speaker add, anew for each utterance."""
VOLUME = 0.6
GAP_S = 1.5
OTHER_VOICE = 0.82
"""The candidate speaks slower and lower than the interviewer, whose voice it is."""
SEEDS = (1, 2, 3)
SOON_MS = 400.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One session's sound: the greeting, then the utterances. Samples at SAMPLE_RATE."""

    far: Samples
    near: Samples
    spans: list[tuple[int, int]]
    """Where each utterance and the gap behind it lie."""
    onsets: list[int]
    """The candidate's first sound in each; empty when they keep silent."""


def scene(room: Room | None, seed: int, *, candidate: bool) -> Scene:
    """What speaker and microphone have; `room` None = headphones."""
    rng = np.random.default_rng(seed)
    far_parts, near_parts, spans, onsets = [], [], [], []
    at = 0
    for number, text in enumerate((GREETING, *UTTERANCES)):
        voice = (VOLUME * say(text)).astype(np.float32)
        far = np.concatenate([voice, np.zeros(int(GAP_S * SAMPLE_RATE), np.float32)])
        near = NOISE_RMS * rng.standard_normal(far.size)
        if room is not None:
            near += echo(room, far, rng.uniform(*DEVICES_MS))
        if number:
            spans.append((at, at + far.size))
            if candidate:
                words = other_voice(say(BARGE_INS[(number + seed) % len(BARGE_INS)]))
                first = int(rng.choice(BEGIN_S) * SAMPLE_RATE)
                near[first : first + words.size] += words[: near.size - first]
                heard_ms = first_after(audible(words), 0.0) or 0.0
                onsets.append(at + first + int(heard_ms * SAMPLE_RATE / 1000))
        far_parts.append(far)
        near_parts.append(near)
        at += far.size
    return Scene(
        np.concatenate(far_parts), np.concatenate(near_parts).astype(np.float32), spans, onsets
    )


def echo(room: Room, far: Samples, devices_ms: float) -> Samples:
    """What the microphone gets of the speaker, as long as `far`."""
    late = np.concatenate([np.zeros(int(devices_ms * SAMPLE_RATE / 1000)), room.distorted(far)])
    response = room.response() * room.gain(far)
    size = 1 << (late.size + response.size).bit_length()
    whole = np.fft.irfft(np.fft.rfft(late, size) * np.fft.rfft(response, size), size)
    return np.asarray(whole[: far.size], np.float32)


def other_voice(samples: Samples) -> Samples:
    """The same words by somebody else."""
    count = int(samples.size / OTHER_VOICE)
    at = np.arange(count) * OTHER_VOICE
    slower = np.interp(at, np.arange(samples.size), samples).astype(np.float32)
    return as_loud_as_a_candidate(slower)


def onsets_of(sound: Scene, detector: SpeechDetector, settings: OnsetSettings) -> list[list[float]]:
    """Session clock (ms) at which each onset in each utterance was known."""
    canceller = EchoCanceller()
    found: list[list[float]] = [[] for _ in sound.spans]
    voice, onset, span = detector.stream(), OnsetDetector(settings), -1
    for first in range(0, sound.far.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        part = slice(first, first + FRAME_SAMPLES)
        cleaned = canceller.clean(sound.near[part], sound.far[part])
        now = next((n for n, (a, b) in enumerate(sound.spans) if a <= first < b), -1)
        if now != span:
            voice, onset, span = detector.stream(), OnsetDetector(settings), now
        start_ms = first * 1000 / SAMPLE_RATE
        onset.push(AudioFrame(cleaned, start_ms), voice.probability(cleaned))
        if onset.onset_ms is not None and span >= 0:
            found[span].append(start_ms + FRAME_MS)
            onset.forget()
    return found


def measure(room: Room | None, detector: SpeechDetector) -> dict[str, float]:
    """The figures of one room."""
    silent = stopped = noticed = soon = 0
    times: list[float] = []
    for seed in SEEDS:
        alone = onsets_of(scene(room, seed, candidate=False), detector, LOUDSPEAKER_ONSET)
        silent += len(alone)
        stopped += sum(bool(each) for each in alone)
        sound = scene(room, seed, candidate=True)
        for first, found in zip(
            sound.onsets, onsets_of(sound, detector, LOUDSPEAKER_ONSET), strict=True
        ):
            begins_ms = first * 1000 / SAMPLE_RATE
            after = [at_ms - begins_ms for at_ms in found if at_ms >= begins_ms]
            if after:
                noticed += 1
                times.append(after[0])
                soon += after[0] <= SOON_MS
    total = len(SEEDS) * len(UTTERANCES)
    return {
        "utterances": silent,
        "stopped_for_nothing": round(stopped / silent, 3),
        "barge_ins": total,
        "noticed": round(noticed / total, 3),
        "noticed_within_400_ms": round(soon / total, 3),
        "median_ms": round(statistics.median(times)) if times else 0,
        "p90_ms": round(float(np.quantile(times, 0.9))) if times else 0,
    }


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    detector = SpeechDetector()
    places: dict[str, Room | None] = {"headphones": None, **ROOMS}
    rows = {name: measure(room, detector) for name, room in places.items()}
    if chosen.json:
        print(json.dumps(rows))
        return 0
    print(f"{'':12}stopped for nothing   noticed   within 400 ms   median      p90")
    for name, row in rows.items():
        print(
            f"{name:12}{row['stopped_for_nothing']:12.0%} of {row['utterances']:<5.0f}"
            f"{row['noticed']:10.0%}{row['noticed_within_400_ms']:14.0%}"
            f"{row['median_ms']:10.0f} ms{row['p90_ms']:6.0f} ms"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
