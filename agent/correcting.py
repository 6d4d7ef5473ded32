"""Putting misheard words right in a stored session, and scoring it again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from agent.packs import session_bank
from agent.scoring import Scorer
from agent.settings import Settings
from evaluation.compare import Attempt
from evaluation.correction import Correction, with_edit, with_text, with_words
from evaluation.record import InterviewRecord, Turn
from evaluation.rescoring import changed_lines
from evaluation.session import SessionFolder, now_utc
from prompts.errors import UsageError


class Corrector:
    """One turn of one session."""

    def __init__(self, session: SessionFolder, number: int) -> None:
        """Raises UsageError when there is no such turn, or when it is not the candidate's."""
        turns = session.turns()
        if not 0 <= number < len(turns):
            raise UsageError(
                f"there is no turn {number} in this session",
                where=str(session.path),
                todo=f"Its turns are 0 to {len(turns) - 1}; `viva correct {session.meta.id}` "
                "lists yours.",
            )
        if turns[number].speaker != "candidate":
            raise UsageError(
                f"turn {number} is the interviewer's, which was said and not recognised",
                where=str(session.path),
                todo=f"`viva correct {session.meta.id}` lists yours.",
            )
        self.session, self.number = session, number
        self.before = session.record()
        """The interview as it read before this correction."""

    @property
    def turn(self) -> Turn:
        """The turn as it reads now."""
        return self.session.turns()[self.number]

    @property
    def heard(self) -> Turn:
        """The turn as it was recognised."""
        return self.session.heard_turns()[self.number]

    def words(self, given: Iterable[tuple[str, str]]) -> bool:
        """Replace words by number; True when that changed anything. Raises UsageError."""
        named = [(span_of(number), said) for number, said in given]
        spans = sorted(span for span, _ in named)
        for (_, last), (first, _) in pairwise(spans):
            if first <= last:
                raise UsageError(f"word {first} is named twice")
        try:
            return self.store(with_words(self.turn, dict(named)))
        except ValueError as error:
            raise UsageError(str(error)) from error

    def text(self, said: str) -> bool:
        """Replace the whole turn; True when that changed anything."""
        if not said.strip():
            raise UsageError("an empty turn cannot be scored", todo="Give the words you said.")
        return self.store(with_text(self.turn, said))

    def edit(self, said: str, *, sure: bool) -> bool:
        """The whole turn as it was edited; True when that changed anything.

        With `sure` the user stands for every word of it, else only for those that were changed.
        """
        if sure:
            return self.text(said)
        if not said.strip():
            raise UsageError("an empty turn cannot be scored", todo="Give the words you said.")
        return self.store(with_edit(self.turn, said))

    def undo(self) -> bool:
        """Back to what was recognised; True when there was a correction."""
        return self.store(self.heard)

    def store(self, turn: Turn) -> bool:
        """Append the correction, unless it changes nothing. Raises VivaError when locked."""
        if (turn.text, turn.words) == (self.turn.text, self.turn.words):
            return False
        with self.session.lock():
            self.session.correct(
                Correction(
                    turn=self.number,
                    made=now_utc(),
                    heard=self.heard.text,
                    text=turn.text,
                    words=turn.words,
                )
            )
        return True


def span_of(number: str) -> tuple[int, int]:
    """`12` or `12-14` as first and last number. Raises UsageError."""
    found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", number, re.ASCII)
    if found is None:
        raise UsageError(f"{number!r} is not the number of a word", todo="Write 12, or 12-14.")
    return int(found[1]), int(found[2] or found[1])


def rescore(session: SessionFolder, was: InterviewRecord, settings: Settings) -> list[str]:
    """Score the session again and write its files; what changed against the last scoring, as lines.

    `was` is the interview before it was corrected. Raises VivaError.
    """
    before = session.evaluation()
    scorer = Scorer(settings, None)
    after = scorer.score(session.path)
    if before is None:
        return [f"Scored for the first time: {after.verdict.result}."]
    bank = session_bank(session.meta, scorer.bank)
    return changed_lines(Attempt(was, before), Attempt(session.record(), after), bank)
