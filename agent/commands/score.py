"""`viva score`: sessions, transcripts and recordings, one evaluation for each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.options import ENGINES, LEVELS, hearing, recording

if TYPE_CHECKING:
    from agent.recordings import CandidateIs
    from agent.scoring import Scorer
    from prompts.rubric import Level

NOTHING_SCORED, SOME_FAILED = 2, 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--judge", type=ENGINES, help="Who scores (default auto).")
@click.option("--level", type=LEVELS, help="Level to be held against; default: the file's own.")
@hearing
@recording
@click.option("--json", "json_lines", is_flag=True, help="One viva-evaluation/1 object a line.")
def command(
    paths: tuple[Path, ...],
    judge: str | None,
    level: Level | None,
    whisper: str | None,
    transcription: str | None,
    question_id: str | None,
    candidate_is: CandidateIs | None,
    json_lines: bool,
) -> int:
    """Score PATHS: session folders, transcripts (viva-transcript/1), sound files, folders of these.

    A sound file may hold one speaker or two, in two channels or in one; who is taken for whom is
    said on standard error. A session may also be given by the end of its name, or as `last`.

    A bad input is one line on standard error and never stops the others. Exit code 2 when nothing
    could be scored, 1 when some could.
    """
    from agent.scoring import Scorer, inputs
    from agent.settings import load_settings

    settings = load_settings(judge=judge, whisper=whisper, transcription=transcription)
    scorer = Scorer(
        settings,
        level,
        question_id or "",
        candidate_is=candidate_is,
        tell=lambda text: click.echo(text, err=True),
    )
    items = list(inputs(paths))
    failed = sum(not score_one(scorer, path, json_lines) for path in progress(items))
    if failed == len(items):
        return NOTHING_SCORED
    return SOME_FAILED if failed else 0


def score_one(scorer: Scorer, path: Path, json_lines: bool) -> bool:
    """Print the evaluation of one input, or the one line that says why there is none."""
    from agent.prices import prices_of
    from agent.summary import print_summary
    from audio.errors import AudioError
    from prompts.errors import VivaError

    try:
        evaluation = scorer.score(path)
    except (VivaError, AudioError, OSError) as error:
        line = error.line() if isinstance(error, VivaError | AudioError) else f"{path}: {error}"
        click.echo(f"viva: {line}", err=True)
        return False
    if json_lines:
        click.echo(evaluation.to_json())
        return True
    from rich.console import Console

    console = Console()
    console.print(str(path), style="bold", markup=False, highlight=False)
    print_summary(console, evaluation, prices_of(scorer.settings))
    return True


def progress(items: list[Path]) -> Iterable[Path]:
    """The items behind a progress bar on a terminal; standard output is never touched."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if len(items) < 2 or not console.is_terminal:
        return items
    return track(items, description="scoring", console=console)
