"""What a model is shown of the earlier turns: the newest whole, of the older ones what binds.

A long session must not make prompts longer and longer, and must not lose what a later statement can
contradict: figures, refusals, decisions. Picked by rules, so it costs no call and is the same each
time; and the oldest of it stays where it is, as the beginning that services cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent.clauses import clauses
from agent.outdated import figures
from agent.reversals import IMMEDIATE, OWN_PLAN, REFUSES, STANCE_PATTERNS
from agent.statements import usable
from agent.wording import plain
from evaluation.evidence import split_sentences

MAX_STATEMENTS = 60
"""Newest sentences shown whole."""
DROPPED_AT_ONCE = 30
"""Beyond that many of the oldest go together: what stays is the cached beginning of the prompt."""
MAX_BINDING = 60
"""Older clauses that are kept; a 45-minute interview has fewer than half."""
MAX_BINDING_WORDS = 20


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or clause of an earlier turn, verbatim."""

    turn: int
    text: str


def earlier_words(turns: Iterable[tuple[int, str]]) -> list[Statement]:
    """What to show of the earlier turns (index and text, oldest first), in their order."""
    said = [Statement(turn, text) for turn, words in turns for text in split_sentences(words)]
    over = max(0, len(said) - MAX_STATEMENTS)
    cut = -(-over // DROPPED_AT_ONCE) * DROPPED_AT_ONCE
    older = [
        Statement(statement.turn, clause)
        for statement in said[:cut]
        for clause in binding(statement.text)
    ]
    return older[:MAX_BINDING] + said[cut:]


def binding(text: str) -> list[str]:
    """The clauses of a sentence that commit to something: a figure, a refusal, a decision."""
    return [
        clause.text
        for clause in clauses(text)
        if clause.words <= MAX_BINDING_WORDS and usable(clause, ()) and commits(clause.text)
    ]


def commits(text: str) -> bool:
    """Whether a later statement could contradict this one."""
    said = plain(text)
    stance = any(one.search(said) or other.search(said) for one, other in STANCE_PATTERNS)
    return bool(
        figures(text)
        or REFUSES.search(said)
        or IMMEDIATE.search(said)
        or (stance and OWN_PLAN.search(said))
    )
