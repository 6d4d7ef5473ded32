"""`viva replay`: walk through a session with its feedback where it belongs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from agent.replay import Walk
    from audio.playback import Player

KEYS = "Enter = next turn, f = next finding, b = back, q = quit: "


@click.command()
@click.argument("session_name", metavar="[SESSION]", default="last")
@click.option("--play", is_flag=True, help="With sound, turn by turn; without a device it reads.")
@click.option("--all", "everything", is_flag=True, help="Print everything without stopping.")
def command(session_name: str, play: bool, everything: bool) -> None:
    """Walk through SESSION: why each move, what was hoped for, what counted and what was missing.

    Also reads a transcript file; it has no sound and no notes.
    """
    from rich.console import Console

    from agent.commands.options import open_session
    from agent.packs import session_bank
    from agent.replay import Walk
    from evaluation.transcript import open_record
    from evaluation.walkthrough import walk_through
    from prompts.persona import load_personas
    from prompts.question_bank import load_bank

    console = Console()
    if Path(session_name).is_file():
        bank = load_bank()
        walk = Walk(
            console,
            walk_through(open_record(session_name, bank), None, bank),
            interviewer="Interviewer",
        )
        step_through(walk, everything, None, Path())
        return
    session = open_session(session_name)
    bank = session_bank(session.meta)
    for warning in session.warnings:
        console.print(warning, style="yellow", markup=False)
    names = {persona.id: persona.name for persona in load_personas()}
    evaluation = session.evaluation()
    if evaluation is None:
        console.print("Not scored yet; `viva score` adds the findings.", style="yellow")
    walk = Walk(
        console,
        walk_through(session.record(), evaluation, bank),
        interviewer=names.get(session.meta.persona, "Interviewer"),
    )
    player = open_speaker() if play and session.audio_path.exists() else None
    step_through(walk, everything, player, session.audio_path)


def open_speaker() -> Player | None:
    """The speaker of the settings; None, said once, where there is none."""
    from agent.commands.sound import open_player
    from agent.settings import load_settings

    player = open_player(load_settings())
    if player is None:
        click.echo("No speaker here, so this is to read. `viva doctor` says more.", err=True)
    return player


def step_through(walk: Walk, everything: bool, player: Player | None, recording: Path) -> None:
    """Turn by turn with keys on a terminal, all at once elsewhere."""
    from agent.replay import play_turn

    index = 0
    asking = sys.stdin.isatty() and sys.stdout.isatty() and not everything
    while index < len(walk.steps):
        walk.show(index)
        if player is not None:
            play_turn(player, recording, walk.steps[index])
        following = index + 1
        if asking:
            key = click.prompt(KEYS, default="", show_default=False, prompt_suffix="").strip()
            if key == "q":
                return
            if key == "f":
                following = walk.next_finding(index)
            elif key == "b":
                following = max(0, index - 1)
        index = following
