"""Progress in a terminal of 80 columns: where each criterion stands, a plot, what is due."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from evaluation.calibration import off_words
from evaluation.progress_shape import CriterionProgress, Progress, QuestionProgress
from evaluation.repetition import RESULT_WORDS, days_ago
from evaluation.report_words import day
from prompts.question_bank import CATEGORIES
from prompts.rubric import LEVELS, CriterionKey

PLOTTED: tuple[CriterionKey, ...] = ("clarity", "requirement_clarification", "trade_offs")
"""Three lines can be told apart by their marks alone; the table above the plot has all eight."""
MARKS = ("C", "R", "T")
"""Letters, so that the plot says the same without colour."""
PLOT_ROWS = 13
SHOWN_QUESTIONS = 8
SPARKS = "▁▂▃▄▅▆▇█"
INDENT = "  "


def progress_lines(progress: Progress, width: int = 80) -> list[str]:
    """The whole view; `width` in columns."""
    lines = head_lines(progress, width)
    if any(line.scores for line in progress.criteria):
        lines += ["", *table(progress, width), "", *plot(progress, width)]
    lines += question_lines(progress, width)
    lines += coverage_lines(progress) + calibration_lines(progress)
    for sentence in (*progress.notes, *progress.problems):
        lines += ["", *wrapped(sentence, width, "")]
    return lines


def head_lines(progress: Progress, width: int) -> list[str]:
    """How much there is, the weakest point, and what to do about it."""
    drills = sum(bool(each.drill) for each in progress.sessions)
    whole = len(progress.sessions) - drills
    lines = [f"{amount(whole, 'interview')}, {amount(drills, 'drill')}"]
    if progress.sessions:
        lines[0] += f" since {day(progress.sessions[0].at, '%B %Y')}"
    weakest = progress.weakest
    if weakest is not None:
        needs = f"{weakest.now:.1f}; {weakest.level} needs {weakest.minimum:g}"
        word = "Weakest" if weakest.now < weakest.minimum else "Lowest"
        scores = amount(weakest.sessions, "score")
        lines += ["", f"{word}: {weakest.name}, {needs} ({scores})"]
        lines += wrapped(weakest.advice, width) if weakest.advice else []
    lines += wrapped(f"Five minutes: {progress.drill.command}. {progress.drill.why}", width)
    return lines


def table(progress: Progress, width: int) -> list[str]:
    """A line per criterion that was scored: its course, where it stands, and the bar."""
    lines = [f"{'':<36}{'course':<12}{'before':>7}{'now':>6}{'change':>8}{'needed':>8}"]
    for line in progress.criteria:
        if not line.scores:
            continue
        change = "" if line.change is None else f"{line.change:+.1f}"
        lines.append(
            f"{line.short} {line.name:<33}{sparks(line):<12}{figure(line.before):>7}"
            f"{figure(line.now):>6}{change:>8}{line.minimum:>8g}"
        )
    unseen = [line.name for line in progress.criteria if not line.scores]
    told = wrapped(f"Not scored yet: {', '.join(unseen)}.", width, "") if unseen else []
    return [*lines, *told]


def figure(score: float | None) -> str:
    """A score with one decimal, or a dash."""
    return "–" if score is None else f"{score:.1f}"


def sparks(line: CriterionProgress, most: int = 10) -> str:
    """The last scores as small columns, 1 the lowest and 5 the highest."""
    scores = [each.score for each in line.scores if each.comparable][-most:]
    return "".join(SPARKS[round((score - 1) / 4 * (len(SPARKS) - 1))] for score in scores)


def plot(progress: Progress, width: int) -> list[str]:
    """The three main criteria over the sessions; drawn from two sessions on."""
    import plotext

    at = [each.at for each in progress.sessions]
    place = {each.id: number for number, each in enumerate(progress.sessions, 1)}
    figure = plotext.figure
    figure.clear()
    figure.plot_size(min(width, 100), PLOT_ROWS)
    drawn = []
    for key, mark in zip(PLOTTED, MARKS, strict=True):
        line = next(each for each in progress.criteria if each.key == key)
        points = [(place[p.session], p.score) for p in line.scores if p.comparable]
        if len(points) > 1:
            x, y = zip(*points, strict=True)
            figure.draw(figure.signal(list(x), list(y), marker="·").lines())
            figure.draw(figure.signal(list(x), list(y), marker=mark))
            drawn.append(f"{mark} {line.name}")
    if not drawn:
        return ["A course needs two scored sessions."]
    shown = list(range(1, len(at) + 1, max(1, (len(at) + 5) // 6)))
    figure.ruler("x").lim(1, max(2, len(at)))
    figure.ruler("x").ticks(shown, [day(at[number - 1]) for number in shown])
    figure.ruler("y").lim(1, 5)
    figure.ruler("y").ticks([1, 2, 3, 4, 5], ["1", "2", "3", "4", "5"])
    picture = str(plotext.uncolorize(figure.build()))
    return [*(row.rstrip() for row in picture.splitlines()), "   ".join(drawn)]


def question_lines(progress: Progress, width: int) -> list[str]:
    """What is due, then what comes next."""
    due = [each for each in progress.questions if each.is_due]
    later = [(each.id, each.due) for each in progress.questions if each.due and not each.is_due]
    lines: list[str] = []
    if due:
        lines += ["", "Due again (the next interview begins with them)"]
        lines += [question_line(each, progress) for each in due[:SHOWN_QUESTIONS]]
        if len(due) > SHOWN_QUESTIONS:
            lines.append(f"{INDENT}and {len(due) - SHOWN_QUESTIONS} more")
    if later:
        soon = ", ".join(f"{name} ({day(due_at)})" for name, due_at in later[:4])
        lines += ["", *wrapped(f"Later: {soon}.", width, "")]
    return lines


def question_line(question: QuestionProgress, progress: Progress) -> str:
    """One due question with how it went."""
    times = amount(question.times, "time")
    went = RESULT_WORDS.get(question.result or "undetermined", "")
    return f"{INDENT}{question.id:<32}{went:<16}{days_ago(question.last, progress.now)}, {times}"


def coverage_lines(progress: Progress) -> list[str]:
    """Asked of those there are, by category and level; levels nothing was asked at are left out."""
    levels = [
        level
        for level in LEVELS
        if any(each.asked for each in progress.coverage if each.level == level)
    ]
    if not levels:
        return []
    cells = {(each.category, each.level): each for each in progress.coverage}
    lines = ["", f"{'Questions asked':<22}" + "".join(f"{level:>10}" for level in levels)]
    for category in CATEGORIES:
        counts = [cells.get((category, level)) for level in levels]
        shown = (f"{cell.asked} of {cell.available}" if cell else "–" for cell in counts)
        lines.append(f"{INDENT}{category:<20}" + "".join(f"{each:>10}" for each in shown))
    return lines


def calibration_lines(progress: Progress) -> list[str]:
    """How well the candidate knows themselves, over time."""
    found = progress.calibration
    if found.off is None or found.distance is None:
        return []
    off = off_words(found.off)
    lean = "close on average" if off == "close" else f"{off} on average"
    lines = ["", f"Your own ratings: {lean}, {found.distance:.1f} points off each time"]
    by_session: dict[str, list[str]] = {}
    for rating in found.ratings:
        words = f"{rating.name.split()[0]} {rating.own} for {rating.score:.1f}"
        by_session.setdefault(f"{day(rating.at)}  {rating.session}", []).append(words)
    return lines + [f"{INDENT}{who}  {', '.join(told)}" for who, told in by_session.items()][-6:]


def amount(number: int, noun: str) -> str:
    """`1 drill`, `3 drills`, `no drills`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def wrapped(text: str, width: int, indent: str = INDENT) -> Sequence[str]:
    """`text` in lines of at most `width` columns."""
    return textwrap.wrap(
        text,
        max(20, width - 1),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
