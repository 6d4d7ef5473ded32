"""How a probe is worded: by the bank, with words of the candidate or with what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.moves import BRIDGES, Move
from agent.saying_back import after_anchor, short_quote, split_anchor
from agent.situation import Situation
from prompts.persona import Persona
from prompts.phrasebook import MAX_SPOKEN_WORDS

Slots = dict[str, Any]
Worded = Iterator[tuple[Any, Slots]]
"""Phrase keys with what fills them."""

FRAME_WORDS = 4
"""What stands around the words that are filled in, at the least."""


def probe(move: Move, s: Situation, persona: Persona) -> Worded:
    """The bank's question about an area not heard yet; a change of subject is announced."""
    key = "led_question" if move.lead else "probe" if continues(move, s) else "probe_new"
    yield key, {"question": unused_probe(move, s, deeper=False)}


def continues(move: Move, s: Situation) -> bool:
    """Whether the move goes on from the last answer, as long as that brought anything.

    Areas are wide: who has just spoken of labels does not call the next question on them another.
    """
    last = s.moves[-2] if len(s.moves) > 1 else None
    asked = last is not None and last.kind in {"probe", "deeper"}
    return not asked or bool(s.reading.points) or s.question.type == "behavioural"


def deeper(move: Move, s: Situation, persona: Persona) -> Worded:
    """The bank's question one level further, with words of the candidate when there is room.

    With them, or right after the candidate has spoken of it, it need not say what it is about.
    Only every other one quotes: always would be a form, too.
    """
    question = unused_probe(move, s, deeper=True)
    about, rest = split_anchor(question)
    short = after_anchor(question)
    if move.lead in BRIDGES:
        yield "led_question", {"question": question}
    elif move.lead:
        yield (
            ("anchored", {"about": about, "question": rest})
            if about
            else (
                "led_question",
                {"question": question},
            )
        )
    elif quote := quotable(move, s, short):
        yield "deeper", {"question": short, "hook": quote}
    elif any(seen.point_id == move.point_id for seen in s.reading.points) and short == rest:
        # "I'm not letting go yet" is for what was just said.
        yield "deeper", {"question": short}
    elif about:
        yield "anchored", {"about": about, "question": rest}
    else:
        yield "probe", {"question": question}


def quotable(move: Move, s: Situation, question: str) -> str:
    """Words of the candidate that this follow-up can begin with, every other time."""
    point = s.question.point(move.point_id)
    # Of two beginnings one is too many.
    if s.made("deeper") % 2 == 0 or split_anchor(question)[0]:
        return ""
    quote = short_quote(move.trigger, " ".join((question, point.text, *point.exemplars)))
    long = len(question.split()) + len(quote.split()) + FRAME_WORDS > MAX_SPOKEN_WORDS
    return "" if long or was_spoken(quote, s) else quote


def unused_probe(move: Move, s: Situation, *, deeper: bool) -> str:
    """The first wording of the point that was not spoken yet, else the first."""
    spoken = " ".join(s.state.get("sentences", [])).casefold()
    probes = s.question.point(move.point_id).probes
    texts = [probe.deeper if deeper else probe.ask for probe in probes]
    tails = [split_anchor(text)[1].casefold() for text in texts]
    unused = (text for text, tail in zip(texts, tails, strict=True) if tail not in spoken)
    return next(unused, texts[0])


def was_spoken(words: str, s: Situation) -> bool:
    """Whether the interviewer has said these words."""
    return words.casefold() in " ".join(s.state.get("sentences", [])).casefold()
