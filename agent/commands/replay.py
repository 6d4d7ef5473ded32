"""`viva replay`: walk through a session or a recording with its feedback where it belongs."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.commands.options import ENGINES, LEVELS, hearing, recording

if TYPE_CHECKING:
    from rich.console import Console

    from agent.recordings import CandidateIs
    from agent.replay_player import Sound
    from agent.scoring import Scorer
    from audio.frame import Samples
    from audio.playback import Player
    from evaluation.record import InterviewRecord
    from evaluation.result import Evaluation
    from prompts.question_bank import QuestionBank
    from prompts.rubric import Level


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is replayed."""

    record: InterviewRecord
    evaluation: Evaluation | None
    bank: QuestionBank
    interviewer: str
    sound: Sound | None
    """None where nothing was recorded."""


@click.command()
@click.argument("session_name", metavar="[SESSION|FILE]", default="last")
@click.option("--play", is_flag=True, help="With sound, turn by turn; without a device it reads.")
@click.option("--mine", is_flag=True, help="Only the candidate's turns.")
@click.option("--all", "everything", is_flag=True, help="Print everything without stopping.")
@click.option("--judge", type=ENGINES, default="offline", help="Who scores a FILE on the fly.")
@click.option("--level", type=LEVELS, help="Level a FILE is held against.")
@hearing
@recording
def command(
    session_name: str,
    play: bool,
    mine: bool,
    everything: bool,
    judge: str,
    level: Level | None,
    whisper: str | None,
    transcription: str | None,
    question_id: str | None,
    candidate_is: CandidateIs | None,
) -> None:
    """Walk through SESSION: why each move, what was hoped for, what counted and what was missing.

    In a terminal keys lead on: next turn, next finding, only your turns, a passage again, slower or
    faster; ? lists them. FILE is a sound file or a transcript made elsewhere, scored on the fly.
    """
    from rich.console import Console

    console = Console(highlight=False)
    if Path(session_name).is_file():
        from agent.scoring import Scorer
        from agent.settings import load_settings

        scorer = Scorer(
            load_settings(judge=judge, whisper=whisper, transcription=transcription),
            level,
            question_id or "",
            candidate_is=candidate_is,
            tell=lambda text: click.echo(text, err=True),
        )
        recorded = from_file(Path(session_name), scorer)
    else:
        recorded = from_session(session_name)
    for warning in recorded.record.warnings:
        console.print(warning, style="yellow", markup=False)
    if recorded.evaluation is None:
        console.print("Not scored yet; `viva score` adds the findings.", style="yellow")
    if play and recorded.sound is None:
        click.echo("There is no sound in this, so it is to read.", err=True)
    player = open_speaker() if play and recorded.sound is not None else None
    keys = sys.stdin.isatty() and sys.stdout.isatty() and not everything
    replay(console, recorded, player, mine=mine, with_keys=keys)


def from_session(name: str) -> Recorded:
    """A stored session."""
    from agent.commands.options import open_session
    from agent.packs import session_bank
    from agent.studio import persona_of
    from audio.wav import clip

    session = open_session(name)

    def sound(start_ms: float, end_ms: float) -> Samples:
        left, right = clip(session.audio_path, start_ms, end_ms)
        return left + right

    return Recorded(
        session.record(),
        session.evaluation(),
        session_bank(session.meta),
        persona_of(session.meta).name,
        sound if session.audio_path.exists() else None,
    )


def from_file(path: Path, scorer: Scorer) -> Recorded:
    """A sound file or a transcript, scored now."""
    from audio.files import is_audio, load_audio
    from audio.frame import samples_of
    from evaluation.score import evaluate

    record = scorer.record(path)
    evaluation = evaluate(record, scorer.judge, bank=scorer.bank)
    if not is_audio(path):
        return Recorded(record, evaluation, scorer.bank, "Interviewer", None)
    samples = load_audio(path)

    def sound(start_ms: float, end_ms: float) -> Samples:
        return samples[samples_of(start_ms) : samples_of(end_ms)]

    return Recorded(record, evaluation, scorer.bank, "Interviewer", sound)


def open_speaker() -> Player | None:
    """The speaker of the settings; None, said once, where there is none."""
    from agent.commands.sound import open_player
    from agent.settings import load_settings

    player = open_player(load_settings())
    if player is None:
        click.echo("No speaker here, so this is to read. `viva doctor` says more.", err=True)
    return player


def replay(
    console: Console, recorded: Recorded, player: Player | None, *, mine: bool, with_keys: bool
) -> None:
    """Turn by turn with keys on a terminal, all at once elsewhere."""
    from agent.replay import Walk
    from agent.replay_pager import Pager
    from agent.replay_player import NoKeys, PassagePlayer
    from agent.single_keys import SingleKeys
    from evaluation.walkthrough import walk_through

    steps = walk_through(recorded.record, recorded.evaluation, recorded.bank)
    walk = Walk(console, steps, interviewer=recorded.interviewer, keys=with_keys and bool(player))
    walk.only_mine = mine
    if not with_keys and player is None:
        index = walk.following(-1)
        while index < len(steps):
            walk.show(index)
            index = walk.following(index)
        return

    def tell(line: str) -> None:
        console.print(line, style="dim", markup=False)

    with SingleKeys() if with_keys else nullcontext(NoKeys()) as keys:
        sound = recorded.sound
        speaker = PassagePlayer(player, sound, keys) if player and sound else None
        Pager(walk, keys, tell, speaker).run()
