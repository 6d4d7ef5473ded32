"""`viva doctor`: is this machine ready, and what to do if not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table

    from agent.doctor import Check, Finding


@click.command("doctor")
@click.pass_context
def command(context: click.Context) -> None:
    """Check voices, recogniser, weights, devices, endpoint and folders.

    Exit code 0 when an offline interview works here, 1 when something it needs is missing.
    """
    from rich.console import Console

    from agent.doctor import examine

    console = Console()
    states = []
    for finding in examine(all_checks()):
        states.append(finding.state)
        console.print(row(finding))
    if "failed" in states:
        console.print("An offline interview does not work here yet.", style="bold red")
        context.exit(1)
    console.print("An offline interview works here.", style="bold green")


def all_checks() -> tuple[tuple[str, Check], ...]:
    """Every check with its name, the quick ones first."""
    from agent import doctor, doctor_speech

    return (
        ("python", doctor.python_version),
        ("packages", doctor.packages_whole),
        ("terminal", doctor.terminal),
        ("sessions", doctor.sessions_home),
        ("weights", doctor.weights_whole),
        ("tracing", doctor.tracing),
        ("endpoint", doctor.endpoint),
        ("devices", doctor_speech.devices_found),
        ("voices", doctor_speech.voices_speak),
        ("recogniser", doctor_speech.recogniser_hears),
    )


def row(finding: Finding) -> Table:
    """State, name and what was found; below it what to do. Long lines wrap in their column."""
    from rich.table import Table
    from rich.text import Text

    styles = {"ok": "green", "warning": "yellow", "failed": "bold red"}
    text = Text.assemble((f"{finding.name}: ", "bold"), finding.found)
    if finding.todo:
        text.append(f"\n{finding.todo}", style="dim")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=7)
    table.add_column(overflow="fold")
    table.add_row(Text(finding.state, style=styles[finding.state]), text)
    return table
