"""What a turn asks, by its forms and by a trained scorer of sentences together.

A sentence in no known form that probably asks ("prevalence of the positive class") is taken for a
request, but only when the sheet answers it and nothing in the turn is a plain statement: who
explains something words no request so shortly. The scorer does not doubt what the forms find: it
called more of their right ones statements than of their wrong ones.
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
    asking = {asked.sentence for asked in by_form}
    others = {
        sentence: chance
        for sentence, chance in zip(sentences(text), chances, strict=True)
        if sentence not in asking and not says_nothing(sentence, acts)
    }
    if not others or min(others.values()) < HEARD:
        return by_form
    heard = [
        Asked(sentence, part, handed=False, tentative=True)
        for sentence in others
        if not is_own_question(text, sentence) and not goes_on(text, sentence, acts)
        for part in question_parts(text, sentence, loosely=True)
    ]
    return tuple(sorted([*by_form, *heard], key=lambda asked: asked.part.start))


def says_nothing(sentence: Span, acts: Acts) -> bool:
    """True for commands and for handing the turn over."""
    return is_taken(sentence, acts) or is_hand_over(sentence.text)
