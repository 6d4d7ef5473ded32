"""What `demo`, `interview` and `resume` share: from a plan to a finished, scored session."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.ending import STOPPED_BY_USER, Ending
from agent.interview import Interview
from agent.json_view import JsonView
from agent.key_commands import Commands
from agent.live_view import LiveView, keys_with, open_view
from agent.plan import Plan
from agent.planning import MadePlan
from agent.prices import UNPRICED, Prices
from agent.reporting import write_report
from agent.studio import Engines, create_session, open_engines, open_interview
from agent.view import ConsoleView, View
from audio.streams import hidden_noise
from evaluation.session import SessionFolder
from prompts.persona import Persona
from prompts.question_bank import QuestionBank

if TYPE_CHECKING:
    from rich.console import Console

    from agent.channels import Channel
    from agent.session_store import SessionStore

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
    rates: bool = False
    """Whether the person is asked for a rating of their own before the score is shown."""
    prices: Prices = UNPRICED
    """What a model's judging costs."""

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
    demo: bool = False,
) -> SessionFolder:
    """A new interview from its first word to its report.

    `material`: what was taken from the user's own files, a sentence each, for the notebook.
    `demo`: the answers are not the user's, so they count for nobody's progress.
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
        drill=made.drill,
        twins=made.twins,
        demo=demo,
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
    resumed: bool = False,
    store: SessionStore | None = None,
) -> None:
    """Run `session`, or take it up where its clock stopped; then write its report. `store` as for
    `carry_out`: it is settled when the session is scored."""

    def opened() -> Channel:
        return open_channel(session, view, clock_of(session) if resumed else 0)

    how = f"Stopped and saved. Go on with: {program()} resume {session.path.name}"
    ending = Ending("" if stage.json_lines else f"\n{how}")
    try:
        with (
            ending,
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
                resumed=resumed,
                store=store,
            )
            if store is not None:
                store.settle(session)
    except KeyboardInterrupt:
        ending.line = ""
        stage.line(f"\n{how}")
        raise click.exceptions.Exit(ending.code or STOPPED_BY_USER) from None
    finish(session, bank, stage, fresh=True)


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
    store: SessionStore | None = None,
) -> None:
    """`session` to its evaluation; `view` is closed, the reason of the end and what the model has
    cost are stored. `store`: where its checkpoints are, the folder itself by default."""
    try:
        with (
            closing(view),
            open_interview(session, engines, bank, persona, opened, view, store) as interview,
        ):
            (interview.resume if resumed else interview.start)(plan)
            session.finish(ended_by(interview))
    finally:
        session.add_model_use(engines.brain.used())


def clock_of(session: SessionFolder) -> int:
    """Where the session clock goes on: behind the last turn and the recording (ms)."""
    from audio.wav import recording_ms

    spoken = max((turn.end_ms or 0 for turn in session.turns()), default=0)
    recorded_ms = recording_ms(session.audio_path) if session.audio_path.exists() else 0
    return round(max(spoken, recorded_ms))


def program() -> str:
    """How this program is called here: by name where the shell finds it, else by its path."""
    return "viva" if shutil.which("viva") else sys.argv[0]


def ended_by(interview: Interview) -> str:
    """Why the interview is over, as the graph has noted it."""
    values = interview.graph.get_state(interview.config).values
    return str(values.get("ended", "complete"))


def finish(
    session: SessionFolder, bank: QuestionBank, stage: Stage, *, fresh: bool = False
) -> Path:
    """Write the report and say where it is. `fresh`: its score has not been shown before."""
    from agent.commands.compare import beside_the_first
    from agent.commands.self_rating import at_a_terminal, off_lines, rate_oneself
    from agent.summary import print_summary

    path = write_report(session, bank)
    evaluation = session.evaluation()
    if evaluation is not None and not stage.json_lines:
        if fresh and stage.rates and at_a_terminal():
            rate_oneself(session, evaluation, stage.line)
        print_summary(stage.console, evaluation, stage.prices)
        for line in off_lines(session, evaluation):
            stage.line(line)
    stage.line("")
    stage.line(f"Report:  {path}")
    if session.audio_path.exists():
        stage.line(f"Sound:   {session.audio_path}")
    if session.meta.model_use:
        stage.line(f"Model:   {told_use(session.meta.model_use)}", "dim")
    stage.line(f"Replay:  {program()} replay {session.path.name}")
    for line in beside_the_first(session, program()) if fresh else ():
        stage.line(line)
    return path


def told_use(used: Mapping[str, int]) -> str:
    """What the interview has cost, and how often code stepped in, one sentence."""
    fresh = used["input_tokens"] - used["cached_tokens"]
    said = f"{used['calls']} calls, {fresh:,} tokens in ({used['cached_tokens']:,} more cached), "
    said += f"{used['output_tokens']:,} out"
    if used["refused"] or used["replaced"]:
        said += f"; {used['refused']} wordings refused, {used['replaced']} turns served offline"
    return said
