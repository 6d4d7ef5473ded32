"""`viva interview`: by voice, by keyboard, or from recorded answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.answering import Way, answering
from agent.commands.options import choosing, engines, hearing

if TYPE_CHECKING:
    from prompts.rubric import Level


@click.command()
@choosing
@engines
@hearing
@click.option(
    "--retry", "retry", help="Put the questions of this session again; `last`, `previous`."
)
@click.option("--twin", is_flag=True, help="With --retry: the same facts with other values.")
@answering
def command(
    level: Level | None,
    category: str | None,
    question_id: str | None,
    packs: tuple[Path, ...],
    persona: str | None,
    difficulty: int | None,
    minutes: float | None,
    job_file: Path | None,
    resume_file: Path | None,
    brain: str | None,
    judge: str | None,
    whisper: str | None,
    transcription: str | None,
    text: bool,
    candidate: Path | None,
    fast: bool,
    retry: str | None,
    twin: bool,
    microphone: str | None,
    speaker: str | None,
    seed: int | None,
    json_lines: bool,
) -> None:
    """Be interviewed. Everything is kept in a session folder; Ctrl-C stops and saves.

    Without options: one senior session of 45 minutes at the microphone. With --question one
    question in 20 minutes. --retry keeps the questions of a session; --level, --minutes,
    --difficulty and --question change or narrow it.
    """
    way = Way(text, candidate, fast)
    way.check()
    from rich.console import Console

    from agent.commands.running import Stage, begin
    from agent.material import OwnMaterial
    from agent.packs import bank_for
    from agent.planning import Wish, make_plan
    from agent.settings import load_settings
    from prompts.persona import load_persona

    settings = load_settings(
        level=level,
        persona=persona,
        difficulty=difficulty,
        packs=packs or None,
        minutes=minutes,
        brain=brain,
        judge=judge,
        whisper=whisper,
        transcription="local" if text else transcription,
        microphone=microphone,
        speaker=speaker,
    )
    chosen = load_persona(settings.persona)
    stage = Stage(Console(), json_lines=json_lines)
    own = OwnMaterial.load(job_file, resume_file, settings)
    if own.said:
        stage.privacy(own.said)
    wish = Wish(
        question=question_id or "",
        category=category or "",
        retry=retry or "",
        twin=twin,
        seed=seed,
        level=level,
        minutes=minutes,
        difficulty=difficulty,
        material=own.interests if own else None,
    )
    made = make_plan(settings, wish, bank_for(settings))
    for fault in own.faults:
        stage.privacy(fault)
    stage, channel = way.open(chosen, settings, stage)
    begin(made, chosen, stage, channel, material=own.notes)
