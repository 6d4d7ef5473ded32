"""`viva sessions`: what has been recorded."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """List recorded sessions, newest first."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from agent.settings import load_settings
    from agent.view import clock
    from evaluation.session_list import list_sessions

    home = load_settings().sessions_home
    console = Console()
    found = list_sessions(home)
    if not found:
        console.print(f"No sessions in {home} yet. `viva demo` makes one.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("session", "level", "persona", "length", "turns", "verdict"):
        table.add_column(name, no_wrap=name == "session")
    for session in found:
        if session.meta is None:
            table.add_row(escape(session.path.name), "", "", "", "", escape(session.problem))
            continue
        state = session.verdict or ("not scored" if session.meta.ended else "unfinished")
        table.add_row(
            escape(session.path.name),
            session.meta.level,
            escape(session.meta.persona),
            clock(session.length_ms),
            str(session.turns),
            state,
        )
    console.print(table)
    console.print(f"\n{home}", style="dim", soft_wrap=True)
