"""`viva demo`: the whole thing on a bundled recorded candidate."""

from __future__ import annotations

import click

DEMO_MINUTES = 12.0
"""The bundled answers fill about eleven minutes with the interviewer's part."""
DEMO_DIFFICULTY = 3
"""The bundled answers were recorded for the ordinary interview."""
DEMO_SEED = 7
"""The demo always words its moves the same way."""


@click.command()
@click.option("--fast", is_flag=True, help="As quick as the machine allows, without sound.")
@click.option("--persona", help="Interviewer by name, or a .yaml file of your own.")
@click.option("--brain", type=click.Choice(["auto", "offline", "openai"]), default="offline")
@click.option("--judge", type=click.Choice(["auto", "offline", "openai"]), default="offline")
@click.option(
    "--quiet-notes", is_flag=True, help="Do not show why the interviewer does what it does."
)
def command(fast: bool, persona: str | None, brain: str, judge: str, quiet_notes: bool) -> None:
    """Watch a whole interview: recorded speech in, scored report out.

    No key, no network, no microphone. The candidate's sound files go through voice activity
    detection, endpointing and Whisper like a person's at a microphone. In real time it takes about
    eleven minutes and is heard if there is a speaker; --fast takes a minute.
    """
    from rich.console import Console

    from agent.candidate import RecordedCandidate, demo_candidate
    from agent.commands.running import Stage, begin
    from agent.commands.sound import recorded
    from agent.planning import Wish, make_plan
    from agent.settings import load_settings
    from prompts.persona import load_persona

    folder = demo_candidate()
    candidate = RecordedCandidate.load(folder)
    settings = load_settings(
        level=candidate.level,
        persona=persona,
        difficulty=DEMO_DIFFICULTY,
        minutes=DEMO_MINUTES,
        brain=brain,
        judge=judge,
        transcription="local",
    )
    chosen = load_persona(settings.persona)
    made = make_plan(settings, Wish(question=candidate.question_id, seed=DEMO_SEED))
    stage = Stage(Console(), notes=not quiet_notes)
    channel = recorded(folder, chosen, settings, realtime=not fast)
    begin(made, chosen, stage, channel, you="Candidate", demo=True)
