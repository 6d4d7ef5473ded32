"""`viva doctor`: is this machine ready, and what to do if not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from agent.doctor import Check, Finding
    from agent.doctor_sound import OnLevel

SPEAKING_DBFS = -55.0
"""The meter judges sound above; only roughly, the finding after it is measured."""


@click.command("doctor")
@click.option(
    "--sound",
    is_flag=True,
    help="Also record three seconds, play them back, and test for echo and speed.",
)
@click.pass_context
def command(context: click.Context, sound: bool) -> None:
    """Check voices, recogniser, weights, devices, endpoint and folders.

    Exit code 0 when an offline interview works here, 1 when something it needs is missing.
    """
    from rich.console import Console

    from agent.doctor import examine

    console = Console()
    states = []
    for finding in examine(all_checks()):
        states.append(finding.state)
        console.print(row(finding))
    if sound:
        listen_in(console)
    if "failed" in states:
        console.print("An offline interview does not work here yet.", style="bold red")
        context.exit(1)
    console.print("An offline interview works here.", style="bold green")


def listen_in(console: Console) -> None:
    """The checks that need a person. They take nothing from the verdict: one can also type."""
    from agent.doctor import examine
    from agent.doctor_sound import SoundDoctor
    from agent.settings import load_settings

    with level_shown(console) as on_level:
        checks = SoundDoctor(load_settings(), console.print, on_level).checks()
        for finding in examine(checks):
            console.print(row(finding))


@contextmanager
def level_shown(console: Console) -> Iterator[OnLevel]:
    """A meter in the last line while levels come; nothing where the output is no terminal."""
    import time

    from rich.live import Live
    from rich.text import Text

    from agent.level_meter import LevelMeter
    from agent.live_panel import METER_CELLS, meter_text

    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda _: None
        return
    meter = LevelMeter()
    unicode = "utf" in console.encoding.lower()
    with Live(Text(), console=console, transient=True, auto_refresh=False) as live:

        def show(dbfs: float) -> None:
            now_s = time.monotonic()
            meter.push(dbfs, now_s, speaking=dbfs > SPEAKING_DBFS)
            reading = meter.read(now_s).coarse(METER_CELLS, 1.0)
            live.update(meter_text(reading, console.width, unicode), refresh=True)

        yield show


def all_checks() -> tuple[tuple[str, Check], ...]:
    """Every check with its name, the quick ones first."""
    from agent import doctor, doctor_recogniser, doctor_speech

    return (
        ("python", doctor.python_version),
        ("packages", doctor.packages_whole),
        ("terminal", doctor.terminal),
        ("sessions", doctor.sessions_home),
        ("weights", doctor.weights_whole),
        ("tracing", doctor.tracing),
        ("endpoint", doctor.endpoint),
        ("devices", doctor_speech.devices_found),
        ("voices", doctor_speech.voices_speak),
        ("recogniser speed", doctor_recogniser.recogniser_chosen),
        ("recogniser", doctor_recogniser.recogniser_hears),
        ("transcription", doctor_recogniser.transcription_endpoint),
    )


def row(finding: Finding) -> Table:
    """State, name and what was found; below it what to do. Long lines wrap in their column."""
    from rich.table import Table
    from rich.text import Text

    styles = {"ok": "green", "warning": "yellow", "failed": "bold red"}
    text = Text.assemble((f"{finding.name}: ", "bold"), finding.found)
    if finding.todo:
        text.append(f"\n{finding.todo}", style="dim")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=7)
    table.add_column(overflow="fold")
    table.add_row(Text(finding.state, style=styles[finding.state]), text)
    return table
