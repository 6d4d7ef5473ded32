"""`viva drill`: five minutes on one criterion, compared with earlier ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.answering import Way, answering
from agent.commands.options import DRILLS, LEVELS, engines, hearing, pack_option

if TYPE_CHECKING:
    from agent.settings import Settings
    from evaluation.progress_shape import Progress
    from evaluation.session import SessionFolder
    from prompts.conduct import DrillName
    from prompts.rubric import Level


@click.command()
@click.argument("name", metavar="[NAME]", required=False, type=DRILLS)
@click.option("--level", type=LEVELS, help="Level to be held against (default senior).")
@click.option("--question", "question_id", metavar="QUESTION", help="On this question.")
@pack_option
@click.option("--persona", help="Interviewer by name, or a .yaml file of your own.")
@click.option("--minutes", type=click.FloatRange(2, 30), help="Length (default 5).")
@engines
@hearing
@answering
def command(
    name: DrillName | None,
    level: Level | None,
    question_id: str | None,
    packs: tuple[Path, ...],
    persona: str | None,
    minutes: float | None,
    brain: str | None,
    judge: str | None,
    whisper: str | None,
    transcription: str | None,
    text: bool,
    candidate: Path | None,
    fast: bool,
    microphone: str | None,
    speaker: str | None,
    seed: int | None,
    json_lines: bool,
) -> None:
    """Five minutes on NAME: clarifying, trade-offs or production; without it, your weakest.

    The same interviewer with only that part of a question; only that criterion is scored.
    """
    way = Way(text, candidate, fast)
    way.check()
    from rich.console import Console

    from agent.commands.running import Stage, begin
    from agent.drills import make_drill
    from agent.packs import bank_for
    from agent.planning import Wish
    from agent.settings import load_settings
    from prompts.persona import load_persona

    settings = load_settings(
        level=level,
        persona=persona,
        packs=packs or None,
        brain=brain,
        judge=judge,
        whisper=whisper,
        transcription="local" if text else transcription,
        microphone=microphone,
        speaker=speaker,
    )
    stage = Stage(Console(), json_lines=json_lines)
    chosen = load_persona(settings.persona)
    if name is None:
        advice = progress_now(settings).drill
        name = advice.name
        stage.line(f"{advice.title}. {advice.why}")
    wish = Wish(question=question_id or "", seed=seed, level=level, minutes=minutes)
    made = make_drill(settings, wish, name, bank_for(settings))
    stage, channel = way.open(chosen, made.settings, stage)
    session = begin(made, chosen, stage, channel)
    for line in compared(session, progress_now(settings)):
        stage.line(line)


def progress_now(settings: Settings) -> Progress:
    """The progress in the sessions home, as of now."""
    from agent.packs import bank_for
    from evaluation.history import read_history
    from evaluation.progress import progress
    from evaluation.session import now_utc

    history = read_history(settings.sessions_home)
    return progress(history, bank_for(settings), now=now_utc())


def compared(session: SessionFolder, progress: Progress) -> list[str]:
    """This drill beside the earlier ones and the interviews; what does not exist is left out."""
    (key,) = session.meta.criteria
    line = next(each for each in progress.criteria if each.key == key)
    scores = [each for each in line.scores if each.comparable]
    drills = [f"{each.score:.1f}" for each in scores if each.drill]
    whole = [f"{each.score:.1f}" for each in scores if not each.drill]
    told = []
    if len(drills) > 1:
        told.append(f"  in drills      {' → '.join(drills[-6:])}")
    if whole:
        told.append(f"  in interviews  {' → '.join(whole[-6:])}")
    return ["", f"{line.name} so far ({line.minimum:g} is needed)", *told] if told else []
