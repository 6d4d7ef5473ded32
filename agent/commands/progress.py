"""`viva progress`: the line over weeks."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object (viva-progress/1).")
@click.option(
    "--html", type=click.Path(path_type=Path), help="Write it as a page, one file without links."
)
@click.option("--open", "show", is_flag=True, help="With --html: open it in the browser.")
def command(as_json: bool, html: Path | None, show: bool) -> None:
    """Every criterion over time, what to practise, which questions are due again.

    Counts your own sessions; the demo is left out, and a session that cannot be read is named.
    """
    import shutil

    from agent.commands.drill import progress_now
    from agent.settings import load_settings

    if show and html is None:
        raise click.UsageError("--open needs --html FILE.")
    settings = load_settings()
    progress = progress_now(settings)
    if as_json:
        click.echo(progress.model_dump_json())
    if html is not None:
        from evaluation.progress_page import render_progress

        html.write_text(render_progress(progress), encoding="utf-8")
        click.echo(html, err=as_json)
        if show:
            click.launch(html.absolute().as_uri())
    if as_json or html is not None:
        return
    if not progress.sessions:
        click.echo(f"No sessions of yours in {settings.sessions_home} yet. `viva interview` makes")
        click.echo(f"one; five minutes are enough for `{progress.drill.command}`.")
        for sentence in (*progress.notes, *progress.problems):
            click.echo(sentence)
        return
    from agent.progress_view import progress_lines

    width = shutil.get_terminal_size((80, 24)).columns
    for line in progress_lines(progress, width):
        click.echo(line)
