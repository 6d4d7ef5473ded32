"""`viva report`: the HTML report of a session."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("session_name", metavar="[SESSION]", default="last")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@click.option("--markdown", is_flag=True, help="Print it as Markdown instead.")
@click.option("--output", type=click.Path(path_type=Path), help="Another place than the session.")
def command(session_name: str, show: bool, markdown: bool, output: Path | None) -> None:
    """Write report.html of SESSION: one file, works from disk, with the sound inside."""
    from agent.commands.options import open_session
    from agent.packs import session_bank
    from agent.studio import write_report

    session = open_session(session_name)
    bank = session_bank(session.meta)
    if markdown:
        from agent.studio import markdown_report

        click.echo(markdown_report(session, bank))
        return
    path = write_report(session, bank, output)
    click.echo(path)
    if show:
        click.launch(path.as_uri())
