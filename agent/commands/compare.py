"""`viva compare`: two attempts side by side."""

from __future__ import annotations

import click


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B", default="last")
def command(first: str, second: str) -> None:
    """Compare session A with session B: criteria, facts asked, the sentences that changed it."""
    from agent.commands.options import open_session
    from evaluation.compare import compare, lines
    from prompts.question_bank import load_bank

    before, after = open_session(first), open_session(second)
    for line in lines(compare(scored(before), scored(after), load_bank())):
        click.echo(line)
