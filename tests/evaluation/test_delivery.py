"""Delivery figures are computed where the record allows it, and are None where it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation.delivery import measure_delivery, phase_spans
from evaluation.record import AskedQuestion, Event, InterviewRecord, Turn, Word
from evaluation.report_words import delivery_rows
from evaluation.session import SessionFolder

DATA = Path(__file__).parents[1] / "data" / "sessions"
QUESTION = AskedQuestion("q", "Why?", "concept", known=False)


def record(*turns: Turn, events: tuple[Event, ...] = ()) -> InterviewRecord:
    return InterviewRecord("s", "senior", (QUESTION,), turns, events)


def said(turn: int, text: str, start: int | None = None, end: int | None = None) -> Turn:
    speaker = "candidate" if turn % 2 else "interviewer"
    return Turn(turn=turn, speaker=speaker, text=text, start_ms=start, end_ms=end)  # type: ignore[arg-type]


def test_without_times_only_what_words_can_tell_is_told() -> None:
    delivery = measure_delivery(record(said(0, "Why is that so"), said(1, "um maybe it is so")))
    assert delivery.words == 5
    assert (delivery.fillers, delivery.hedges) == (1, 1)
    assert (delivery.talk_share, delivery.talk_share_by) == (0.56, "words")
    assert delivery.words_per_minute is None
    assert delivery.fillers_per_minute is None
    assert delivery.pauses is None
    assert delivery.phase_ms is None
    assert delivery.longest_ms is None
    assert (delivery.longest_turn, delivery.longest_words) == (1, 5)


def test_rates_come_from_the_time_spoken() -> None:
    turns = (said(0, "Why", 0, 1000), said(1, "one two three uh five six", 1000, 4000))
    delivery = measure_delivery(record(*turns))
    assert delivery.words_per_minute == 120
    assert delivery.fillers_per_minute == 20
    assert (delivery.talk_share, delivery.talk_share_by) == (0.75, "time")
    assert delivery.longest_ms == 3000


def test_a_typed_answer_among_spoken_ones_does_not_slow_the_pace() -> None:
    words = tuple(
        Word(word=f"w{n}", start_ms=1000 + n * 500, end_ms=1500 + n * 500, confidence=1.0)
        for n in range(6)
    )
    spoken = said(1, " ".join(word.word for word in words), 1000, 4000)
    spoken = spoken.model_copy(update={"words": words})
    alone = measure_delivery(record(said(0, "Why", 0, 1000), spoken))
    typed = said(3, "three more words", 60_000, 180_000)
    both = measure_delivery(
        record(said(0, "Why", 0, 1000), spoken, said(2, "How", 50_000, 51_000), typed)
    )
    assert alone.words_per_minute == both.words_per_minute == 120
    assert both.longest_turn == 1


def test_only_silences_over_two_seconds_inside_a_turn_are_pauses() -> None:
    times = ((0, 400), (2400, 2800), (5000, 5300))
    words = tuple(Word(word="w", start_ms=a, end_ms=b, confidence=0.9) for a, b in times)
    turn = Turn(turn=0, speaker="candidate", text="w w w", start_ms=0, end_ms=9000, words=words)
    pauses = measure_delivery(record(turn)).pauses
    assert pauses is not None
    assert [(pause.start_ms, pause.end_ms) for pause in pauses] == [(2800, 5000)]


def test_a_silent_candidate_has_no_figures() -> None:
    delivery = measure_delivery(record(said(0, "Why", 0, 1000)))
    assert delivery.words == 0
    assert delivery.words_per_minute is None
    assert delivery.longest_turn is None


def test_phases_last_until_the_next_one_and_to_the_end_of_the_talk() -> None:
    events = tuple(
        Event(event="move", at_ms=at, phase=phase, question_id="q")
        for at, phase in ((0, "open"), (2000, "framing"), (2500, "framing"), (6000, "close"))
    )
    spans = phase_spans(events, (said(1, "yes", 6000, 9000),))
    assert [(s.phase, s.start_ms, s.end_ms) for s in spans] == [
        ("open", 0, 2000),
        ("framing", 2000, 6000),
        ("close", 6000, 9000),
    ]


def test_a_whole_session_has_every_figure(tmp_path: Path) -> None:
    shutil.copytree(next(DATA.glob("2026-11-20-*")), tmp_path / "session")
    delivery = measure_delivery(SessionFolder.open(tmp_path / "session").record())
    assert all(value is not None for value in delivery.model_dump().values())
    assert delivery.pauses is not None
    assert len(delivery.pauses) == 1
    assert delivery.phase_ms is not None
    assert sum(delivery.phase_ms.values()) == pytest.approx(195_000, abs=2000)


def test_fillers_are_mentioned_from_three_in_a_hundred_words_on() -> None:
    words = " ".join(["word"] * 97)
    named = [
        {name for name, _, _ in delivery_rows(measure_delivery(record(said(0, "Go"), said(1, t))))}
        for t in (f"um uh {words} word", f"um uh er {words}")
    ]
    assert ["Fillers" in names for names in named] == [False, True]
