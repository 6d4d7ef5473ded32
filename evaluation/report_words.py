"""Figures as words: clock times, durations, and the table of delivery."""

from __future__ import annotations

from datetime import datetime

from evaluation.delivery import Delivery
from evaluation.result import QuestionEvaluation
from prompts.rubric import LEVELS, Level


def reads_as(result: QuestionEvaluation, level: Level) -> str:
    """What level the mean of the scores is like, a sentence that fits the verdict beside it."""
    read = result.level_reads_as
    if read is None:
        return ""
    reached = LEVELS.index(read) >= LEVELS.index(level)
    if reached and result.verdict.result in {"near", "below"}:
        return (
            f"On average the scores are those of a {read} answer, but the bar is for each criterion"
            " by itself."
        )
    return f"On average the scores are those of a {read} answer."


def clock(milliseconds: int | None) -> str:
    """A place in the session as m:ss, or h:mm:ss; empty when unknown."""
    if milliseconds is None:
        return ""
    seconds = milliseconds // 1000
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def day(at: datetime, rest: str = "%b") -> str:
    """A day as `4 Nov`, `rest` being what follows the number; %-d is not known on Windows."""
    return f"{at.day} {at:{rest}}"


def span(milliseconds: int) -> str:
    """A duration: `48 s`, `3 min`, `3 min 20 s`."""
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds} s"
    rest = f" {seconds % 60} s" if seconds % 60 else ""
    return f"{seconds // 60} min{rest}"


FILLERS_WORTH_A_WORD = 3
"""Fillers per 100 words from which anything is said about them: below that nobody hears them."""


def phase_name(phase: str) -> str:
    """`data_and_model` as `Data and model`."""
    return phase.replace("_", " ").capitalize()


def filler_rows(delivery: Delivery) -> list[tuple[str, str, str]]:
    """Fillers, where there are enough of them to be heard."""
    if not delivery.words or 100 * delivery.fillers < FILLERS_WORTH_A_WORD * delivery.words:
        return []
    if delivery.fillers_per_minute is None:
        return [("Fillers", str(delivery.fillers), delivery.fillers_note)]
    return [("Fillers per minute", f"{delivery.fillers_per_minute:g}", delivery.fillers_note)]


def delivery_rows(delivery: Delivery) -> list[tuple[str, str, str]]:
    """Name, value and remark of every figure that could be computed."""
    rows: list[tuple[str, str, str]] = []
    if delivery.words_per_minute is not None:
        rows.append(("Words per minute", f"{delivery.words_per_minute:.0f}", "pauses included"))
    rows += filler_rows(delivery)
    if delivery.pauses is not None:
        longest = max((p.end_ms - p.start_ms for p in delivery.pauses), default=0)
        remark = f"the longest {longest / 1000:.1f} s; thinking is welcome" if longest else ""
        rows.append(("Pauses over 2 s", str(len(delivery.pauses)), remark))
    if delivery.talk_share is not None:
        by = "of the time spoken" if delivery.talk_share_by == "time" else "of the words"
        rows.append(("Your share of the talking", f"{delivery.talk_share:.0%}", by))
    if delivery.longest_ms is not None:
        turn = f"turn {delivery.longest_turn}, {delivery.longest_words} words"
        rows.append(("Longest monologue", span(delivery.longest_ms), turn))
    elif delivery.longest_words is not None:
        rows.append(
            (
                "Longest monologue",
                f"{delivery.longest_words} words",
                f"turn {delivery.longest_turn}",
            )
        )
    if delivery.words:
        rows.append(("Hedges", str(delivery.hedges), "maybe, I think, sort of; often right"))
    for phase, spent in (delivery.phase_ms or {}).items():
        rows.append((f"Time in {phase_name(phase).lower()}", span(spent), ""))
    return rows
