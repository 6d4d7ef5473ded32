"""Sounds that hold no words, for tests and benchmarks: computed, the same every time.

Each maker gives so many seconds at 16 kHz, shape (n,), float32, at the level it has in a room
where somebody is heard at -25 dBFS. They are rough models of what a microphone picks up, and
deliberately nasty where speech detectors fail: a sung vowel, breath, several voices at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from candidate_voice import say
from numpy.typing import NDArray

from audio.frame import SAMPLE_RATE, Samples

Wave = NDArray[np.float64]

SEED = 1
VOWELS = {"a": (730, 1090, 2440), "i": (270, 2290, 3010), "u": (300, 870, 2240)}
"""Formants of vowels (Hz; Peterson and Barney 1952, men)."""
TALKERS = (
    "We went to the market on Sunday and there was nobody there at all, can you believe it.",
    "My sister says the train is always late when it rains, and she is usually right.",
    "I told him twice to bring the other box, the green one, but he never listens.",
    "There is a new place around the corner, the soup is good and the music is terrible.",
)


def time_of(seconds: float) -> Wave:
    """The time of each sample, seconds."""
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def at_level(wave: Wave, dbfs: float) -> Samples:
    """Scaled to a root mean square of `dbfs`, clipped at full scale."""
    scaled = wave / np.sqrt(np.mean(np.square(wave))) * 10 ** (dbfs / 20)
    return np.clip(scaled, -1, 1).astype(np.float32)


def mixed(sound: Samples, noise: Samples, snr_db: float) -> Samples:
    """Speech with noise under it, `snr_db` below the speech's own root mean square."""
    level = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    under = np.resize(noise, len(sound)).astype(np.float64)
    under *= level / np.sqrt(np.mean(np.square(under))) * 10 ** (-snr_db / 20)
    return np.clip(sound + under, -1, 1).astype(np.float32)


def coloured(seconds: float, exponent: float, seed: int = SEED) -> Wave:
    """Noise whose power falls with frequency to the `exponent`: 0 white, 1 pink, 2 brown."""
    size = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(size))
    frequency = np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 20)
    return np.fft.irfft(spectrum / frequency ** (exponent / 2), size)


def band(seconds: float, low_hz: float, high_hz: float, seed: int = SEED) -> Wave:
    """White noise between two frequencies."""
    size = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(size))
    frequency = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    return np.fft.irfft(spectrum * ((frequency > low_hz) & (frequency < high_hz)), size)


def formants(wave: Wave, centres_hz: tuple[int, ...], width_hz: float = 120.0) -> Wave:
    """A wave through the resonances of a mouth."""
    frequency = np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE)
    gains = sum(
        1 / (1 + ((frequency - centre) / width_hz) ** 2) / (1 + place)
        for place, centre in enumerate(centres_hz)
    )
    return np.fft.irfft(np.fft.rfft(wave) * (gains + 0.01), len(wave))


def placed(seconds: float, at_s: Wave, event: Callable[[int], Wave]) -> Wave:
    """Events at their times; `event` gives the wave of the nth."""
    out = np.zeros(round(seconds * SAMPLE_RATE))
    for number, start_s in enumerate(at_s):
        first = round(start_s * SAMPLE_RATE)
        wave = event(number)[: max(0, len(out) - first)]
        out[first : first + len(wave)] += wave
    return out


def times(seconds: float, every_s: float, jitter_s: float, seed: int = SEED) -> Wave:
    """Times about `every_s` apart, irregular by `jitter_s`."""
    regular = np.arange(0.2, seconds - every_s, every_s)
    drawn = np.random.default_rng(seed).uniform(0, jitter_s, len(regular))
    return np.asarray(regular + drawn)


def burst(seconds: float, decay_s: float, seed: int, tone_hz: float = 0.0) -> Wave:
    """A decaying knock of noise, with a resonance where `tone_hz` is given."""
    at = time_of(seconds)
    draw = np.random.default_rng(seed).standard_normal(len(at))
    wave = draw + (3 * np.sin(2 * np.pi * tone_hz * at) if tone_hz else 0)
    return np.asarray(wave * np.exp(-at / decay_s))


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def white(seconds: float) -> Samples:
    return at_level(coloured(seconds, 0), -35)


def pink(seconds: float) -> Samples:
    return at_level(coloured(seconds, 1), -32)


def brown(seconds: float) -> Samples:
    return at_level(coloured(seconds, 2), -28)


def mains_hum(seconds: float) -> Samples:
    at = time_of(seconds)
    return at_level(sum((np.sin(2 * np.pi * 50 * n * at) / n for n in (1, 2, 3, 5)), 0 * at), -30)


def room(seconds: float) -> Samples:
    """An office at rest: ventilation, a little mains hum."""
    hum = mains_hum(seconds).astype(np.float64)
    return at_level(coloured(seconds, 1.6, 2) / 0.02 + hum, -48)


def fan(seconds: float) -> Samples:
    """A laptop's fan: broad noise whose level and tone go up and down with the blades."""
    at = time_of(seconds)
    speed_hz = 180 + 25 * np.sin(2 * np.pi * 0.05 * at)
    phase = 2 * np.pi * np.cumsum(speed_hz) / SAMPLE_RATE
    blades = np.sin(phase) + 0.5 * np.sin(2 * phase)
    air = coloured(seconds, 0.8)
    return at_level(air / air.std() * (1 + 0.3 * np.sin(phase / 7)) + 0.5 * blades, -34)


def keyboard(seconds: float) -> Samples:
    """Typing: each key goes down and comes up, with the knock of the desk below it."""

    def key(number: int) -> Wave:
        down = burst(0.05, 0.004, number, 2_500 + 137 * (number % 9))
        up = burst(0.05, 0.003, number + 1_000, 3_300)
        gap = np.zeros(round((0.06 + 0.01 * (number % 5)) * SAMPLE_RATE))
        desk = burst(0.05, 0.015, number, 180) * 0.3
        return np.concatenate([down + desk, gap, 0.5 * up])

    return at_level(placed(seconds, times(seconds, 0.16, 0.12), key), -36)


def breathing(seconds: float) -> Samples:
    """Breath on the microphone: in through the nose, out through an open mouth, 17 a minute."""
    at = time_of(seconds)
    turn = (at * 0.28) % 1
    breath_in = np.where(turn < 0.4, np.sin(np.pi * turn / 0.4), 0) ** 2
    breath_out = np.where((turn > 0.5) & (turn < 0.95), np.sin(np.pi * (turn - 0.5) / 0.45), 0) ** 2
    nose = band(seconds, 600, 5_000, 3)
    mouth = formants(coloured(seconds, 0.7, 4), (600, 1_300, 2_600), 300)
    return at_level(nose / nose.std() * breath_in * 0.7 + mouth / mouth.std() * breath_out, -36)


def heavy_breathing(seconds: float) -> Samples:
    """The same close to the microphone."""
    return at_level(breathing(seconds).astype(np.float64), -24)


def door(seconds: float) -> Samples:
    """A door falls shut every five seconds, in a room that answers."""

    def slam(number: int) -> Wave:
        body = burst(1.2, 0.06, number, 70) + 0.4 * burst(1.2, 0.25, number + 50)
        latch = np.zeros_like(body)
        click = burst(0.06, 0.006, number + 90, 1_900)
        latch[1_200 : 1_200 + len(click)] = click
        return body + latch

    return at_level(placed(seconds, times(seconds, 5.0, 1.0), slam), -30)


def note(hz: float, seconds: float, decay_s: float, partials: int = 6) -> Wave:
    """A plucked or struck string."""
    at = time_of(seconds)
    waves = sum((np.sin(2 * np.pi * hz * n * at) / n**1.3 for n in range(1, partials + 1)), 0 * at)
    return np.asarray(waves * np.exp(-at / decay_s) * np.minimum(1, at / 0.005))


def pitch(semitones: float) -> float:
    """Frequency so many semitones above A3 (Hz)."""
    return 220.0 * 2 ** (semitones / 12)


def chords(seconds: float) -> Samples:
    """A piano: four chords around, two seconds each."""
    turns = ((0, 4, 7), (-3, 0, 4), (-5, -1, 2), (-7, -3, 0))

    def chord(number: int) -> Wave:
        return sum((note(pitch(n), 2.4, 0.9) for n in turns[number % 4]), np.zeros(38_400))

    return at_level(placed(seconds, np.arange(0, seconds - 2, 2.0), chord), -28)


def drums(seconds: float) -> Samples:
    """Kick, snare and hat at 110 beats a minute."""
    step_s = 60 / 110 / 2

    def hit(number: int) -> Wave:
        hat = 0.25 * burst(0.08, 0.015, number)
        at = time_of(0.3)
        kick = 4 * np.sin(2 * np.pi * (50 + 60 * np.exp(-at / 0.03)) * at) * np.exp(-at / 0.09)
        snare = burst(0.3, 0.07, number + 500, 190)
        out = kick if number % 4 == 0 else snare if number % 4 == 2 else np.zeros(len(at))
        out[: len(hat)] += hat
        return np.asarray(out)

    return at_level(placed(seconds, np.arange(0, seconds - 0.5, step_s), hit), -28)


def arpeggio(seconds: float) -> Samples:
    """A guitar, note after note."""
    steps = (0, 4, 7, 12, 7, 4, -3, 0, 4, 9, 4, 0)

    def pluck(number: int) -> Wave:
        return note(pitch(steps[number % len(steps)]), 1.2, 0.4, 10)

    return at_level(placed(seconds, np.arange(0, seconds - 1.2, 0.25), pluck), -28)


def sung(seconds: float) -> Samples:
    """A voice singing vowels with vibrato: no words, but everything else of a voice."""
    melody = (0, 2, 4, 5, 4, 2, 0, -3)

    def vowel(number: int) -> Wave:
        at = time_of(0.9)
        hz = pitch(melody[number % 8]) * (1 + 0.012 * np.sin(2 * np.pi * 5.5 * at))
        phase = np.cumsum(hz) / SAMPLE_RATE
        pulses = 2 * (phase % 1) - 1
        shape = np.minimum(1, at / 0.08) * np.minimum(1, (0.9 - at) / 0.1)
        return formants(pulses, list(VOWELS.values())[number % 3]) * shape

    return at_level(placed(seconds, np.arange(0, seconds - 0.9, 1.0), vowel), -28)


def song(seconds: float) -> Samples:
    """Singing without words over guitar and drums."""
    parts = (sung(seconds), arpeggio(seconds), drums(seconds))
    return at_level(sum((part.astype(np.float64) for part in parts), np.zeros(len(parts[0]))), -26)


def babble(seconds: float, talkers: int = 12) -> Samples:
    """A café: many people talk at once, at different speeds and pitches, none of them near."""
    out = np.zeros(round(seconds * SAMPLE_RATE))
    for number in range(talkers):
        text = TALKERS[number % len(TALKERS)]
        voice = say(text).astype(np.float64)
        step = 0.8 + 0.45 * ((number * 5) % talkers) / talkers
        at = np.arange(0, len(voice) - 1, step)
        other = np.interp(at, np.arange(len(voice)), voice)
        out += np.roll(np.resize(other, len(out)), number * 7_919)
    return at_level(out, -38)


NOISES: Mapping[str, Callable[[float], Samples]] = {
    "silence": silence,
    "white noise": white,
    "pink noise": pink,
    "brown noise": brown,
    "mains hum": mains_hum,
    "room": room,
    "fan": fan,
    "keyboard": keyboard,
    "door": door,
    "breathing": breathing,
    "heavy breathing": heavy_breathing,
    "music: chords": chords,
    "music: drums": drums,
    "music: arpeggio": arpeggio,
    "music: sung vowels": sung,
    "music: song": song,
    "babble": babble,
}
"""Every kind by its name."""
