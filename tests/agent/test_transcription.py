"""The transcription endpoint: a real server with a real Whisper behind it, and its faults."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from candidate_voice import say
from endpoint_server import EndpointServer, Step
from transcription_route import WhisperBehind
from word_errors import words_of

from agent.doctor_recogniser import transcription_endpoint
from agent.recogniser import EndpointFault, WithFallback, open_endpoint
from agent.settings import load_settings
from agent.transcription import (
    EndpointTranscriber,
    ReplyGiven,
    SegmentGiven,
    WordGiven,
    prompt_of,
    segments_of,
)
from agent.weights import folder
from audio.errors import EngineError
from audio.frame import Samples
from audio.transcriber import ScriptedTranscriber
from prompts.errors import UsageError

KEY = "sk-never-to-be-seen-0815"
SAID = "For the baseline I would use gradient boosted trees on the existing click features."
TERMS = ("gradient boosted trees", "chargeback", "velocity features")
PATIENT_S = 30.0
"""For calls that succeed: a busy machine must not turn them into a fault."""
OK = Step(text="we would shard by language")
SLACK_S = 2.0


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VIVA_TRANSCRIPTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def behind() -> WhisperBehind:
    return WhisperBehind(folder("whisper-tiny.en"))


@pytest.fixture
def opened() -> Iterator[list[EndpointTranscriber]]:
    """Engines to be closed after the test: an open socket is a warning, and so an error."""
    engines: list[EndpointTranscriber] = []
    yield engines
    for engine in engines:
        engine.close()


def engine_at(
    url: str, opened: list[EndpointTranscriber], budget_s: float = PATIENT_S
) -> EndpointTranscriber:
    opened.append(EndpointTranscriber("whisper-1", url, KEY, budget_s))
    return opened[-1]


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * 16_000), np.float32)


def test_a_clause_is_heard_at_the_endpoint_with_times_confidence_and_vocabulary(
    behind: WhisperBehind, opened: list[EndpointTranscriber]
) -> None:
    with EndpointServer([Step()], transcribe=behind) as server:
        engine = engine_at(server.base_url, opened)
        clause = engine.transcribe(say(SAID), 60_000, TERMS)
    (form,) = server.requests
    assert form["prompt"] == ", ".join(TERMS)
    assert form["model"] == "whisper-1"
    assert form["timestamp_granularities"] == ["word", "segment"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert words_of(clause.text) == words_of(SAID)
    assert [words_of(word.word) for word in clause.words] == [[w] for w in words_of(SAID)]
    times = [t for word in clause.words for t in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert clause.start_ms == 60_000 <= times[0] < 61_000
    assert times[-1] <= clause.end_ms
    # The server gives no probability of a word; that of its segment stands for it.
    assert 0.5 < clause.words[0].confidence < 1.0


def test_a_server_that_knows_no_word_times_is_asked_in_simpler_forms_from_then_on(
    opened: list[EndpointTranscriber],
) -> None:
    refused = Step(fault="status", status=400, error={"message": "unknown response_format"})
    with EndpointServer([refused, refused, OK, OK]) as server:
        engine = engine_at(server.base_url, opened)
        first = engine.transcribe(quiet(2), 1_000, ())
        second = engine.transcribe(quiet(2), 3_000, ())
    forms = [request.get("response_format") for request in server.requests]
    assert forms == ["verbose_json", "verbose_json", "json", "json"]
    assert first.text == second.text == OK.text
    assert [(w.word, w.start_ms) for w in first.words] == [
        ("we", 1_000),
        ("would", 1_400),
        ("shard", 1_800),
        ("by", 2_200),
        ("language", 2_600),
    ]


def test_a_loop_from_the_endpoint_is_asked_for_again_without_vocabulary_and_dropped(
    opened: list[EndpointTranscriber],
) -> None:
    loop = Step(text="F1, " * 20)
    with EndpointServer([loop, loop]) as server:
        clause = engine_at(server.base_url, opened).transcribe(quiet(3), 0, TERMS)
    assert ["prompt" in request for request in server.requests] == [True, False]
    assert clause.text == ""
    assert "compression_ratio" in clause.dropped_reason


def test_what_the_endpoint_itself_takes_for_no_speech_is_dropped() -> None:
    sure = SegmentGiven(text="I would shard.", start=0, end=2, avg_logprob=-0.1, no_speech_prob=0.1)
    noise = SegmentGiven(text="Thank you.", start=2, end=4, avg_logprob=-0.3, no_speech_prob=0.8)

    def verbose(_: object) -> dict[str, object]:
        reply = ReplyGiven(text="I would shard. Thank you.", segments=[sure, noise])
        return reply.model_dump(exclude_none=True)

    with EndpointServer([Step()], transcribe=verbose) as server:
        engine = EndpointTranscriber("whisper-1", server.base_url, KEY, PATIENT_S)
        clause = engine.transcribe(quiet(4), 0, ())
        engine.close()
    assert clause.text == "I would shard."
    assert "no_speech_prob 0.80" in clause.dropped_reason


def test_words_belong_to_the_segment_that_their_middle_lies_in() -> None:
    words = [
        WordGiven(word="one", start=0.0, end=0.9),
        WordGiven(word="two", start=0.9, end=1.3, probability=0.2),
        WordGiven(word="three", start=2.4, end=2.9),
    ]
    segments = [
        SegmentGiven(text="One two.", start=0, end=1.2, avg_logprob=-0.5),
        SegmentGiven(text="Three.", start=1.2, end=2.0),
    ]
    first, second = segments_of(ReplyGiven(text="", words=words, segments=segments), 3.0)
    assert [word.word for word in first.words] == ["one", "two"]
    assert [word.word for word in second.words] == ["three"]
    assert [w.probability for w in first.words] == pytest.approx([0.61, 0.2], abs=0.01)
    assert second.words[0].probability == 1.0


def test_the_prompt_holds_whole_terms_only() -> None:
    many = [f"calibrated threshold number {number}" for number in range(100)]
    prompt = prompt_of(many)
    assert 500 < len(prompt) <= 600
    assert prompt.split(", ") == many[: len(prompt.split(", "))]
    assert prompt_of([" ", ""]) == ""


FAULTS = {
    "the key is refused": (Step(fault="status", status=401, error={"message": KEY}), "refuses"),
    "overloaded": (Step(fault="status", status=503), "status 503"),
    "no such route": (Step(fault="status", status=404), "has no transcriptions"),
    "a page": (Step(fault="html"), "no transcription"),
    "something else": (Step(fault="no_completion"), "no transcription"),
    "no answer": (Step(fault="hang", delay_s=20), "did not answer in time"),
    "an endless answer": (Step(fault="drip_bytes", delay_s=0.05), "in time"),
}


@dataclass
class Told:
    """Remembers what it is told."""

    faults: list[EndpointFault] = field(default_factory=list)

    def __call__(self, fault: EndpointFault) -> None:
        self.faults.append(fault)


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_every_fault_of_the_endpoint_is_taken_over_in_time_and_told_without_the_key(
    kind: str, opened: list[EndpointTranscriber], caplog: pytest.LogCaptureFixture
) -> None:
    step, words = FAULTS[kind]
    local, told = ScriptedTranscriber(["heard here"]), Told()
    slow = step.fault in {"hang", "drip_bytes"}
    with caplog.at_level(logging.DEBUG), EndpointServer([step]) as server:
        engine = engine_at(server.base_url, opened, 0.5 if slow else PATIENT_S)
        began = time.monotonic()
        clause = WithFallback(engine, local, told).transcribe(quiet(1), 5_000, TERMS)
        took_s = time.monotonic() - began
    assert clause.text == "heard here"
    local.finish()
    assert local.calls == [(5_000, 16_000, TERMS)]
    (fault,) = told.faults
    assert words in fault.what
    assert server.base_url in fault.what
    assert (fault.at_ms, fault.first) == (5_000, True)
    assert KEY not in fault.what + caplog.text
    if slow:
        assert took_s < 0.5 + SLACK_S


def test_a_failing_endpoint_is_told_once_left_alone_and_asked_again_later(
    opened: list[EndpointTranscriber],
) -> None:
    local, told = ScriptedTranscriber(["one", "two", "three"]), Told()
    down = Step(fault="status", status=503)
    with EndpointServer([down, down, OK]) as server:
        hearing = WithFallback(engine_at(server.base_url, opened), local, told)
        texts = [hearing.transcribe(quiet(1), 0, ()).text for _ in range(2)]
        assert len(server.requests) == 1  # the second clause did not wait for it
        hearing.breaker.rest_s = 0.0
        hearing.breaker.succeeded()
        texts += [hearing.transcribe(quiet(1), 0, ()).text for _ in range(2)]
    assert texts == ["one", "two", "three", OK.text]
    assert [fault.first for fault in told.faults] == [True, False]


def test_an_endpoint_that_is_not_there_is_taken_over() -> None:
    engine = EndpointTranscriber("whisper-1", "http://127.0.0.1:9/v1", KEY, PATIENT_S)
    with pytest.raises(EngineError, match="connection failed") as caught:
        engine.transcribe(quiet(1), 0, ())
    engine.close()
    assert caught.value.__context__ is None
    assert KEY not in repr(engine)


def test_the_key_of_the_language_model_goes_to_no_other_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert open_endpoint(load_settings(transcription="openai")).api_key == KEY
    elsewhere = load_settings(transcription="openai", transcription_url="http://localhost:8000/v1")
    assert open_endpoint(elsewhere).api_key == ""
    monkeypatch.setenv("VIVA_TRANSCRIPTION_KEY", "sk-another-4711")
    own = load_settings(transcription="openai", transcription_url="http://localhost:8000/v1")
    assert open_endpoint(own).api_key == "sk-another-4711"
    assert "sk-another" not in str(own.public())


def test_asked_for_without_an_address_it_says_what_to_set() -> None:
    with pytest.raises(UsageError, match="no transcription endpoint") as caught:
        open_endpoint(load_settings(transcription="openai"))
    assert "VIVA_TRANSCRIPTION_URL" in caught.value.todo
    with pytest.raises(UsageError, match="http://"):
        EndpointTranscriber("whisper-1", "ftp://example.org")


def test_the_doctor_asks_the_endpoint_with_the_demo_and_never_shows_the_key(
    behind: WhisperBehind, monkeypatch: pytest.MonkeyPatch
) -> None:
    (local,) = transcription_endpoint()
    assert "no sound leaves" in local.found
    monkeypatch.setenv("VIVA_TRANSCRIPTION", "openai")
    monkeypatch.setenv("VIVA_TRANSCRIPTION_KEY", KEY)
    monkeypatch.setenv("VIVA_TRANSCRIPTION_BUDGET_S", str(PATIENT_S))
    with EndpointServer([Step()], transcribe=behind) as server:
        monkeypatch.setenv("VIVA_TRANSCRIPTION_URL", server.base_url)
        (finding,) = transcription_endpoint()
    assert f"your voice goes to {server.base_url}" in finding.found
    assert "heard only" not in finding.found
    monkeypatch.setenv("VIVA_TRANSCRIPTION_URL", "http://127.0.0.1:9/v1")
    (gone,) = transcription_endpoint()
    assert gone.state == "warning"
    assert "will take over" in gone.found
    assert KEY not in repr((finding, gone))
