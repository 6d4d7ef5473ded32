"""`viva resume`: go on after a crash, an unplugged microphone or Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from agent.commands.answering import Way
from agent.commands.options import database as database_option
from agent.commands.options import engines as engine_options
from agent.commands.options import hearing


@click.command()
@click.argument("session_name", metavar="[SESSION]", default="last")
@click.option("--text", is_flag=True, help="Go on by keyboard.")
@click.option("--candidate", type=click.Path(path_type=Path), help="Go on from recorded answers.")
@click.option("--fast", is_flag=True, help="With --candidate: as quick as the machine allows.")
@engine_options
@hearing
@database_option
@click.option("--json", "json_lines", is_flag=True, help="Events as JSON lines.")
def command(
    session_name: str,
    text: bool,
    candidate: Path | None,
    fast: bool,
    brain: str | None,
    judge: str | None,
    whisper: str | None,
    transcription: str | None,
    database: str | None,
    json_lines: bool,
) -> None:
    """Go on with SESSION (a path, the end of its name, or `last`).

    What was asked and answered before is in the folder and is not asked again.
    """
    from rich.console import Console

    from agent.commands.options import open_session
    from agent.commands.running import Stage, conduct, finish
    from agent.packs import session_bank
    from agent.planning import plan_of
    from agent.session_store import store_of
    from agent.settings import load_settings
    from agent.studio import open_engines, persona_of

    session = open_session(session_name)
    stage = Stage(Console(), json_lines=json_lines)
    for warning in session.warnings:
        stage.line(warning, "yellow")
    bank = session_bank(session.meta)
    if session.finished and session.evaluation() is not None:
        stage.line("This interview is complete; its report is written again.")
        finish(session, bank, stage)
        return
    meta = session.meta
    persona = persona_of(meta)
    # A session that was begun offline stays offline, whatever is configured by now.
    settings = load_settings(
        level=meta.level,
        brain=brain or ("offline" if meta.brain == "offline" else "auto"),
        judge=judge or ("offline" if meta.judge == "offline" else "auto"),
        whisper=whisper,
        transcription="local" if text else transcription or meta.settings.get("transcription"),
        database=database,
    )
    # Before models are loaded for nothing.
    store = store_of(session, settings)
    stage, opened = Way(text, candidate, fast).open(persona, settings, stage)
    engines = open_engines(settings, persona, meta.level, seed=meta.seed)
    stage.line(engines.said, "dim")
    conduct(
        session,
        engines,
        bank,
        persona,
        stage,
        stage.view(persona, "You", meta.minutes),
        opened,
        plan_of(meta, bank),
        resumed=True,
        store=store,
    )
