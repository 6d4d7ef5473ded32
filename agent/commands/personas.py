"""`viva personas`: the interviewers to choose from, and a file for one of your own."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the interviewers; `new NAME` writes a file for one of your own.

    Manner differs: tone, patience, interruption, pushback, hints, pace. Information and scores
    never do.
    """
    if ctx.invoked_subcommand is not None:
        return
    from prompts.persona import DEFAULT_PERSONA, Persona, load_personas
    from prompts.phrasebook import load_phrasebook

    def described(persona: Persona) -> list[str]:
        mark = " (default)" if persona.id == DEFAULT_PERSONA else ""
        long_talk = "cuts in on" if persona.interrupts_ramblers else "lets run"
        wait = persona.patience.complete_ms / 1000
        why = load_phrasebook(persona.tone).pick("why", (), 1, hook="boosted trees")
        return [
            f"{persona.id}{mark}: {persona.name}, {persona.title}",
            f"    {persona.description}",
            f"    Waits {wait:.1f} s · hints {persona.hint_generosity:.1f} · pushback "
            f"{persona.pushback:.1f} · {persona.voice.words_per_minute} words/min · "
            f"{long_talk} ramblers",
            f"    {why}",
        ]

    import shutil
    import textwrap

    width = shutil.get_terminal_size((80, 24)).columns
    for persona in load_personas():
        for line in described(persona):
            for part in textwrap.wrap(line, max(40, width), subsequent_indent="    "):
                click.echo(part)
        click.echo("")
    click.echo("`viva personas new NAME` writes a file to change; use it with --persona FILE.")


@command.command()
@click.argument("name")
@click.option("--from", "base", help="Begin with the values of this persona.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Another place than NAME.yaml here."
)
def new(name: str, base: str | None, output: Path | None) -> None:
    """Write a commented persona file to change: NAME.yaml in this folder."""
    from prompts.new_file import identity_of, write_new
    from prompts.persona import DEFAULT_PERSONA, load_persona, persona_text

    identity = identity_of(name)
    path = output or Path(f"{identity}.yaml")
    write_new(path, persona_text(load_persona(base or DEFAULT_PERSONA), identity, name))
    click.echo(f"{path}\nUse it with: viva interview --persona {path}")
