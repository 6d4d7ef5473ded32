"""`viva personas`: the interviewers to choose from."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """List the interviewers. A file of your own works too: --persona my.yaml."""
    from rich.console import Console
    from rich.table import Table

    from prompts.persona import DEFAULT_PERSONA, load_personas

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "name", "tone", "waits", "hints", "pushes", "about"):
        table.add_column(name, no_wrap=name == "id")
    for persona in load_personas():
        mark = " *" if persona.id == DEFAULT_PERSONA else ""
        table.add_row(
            persona.id + mark,
            persona.name,
            persona.tone,
            f"{persona.patience.complete_ms / 1000:.1f} s",
            f"{persona.hint_generosity:.1f}",
            f"{persona.pushback:.1f}",
            persona.description,
        )
    console = Console()
    console.print(table)
    console.print("\n* default. Manner differs; information and scores never do.", style="dim")
