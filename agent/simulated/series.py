"""Many simulated interviews in a row: who meets whom on which question, and what broke."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.offline_brain import OfflineBrain
from agent.plan import Plan
from agent.simulated.cast import CANDIDATES
from agent.simulated.invariants import violations
from agent.simulated.knowledge import Knowledge
from agent.simulated.rehearsal import Setting, rehearse
from agent.simulated.session_view import SessionView, Violation
from evaluation.encoder import SentenceEncoder
from prompts.conduct import load_conduct
from prompts.errors import UsageError
from prompts.persona import Persona
from prompts.question_bank import Question, QuestionBank
from prompts.rubric import Level


@dataclass(frozen=True, slots=True)
class Pairing:
    """One interview to be held."""

    candidate: str
    question: Question
    persona: Persona
    level: Level
    minutes: float
    seed: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One interview that was held."""

    pairing: Pairing
    path: Path
    """The session folder; it may be gone when the series did not keep it."""
    exchanges: int
    """The interviewer's turns."""
    spoken_ms: int
    """Length on the simulated clock."""
    violations: tuple[Violation, ...]


def candidate_names(name: str) -> list[str]:
    """The names meant by `name`. Raises UsageError when there is no such candidate."""
    if name == "all":
        return list(CANDIDATES)
    if name not in CANDIDATES:
        raise UsageError(
            f"there is no simulated candidate {name!r}",
            todo=f"Take all, or one of {', '.join(CANDIDATES)}.",
        )
    return [name]


def pairings(
    questions: Sequence[Question],
    names: Sequence[str],
    personas: Sequence[Persona],
    *,
    minutes: float | None = None,
    seed: int = 0,
    count: int = 1,
) -> Iterator[Pairing]:
    """Every candidate on every question, `count` times; personas and levels take turns.

    `minutes` is the planned length, by default what a question of its type wants.
    """
    for number, question in enumerate(questions):
        usual = load_conduct().times[question.type].minutes
        for place, (name, again) in enumerate(itertools.product(names, range(count))):
            turn = number + place + seed
            yield Pairing(
                name,
                question,
                personas[turn % len(personas)],
                question.levels[turn % len(question.levels)],
                minutes or usual,
                seed + again,
            )


def hold(
    pairing: Pairing, encoder: SentenceEncoder, bank: QuestionBank, home: Path, *, keep: bool
) -> Rehearsed:
    """Hold one interview under `home` and check it; without `keep` its folder is removed."""
    plan = Plan((pairing.question,), (pairing.minutes,), ("rehearsed",))
    brain = OfflineBrain(encoder, pairing.persona, seed=pairing.seed)
    setting = Setting(plan, bank, brain, pairing.persona, pairing.level, pairing.seed)
    candidate = CANDIDATES[pairing.candidate](Knowledge(plan.questions), pairing.seed)
    session = rehearse(setting, candidate, home)
    view = SessionView.of(session, bank)
    result = Rehearsed(
        pairing,
        session.path,
        len(view.spoken),
        view.turns[-1].end_ms or 0,
        tuple(violations(view)),
    )
    if not keep:
        shutil.rmtree(session.path)
    return result


def counts(results: Iterable[Rehearsed]) -> dict[str, Counter[str]]:
    """By candidate: interviews and exchanges held, and each invariant's violations."""
    table: dict[str, Counter[str]] = {}
    for result in results:
        row = table.setdefault(result.pairing.candidate, Counter())
        row["interviews"] += 1
        row["exchanges"] += result.exchanges
        row.update(violation.invariant for violation in result.violations)
    return table
