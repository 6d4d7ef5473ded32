"""Rating oneself: asked when the evaluation is stored, and before any of it is shown.

What is given here goes into session.json, which no judge reads.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.result import Evaluation
    from evaluation.session import SessionFolder
    from prompts.rubric import CriterionKey

INTRO = "Before the score, rate yourself: 1 to 5 (4 is the senior bar), Enter skips."


def at_a_terminal() -> bool:
    """Whether a person sits there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def rate_oneself(
    session: SessionFolder,
    evaluation: Evaluation,
    say: Callable[[str], None],
    ask: Callable[[str], str] | None = None,
) -> None:
    """Ask about the criteria that were scored, and store what was given with the session.

    `ask` reads one line after a prompt; it may raise click.Abort (Ctrl-C, Ctrl-D), which skips the
    rest.
    """
    from evaluation.calibration import to_rate
    from prompts.rubric import load_rubric

    keys = to_rate(evaluation)
    if not keys:
        return
    say("")
    say(INTRO)
    own: dict[CriterionKey, int] = {}
    try:
        for key in keys:
            given = one_to_five(f"  {load_rubric().criterion(key).name}: ", ask or read_line)
            if given is not None:
                own[key] = given
    except click.Abort:
        say("")
    if own:
        session.save_meta(session.meta.model_copy(update={"self_rating": own}))


def read_line(prompt: str) -> str:
    """One line from the terminal; click.Abort when there is none."""
    answer: str = click.prompt(prompt, default="", show_default=False, prompt_suffix="")
    return answer


def one_to_five(prompt: str, ask: Callable[[str], str]) -> int | None:
    """A whole number from 1 to 5; None when it is skipped. Anything else is asked again."""
    while True:
        given = ask(prompt).strip()
        if not given:
            return None
        if given in {"1", "2", "3", "4", "5"}:
            return int(given)
        prompt = "  A whole number from 1 to 5, or Enter: "


def off_lines(session: SessionFolder, evaluation: Evaluation) -> list[str]:
    """How far off the ratings were, a line each; none when nothing was rated."""
    from evaluation.calibration import off_words, pairs
    from prompts.rubric import load_rubric

    found = pairs(session.meta.self_rating, evaluation)
    lines = [
        f"  {load_rubric().criterion(key).name:<28}you {own}, scored {score:.1f}: "
        f"{off_words(round(own - score, 1))}"
        for key, (own, score) in found.items()
    ]
    return ["", "Your own rating", *lines] if lines else []
