"""Geometry of the two pictures of the report; the templates draw them.

All positions across are percentages of the width, so that text beside them keeps its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.report_criteria import Clip, CriterionView
from evaluation.report_view import QuestionView, ReportView

INSET = 4.0
"""Per cent of the width kept free left and right of the scale, so that dots are never cut."""
LABEL_MARGIN, LABEL_LETTER = 2.5, 1.2
"""Per cent of the timeline that a phase's name takes: around it, and for each letter, where the
timeline is as narrow as it gets."""
PHASE_TINTS = 4


def across(score: float) -> float:
    """A score (1-5) as a position on the scale, per cent."""
    return round(INSET + (score - 1) / 4 * (100 - 2 * INSET), 2)


@dataclass(frozen=True, slots=True)
class Dot:
    """The score of one question."""

    number: int
    x: float
    reached: bool
    band: tuple[float, float] | None
    """Left end and width, per cent."""


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of the profile."""

    view: CriterionView
    dots: tuple[Dot, ...]
    bar_x: float
    """The level's minimum."""
    scores: str
    unknown: bool
    """No question could be judged on it."""
    blocking: bool


def profile(questions: Sequence[QuestionView]) -> tuple[Row, ...]:
    """The profile, a row per criterion that applies to at least one question."""
    rows = []
    keys = dict.fromkeys(view.key for question in questions for view in question.shown)
    for key in keys:
        views = [(q.number, v) for q in questions for v in q.shown if v.key == key]
        scored = [(number, view) for number, view in views if view.score is not None]
        rows.append(
            Row(
                view=(scored or views)[0][1],
                dots=tuple(dot(number, view) for number, view in scored),
                bar_x=across(views[0][1].minimum),
                scores=" · ".join(f"{view.score:g}" for _, view in scored),
                unknown=not scored,
                blocking=any(view.blocking for _, view in views),
            )
        )
    order = [view.key for question in questions for view in question.criteria]
    return tuple(sorted(rows, key=lambda row: order.index(row.view.key)))


def dot(number: int, view: CriterionView) -> Dot:
    """One scored criterion as a dot."""
    band = None
    if view.band:
        left, right = (across(end) for end in view.band)
        band = (left, round(right - left, 2))
    return Dot(number, across(view.score or 1), view.state == "reached", band)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the timeline."""

    x: float
    width: float
    label: str
    """What it is, for the pointer and the screen reader."""
    turn: int | None = None
    speaker: str = ""
    clip: Clip | None = None
    tint: int = 0
    named: bool = False
    """Wide enough to carry its name."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding on the timeline."""

    x: float
    label: str
    target: str
    clip: Clip | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole recording at a glance."""

    phases: tuple[Bar, ...]
    turns: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    """Words that count for the candidate."""
    lacks: tuple[Mark, ...]
    """What was missing, at the end of the turn where it would have belonged."""
    questions: tuple[tuple[float, int], ...]
    """Position and number of each question's beginning; empty when there is only one."""
    ticks: tuple[tuple[float, int], ...]
    """Position and session clock of the minute marks."""


def timeline(view: ReportView) -> Timeline | None:
    """The timeline, None when the turns have no times."""
    total = view.length_ms
    if not total:
        return None

    def place(milliseconds: int) -> float:
        return round(min(100.0, 100 * milliseconds / total), 3)

    def bar(start: int, end: int) -> tuple[float, float]:
        return place(start), round(max(0.15, place(end) - place(start)), 3)

    tints = {phase: i for i, phase in enumerate(dict.fromkeys(p.phase for p in view.phases))}
    phases = [
        Bar(*bar(p.start_ms, p.end_ms), label=p.phase, tint=tints[p.phase] % PHASE_TINTS)
        for p in view.phases
    ]
    turns = [
        Bar(
            *bar(each.turn.start_ms, each.turn.end_ms),
            label=each.turn.text,
            turn=each.turn.turn,
            speaker=each.turn.speaker,
            clip=each.clip,
        )
        for each in view.turns
        if each.turn.start_ms is not None and each.turn.end_ms is not None
    ]
    marks = [
        Mark(place(quote.start_ms), f"{c.name}: {quote.text}", c.anchor_id, quote.clip)
        for question in view.questions
        for c in question.criteria
        for quote in c.quotes
        if quote.start_ms is not None
    ]
    return Timeline(
        phases=tuple(name_wide(phases)),
        turns=tuple(turns),
        marks=tuple(sorted(marks, key=lambda mark: mark.x)),
        lacks=tuple(sorted(find_lacks(view, place), key=lambda mark: mark.x)),
        questions=tuple(beginnings(view, place)) if len(view.questions) > 1 else (),
        ticks=tuple((place(each), each) for each in range(0, total, tick_step(total))),
    )


def beginnings(view: ReportView, place: Callable[[int], float]) -> Iterator[tuple[float, int]]:
    """Where each question begins, and its number."""
    for question in view.questions:
        starts = [
            each.turn.start_ms
            for each in view.turns
            if each.turn.question_id == question.result.question_id
            and each.turn.start_ms is not None
        ]
        if starts:
            yield place(min(starts)), question.number


def find_lacks(view: ReportView, place: Callable[[int], float]) -> Iterator[Mark]:
    """A mark at the end of each turn where something was missing that a bar asks for.

    What a criterion short of its bar misses belongs to the turn of its last quote; without one, to
    the candidate's last turn on the question.
    """
    missed: dict[int, list[CriterionView]] = {}
    mine = [each.turn for each in view.turns if each.turn.speaker == "candidate"]
    for question in view.questions:
        asked = [turn for turn in mine if turn.question_id == question.result.question_id] or mine
        for criterion in question.criteria:
            if criterion.state != "short" or not criterion.missing or not asked:
                continue
            quoted = [quote.turn for quote in criterion.quotes if quote.turn is not None]
            missed.setdefault(max(quoted, default=asked[-1].turn), []).append(criterion)
    for each in view.turns:
        criteria = missed.get(each.turn.turn, [])
        if criteria and each.turn.end_ms is not None:
            label = "; ".join(f"{c.name}, missing: {' '.join(c.missing)}" for c in criteria)
            yield Mark(place(each.turn.end_ms), label, criteria[0].anchor_id, each.clip)


def name_wide(bars: Sequence[Bar]) -> list[Bar]:
    """The phases, those wide enough marked as carrying their name."""
    return [
        Bar(
            bar.x,
            bar.width,
            bar.label,
            tint=bar.tint,
            named=bar.width >= LABEL_MARGIN + LABEL_LETTER * len(bar.label),
        )
        for bar in bars
    ]


def tick_step(total_ms: int) -> int:
    """Milliseconds between minute marks, so that at most about ten stand on the line."""
    for minutes in (0.5, 1, 2, 5, 10, 15, 30):
        if total_ms <= minutes * 60_000 * 10:
            return round(minutes * 60_000)
    return 60 * 60_000
