"""`viva compare`: two attempts side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evaluation.compare import Attempt, Comparison
    from evaluation.session import SessionFolder


@click.command()
@click.argument("first", metavar="[A]", default="")
@click.argument("second", metavar="[B]", default="")
@click.option("--html", type=click.Path(path_type=Path), help="Write it as a page, one file.")
@click.option("--open", "show", is_flag=True, help="With --html: open it in the browser.")
def command(first: str, second: str, html: Path | None, show: bool) -> None:
    """Compare session A with session B: criteria, facts asked, the sentences that changed it.

    Each is a path, an id, `last` or `previous`. Without B the last one is compared with A; without
    both the last one with the session it tried again, else with the one before.
    """
    import shutil

    if show and html is None:
        raise click.UsageError("--open needs --html FILE.")
    comparison = compare_sessions(*chosen(first, second))
    if html is None:
        from evaluation.compare_text import lines

        for line in lines(comparison, shutil.get_terminal_size((80, 24)).columns):
            click.echo(line)
        return
    from evaluation.compare_page import render_comparison

    html.write_text(render_comparison(comparison), encoding="utf-8")
    click.echo(html)
    if show:
        click.launch(html.absolute().as_uri())


def chosen(first: str, second: str) -> tuple[SessionFolder, SessionFolder]:
    """The two sessions meant, the earlier attempt first where that is left open.

    Raises UsageError when both words mean the same session.
    """
    from agent.commands.options import open_session
    from evaluation.session_list import LAST, PREVIOUS
    from prompts.errors import UsageError

    two = open_session(second or LAST)
    if not second and first in ("", LAST):
        first = two.meta.retry_of or PREVIOUS
    one = open_session(first)
    if one.meta.id == two.meta.id:
        raise UsageError(
            f"both are session {one.meta.id}", todo="Name two; `viva sessions` lists them."
        )
    return one, two


def compare_sessions(one: SessionFolder, two: SessionFolder) -> Comparison:
    """Two scored sessions, with the questions as they were put."""
    from agent.packs import session_bank
    from evaluation.compare import compare

    bank = session_bank(two.meta, session_bank(one.meta))
    return compare(attempt(one), attempt(two), bank)


def beside_the_first(session: SessionFolder, program: str) -> list[str]:
    """The scores of a second attempt beside those of the first; none when it is no second one.

    `program`: how viva is called here.
    """
    from evaluation.compare_text import short_lines
    from evaluation.session_list import find_session
    from prompts.errors import VivaError

    if not session.meta.retry_of:
        return []
    try:
        first = find_session(session.path.parent, session.meta.retry_of)
        comparison = compare_sessions(first, session)
    except VivaError as error:
        return [f"The first attempt cannot be compared: {error.line()}"]
    more = f"More:    {program} compare {first.meta.id} {session.meta.id}"
    return [*short_lines(comparison), more]


def attempt(session: SessionFolder) -> Attempt:
    """A scored session. Raises VivaError when it has not been scored."""
    from agent.reporting import evaluation_of
    from evaluation.compare import Attempt

    return Attempt(session.record(), evaluation_of(session), session.meta)
