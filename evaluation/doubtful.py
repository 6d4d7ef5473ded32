"""How far findings rest on words that the recogniser was unsure about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.evidence import carries
from evaluation.record import Turn
from evaluation.result import Evaluation
from evaluation.sentences import doubtful_spans


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Findings that rest on words hard to recognise: at least one such term is in the quote."""

    findings: int
    of: int
    """All findings that have a quote."""
    turns: tuple[int, ...]
    """Where a correction helps."""

    @property
    def words(self) -> str:
        """As a sentence."""
        if not self.findings:
            return "No finding rests on words that were hard to recognise."
        verb = "rests" if self.findings == 1 else "rest"
        where = ", ".join(str(turn) for turn in self.turns)
        turns = f"turn{'s' if len(self.turns) > 1 else ''} {where}"
        return f"{self.findings} of {self.of} findings {verb} on words hard to recognise ({turns})."


def doubtful_findings(evaluation: Evaluation, turns: Sequence[Turn]) -> Doubtful:
    """Every different quote of an evaluation, and which of them hold words hard to recognise."""
    quotes = {
        (evidence.turn, evidence.quote): evidence.low_confidence
        for question in evaluation.questions
        for criterion in question.criteria.values()
        for evidence in criterion.evidence
    }
    low = [
        turn
        for (turn, quote), unsure in quotes.items()
        if unsure or (0 <= turn < len(turns) and holds_doubt(turns[turn], quote))
    ]
    return Doubtful(len(low), len(quotes), tuple(sorted(set(low))))


def holds_doubt(turn: Turn, quote: str) -> bool:
    """Whether a word that carries meaning in `quote` was hard to recognise.

    Small words are passed over: recognisers are often unsure of "and" and "so", and nothing rests
    on them. False when the quote is not in the turn.
    """
    first = turn.text.find(quote)
    last = first + len(quote)
    return first >= 0 and any(
        start < last and first < end and carries(turn.text[start:end])
        for start, end in doubtful_spans(turn)
    )
