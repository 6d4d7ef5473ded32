"""Delivery figures: shown to the candidate, never scored. What cannot be computed is None."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from evaluation.record import Event, InterviewRecord, Turn

LONG_PAUSE_MS = 2000
"""A silence between two words of one turn from which it counts as a pause."""
LEAST_TIMED_SHARE = 0.5
"""Share of a speaker's turns (those with text) that must have times for a figure over time."""

FILLERS = re.compile(r"\b(?:u+h+m*|u+m+|e+r+m*|h+m+|mm+|you know|i mean)\b")
"""Sounds and phrases that fill; `like`, `so` and `kind of` are left out, they often mean
something."""
HEDGES = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|i guess|i suppose|i think|i believe"
    r"|i'?m not sure|sort of|kind of(?! \w+ (?:is|are|do|does))|might|could be|somewhat"
    r"|hopefully)\b"
)
"""Words that soften a statement. Hedging is often right; the figure is only shown."""

FILLERS_NOTE = "Speech recognition leaves out many fillers, so the true figure is higher."


class Pause(BaseModel):
    """A silence inside a turn of the candidate."""

    model_config = ConfigDict(frozen=True)

    turn: int
    start_ms: int
    end_ms: int


class Delivery(BaseModel):
    """How the candidate spoke. None: the record does not hold what is needed."""

    model_config = ConfigDict(frozen=True)

    words: int = Field(description="Words of the candidate.")
    speaking_ms: int | None = Field(default=None, description="Time the candidate spoke.")
    words_per_minute: float | None = None
    fillers: int = 0
    fillers_per_minute: float | None = None
    fillers_note: str = FILLERS_NOTE
    pauses: tuple[Pause, ...] | None = Field(default=None, description="Longer than 2 s.")
    talk_share: float | None = Field(
        default=None, description="Candidate's share of all talking, 0-1: of time, else of words."
    )
    talk_share_by: str = Field(default="", description="`time` or `words`.")
    phase_ms: dict[str, int] | None = Field(default=None, description="Phase → time spent.")
    hedges: int = 0
    longest_turn: int | None = Field(default=None, description="Index of the longest monologue.")
    longest_ms: int | None = None
    longest_words: int | None = None


def measure_delivery(record: InterviewRecord) -> Delivery:
    """All figures of one interview."""
    mine = spoken_only(
        [turn for turn in record.turns if turn.speaker == "candidate" and turn.text.strip()]
    )
    theirs = [turn for turn in record.turns if turn.speaker == "interviewer" and turn.text.strip()]
    text = " ".join(turn.text for turn in mine).lower().replace("’", "'")
    words = count_words(mine)
    speaking_ms, share, share_by = speaking_time(mine), None, ""
    their_ms = speaking_time(theirs)
    if speaking_ms is not None and their_ms is not None:
        share, share_by = ratio(speaking_ms, speaking_ms + their_ms), "time"
    elif mine or theirs:
        share, share_by = ratio(words, words + count_words(theirs)), "words"
    fillers = len(FILLERS.findall(text))
    longest = max(mine, key=length_key, default=None)
    return Delivery(
        words=words,
        speaking_ms=speaking_ms,
        words_per_minute=per_minute(words, speaking_ms),
        fillers=fillers,
        fillers_per_minute=per_minute(fillers, speaking_ms),
        pauses=tuple(pauses(mine)) if any(turn.words for turn in mine) else None,
        talk_share=share,
        talk_share_by=share_by,
        phase_ms=phase_times(record.events, record.turns),
        hedges=len(HEDGES.findall(text)),
        longest_turn=longest.turn if longest else None,
        longest_ms=duration(longest) if longest else None,
        longest_words=len(longest.text.split()) if longest else None,
    )


def spoken_only(turns: list[Turn]) -> list[Turn]:
    """The turns, those typed among spoken ones without their times: they say nothing of a pace."""
    if not any(turn.words for turn in turns):
        return turns
    no_times = {"start_ms": None, "end_ms": None}
    return [turn if turn.words else turn.model_copy(update=no_times) for turn in turns]


def length_key(turn: Turn) -> tuple[int, int]:
    """Turns by their duration, without times by their words."""
    return duration(turn) or 0, len(turn.text.split())


def count_words(turns: Iterable[Turn]) -> int:
    """Words of all turns, split at spaces."""
    return sum(len(turn.text.split()) for turn in turns)


def duration(turn: Turn) -> int | None:
    """Milliseconds from the first word to the last, or of the turn; None without times."""
    if turn.words:
        return max(0, turn.words[-1].end_ms - turn.words[0].start_ms)
    if turn.start_ms is None or turn.end_ms is None:
        return None
    return max(0, turn.end_ms - turn.start_ms)


def speaking_time(turns: Sequence[Turn]) -> int | None:
    """Milliseconds spoken; None when too few turns have times to say it.

    Turns without times are counted in with the pace of the others.
    """
    timed = [(turn, each) for turn in turns if (each := duration(turn))]
    if not timed or len(timed) < LEAST_TIMED_SHARE * len(turns):
        return None
    known, said = sum(each for _, each in timed), count_words(turn for turn, _ in timed)
    return round(known * count_words(turns) / said) if said else None


def per_minute(count: int, milliseconds: int | None) -> float | None:
    """Occurrences per minute, one decimal."""
    return round(count * 60_000 / milliseconds, 1) if milliseconds else None


def ratio(part: int, whole: int) -> float | None:
    """A share between 0 and 1, two decimals."""
    return round(part / whole, 2) if whole else None


def pauses(turns: Iterable[Turn]) -> Iterable[Pause]:
    """Silences of more than LONG_PAUSE_MS between two words of one turn."""
    for turn in turns:
        for before, after in itertools.pairwise(turn.words):
            if after.start_ms - before.end_ms > LONG_PAUSE_MS:
                yield Pause(turn=turn.turn, start_ms=before.end_ms, end_ms=after.start_ms)


class PhaseSpan(BaseModel):
    """A stretch of the interview in one phase of one question."""

    model_config = ConfigDict(frozen=True)

    phase: str
    question_id: str
    start_ms: int
    end_ms: int


def phase_spans(events: Sequence[Event], turns: Sequence[Turn]) -> tuple[PhaseSpan, ...]:
    """The phases in order, from the events that name one (`phase`, `move`)."""
    marks: list[tuple[str, str, int]] = []
    for event in sorted(events, key=lambda each: each.at_ms):
        phase = event.get("phase")
        if event.event not in ("phase", "move") or not isinstance(phase, str) or not phase:
            continue
        question = str(event.get("question_id") or "")
        if not marks or marks[-1][:2] != (phase, question or marks[-1][1]):
            marks.append((phase, question or (marks[-1][1] if marks else ""), event.at_ms))
    if not marks:
        return ()
    end = max([marks[-1][2], *(turn.end_ms or 0 for turn in turns)])
    stops = [mark[2] for mark in marks[1:]] + [end]
    return tuple(
        PhaseSpan(phase=phase, question_id=question, start_ms=start, end_ms=stop)
        for (phase, question, start), stop in zip(marks, stops, strict=True)
        if stop > start
    )


def phase_times(events: Sequence[Event], turns: Sequence[Turn]) -> dict[str, int] | None:
    """Milliseconds per phase over all questions; None when the events name no phase."""
    spans = phase_spans(events, turns)
    times: dict[str, int] = {}
    for span in spans:
        times[span.phase] = times.get(span.phase, 0) + span.end_ms - span.start_ms
    return times or None
