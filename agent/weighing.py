"""What a turn asks, by its forms and by a trained scorer of sentences together.

A sentence in no known form that probably asks is taken for a request, but only when the sheet
answers it. The scorer does not doubt the forms: of what they find it called more of the right ones
statements than of the wrong ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.asking import Asked, find_asked, goes_on, is_own_question, is_taken, question_parts
from agent.clauses import Span, sentences
from agent.dialogue_acts import Acts, is_hand_over

HEARD = 0.5
"""Chance (0-1) from which a sentence in no form of asking may still ask for a fact."""


def weigh(text: str, acts: Acts, chances: Sequence[float]) -> tuple[Asked, ...]:
    """Everything asked, in order; `chances` (0-1) belong to the sentences of `text`."""
    by_form = find_asked(text, acts)
    found: list[Asked] = []
    for sentence, chance in zip(sentences(text), chances, strict=True):
        own = [asked for asked in by_form if asked.sentence == sentence]
        if not own and chance >= HEARD and may_ask(text, sentence, acts):
            parts = question_parts(text, sentence, loosely=True)
            own = [Asked(sentence, part, handed=False, tentative=True) for part in parts]
        found.extend(own)
    return tuple(found)


def may_ask(text: str, sentence: Span, acts: Acts) -> bool:
    """False for commands, for hand-overs and for questions the candidate answers at once."""
    if is_taken(sentence, acts) or is_hand_over(sentence.text):
        return False
    return not is_own_question(text, sentence) and not goes_on(text, sentence, acts)
