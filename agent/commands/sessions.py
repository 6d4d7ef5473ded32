"""`viva sessions`: what has been recorded, and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evaluation.session_list import SessionSummary

INDENT = "    "


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List recorded sessions, newest first; `delete SESSION` removes one.

    A session is named by the eight digits at its beginning, wherever a SESSION is wanted; `last` is
    the newest, `previous` the one before.
    """
    if context.invoked_subcommand is None:
        list_them()


@command.command()
@click.argument("session_name", metavar="SESSION")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(session_name: str, yes: bool) -> None:
    """Delete SESSION for good: sound, words, scores and report.

    SESSION is a path, the eight digits of `viva sessions`, or `last`.
    """
    from agent.session_store import open_store
    from agent.settings import load_settings
    from evaluation.deletion import delete_session
    from evaluation.session_list import find_folder, summarise
    from evaluation.session_lock import SessionInUse

    settings = load_settings()
    path = find_folder(settings.sessions_home, session_name)
    store, _ = open_store(settings)
    if path.name in store.running():
        raise SessionInUse(
            "a server works on this session", where=path.name, todo="Stop it there first."
        )
    for line in described(summarise(path), 80):
        click.echo(line)
    if not yes:
        click.confirm(f"Delete {path} with everything in it?", abort=True)
    store.forget(path.name)
    delete_session(path)
    click.echo("Deleted.")


def list_them() -> None:
    """All sessions of the home folder."""
    import shutil

    from agent.settings import load_settings
    from evaluation.session_list import list_sessions

    home = load_settings().sessions_home
    found = list_sessions(home)
    if not found:
        click.echo(f"No sessions in {home} yet. `viva demo` makes one.")
        return
    width = shutil.get_terminal_size((80, 24)).columns
    for session in found:
        for line in described(session, width):
            click.echo(line)
    click.echo(f"\n{home}")


def described(session: SessionSummary, width: int) -> list[str]:
    """One session: id, date and how it went; below it what was asked. Nothing is cut off."""
    from agent.view import clock

    if session.meta is None:
        return folded(f"{session.path.name}: {session.problem}", "", width)
    meta = session.meta
    verdict = session.verdict or ("not scored" if meta.ended else "unfinished")
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
