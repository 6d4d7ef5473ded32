"""`viva score`: sessions, transcripts and recordings, one evaluation for each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.options import ENGINES, LEVELS, hearing, recording

if TYPE_CHECKING:
    from agent.many.job import Job, Outcome
    from agent.many.results import Results
    from agent.recordings import CandidateIs
    from agent.settings import Settings
    from prompts.rubric import Level

NOTHING_SCORED, SOME_FAILED = 2, 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--judge", type=ENGINES, help="Who scores (default auto).")
@click.option("--level", type=LEVELS, help="Level to be held against; default: the file's own.")
@hearing
@recording
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 256),
    help="So many processes at once; about one for each core.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also append every evaluation to this file as it is made; what is in it already is not "
    "scored again.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where: on this machine, or on a Dask cluster of your own that sees the same folders.",
)
@click.option("--address", default="", help="With --engine dask: its scheduler, tcp://HOST:PORT.")
@click.option("--json", "json_lines", is_flag=True, help="One viva-evaluation/1 object a line.")
def command(
    paths: tuple[Path, ...],
    judge: str | None,
    level: Level | None,
    whisper: str | None,
    transcription: str | None,
    question_id: str | None,
    candidate_is: CandidateIs | None,
    workers: int,
    results: Path | None,
    engine: str,
    address: str,
    json_lines: bool,
) -> int:
    """Score PATHS: session folders, transcripts (viva-transcript/1), sound files, folders of these.

    A sound file may hold one speaker or two, in two channels or in one; who is taken for whom is
    said on standard error. A session may also be given by the end of its name, or as `last`.

    A bad input is one line on standard error and never stops the others. Exit code 2 when nothing
    could be scored, 1 when some could.

    Many inputs: --workers uses the cores, --results keeps what is done, so that the same command
    goes on after Ctrl-C. --engine dask runs on a cluster.
    """
    from agent.many.job import Job, scorer_of
    from agent.many.results import Results
    from agent.scoring import inputs
    from evaluation.scoring_rule import rubric_version
    from prompts.errors import UsageError
    from prompts.rubric import load_rubric

    if (engine == "dask") != bool(address):
        raise UsageError("--engine dask and --address belong together")
    flags = {"judge": judge, "whisper": whisper, "transcription": transcription}
    job = Job(
        level,
        question_id or "",
        candidate_is,
        tuple((name, value) for name, value in flags.items() if value is not None),
        rubric_version(load_rubric()),
    )
    scorer, told = scorer_of(job)  # raises at once what is wrong with the options
    told.at_once = telling_once()
    kept = Results(results, job) if results else None
    items = list(inputs(paths))
    left = [path for path in items if kept is None or not kept.has(path)]
    if len(left) < len(items):
        click.echo(f"{len(items) - len(left)} of {len(items)} are in {results} already.", err=True)
    failed = 0
    if (workers > 1 or address) and scorer.sound_goes_to:
        told(scorer.sound_goes_to)  # before it happens; the processes tell it too late
    made = outcomes(job, left, workers, address)
    try:
        for outcome in in_order(progress(stored(made, kept), len(left)), left):
            for line in outcome.told:
                told(line)
            failed += not show(outcome, json_lines, scorer.settings)
    except KeyboardInterrupt:
        made.close()
        if kept is not None:
            click.echo(
                f"\nStopped. The same command goes on with what is not in {results}.", err=True
            )
        raise
    if failed and failed == len(items):
        return NOTHING_SCORED
    return SOME_FAILED if failed else 0


def telling_once() -> Callable[[str], None]:
    """Prints lines on standard error, each one once: several processes may tell the same."""
    told: set[str] = set()

    def tell(line: str) -> None:
        if line not in told:
            told.add(line)
            click.echo(line, err=True)

    return tell


def outcomes(
    job: Job, paths: list[Path], workers: int, address: str
) -> Generator[Outcome, None, None]:
    """The outcomes of the chosen engine, as they are ready."""
    if address:
        from agent.many.on_dask import score_on_dask

        yield from score_on_dask(job, paths, address)
    elif workers > 1 and len(paths) > 1:
        from agent.many.local import score_locally

        yield from score_locally(job, paths, workers)
    else:
        from agent.many.job import score_input

        for path in paths:
            yield score_input(job, path)


def stored(made: Iterable[Outcome], kept: Results | None) -> Iterator[Outcome]:
    """The same outcomes; each is in the file before anything else is done with it."""
    for outcome in made:
        if kept is not None:
            kept.add(outcome)
        yield outcome


def in_order(made: Iterable[Outcome], paths: list[Path]) -> Iterator[Outcome]:
    """The outcomes in the order of `paths`; one that is early waits."""
    early: dict[Path, list[Outcome]] = {}
    wanted = iter(paths)
    due = next(wanted, None)
    for outcome in made:
        early.setdefault(outcome.path, []).append(outcome)
        while due is not None and early.get(due):
            yield early[due].pop()
            due = next(wanted, None)


def show(outcome: Outcome, json_lines: bool, settings: Settings) -> bool:
    """Print the evaluation of one input, or the one line that says why there is none."""
    if outcome.problem:
        click.echo(f"viva: {outcome.problem}", err=True)
        return False
    if json_lines:
        click.echo(outcome.evaluation)
        return True
    from rich.console import Console

    from agent.prices import prices_of
    from agent.summary import print_summary
    from evaluation.result import Evaluation

    console = Console()
    console.print(str(outcome.path), style="bold", markup=False, highlight=False)
    print_summary(console, Evaluation.model_validate_json(outcome.evaluation), prices_of(settings))
    return True


def progress(made: Iterable[Outcome], count: int) -> Iterable[Outcome]:
    """The outcomes behind a progress bar on a terminal; standard output is never touched."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if count < 2 or not console.is_terminal:
        return made
    return track(made, total=count, description="scoring", console=console)
