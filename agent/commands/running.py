"""What `demo`, `interview` and `resume` share: from a plan to a finished, scored session."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.cli import STOPPED_BY_USER
from agent.interview import Interview
from agent.json_view import JsonView
from agent.key_commands import Commands
from agent.live_view import LiveView, keys_with, open_view
from agent.plan import Plan
from agent.planning import MadePlan
from agent.studio import Engines, create_session, open_engines, open_interview, write_report
from agent.view import ConsoleView, View
from audio.streams import hidden_noise
from evaluation.session import SessionFolder
from prompts.persona import Persona
from prompts.question_bank import QuestionBank

if TYPE_CHECKING:
    from rich.console import Console

    from agent.channels import Channel

OpenChannel = Callable[[SessionFolder, View, int], "Channel"]
"""Opens the channel of a session; the integer is where the session clock goes on (ms)."""


@dataclass(frozen=True)
class Stage:
    """Where a command shows what happens."""

    console: Console
    json_lines: bool = False
    notes: bool = False
    commands: Commands | None = None
    """Filled from single keys; only where somebody speaks at a microphone."""

    def view(self, persona: Persona, you: str, minutes: float) -> View:
        """The view of one interview; live where somebody speaks at a terminal."""
        if self.json_lines:
            return JsonView()
        if self.commands is not None:
            return open_view(
                self.console, interviewer=persona.name, candidate=you, minutes=round(minutes)
            )
        return ConsoleView(self.console, interviewer=persona.name, candidate=you, notes=self.notes)

    def privacy(self, text: str) -> None:
        """What leaves the machine: said in any case, with --json on standard error."""
        if self.json_lines:
            click.echo(text, err=True)
        else:
            self.line(text, "dim")

    def line(self, text: str, style: str = "") -> None:
        """One line for the person, none with --json."""
        if not self.json_lines:
            self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def begin(
    made: MadePlan,
    persona: Persona,
    stage: Stage,
    open_channel: OpenChannel,
    *,
    you: str = "You",
    material: tuple[str, ...] = (),
) -> SessionFolder:
    """A new interview from its first word to its report.

    `material`: what was taken from the user's own files, a sentence each, for the notebook.
    """
    settings, plan = made.settings, made.plan
    engines = open_engines(settings, persona, settings.level, seed=made.seed)
    stage.line(engines.said, "dim")
    for note in made.notes:
        stage.line(note, "dim")
    session = create_session(
        settings,
        plan,
        persona,
        engines,
        level=settings.level,
        seed=made.seed,
        retry_of=made.retry_of,
        material=material,
    )
    stage.line(f"Session: {session.path}", "dim")
    view = stage.view(persona, you, sum(plan.minutes))
    conduct(session, engines, made.bank, persona, stage, view, open_channel, plan)
    return session


def conduct(
    session: SessionFolder,
    engines: Engines,
    bank: QuestionBank,
    persona: Persona,
    stage: Stage,
    view: View,
    open_channel: OpenChannel,
    plan: Plan,
    *,
    resumed_at_ms: int | None = None,
) -> None:
    """Run `session`, or resume it with its clock at `resumed_at_ms`; then write its report."""

    def opened() -> Channel:
        return open_channel(session, view, resumed_at_ms or 0)

    try:
        with (
            hidden_noise() if isinstance(view, LiveView) else nullcontext(),
            keys_with(view, stage.commands) if stage.commands else nullcontext(),
        ):
            carry_out(
                session,
                engines,
                bank,
                persona,
                view,
                opened,
                plan,
                resumed=resumed_at_ms is not None,
            )
    except KeyboardInterrupt:
        stage.line(f"\nStopped and saved. Go on with: {program()} resume {session.path.name}")
        raise click.exceptions.Exit(STOPPED_BY_USER) from None
    finish(session, bank, stage)


def carry_out(
    session: SessionFolder,
    engines: Engines,
    bank: QuestionBank,
    persona: Persona,
    view: View,
    opened: Callable[[], Channel],
    plan: Plan,
    *,
    resumed: bool,
) -> None:
    """`session` to its evaluation; `view` is closed and the reason of the end stored."""
    with (
        closing(view),
        open_interview(session, engines, bank, persona, opened, view) as interview,
    ):
        (interview.resume if resumed else interview.start)(plan)
        session.finish(ended_by(interview))


def program() -> str:
    """How this program is called here: by name where the shell finds it, else by its path."""
    return "viva" if shutil.which("viva") else sys.argv[0]


def ended_by(interview: Interview) -> str:
    """Why the interview is over, as the graph has noted it."""
    values = interview.graph.get_state(interview.config).values
    return str(values.get("ended", "complete"))


def finish(session: SessionFolder, bank: QuestionBank, stage: Stage) -> Path:
    """Write the report and say where it is."""
    from agent.summary import print_summary

    path = write_report(session, bank)
    evaluation = session.evaluation()
    if evaluation is not None and not stage.json_lines:
        print_summary(stage.console, evaluation)
    stage.line("")
    stage.line(f"Report:  {path}")
    if session.audio_path.exists():
        stage.line(f"Sound:   {session.audio_path}")
    stage.line(f"Replay:  {program()} replay {session.path.name}")
    return path
