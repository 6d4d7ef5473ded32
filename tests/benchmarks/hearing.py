"""How well Viva hears: words, terms, speed and memory per model, and words invented from noise.

    export PYTHONPATH=tests
    .venv/bin/python tests/benchmarks/hearing.py [--model NAME|FOLDER]... [--input NAME]...
        [--condition NAME]... [--speech FOLDER] [--json]

Inputs: `demo`, the bundled demo candidate's answers; `technical`, an answer to each question of the
bank full of its vocabulary (`technical_answers.yaml`); `robotic`, the same from espeak-ng, a voice
that is hard to hear; `speech`, your own recordings with their text in a .txt beside each; `noise`,
60 s of every sound in `tests/noises.py`, in which any word is invented.

Conditions: `hotwords`, Viva's listener with the question's vocabulary; `plain`, the same without;
`as_it_comes`, faster-whisper with its own defaults on the whole file. For noise, `hotwords` also
hears every 15 s without the detector before, so that our guards stand alone.

Every row is made in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from candidate_voice import say
from noises import NOISES
from word_errors import errors, squeezed, terms_in, words_of

from agent.weights import folder, status
from audio.files import load_audio
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.hearing import EndedBy, ListenRequest
from audio.listener import Listener
from audio.sources import RecordedSource
from audio.vad import SpeechDetector
from audio.whisper import WhisperTranscriber
from prompts.question_bank import load_bank

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "agent" / "demo" / "fraud-detection"
TECHNICAL = HERE / "technical_answers.yaml"
ESPEAK = HERE.parent / "audio" / "espeak_to_wav.py"
KNOWN_MODELS = ("whisper-tiny.en", "whisper-base")
INPUTS = ("demo", "technical", "robotic", "noise")
CONDITIONS = ("hotwords", "plain", "as_it_comes")
QUESTION = "fraud-detection"
NOISE_S = 60
THREADS = 1
"""As `viva` runs it."""
LISTEN_ON_MS = 10_000.0
"""Silence limit while listening: as in an interview, it then begins anew."""
WHISPER_PIECE_S = 15
AS_IT_COMES_NOISES = ("silence", "white noise", "keyboard", "breathing", "music: song", "babble")
"""One of each kind: with its own retries faster-whisper takes minutes for all."""


@dataclass(frozen=True)
class Spoken:
    """Sound with its text and the terms that may be expected in it."""

    sound: Samples
    text: str
    vocabulary: tuple[str, ...]


def spoken(name: str, speech: Path | None) -> Iterator[Spoken]:
    """The answers of one input."""
    bank = load_bank()
    if name == "demo":
        script = yaml.safe_load((DEMO / "candidate.yaml").read_text(encoding="utf-8"))["answers"]
        for answer in script:
            sound = load_audio(DEMO / answer["file"])
            yield Spoken(sound, answer["text"], bank.get(QUESTION).vocabulary)
    elif name == "speech":
        for path in sorted((speech or Path()).glob("*.txt")):
            sound = next(p for p in path.parent.glob(f"{path.stem}.*") if p.suffix != ".txt")
            yield Spoken(load_audio(sound), path.read_text(encoding="utf-8"), ())
    else:
        answers = yaml.safe_load(TECHNICAL.read_text(encoding="utf-8"))
        for question, text in answers.items():
            plain = " ".join(text.split())
            sound = say(plain) if name == "technical" else robotic(plain)
            yield Spoken(sound, plain, bank.get(question).vocabulary)


def robotic(text: str) -> Samples:
    """`text` spoken by espeak-ng."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "said.wav"
        subprocess.run([sys.executable, str(ESPEAK), "en-us", str(path), text], check=True)
        return load_audio(path)


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

    def hear_unguarded(self, samples: Samples, hotwords: tuple[str, ...]) -> str:
        """The same without detector and segments: every 15 s straight to the transcriber."""
        piece = WHISPER_PIECE_S * SAMPLE_RATE
        pieces = [samples[at : at + piece] for at in range(0, len(samples), piece)]
        return " ".join(self.whisper.transcribe(p, 0.0, hotwords).text for p in pieces).strip()

    def close(self) -> None:
        """End the listener's worker."""
        self.listener.close()


class PlainWhisper:
    """faster-whisper as it comes: its own defaults, the whole file at once."""

    def __init__(self, model: Path) -> None:
        from faster_whisper import WhisperModel

        self.model: Any = WhisperModel(
            str(model), device="cpu", compute_type="int8", cpu_threads=THREADS
        )

    def hear(self, samples: Samples, hotwords: tuple[str, ...]) -> str:
        """All words; the vocabulary is not used."""
        segments, _ = self.model.transcribe(samples, language="en")
        return " ".join(segment.text.strip() for segment in segments)

    def close(self) -> None:
        """Nothing to end."""


def words_heard(ear: Ear | PlainWhisper, answers: Sequence[Spoken], hot: bool) -> dict[str, Any]:
    """Word error rate, term recall and speed."""
    wrong = total = terms = found = extra = 0
    seconds = 0.0
    wall, cpu = time.perf_counter(), time.process_time()
    for answer in answers:
        seconds += milliseconds_of(answer.sound.size) / 1000
        heard = ear.hear(answer.sound, answer.vocabulary if hot else ())
        wrong += errors(words_of(answer.text), words_of(heard))
        total += len(words_of(answer.text))
        there = terms_in(answer.text, answer.vocabulary)
        terms += len(there)
        found += sum(squeezed(term) in squeezed(heard) for term in there)
        extra += len(set(terms_in(heard, answer.vocabulary)) - set(there))
    return {
        "answers": len(answers),
        "words": total,
        "word_error_rate": round(wrong / total, 4),
        "terms": terms,
        "term_recall": round(found / terms, 4) if terms else None,
        "terms_not_said": extra,
        "real_time_factor": round((time.perf_counter() - wall) / seconds, 3),
        "cpu_s_per_s": round((time.process_time() - cpu) / seconds, 3),
    }


def invented(ear: Ear | PlainWhisper) -> dict[str, Any]:
    """Words found where there are none: kind of sound → words."""
    vocabulary = load_bank().get(QUESTION).vocabulary
    rows: dict[str, Any] = {}
    for name, make in NOISES.items():
        if isinstance(ear, PlainWhisper) and name not in AS_IT_COMES_NOISES:
            continue
        sound = make(NOISE_S)
        began = time.perf_counter()
        heard = ear.hear(sound, vocabulary)
        rows[name] = {"words": len(heard.split()), "text": heard[:60]}
        rows[name]["took_s"] = round(time.perf_counter() - began, 1)
        if isinstance(ear, Ear):
            alone = ear.hear_unguarded(sound, vocabulary)
            rows[name] |= {"without_detector": len(alone.split()), "text": (heard or alone)[:60]}
    return rows


def measure(model: Path, name: str, condition: str, speech: Path | None) -> dict[str, Any]:
    """One row, in this process."""
    answers = [] if name == "noise" else list(spoken(name, speech))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began = time.perf_counter()
    ear = PlainWhisper(model) if condition == "as_it_comes" else Ear(model)
    load_s = round(time.perf_counter() - began, 2)
    row = invented(ear) if name == "noise" else words_heard(ear, answers, condition == "hotwords")
    ear.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"load_s": load_s, "memory_before_mb": before, "peak_memory_mb": peak, "row": row}


def report(name: str, condition: str, found: dict[str, Any]) -> None:
    """For people."""
    row = found["row"]
    if name == "noise":
        print(f"  words invented in {NOISE_S} s each, {condition}:")
        for kind, each in row.items():
            alone = each.get("without_detector")
            beside = "" if alone is None else f", without the detector {alone}"
            took = f" in {each['took_s']} s"
            print(f"    {kind:19} {each['words']}{beside}{took}  {each['text']}".rstrip())
        return
    recall = "-" if row["term_recall"] is None else f"{row['term_recall']:.1%}"
    print(
        f"  {name:9} {condition:11} WER {row['word_error_rate']:5.1%} of {row['words']:4} words,"
        f" terms {recall:>6} of {row['terms']:3} (+{row['terms_not_said']} not said),"
        f" real-time factor {row['real_time_factor']:.3f}, CPU {row['cpu_s_per_s']:.3f} s/s,"
        f" peak {found['peak_memory_mb']} MB, loads in {found['load_s']} s"
    )


def main(arguments: Sequence[str]) -> int:
    """Parse, measure each row in a child process, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", action="append", help="name or CTranslate2 folder")
    parser.add_argument("--input", action="append", choices=(*INPUTS, "speech"))
    parser.add_argument("--condition", action="append", choices=CONDITIONS)
    parser.add_argument("--speech", type=Path, help="folder of sound files with .txt beside")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    models = chosen.model or [name for name in KNOWN_MODELS if status(name) == "ready"]
    inputs = chosen.input or [*INPUTS, *(["speech"] if chosen.speech else [])]
    conditions = chosen.condition or CONDITIONS
    if chosen.child:
        path = Path(models[0])
        place = path if path.is_dir() else folder(models[0])
        print(json.dumps(measure(place, inputs[0], conditions[0], chosen.speech)))
        return 0
    for model in models:
        print(f"{model}:", file=sys.stderr if chosen.json else sys.stdout, flush=True)
        for name in inputs:
            for condition in conditions:
                if name == "noise" and condition == "plain":
                    continue
                given = ["--model", model, "--input", name, "--condition", condition]
                given += ["--speech", str(chosen.speech)] if chosen.speech else []
                command = [sys.executable, __file__, "--child", *given]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                found = json.loads(done.stdout)
                if chosen.json:
                    line = {"model": model, "input": name, "condition": condition, **found}
                    print(json.dumps(line), flush=True)
                else:
                    report(name, condition, found)
                    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
