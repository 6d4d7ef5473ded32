"""The evaluation in a terminal: the verdict, the profile, the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.prices import UNPRICED, Prices
from evaluation.result import CriterionResult, Evaluation, QuestionEvaluation
from prompts.rubric import CriterionKey, load_rubric

if TYPE_CHECKING:
    from rich.console import Console

BAR_WIDTH = 20
"""Columns of a full bar (score 5)."""
COLOURS = {"meets": "green", "near": "yellow", "below": "red", "undetermined": "dim"}
WORDS = {
    "meets": "meets the {level} bar",
    "near": "is near the {level} bar",
    "below": "is below the {level} bar",
    "undetermined": "cannot be judged against the {level} bar",
}


def print_summary(console: Console, evaluation: Evaluation, prices: Prices = UNPRICED) -> None:
    """One block for each question, and what a model's judging cost."""
    from rich.text import Text

    for question in evaluation.questions:
        console.print()
        words = WORDS[question.verdict.result].format(level=evaluation.level)
        line = Text(f"{question.question_id}: ", style="bold")
        line.append(f"this answer {words}", style=COLOURS[question.verdict.result])
        console.print(line)
        asked = [r for r in question.criteria.values() if r.status != "not_applicable"]
        for key, result in question.criteria.items():
            if len(asked) == 1 and result.status == "not_applicable":
                continue  # A drill: that nothing else was asked is its point.
            console.print(profile_line(key, result, evaluation))
        for remark in filter(None, (*reasons(asked), advice_of(question))):
            console.print(remark, style="italic", markup=False, highlight=False)
    if len(evaluation.questions) > 1 or evaluation.verdict.result != "undetermined":
        console.print(f"\nSession: {evaluation.verdict.result}. {evaluation.verdict.reason}")
    for warning in evaluation.warnings:
        console.print(warning, style="yellow", markup=False)
    if evaluation.usage.get("calls"):
        console.print(usage_line(evaluation, prices), style="dim", markup=False, highlight=False)


def usage_line(evaluation: Evaluation, prices: Prices) -> str:
    """What judging cost: calls and tokens as the endpoint counted them, money where known."""
    used = evaluation.usage
    cached = used.get("cached_tokens", 0)
    return (
        f"The judge's model was asked {used['calls']} times:"
        f" {used.get('input_tokens', 0):,} tokens in ({cached:,} from its cache),"
        f" {used.get('output_tokens', 0):,} out.{prices.told(used)}"
    )


def profile_line(key: CriterionKey, result: CriterionResult, evaluation: Evaluation) -> str:
    """`C1 clarity  ████████░░░░ 3.5 (4)` or why there is no score."""
    from rich.markup import escape

    rubric = load_rubric()
    criterion = rubric.criterion(key)
    name = f"  {criterion.short} {criterion.name[:34]:<36}"
    if result.status != "scored" or result.score is None:
        return f"{name}[dim]{escape(why_unscored(result))}[/]"
    minimum = rubric.minimum[evaluation.level][key]
    filled = round((result.score - 1) / 4 * BAR_WIDTH)
    colour = "green" if result.score >= minimum else "yellow"
    bar = f"[{colour}]{'█' * filled}[/][dim]{'░' * (BAR_WIDTH - filled)}[/]"
    return f"{name}{bar} {result.score:.1f} [dim]bar {minimum:.0f}[/]"


def why_unscored(result: CriterionResult) -> str:
    """Why a criterion has no score, in three words."""
    return "not asked here" if result.status == "not_applicable" else "could not be judged"


def reasons(asked: Sequence[CriterionResult]) -> list[str]:
    """Why something could not be judged, each reason once."""
    unjudged = [result for result in asked if result.status == "could_not_judge"]
    return list(dict.fromkeys(result.reason for result in unjudged if result.reason))


def advice_of(question: QuestionEvaluation) -> str:
    """The advice of the blocking criterion, else of the lowest one."""
    blocking = question.verdict.blocking
    if blocking is not None and question.criteria[blocking].advice:
        return f"Next: {question.criteria[blocking].advice}"
    scored = [r for r in question.criteria.values() if r.score is not None and r.advice]
    lowest = min(scored, key=lambda r: r.score or 0, default=None)
    return f"Next: {lowest.advice}" if lowest else ""
