"""`viva sessions`: what has been recorded, and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agent.commands.options import database as database_option

if TYPE_CHECKING:
    from pathlib import Path

    from agent.session_store import SessionStore
    from evaluation.session_list import SessionSummary

INDENT = "    "
ELSEWHERE = "its folder is not here; the database knows of it."


@click.group(invoke_without_command=True)
@database_option
@click.pass_context
def command(context: click.Context, database: str | None) -> None:
    """List recorded sessions, newest first; `delete SESSION` removes one.

    A session is named by the eight digits at its beginning, wherever a SESSION is wanted; `last` is
    the newest, `previous` the one before. With a database, the list says which are in use, and
    which have their folder on another machine.
    """
    context.obj = database
    if context.invoked_subcommand is None:
        list_them(database)


@command.command()
@click.argument("session_name", metavar="SESSION")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
@click.pass_obj
def delete(above: str | None, session_name: str, yes: bool, database: str | None) -> None:
    """Delete SESSION for good: sound, words, scores, report, and what a database holds of it.

    SESSION is a path, the eight digits of `viva sessions`, or `last`.
    """
    from agent.session_store import open_store
    from agent.settings import load_settings
    from evaluation.deletion import delete_session
    from evaluation.session_list import summarise

    settings = load_settings(database=database or above)
    # First: a database that is away would keep what is said to be deleted.
    store, _ = open_store(settings)
    path = folder_or_none(settings.sessions_home, session_name, store)
    name = path.name if path else session_name
    refuse_running(name, store)
    for line in described(summarise(path), 80) if path else [f"{name}: {ELSEWHERE}"]:
        click.echo(line)
    if not yes:
        what = f"{path} with everything in it" if path else f"what {store.where} holds of it"
        click.confirm(f"Delete {what}?", abort=True)
    if path:
        delete_session(path)
    store.forget(name)
    click.echo("Deleted.")


def folder_or_none(home: Path, name: str, store: SessionStore) -> Path | None:
    """The session's folder; None when it is gone, or elsewhere, and the store knows of it."""
    from evaluation.session_list import find_folder
    from prompts.errors import InputFileError

    try:
        return find_folder(home, name)
    except InputFileError:
        if name not in store.names():
            raise
        return None


def refuse_running(name: str, store: SessionStore) -> None:
    """Raise SessionInUse for one that a server works on, which may be on another machine."""
    from evaluation.session_lock import SessionInUse

    if name in store.running():
        raise SessionInUse(
            "another process works on this session",
            where=name,
            todo="Wait until it is done, or stop it first.",
        )


def list_them(database: str | None) -> None:
    """All sessions of the home folder, and those that only the database knows of."""
    import shutil

    from agent.session_store import open_store
    from agent.settings import load_settings
    from evaluation.session_list import list_sessions

    settings = load_settings(database=database)
    (store, _), home = open_store(settings), settings.sessions_home
    found, running = list_sessions(home), store.running()
    elsewhere = sorted(store.names() - {each.path.name for each in found}, reverse=True)
    if not found and not elsewhere:
        click.echo(f"No sessions in {home} yet. `viva demo` makes one.")
        return
    width = shutil.get_terminal_size((80, 24)).columns
    for session in found:
        for line in described(session, width, running=session.path.name in running):
            click.echo(line)
    for name in elsewhere:
        used = " In use." if name in running else ""
        for line in folded(f"{name}: {ELSEWHERE}{used}", "", width):
            click.echo(line)
    click.echo(f"\n{home}")
    if store.where:
        click.echo(store.where)


def described(session: SessionSummary, width: int, *, running: bool = False) -> list[str]:
    """One session: id, date and how it went; below it what was asked. Nothing is cut off."""
    from agent.view import clock

    if session.meta is None:
        return folded(f"{session.path.name}: {session.problem}", "", width)
    meta = session.meta
    state = "in use" if running else "not scored" if meta.ended else "unfinished"
    verdict = session.verdict or state
    facts = (
        meta.level,
        verdict,
        clock(session.length_ms),
        f"{session.turns} turn{'s' if session.turns != 1 else ''}",
        meta.persona,
    )
    head = f"{click.style(meta.id, bold=True)}  {meta.created:%Y-%m-%d}  {'  '.join(facts)}"
    asked = [question.id for question in meta.questions]
    told = [f"drill: {meta.drill}"] if meta.drill else []
    told += [f"retry of {meta.retry_of}"] if meta.retry_of else []
    told += ["shifted twin"] if meta.twins else []
    remark = f" ({', '.join(told)})" if told else ""
    return [head, *folded(", ".join(asked) + remark, INDENT, width)]


def folded(text: str, indent: str, width: int) -> list[str]:
    """`text` in lines of the terminal's width."""
    import textwrap

    return textwrap.wrap(
        text,
        max(20, width),
        initial_indent=indent,
        subsequent_indent=INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
