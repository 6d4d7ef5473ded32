"""`viva report`: the report of a session, or of a recording or transcript made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.options import ENGINES, LEVELS, recording

if TYPE_CHECKING:
    from agent.recordings import CandidateIs
    from agent.reporting import Placing, Reported
    from prompts.rubric import Level

STDOUT = "-"


@click.command()
@click.argument("session_name", metavar="[SESSION|FILE]", default="last")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@click.option("--output", type=click.Path(path_type=Path), help="Another place than the session.")
@click.option(
    "--sound",
    type=click.Choice(["auto", "inside", "beside", "none"]),
    default="auto",
    help="In the page, in a file beside it, or left out (auto: beside when it is large).",
)
@click.option("--markdown", metavar="FILE|-", help="Write Markdown instead; - prints it.")
@click.option("--json", "as_json", metavar="FILE|-", help="Write JSON instead (viva-report/1).")
@click.option("--judge", type=ENGINES, default="offline", help="Who scores a FILE on the fly.")
@click.option("--level", type=LEVELS, help="Level a FILE is held against.")
@recording
def command(
    session_name: str,
    show: bool,
    output: Path | None,
    sound: Placing,
    markdown: str | None,
    as_json: str | None,
    judge: str,
    level: Level | None,
    question_id: str | None,
    candidate_is: CandidateIs | None,
) -> None:
    """Write report.html of SESSION: one page that works from disk, with its sound.

    FILE is a sound file or a transcript made elsewhere: it is scored, and its report is written
    beside it.
    """
    path, reported = opened(session_name, judge, level, question_id, candidate_is)
    if markdown is not None or as_json is not None:
        if markdown is not None:
            put(reported.markdown(), markdown)
        if as_json is not None:
            put(reported.json() + "\n", as_json)
        return
    target = reported.write(output or path, sound)
    click.echo(target)
    if show:
        click.launch(target.resolve().as_uri())


def opened(
    name: str,
    judge: str,
    level: Level | None,
    question_id: str | None,
    candidate_is: CandidateIs | None,
) -> tuple[Path, Reported]:
    """What to report on, and where its report belongs."""
    from agent.reporting import of_file, of_session

    file = Path(name)
    if not file.is_file():
        from agent.commands.options import open_session
        from agent.packs import session_bank

        session = open_session(name)
        return session.report_path, of_session(session, session_bank(session.meta))
    from agent.scoring import Scorer
    from agent.settings import load_settings

    scorer = Scorer(
        load_settings(judge=judge),
        level,
        question_id or "",
        candidate_is=candidate_is,
        tell=lambda text: click.echo(text, err=True),
    )
    return file.with_suffix(".report.html"), of_file(file, scorer)


def put(text: str, place: str) -> None:
    """Into a file, or to standard output for `-`."""
    if place == STDOUT:
        click.echo(text, nl=False)
        return
    Path(place).write_text(text, encoding="utf-8")
    click.echo(place)
