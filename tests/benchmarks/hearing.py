"""How well Viva hears: words, terms, speed and memory per model, and words invented from noise.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/hearing.py [--model NAME|FOLDER ...] [--json]

The answers of the bundled demo candidate (synthetic speech of known text) go through Viva's own
listener, with and without the question's vocabulary as hotwords. Then 60 s each of silence, noises,
hum, clicks and something like breathing: any word is an invented one. That runs twice, through the
listener and with Whisper alone on every 15 s, where our guards against invention stand alone.

Each model runs in a process of its own, so that its memory is its own. Default: every Whisper that
`viva models` has ready.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from agent.weights import folder
from audio.files import load_audio
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.hearing import EndedBy, ListenRequest
from audio.listener import Listener
from audio.sources import RecordedSource
from audio.vad import SpeechDetector
from audio.whisper import WhisperTranscriber
from prompts.errors import VivaError
from prompts.question_bank import Question, load_bank

DEMO = Path(__file__).parents[2] / "agent" / "demo" / "fraud-detection"
QUESTION = "fraud-detection"
KNOWN_MODELS = ("whisper-tiny.en", "whisper-base")
NOISE_S = 60
THREADS = 2
LISTEN_ON_MS = 10_000.0
"""Silence limit while noise is heard: as in an interview, listening then begins anew."""
WHISPER_PIECE_S = 15
WRITTEN_PAUSE = re.compile(r"\[\d+(?:\.\d+)? s\]")

UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: E501
TENS = {
    word: 20 + 10 * i
    for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
NUMBERS = {word: i for i, word in enumerate(UNITS)} | TENS
FILLERS = frozenset("um uh hmm er erm".split())
"""Whisper leaves them out; they are left out of both sides."""


def words_of(text: str) -> list[str]:
    """Words as they are compared: lower case, digits for numbers, no marks and no fillers."""
    plain = WRITTEN_PAUSE.sub(" ", text).lower().replace("’", "'").replace("%", " percent ")
    plain = re.sub(r"(?<=\d),(?=\d)", "", plain)
    found = re.findall(r"\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)*", plain)
    return joined_numbers([word for word in found if word not in FILLERS])


def joined_numbers(words: Sequence[str]) -> list[str]:
    """Spoken numbers as digits: "ninety nine" becomes 99, "three hundred" 300."""
    out: list[str] = []
    total: int | None = None
    for word in words:
        if word in NUMBERS:
            if total is not None and joins(total, NUMBERS[word]):
                total += NUMBERS[word]
                continue
            if total is not None:
                out.append(str(total))
            total = NUMBERS[word]
        elif word in {"hundred", "thousand"} and total is not None:
            total *= 100 if word == "hundred" else 1000
        else:
            if total is not None:
                out.append(str(total))
                total = None
            out.append(word)
    return [*out, str(total)] if total is not None else out


def joins(total: int, value: int) -> bool:
    """Whether a number goes on: "twenty" and "five", "one hundred" and "twelve"."""
    return (20 <= total < 100 and total % 10 == 0 and 0 < value < 10) or (
        total >= 100 and total % 100 == 0 and value < 100
    )


def errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Word edit distance."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, word in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != word))
    return row[-1]


def squeezed(text: str) -> str:
    """For finding terms: case, spaces and hyphens do not count."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def terms_in(text: str, vocabulary: Sequence[str]) -> list[str]:
    """The terms of the vocabulary that stand in a text."""
    flat = squeezed(text)
    return [term for term in vocabulary if squeezed(term) in flat]


class Ear:
    """One model behind Viva's listener."""

    def __init__(self, model: Path) -> None:
        self.whisper = WhisperTranscriber(model, threads=THREADS)
        self.listener = Listener(SpeechDetector(), self.whisper)

    def hear(self, samples: Samples, hotwords: tuple[str, ...]) -> str:
        """All words of a sound that is listened to turn after turn to its end."""
        source = RecordedSource(samples, trailing_silence_ms=LISTEN_ON_MS)
        texts = []
        while True:
            request = ListenRequest(
                hotwords=hotwords, silence_limit_ms=LISTEN_ON_MS, begin_ms=source.position_ms
            )
            heard = self.listener.listen(source, request)
            texts.append(heard.text)
            if heard.ended_by == EndedBy.SOURCE_ENDED or source.spoken_out:
                return " ".join(text for text in texts if text)


def answers_heard(ear: Ear, hotwords: tuple[str, ...], vocabulary: Sequence[str]) -> dict[str, Any]:
    """Word error rate, term recall and speed over the demo answers."""
    script = yaml.safe_load((DEMO / "candidate.yaml").read_text(encoding="utf-8"))["answers"]
    wrong = total = terms = found = 0
    seconds = 0.0
    wall, cpu = time.perf_counter(), time.process_time()
    for answer in script:
        sound = load_audio(DEMO / answer["file"])
        seconds += milliseconds_of(sound.size) / 1000
        heard = ear.hear(sound, hotwords)
        reference = words_of(answer["text"])
        wrong += errors(reference, words_of(heard))
        total += len(reference)
        there = terms_in(answer["text"], vocabulary)
        terms += len(there)
        found += sum(squeezed(term) in squeezed(heard) for term in there)
    return {
        "answers": len(script),
        "words": total,
        "word_error_rate": round(wrong / total, 4),
        "terms": terms,
        "term_recall": round(found / terms, 4),
        "real_time_factor": round((time.perf_counter() - wall) / seconds, 3),
        "cpu_s_per_s": round((time.process_time() - cpu) / seconds, 3),
    }


def noises() -> dict[str, Samples]:
    """NOISE_S of each kind, 16 kHz, peaks well below full scale; the same every time."""
    draw = np.random.default_rng(1)
    count = NOISE_S * SAMPLE_RATE
    at = np.arange(count) / SAMPLE_RATE
    white = draw.standard_normal(count)
    shape = np.maximum(np.fft.rfftfreq(count, 1 / SAMPLE_RATE), 20.0)
    spectrum = np.fft.rfft(white)
    clicks = np.zeros(count)
    for place in draw.integers(0, count - 400, 5 * NOISE_S):
        clicks[place : place + 400] += draw.standard_normal(400) * np.exp(-np.arange(400) / 60)
    band = spectrum * ((shape > 300) & (shape < 2500))
    breath = np.fft.irfft(band, count) * np.clip(np.sin(2 * np.pi * 0.28 * at), 0, None) ** 2
    hum = sum(np.sin(2 * np.pi * 50 * n * at) / n for n in (1, 2, 3, 5))
    made = {
        "white noise": (white, 0.02),
        "pink noise": (np.fft.irfft(spectrum / np.sqrt(shape), count), 0.03),
        "brown noise": (np.fft.irfft(spectrum / shape, count), 0.05),
        "mains hum": (hum, 0.05),
        "clicks": (clicks, 0.03),
        "breathing": (breath, 0.03),
    }
    sounds = {"silence": np.zeros(count, np.float32)}
    for name, (sound, level) in made.items():
        scaled = np.asarray(sound) / np.sqrt(np.mean(np.square(sound))) * level
        sounds[name] = np.clip(scaled, -1, 1).astype(np.float32)
    return sounds


def invented(ear: Ear, hotwords: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Words found where there are none."""
    found = {}
    for name, sound in noises().items():
        through = ear.hear(sound, hotwords)
        piece = WHISPER_PIECE_S * SAMPLE_RATE
        pieces = [sound[i : i + piece] for i in range(0, len(sound), piece)]
        alone = " ".join(ear.whisper.transcribe(p, 0.0, hotwords).text for p in pieces).strip()
        found[name] = {
            "listener": len(through.split()),
            "whisper_alone": len(alone.split()),
            "words": f"{through} / {alone}".strip(" /")[:80],
        }
    return found


def measure(model: Path) -> dict[str, Any]:
    """Everything about one model, in this process."""
    question: Question = load_bank().get(QUESTION)
    vocabulary = tuple(question.vocabulary)
    began = time.perf_counter()
    ear = Ear(model)
    loading_s = time.perf_counter() - began
    found = {
        "load_s": round(loading_s, 2),
        "with_hotwords": answers_heard(ear, vocabulary, vocabulary),
        "without": answers_heard(ear, (), vocabulary),
        "invented_words_in_60_s": invented(ear, vocabulary),
    }
    ear.listener.close()
    found["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def ready_models() -> list[str]:
    """Names of the Whisper weights that are here."""
    ready = []
    for name in KNOWN_MODELS:
        try:
            folder(name)
        except VivaError:
            continue
        ready.append(name)
    return ready


def report(name: str, found: dict[str, Any]) -> None:
    """For people."""
    print(f"{name}: loads in {found['load_s']} s, {found['peak_memory_mb']} MB at its peak")
    for condition in ("with_hotwords", "without"):
        row = found[condition]
        print(
            f"  {condition.replace('_', ' '):14} WER {row['word_error_rate']:.1%} of {row['words']}"
            f" words, terms {row['term_recall']:.1%} of {row['terms']},"
            f" real-time factor {row['real_time_factor']}, CPU {row['cpu_s_per_s']} s/s"
        )
    print("  words invented in 60 s (listener, Whisper with our guards alone):")
    for kind, row in found["invented_words_in_60_s"].items():
        print(f"    {kind:12} {row['listener']}  {row['whisper_alone']}  {row['words']}")


def main(arguments: Sequence[str]) -> int:
    """Parse, measure each model in a child process, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", action="append", help="name or CTranslate2 folder")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    models = chosen.model or ready_models()
    if chosen.child:
        path = Path(models[0])
        print(json.dumps(measure(path if path.is_dir() else folder(models[0]))))
        return 0
    for name in models:
        command = [sys.executable, __file__, "--child", "--model", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout)
        if chosen.json:
            print(json.dumps({"model": name, **found}))
        else:
            report(name, found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
