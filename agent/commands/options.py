"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from evaluation.session import SessionFolder

F = TypeVar("F", bound=Callable[..., Any])

LEVELS = click.Choice(["junior", "mid", "senior"])
ENGINES = click.Choice(["auto", "offline", "openai"])


def choosing(function: F) -> F:
    """--level --category --question --persona --minutes: which interview."""
    for option in (
        click.option("--minutes", type=click.FloatRange(2, 180), help="Length of the session."),
        click.option("--persona", help="Interviewer by name, or a .yaml file of your own."),
        click.option("--question", "question_id", help="A question by id; see `viva questions`."),
        click.option("--category", help="Only questions of this category."),
        click.option("--level", type=LEVELS, help="Level to be held against (default senior)."),
    ):
        function = option(function)
    return function


def engines(function: F) -> F:
    """--brain --judge: who phrases and who scores."""
    for option in (
        click.option("--judge", type=ENGINES, help="Who scores (default auto)."),
        click.option("--brain", type=ENGINES, help="Who understands and phrases (default auto)."),
    ):
        function = option(function)
    return function


def hearing(function: F) -> F:
    """--whisper --transcription: who puts speech into words."""
    for option in (
        click.option(
            "--transcription",
            type=click.Choice(["local", "openai"]),
            help="Who hears: this machine (default), or an endpoint that your voice is sent to.",
        ),
        click.option(
            "--whisper", help="Recogniser: weights by name, a CTranslate2 Whisper folder, or auto."
        ),
    ):
        function = option(function)
    return function


def open_session(name: str) -> SessionFolder:
    """A session by path, by the beginning of its name, or `last`."""
    from agent.settings import load_settings
    from evaluation.session_list import find_session

    return find_session(load_settings().sessions_home, name)
