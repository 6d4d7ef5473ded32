"""Two statements that cannot both hold: with a released fact, or with an earlier turn.

Precision over recall: a wrongly quoted contradiction costs more trust than a missed one. So only
four forms are looked for: a figure about the same thing that disagrees, labels or decisions said
to be immediate although they take long, an explicit reversal, and in a shifted twin the figure of
the first attempt. A candidate who says that they change their mind does not contradict themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from agent.clauses import Span, clauses
from agent.disagreeing_figures import figures_disagree
from agent.outdated import figures, first_outdated
from agent.reading import Contradiction
from agent.reversals import (
    IMMEDIATE,
    REFUSES,
    SENDS,
    STANCE_PATTERNS,
    USES,
    immediate_against_late,
    refused_and_used,
    reversed_stance,
)
from agent.saying_back import without_link
from agent.statements import Statement, states, usable
from agent.wording import plain


def find_contradictions(
    text: str,
    earlier: Sequence[tuple[int, str]],
    released: Mapping[str, str],
    ignored: Sequence[Span] = (),
    outdated: Mapping[str, str] | None = None,
) -> tuple[Contradiction, ...]:
    """Contradictions of `text` with released facts (id -> what was said) and earlier turns.

    `outdated` holds what facts of a shifted twin said the first time, by id.
    """
    now = [c for c in clauses(text) if states(c, ignored) and telling(c.text)]
    if not now:
        return ()
    before = [
        Statement(c.text, fact_id=fact_id, whole=say)
        for fact_id, say in released.items()
        for c in clauses(say)
    ]
    before += [Statement(c.text, turn=turn) for turn, said in earlier for c in statements(said)]
    old = [(key, say, released[key]) for key, say in (outdated or {}).items() if key in released]
    found: list[Contradiction] = []
    for clause in now:
        outdated_use = first_outdated(clause.text, old)
        clash = (
            Statement(outdated_use[0], fact_id=outdated_use[1])
            if outdated_use
            else first_clash(clause, before)
        )
        if clash is not None:
            found.append(
                Contradiction(
                    now=without_link(clause.text),
                    before=clash.text if clash.fact_id else without_link(clash.text),
                    before_turn=clash.turn,
                    fact_id=clash.fact_id,
                )
            )
    return tuple(found)


@lru_cache(maxsize=4096)
def statements(said: str) -> tuple[Span, ...]:
    """What of an earlier turn something may be held against; a long session asks every turn."""
    return tuple(c for c in clauses(said) if states(c, ()) and telling(c.text))


@lru_cache(maxsize=4096)
def telling(text: str) -> bool:
    """Whether a statement holds anything that could contradict another."""
    said = plain(text)
    return bool(
        figures(text)
        or IMMEDIATE.search(said)
        or REFUSES.search(said)
        or USES.search(said)
        or SENDS.search(said)
        or any(one.search(said) or other.search(said) for one, other in STANCE_PATTERNS)
    )


def first_clash(clause: Span, before: Iterable[Statement]) -> Statement | None:
    """The first earlier statement that this one cannot be true beside."""
    now, plainly = clause.text, usable(clause, ())
    for statement in before:
        if plain(statement.text) == plain(now):
            continue
        if figures_disagree(now, statement):
            return statement
        # What was only guessed is held against nothing but figures.
        said_plainly = bool(statement.fact_id) or plainly_said(statement.text)
        if plainly and said_plainly and clashes(now, statement):
            return statement
    return None


@lru_cache(maxsize=4096)
def plainly_said(text: str) -> bool:
    """True for words of an earlier turn that are no guess."""
    return usable(Span(text, 0, len(text)), ())


def clashes(now: str, statement: Statement) -> bool:
    """One of the forms that need no figure that disagrees."""
    return (
        immediate_against_late(now, statement.text)
        or immediate_against_late(statement.text, now)
        or reversed_stance(now, statement)
        or refused_and_used(now, statement)
    )
