"""`viva models`: list, fetch and verify model weights."""

from __future__ import annotations

import click


@click.group("models", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, fetch and verify model weights."""
    if context.invoked_subcommand is None:
        context.invoke(list_models)


@command.command("list")
def list_models() -> None:
    """Show which weights are here."""
    from rich.console import Console
    from rich.table import Table

    from agent.weights import MANIFEST, status

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "state", "size", "licence", "what for"):
        table.add_column(heading, no_wrap=heading != "what for")
    colours = {"ready": "green", "missing": "yellow", "damaged": "red"}
    for weights in MANIFEST:
        state = status(weights.name)
        shown = f"{state}, optional" if weights.optional and state != "ready" else state
        table.add_row(
            weights.name,
            f"[{colours[state]}]{shown}[/]",
            f"{weights.size_bytes / 1e6:3.0f} MB",
            weights.licence,
            weights.purpose,
        )
    Console().print(table)


@command.command("get")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def get_models(names: tuple[str, ...]) -> None:
    """Fetch weights; without NAME everything an offline interview needs."""
    from agent.weights import MANIFEST, find_weights, get

    wanted = names or tuple(weights.name for weights in MANIFEST if not weights.optional)
    for name in wanted:
        find_weights(name)
    for name in wanted:
        get(name, click.echo)


@command.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.pass_context
def verify_models(context: click.Context, names: tuple[str, ...]) -> None:
    """Compare the files with their SHA-256; exit code 1 when something is wrong."""
    from agent.weights import MANIFEST, find_weights, status, verify

    here = [w.name for w in MANIFEST if not w.optional or status(w.name) != "missing"]
    wrong = False
    for name in names or here:
        find_weights(name)
        problems = verify(name)
        wrong = wrong or bool(problems)
        click.echo("\n".join(f"{name}: {problem}" for problem in problems) or f"{name}: ok")
    context.exit(1 if wrong else 0)
