"""`viva correct`: put misheard words right and score again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from agent.commands.options import ENGINES

if TYPE_CHECKING:
    from agent.correcting import Corrector
    from evaluation.record import Turn
    from evaluation.session import SessionFolder

ASK = "Number and what you said (12 logistic; 12-14 for several), Enter = done"


@click.command()
@click.argument("session_name", metavar="[SESSION]", default="last")
@click.argument("number", metavar="[TURN]", type=int, required=False)
@click.option(
    "--word",
    "words",
    type=(str, str),
    multiple=True,
    metavar="N TEXT",
    help="Word N (or N-M) was TEXT; the same word again confirms it, '' takes it out.",
)
@click.option("--text", help="What the whole turn said.")
@click.option("--undo", is_flag=True, help="Back to what was recognised.")
@click.option("--judge", type=ENGINES, help="Who scores (default auto).")
def command(
    session_name: str,
    number: int | None,
    words: tuple[tuple[str, str], ...],
    text: str | None,
    undo: bool,
    judge: str | None,
) -> None:
    """Put right what was misheard in TURN of SESSION, and score again.

    Without TURN it lists your turns, those with doubtful words first; without anything to change,
    the words of TURN with their numbers. What was recognised is kept beside your correction.
    """
    from agent.commands.options import open_session
    from agent.correcting import Corrector

    session = open_session(session_name)
    if sum((bool(words), text is not None, undo)) > 1:
        raise click.UsageError("Give one of --word, --text and --undo.")
    if number is None:
        if words or text is not None or undo:
            raise click.UsageError("Name the turn: viva correct SESSION TURN ...")
        list_turns(session)
        return
    corrector = Corrector(session, number)
    if undo:
        changed = corrector.undo()
    elif text is not None:
        changed = corrector.text(text)
    elif words:
        changed = corrector.words(words)
    else:
        show_words(corrector.turn)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return
        changed = ask(corrector)
    if not changed:
        click.echo("Nothing was changed.")
        return
    show_change(corrector)
    rescore(corrector, judge)


def list_turns(session: SessionFolder) -> None:
    """The candidate's turns, a line each, the most doubtful first."""
    from evaluation.correction import unsure_words

    mine = [turn for turn in session.turns() if turn.speaker == "candidate" and turn.text]
    for turn in sorted(mine, key=lambda each: -unsure_words(each)):
        unsure = unsure_words(turn)
        start = " ".join(turn.text.split()[:10])
        click.echo(f"turn {turn.turn:>3}  {unsure or 'no':>3} doubtful  {start} …")
    click.echo(f"\nviva correct {session.meta.id} TURN shows the words of one.")


def show_words(turn: Turn) -> None:
    """The words with their numbers, the doubtful ones marked."""
    from rich.columns import Columns
    from rich.console import Console
    from rich.text import Text

    from evaluation.correction import numbered

    console = Console(highlight=False)
    shown = [
        Text.assemble(
            (f"{each.number:>3} ", "dim"),
            (f"{each.text} ?" if each.unsure else each.text, "bold yellow" if each.unsure else ""),
        )
        for each in numbered(turn)
    ]
    console.print(Columns(shown, padding=(0, 2), column_first=False))
    if any(each.unsure for each in numbered(turn)):
        console.print("? = the recogniser was unsure.", style="dim")


def show_change(corrector: Corrector) -> None:
    """What reads differently from what was recognised."""
    from evaluation.correction import changes

    for change in changes(corrector.heard.text, corrector.turn.text):
        click.echo(f"heard “{change.heard or '–'}”, now “{change.now or '–'}”")


def ask(corrector: Corrector) -> bool:
    """Corrections typed one after another; True when there were any."""
    from prompts.errors import UsageError

    changed = False
    while True:
        line = click.prompt(ASK, default="", show_default=False).strip()
        if not line:
            return changed
        number, _, said = line.partition(" ")
        words = len(corrector.turn.text.split())
        try:
            changed |= corrector.words([(number, said)])
        except UsageError as error:
            click.echo(error.line())
            continue
        if len(corrector.turn.text.split()) != words:
            click.echo("The numbers have moved:")
            show_words(corrector.turn)


def rescore(corrector: Corrector, judge: str | None) -> None:
    """Score again and tell what changed."""
    from agent.correcting import rescore
    from agent.settings import load_settings

    for line in rescore(corrector.session, corrector.before, load_settings(judge=judge)):
        click.echo(line)
    click.echo(f"\nReport:  {corrector.session.report_path}")
