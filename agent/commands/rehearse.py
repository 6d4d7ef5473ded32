"""`viva rehearse`: the interviewer against simulated candidates, offline and without sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from agent.simulated.series import Rehearsed

SHOWN = 5
"""Violations told in words, of the worst session."""


@click.command()
@click.option("--candidate", "name", default="all", show_default=True, help="One by name, or all.")
@click.option("--question", "question_id", default="all", show_default=True, help="An id, or all.")
@click.option("--persona", help="Interviewer by name or file; default: all of them in turn.")
@click.option("--minutes", type=click.FloatRange(2, 180), help="Length (default by type).")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same interviews.")
@click.option("--count", type=click.IntRange(1, 1000), default=1, help="Of each pairing.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the session folders here.")
@click.option("--list", "only_list", is_flag=True, help="Only say which candidates there are.")
def command(
    name: str,
    question_id: str,
    persona: str | None,
    minutes: float | None,
    seed: int,
    count: int,
    keep: Path | None,
    only_list: bool,
) -> None:
    """Interview simulated candidates and check what must hold of every interview.

    It ends in time, asks nothing twice, says no sentence twice, gives nothing of the sheet or the
    rubric away, meets every question and wish, tells every fact that was asked for, counts every
    hint, never gets stuck, follows no order hidden in an answer, asks one short question at a time,
    quotes correctly, and stays neutral. Exit code 1 when something of it was broken. All on all
    takes half an hour.
    """
    from rich.console import Console

    console = Console()
    if only_list:
        from agent.simulated.cast import CANDIDATES

        for each in CANDIDATES.values():
            console.print(f"{each.name:16}{each.about}", highlight=False)
        return
    results = rehearsed(console, name, question_id, persona, minutes, seed, count, keep)
    print_table(console, results)
    if print_worst(console, results, kept=keep is not None):
        raise click.exceptions.Exit(1)


def rehearsed(
    console: Console,
    name: str,
    question_id: str,
    persona: str | None,
    minutes: float | None,
    seed: int,
    count: int,
    keep: Path | None,
) -> list[Rehearsed]:
    """Hold all interviews that were asked for, with a bar where there is a terminal."""
    import tempfile

    from rich.progress import track

    from agent.simulated.series import candidate_names, hold, pairings
    from agent.studio import ENCODER
    from agent.weights import folder
    from evaluation.encoder import SentenceEncoder
    from prompts.persona import load_persona, persona_files
    from prompts.question_bank import load_bank

    bank = load_bank()
    questions = list(bank) if question_id == "all" else [bank.get(question_id)]
    people = [persona] if persona else [str(path) for path in persona_files()]
    held = list(
        pairings(
            questions,
            candidate_names(name),
            [load_persona(each) for each in people],
            minutes=minutes,
            seed=seed,
            count=count,
        )
    )
    encoder = SentenceEncoder(folder(ENCODER))
    with tempfile.TemporaryDirectory(prefix="viva-") as aside:
        home = keep or Path(aside)
        shown = track(held, "Interviews", console=console, disable=not console.is_terminal)
        return [hold(each, encoder, bank, home, keep=keep is not None) for each in shown]


def print_table(console: Console, results: Sequence[Rehearsed]) -> None:
    """Candidate by candidate: how much was talked, and what was broken how often."""
    from rich.table import Table

    from agent.simulated.series import counts

    table = Table(box=None, header_style="bold")
    for title in ("candidate", "interviews", "exchanges", "violations"):
        table.add_column(title, justify="left" if title == "candidate" else "right")
    table.add_column("of")
    for name, row in counts(results).items():
        held, exchanges = row.pop("interviews"), row.pop("exchanges")
        broken = ", ".join(f"{what} {times}" for what, times in row.most_common())
        table.add_row(name, str(held), str(exchanges), str(row.total()), broken)
    console.print(table)


def print_worst(console: Console, results: Sequence[Rehearsed], *, kept: bool) -> bool:
    """Where most went wrong, in words; False when nothing did."""
    worst = max(results, key=lambda result: len(result.violations))
    total = sum(len(result.violations) for result in results)
    console.print(f"\n{len(results)} interviews, {total} violations.", highlight=False)
    if not worst.violations:
        return False
    pairing = worst.pairing
    who = f"{pairing.candidate} on {pairing.question.id} with {pairing.persona.id}"
    console.print(f"Worst: {who}, seed {pairing.seed}", highlight=False)
    for violation in worst.violations[:SHOWN]:
        told = (
            f"  {violation.invariant}, turn {violation.turn}: {violation.quote} ({violation.why})"
        )
        console.print(told, markup=False, highlight=False, soft_wrap=True)
    where = str(worst.path) if kept else "not kept; give --keep FOLDER to keep the sessions"
    console.print(f"Session: {where}", markup=False, highlight=False, soft_wrap=True)
    return True
