"""All sessions of a home folder as progress needs them: what was asked, and how it was judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from evaluation.json_lines import first_fault, read_limited
from evaluation.result import CriterionResult, Evaluation
from evaluation.session import MAX_EVALUATION_BYTES, META_FILE, SessionMeta, read_meta
from evaluation.session_list import session_folders
from prompts.errors import InputFileError, VivaError
from prompts.rubric import CriterionKey, Level


@dataclass(frozen=True, slots=True)
class Past:
    """One session; turns and sound are not read, so that years of sessions load at once."""

    meta: SessionMeta
    evaluation: Evaluation | None
    """None while it is not scored."""
    name: str
    """Of its folder."""

    @property
    def at(self) -> datetime:
        """When it was begun, UTC."""
        return self.meta.created

    @property
    def level(self) -> Level:
        """The level it was held against, which `viva score --level` may have changed."""
        return self.evaluation.level if self.evaluation else self.meta.level


@dataclass(frozen=True, slots=True)
class History:
    """The user's own sessions, oldest first."""

    sessions: tuple[Past, ...]
    problems: tuple[str, ...] = ()
    """Sessions that cannot be read, one line each; the others count."""
    demos: int = 0
    """Sessions of the bundled candidate, which are left out."""


def read_history(home: Path) -> History:
    """Every session in `home`. Raises UsageError when the folder itself cannot be read."""
    found: list[Past] = []
    problems: list[str] = []
    for folder in session_folders(home):
        try:
            meta = read_meta(folder / META_FILE)
            found.append(Past(meta, None, folder.name))
            evaluation = stored_evaluation(folder / "evaluation.json")
            found[-1] = Past(meta, evaluation, folder.name)
        except VivaError as error:
            problems.append(error.line())
        except OSError as error:
            problems.append(f"{folder}: cannot be read ({error.strerror}).")
    own = [past for past in found if not past.meta.demo]
    return History(
        tuple(sorted(own, key=lambda past: (past.at, past.name))),
        tuple(sorted(problems)),
        len(found) - len(own),
    )


def stored_evaluation(path: Path) -> Evaluation | None:
    """evaluation.json without its session; InputFileError when it is damaged."""
    if not path.exists():
        return None
    try:
        return Evaluation.model_validate_json(read_limited(path, MAX_EVALUATION_BYTES))
    except ValidationError as error:
        raise InputFileError(
            path, f"is no evaluation ({first_fault(error)})", todo="`viva score` writes it anew."
        ) from error


def criterion_score(evaluation: Evaluation, key: CriterionKey) -> float | None:
    """The session's score on one criterion: the mean over its questions, to hundredths.

    Questions that require the criterion count; where none does, those that take it lightly.
    """
    results = [result for q in evaluation.questions if (result := q.criteria.get(key))]
    for weight in ("required", "light"):
        scores = [r.score for r in results if r.score is not None and r.weight == weight]
        if scores:
            return round(sum(scores) / len(scores), 2)
    return None


def lowest(evaluation: Evaluation, key: CriterionKey) -> CriterionResult | None:
    """The result that pulled a criterion down most; None when it was never scored."""
    results = [result for q in evaluation.questions if (result := q.criteria.get(key))]
    scored = [result for result in results if result.score is not None]
    return min(scored, key=lambda result: result.score or 0, default=None)
