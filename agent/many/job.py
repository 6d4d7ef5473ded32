"""What every process that scores is told, and what it gives back; both travel between processes.

No setting that holds a key is in it: a process takes keys from its own environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.recordings import CandidateIs
    from agent.scoring import Scorer
    from prompts.rubric import Level


@dataclass(frozen=True, slots=True)
class Job:
    """How to score, the same for all inputs."""

    level: Level | None = None
    question_id: str = ""
    candidate_is: CandidateIs | None = None
    flags: tuple[tuple[str, str], ...] = ()
    """Settings given on the command line, by name; the others are each process's own."""
    rubric: str = ""
    """Version and hashes that the results have to be made with, as an evaluation names them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input."""

    path: Path
    evaluation: str = ""
    """A viva-evaluation/1 object as JSON; empty when there is none."""
    problem: str = ""
    """Why there is none, one line."""
    told: tuple[str, ...] = ()
    """Lines about the input for the user, such as who is taken for whom."""


class Told:
    """What a scorer tells: kept for the outcome, or told at once where `at_once` is set."""

    def __init__(self) -> None:
        self.at_once: Callable[[str], None] | None = None
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        (self.at_once or self.lines.append)(line)

    def taken(self) -> tuple[str, ...]:
        """The lines since the last call."""
        lines, self.lines = tuple(self.lines), []
        return lines


@cache
def scorer_of(job: Job) -> tuple[Scorer, Told]:
    """The scorer of this process, with its models once loaded, and what it tells.

    Raises UsageError or InputFileError for what is wrong with the job itself.
    """
    from agent.scoring import Scorer
    from agent.settings import load_settings

    told = Told()
    scorer = Scorer(
        load_settings(**dict(job.flags)),
        job.level,
        job.question_id,
        candidate_is=job.candidate_is,
        tell=told,
    )
    return scorer, told


def score_input(job: Job, path: Path) -> Outcome:
    """Score one input in this process. A fault of the input, or of a setting, is an outcome."""
    from audio.errors import AudioError
    from prompts.errors import VivaError

    try:
        refuse_other_rubric(job)
        scorer, told = scorer_of(job)
        evaluation = scorer.score(path)
    except (VivaError, AudioError) as error:
        return Outcome(path, problem=error.line())
    except OSError as error:
        return Outcome(path, problem=f"{path}: {error}")
    return Outcome(path, evaluation.to_json(), told=told.taken())


def refuse_other_rubric(job: Job) -> None:
    """UsageError where this process has another rubric than whoever asks."""
    from evaluation.scoring_rule import rubric_version
    from prompts.errors import UsageError
    from prompts.rubric import load_rubric

    if job.rubric and job.rubric != rubric_version(load_rubric()):
        raise UsageError(
            "this worker has another rubric than the caller",
            todo="Install the same version of Viva on all of them.",
        )
