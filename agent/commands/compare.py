"""`viva compare`: two attempts side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evaluation.compare import Attempt
    from evaluation.session import SessionFolder


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="[B]", default="last")
def command(first: str, second: str) -> None:
    """Compare session A with session B: criteria, facts asked, the sentences that changed it."""
    from agent.commands.options import open_session
    from agent.packs import session_bank
    from evaluation.compare import compare, lines

    one, two = open_session(first), open_session(second)
    bank = session_bank(two.meta, session_bank(one.meta))
    for line in lines(compare(attempt(one), attempt(two), bank)):
        click.echo(line)


def attempt(session: SessionFolder) -> Attempt:
    """A scored session. Raises VivaError when it has not been scored."""
    from agent.reporting import evaluation_of
    from evaluation.compare import Attempt

    return Attempt(session.record(), evaluation_of(session))
