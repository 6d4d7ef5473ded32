"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from evaluation.session import SessionFolder

F = TypeVar("F", bound=Callable[..., Any])

LEVELS = click.Choice(["junior", "mid", "senior"])
DRILLS = click.Choice(["clarifying", "trade-offs", "production"])
ENGINES = click.Choice(["auto", "offline", "openai"])


def pack_option(function: F) -> F:
    """--pack: questions of one's own beside the shipped ones."""
    return click.option(
        "--pack",
        "packs",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Question file or folder of your own, beside the shipped ones.",
    )(function)


def choosing(function: F) -> F:
    """--level --category --question --pack --persona --difficulty --minutes --job --resume."""
    for option in (
        click.option(
            "--resume",
            "resume_file",
            type=click.Path(path_type=Path),
            help="Your résumé (text, Markdown, PDF): its lines come up in behavioural questions.",
        ),
        click.option(
            "--job",
            "job_file",
            type=click.Path(path_type=Path),
            help="Job description (text, Markdown, PDF): weights the choice of questions.",
        ),
        click.option("--minutes", type=click.FloatRange(2, 180), help="Length of the session."),
        click.option(
            "--difficulty",
            type=click.IntRange(1, 5),
            help="Probing depth, hints, twists, time: 1 gentle, 5 hard (default 3).",
        ),
        click.option("--persona", help="Interviewer by name, or a .yaml file of your own."),
        pack_option,
        click.option(
            "--question",
            "question_id",
            metavar="QUESTION",
            help="One question: an id of `viva questions`, or a file of your own.",
        ),
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


def database(function: F) -> F:
    """--database: where `viva serve` keeps the state of sessions."""
    return click.option(
        "--database",
        help="postgresql:// address that several `viva serve` share; better in VIVA_DATABASE, "
        "where others do not see a password.",
    )(function)


def recording(function: F) -> F:
    """--question --candidate-is: what a sound file does not say by itself."""
    for option in (
        click.option(
            "--candidate-is",
            type=click.Choice(["1", "2", "alone"]),
            help="Which of two speakers of a recording is the candidate (default: proposed), or "
            "alone.",
        ),
        click.option(
            "--question", "question_id", help="The question of a recording: an id or a file."
        ),
    ):
        function = option(function)
    return function


def open_session(name: str) -> SessionFolder:
    """A session by path, by the beginning of its name, or `last`."""
    from agent.settings import load_settings
    from evaluation.session_list import find_session

    return find_session(load_settings().sessions_home, name)
