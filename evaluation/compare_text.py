"""A comparison as plain lines that fit a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from evaluation.compare import SAME_WITHIN, Attempt, Comparison, QuestionComparison, cell
from evaluation.report_words import clock, day, phase_name, span
from evaluation.session_list import shown_verdict

MOST_SENTENCES = 6
"""Sentences of a kind in the terminal; a good second attempt has thirty."""


def lines(comparison: Comparison, width: int = 80) -> list[str]:
    """The whole comparison; `width` in columns."""
    told = [*attempt_lines("then", comparison.before), *attempt_lines("now", comparison.after)]
    for remark in comparison.remarks:
        told += wrapped(remark, width, "")
    for question in comparison.questions:
        told += [*table(question), *sentence_lines(question, width)]
        told += fact_lines("Asked for now, not then", question.facts_now, width)
        told += fact_lines("Asked for then, not now", question.facts_then, width)
        told += fact_lines("Never asked for", question.facts_never, width)
    for ids, when in ((comparison.only_before, "then"), (comparison.only_after, "now")):
        if ids:
            told += ["", *wrapped(f"Only {when}: {', '.join(ids)}", width, "")]
    if comparison.phases:
        told += ["", f"{'Time per phase':<34}{'then':>12}{'now':>12}"]
        for phase, spent in comparison.phases.items():
            cells = (span(each) if each is not None else "–" for each in spent)
            told.append(f"  {phase_name(phase):<32}" + "".join(f"{cell:>12}" for cell in cells))
    return told


def short_lines(comparison: Comparison) -> list[str]:
    """Only the tables, for the end of a second attempt."""
    return [line for question in comparison.questions for line in table(question)]


def attempt_lines(when: str, attempt: Attempt) -> list[str]:
    """Which session, of which day, and how it was judged."""
    evaluation, meta = attempt.evaluation, attempt.meta
    who = f"{day(meta.created, '%b %Y')}  {meta.id}" if meta else evaluation.source
    return [f"{when:<6}{who}  {shown_verdict(evaluation)} against {evaluation.level}"]


def table(question: QuestionComparison) -> list[str]:
    """The criteria that one of the two was scored on."""
    rows = ["", question.title, f"{'':<34}{'then':>8}{'now':>8}  change"]
    for row in question.criteria:
        if row.before.status == row.after.status == "not_applicable":
            continue
        rows.append(
            f"  {row.name:<32}{cell(row.before):>8}{cell(row.after):>8}  {change_words(row.change)}"
        )
    return rows


def sentence_lines(question: QuestionComparison, width: int) -> list[str]:
    """The words that made the difference, with what they show; the most telling ones."""
    told: list[str] = []
    for title, found in (
        ("What made the difference", question.said_now),
        ("What was there then, not now", question.said_then),
    ):
        told += ["", title] if found else []
        for each in found[:MOST_SENTENCES]:
            at = f", {clock(each.start_ms)}" if each.start_ms is not None else ""
            told += wrapped(f"“{each.quote}” (turn {each.turn}{at})", width, "  ")
            for name, point in each.shows:
                told += wrapped(f"{name}: {point}", width, "    ")
        if more := len(found) - MOST_SENTENCES:
            told += [f"  and {more} more; --html shows all"] if more > 0 else []
    return told


def fact_lines(title: str, facts: Sequence[str], width: int) -> list[str]:
    """A list of facts under its title; nothing when there are none."""
    if not facts:
        return []
    return ["", title, *(line for fact in facts for line in wrapped(fact, width, "  "))]


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """`text` in lines of at most `width` columns, the following ones further in."""
    return textwrap.wrap(
        text,
        max(20, width - 1),
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if indent else "",
        break_long_words=False,
        break_on_hyphens=False,
    )


def change_words(change: float | None) -> str:
    """A change as signed points; `same` within what scores can tell apart."""
    if change is None:
        return "–"
    return f"{change:+g}" if abs(change) > SAME_WITHIN else "same"
