"""Progress as a page: one self-contained HTML file in the look of the report."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluation.calibration import Rating, off_words
from evaluation.progress_shape import CriterionProgress, Progress
from evaluation.repetition import RESULT_WORDS, days_ago
from evaluation.report import environment, part, policy
from evaluation.report_picture import across
from evaluation.report_words import day
from prompts.question_bank import CATEGORIES
from prompts.rubric import LEVELS

CHART_HEIGHT = 104
"""Pixels of a small chart; a score of 5 stands at TOP and one of 1 at CHART_HEIGHT - FOOT."""
TOP, FOOT = 10, 14
SIDE = 3.0
"""Per cent of the width kept free left and right, so that points are never cut."""


@dataclass(frozen=True, slots=True)
class Point:
    """One score in a chart."""

    x: float
    """Per cent of the width."""
    y: float
    """Pixels from the top."""
    label: str
    kind: str
    """`drill`, `other` (another judge or rubric), or `reached` and `short` of the level."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One criterion over the sessions."""

    line: CriterionProgress
    points: tuple[Point, ...]
    segments: tuple[tuple[Point, Point], ...]
    bar: float
    """Where the level's minimum stands, pixels from the top."""


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One criterion then and now on the scale of the report, positions in per cent."""

    line: CriterionProgress
    now: float
    before: float | None
    bar: float
    reached: bool
    weakest: bool


def render_progress(progress: Progress) -> str:
    """The page as HTML, with a policy that allows nothing but its own style."""
    style = part("report.css") + part("progress.css")
    return (
        environment()
        .get_template("progress.html")
        .render(
            p=progress,
            headline=headline(progress),
            rows=profile_rows(progress),
            charts=charts(progress),
            dates=dates(progress),
            levels=asked_levels(progress),
            cells={(each.category, each.level): each for each in progress.coverage},
            categories=CATEGORIES,
            ratings=rated_sessions(progress.calibration.ratings),
            scores=session_scores(progress),
            height=CHART_HEIGHT,
            words=RESULT_WORDS,
            ago=lambda then: days_ago(then, progress.now),
            off_words=off_words,
            style=Markup(style),
            policy=policy(style, ""),
        )
    )


def headline(progress: Progress) -> str:
    """What stands in the way, in a few words."""
    weakest = progress.weakest
    if weakest is None:
        return "Nothing is scored yet"
    if weakest.now >= weakest.minimum:
        return f"Everything reaches the {weakest.level} bar"
    return f"{weakest.name} holds you back"


def height_of(score: float) -> float:
    """A score (1-5) as pixels from the top."""
    return round(TOP + (5 - score) / 4 * (CHART_HEIGHT - TOP - FOOT), 1)


def charts(progress: Progress) -> tuple[Chart, ...]:
    """A small chart for each criterion that was scored; all have the same sessions across."""
    steps = max(1, len(progress.sessions) - 1)
    place = {
        each.id: round(SIDE + number / steps * (100 - 2 * SIDE), 2)
        for number, each in enumerate(progress.sessions)
    }
    made = []
    for line in progress.criteria:
        points = [
            Point(
                x=place[each.session],
                y=height_of(each.score),
                label=f"{day(each.at, '%B')}: {each.score:g}{', drill' if each.drill else ''}, "
                f"{each.level} needs {each.minimum:g}",
                kind=(
                    "other"
                    if not each.comparable
                    else "drill"
                    if each.drill
                    else "reached"
                    if each.score >= each.minimum
                    else "short"
                ),
            )
            for each in line.scores
        ]
        counted = [point for point in points if point.kind != "other"]
        if points:
            pairs = tuple(itertools.pairwise(counted))
            made.append(Chart(line, tuple(points), pairs, height_of(line.minimum)))
    return tuple(made)


def dates(progress: Progress) -> tuple[str, str]:
    """First and last day, for the ends of the charts."""
    if not progress.sessions:
        return "", ""
    first, last = progress.sessions[0].at, progress.sessions[-1].at
    return day(first), day(last) if last.date() != first.date() else ""


def profile_rows(progress: Progress) -> tuple[ProfileRow, ...]:
    """Where each criterion stands, in the rubric's order."""
    weakest = progress.weakest.key if progress.weakest else None
    return tuple(
        ProfileRow(
            line=line,
            now=across(line.now),
            before=None if line.before is None else across(line.before),
            bar=across(line.minimum),
            reached=line.now >= line.minimum,
            weakest=line.key == weakest,
        )
        for line in progress.criteria
        if line.now is not None
    )


def asked_levels(progress: Progress) -> list[str]:
    """The levels something was asked at."""
    return [
        level
        for level in LEVELS
        if any(each.asked for each in progress.coverage if each.level == level)
    ]


def rated_sessions(ratings: Sequence[Rating]) -> list[tuple[str, list[Rating]]]:
    """The ratings by session, the newest first."""
    grouped: dict[str, list[Rating]] = {}
    for rating in ratings:
        grouped.setdefault(rating.session, []).append(rating)
    return [(f"{day(those[0].at, '%B %Y')}", those) for those in reversed(grouped.values())]


def session_scores(progress: Progress) -> dict[str, dict[str, float]]:
    """Session id → criterion → score, for the table that says what the charts draw."""
    found: dict[str, dict[str, float]] = {}
    for line in progress.criteria:
        for each in line.scores:
            found.setdefault(each.session, {})[line.key] = each.score
    return found
