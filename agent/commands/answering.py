"""How a person answers: by voice, by keyboard, or from recordings; shared by the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from agent.commands.running import OpenChannel, Stage
    from agent.settings import Settings
    from prompts.persona import Persona

F = TypeVar("F", bound=Callable[..., Any])


def answering(function: F) -> F:
    """--text --candidate --fast --microphone --speaker --seed --json."""
    for option in (
        click.option(
            "--json", "json_lines", is_flag=True, help="Events as JSON lines on standard output."
        ),
        click.option(
            "--seed", type=int, default=None, help="Same seed, same questions and wording."
        ),
        click.option("--speaker", help="Output device by name; see `viva doctor`."),
        click.option("--microphone", help="Input device by name; see `viva doctor`."),
        click.option(
            "--fast", is_flag=True, help="With --candidate: as quick as the machine allows."
        ),
        click.option(
            "--candidate",
            type=click.Path(path_type=Path),
            help="Recorded answers (a folder or a file) instead of the microphone.",
        ),
        click.option("--text", is_flag=True, help="By keyboard instead of voice."),
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class Way:
    """The way of answering that was asked for."""

    text: bool
    candidate: Path | None
    fast: bool

    def check(self) -> None:
        """click.UsageError for what cannot go together."""
        if self.text and self.candidate:
            raise click.UsageError("--text and --candidate exclude each other.")
        if self.fast and not self.candidate:
            raise click.UsageError("--fast needs --candidate: people cannot be hurried.")

    def open(self, persona: Persona, settings: Settings, stage: Stage) -> tuple[Stage, OpenChannel]:
        """The stage, with keys where somebody speaks, and what opens the channel.

        Only a person who answers is asked for a rating. Raises what the devices raise.
        """
        from agent.commands.sound import keyboard, live, recorded
        from agent.key_commands import Commands
        from agent.prices import prices_of

        stage = replace(stage, prices=prices_of(settings))
        if self.candidate:
            return stage, recorded(self.candidate, persona, settings, realtime=not self.fast)
        stage = replace(stage, rates=settings.self_rating)
        if self.text:
            return stage, keyboard(show_help=not stage.json_lines)
        commands = Commands()
        stage = replace(stage, commands=commands)
        return stage, live(persona, settings, commands, show_help=not stage.json_lines)
