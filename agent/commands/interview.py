"""`viva interview`: by voice, by keyboard, or from recorded answers."""

from __future__ import annotations

from pathlib import Path

import click

from agent.commands.options import choosing, engines, hearing


@click.command()
@choosing
@engines
@hearing
@click.option("--text", is_flag=True, help="By keyboard instead of voice.")
@click.option(
    "--candidate",
    type=click.Path(path_type=Path),
    help="Recorded answers (a folder or a file) instead of the microphone.",
)
@click.option("--fast", is_flag=True, help="With --candidate: as quick as the machine allows.")
@click.option("--retry", "retry", help="Put the questions of this session again.")
@click.option("--microphone", help="Input device by name; see `viva doctor`.")
@click.option("--speaker", help="Output device by name; see `viva doctor`.")
@click.option("--seed", type=int, default=None, help="Same seed, same questions and wording.")
@click.option("--json", "json_lines", is_flag=True, help="Events as JSON lines on standard output.")
def command(
    level: str | None,
    category: str | None,
    question_id: str | None,
    persona: str | None,
    minutes: float | None,
    brain: str | None,
    judge: str | None,
    whisper: str | None,
    transcription: str | None,
    text: bool,
    candidate: Path | None,
    fast: bool,
    retry: str | None,
    microphone: str | None,
    speaker: str | None,
    seed: int | None,
    json_lines: bool,
) -> None:
    """Be interviewed. Everything is kept in a session folder; Ctrl-C stops and saves.

    Without options: one senior session of 45 minutes at the microphone. With --question one
    question in 20 minutes.
    """
    if text and candidate:
        raise click.UsageError("--text and --candidate exclude each other.")
    if fast and not candidate:
        raise click.UsageError("--fast needs --candidate: people cannot be hurried.")
    from dataclasses import replace

    from rich.console import Console

    from agent.commands.running import Stage, begin
    from agent.commands.sound import keyboard, live, recorded
    from agent.key_commands import Commands
    from agent.planning import Wish, make_plan
    from agent.settings import load_settings
    from prompts.persona import load_persona

    settings = load_settings(
        level=level,
        persona=persona,
        minutes=minutes,
        brain=brain,
        judge=judge,
        whisper=whisper,
        transcription="local" if text else transcription,
        microphone=microphone,
        speaker=speaker,
    )
    chosen = load_persona(settings.persona)
    wish = Wish(question_id or "", category or "", retry or "", seed)
    made = make_plan(settings, wish)
    stage = Stage(Console(), json_lines=json_lines)
    if text:
        channel = keyboard(show_help=not json_lines)
    elif candidate:
        channel = recorded(candidate, chosen, settings, realtime=not fast)
    else:
        commands = Commands()
        stage = replace(stage, commands=commands)
        channel = live(chosen, settings, commands, show_help=not json_lines)
    begin(made.settings, made.plan, chosen, stage, channel, seed=made.seed, retry_of=made.retry_of)
