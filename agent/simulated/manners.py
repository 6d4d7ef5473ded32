"""How an interviewer speaks, whoever is interviewed: briefly, neutrally, and quoting correctly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.case import case_of
from agent.opinions import everywhere, plain_words
from agent.reply_check import MAX_WORDS
from agent.simulated.session_view import (
    SessionView,
    Violation,
    sentences,
    speakable,
    told_by,
    words,
)
from evaluation.record import Event, Turn

Found = Iterator[Violation]

READ_OUT = frozenset(
    "prompt next_question fact invented_fact twist hint repeat rephrase reconcile".split()
)
"""Moves that read out the bank's words, or two quotations; they may be longer."""
QUOTED = re.compile(r"“[^”]*”")
TOLD_WITHIN = 6
"""Moves until everything that was asked for in one breath is told."""
OTHER_CONCERNS = frozenset(
    "invented_fact no_such_fact hand_back no_verdict off_topic hint repeat rephrase wait_ok".split()
)
"""Moves that do first what else was asked for; they do not count towards it."""


def facts_told(s: SessionView) -> Found:
    """Every sheet fact that was heard to be asked for is told, however many at once."""
    spoken = [turn.turn for turn in s.spoken]
    for heard, reading in s.readings.items():
        asked = {fact["fact_id"]: fact["quote"] for fact in reading.get("facts_asked") or ()}
        if not asked:
            continue
        after = [s.moves[turn] for turn in spoken if turn > heard]
        told, complete = told_in(after)
        for fact_id, quote in asked.items():
            if fact_id not in told and complete:
                yield Violation("facts told", heard, quote, f"{fact_id} was not told")


def told_in(moves: list[Event]) -> tuple[set[str], bool]:
    """Facts told by the next moves, and whether there was time to tell them all."""
    told: set[str] = set()
    counted = 0
    for move in moves:
        if move.get("phase") in {"open", "close"}:
            return told, False
        told |= set(move.get("fact_ids") or ())
        counted += move.get("kind") not in OTHER_CONCERNS
        if counted == TOLD_WITHIN:
            return told, True
    return told, False


def one_short_question(s: SessionView) -> Found:
    """One question a turn, and few words unless something is read out."""
    for turn in s.spoken:
        move = s.moves[turn.turn]
        kind = move.get("kind")
        if turn.text.count("?") > 1 + s.question(turn).prompt.count("?") * (kind in READ_OUT):
            yield Violation("one short question", turn.turn, turn.text, f"{kind} asks twice")
        fixed = len(str(move.get("hook") or "").split()) + len(
            str(move.get("before") or "").split()
        )
        case = case_of(s.question(turn))
        if kind != "reconcile":
            says = told_by(s.moves[turn.turn], s.question(turn))
            fixed += sum(len(say.split()) for say in says if say in turn.text)
        fixed += len(case.split()) * (bool(case) and case in turn.text)
        if kind not in READ_OUT and len(turn.text.split()) - fixed > MAX_WORDS:
            why = f"{kind} in {len(turn.text.split())} words"
            yield Violation("one short question", turn.turn, turn.text, why)


def quotes_true(s: SessionView) -> Found:
    """What is said back was said: by the candidate, or as a fact that was told."""
    said: list[str] = []
    for turn in s.turns:
        if turn.speaker == "candidate":
            said.append(" ".join(words(turn.text)))
            continue
        move = s.moves[turn.turn]
        said += [" ".join(words(str(say))) for say in (move.get("invented"),) if say]
        known = [*said, *(" ".join(words(say)) for say in told_by(move, s.question(turn)))]
        for quoted in (str(move.get("hook") or ""), str(move.get("before") or "")):
            plain = " ".join(words(quoted))
            if plain and not any(plain in each for each in known):
                yield Violation("quotes true", turn.turn, quoted, "nobody has said that")
            elif plain and not turn.interrupted and plain not in " ".join(words(turn.text)):
                yield Violation("quotes true", turn.turn, turn.text, f"does not say {quoted!r}")


def neutral(s: SessionView) -> Found:
    """No praise, no grading and no summary beside the bank's own words."""
    for turn in s.spoken:
        own = {" ".join(words(each)) for text in bank_words(s, turn) for each in sentences(text)}
        for sentence in sentences(turn.text):
            plain = " ".join(words(sentence))
            if any(each in plain for each in own if each):
                continue
            # What is quoted are the candidate's words; `quotes_true` looks at those.
            for reason, found in everywhere(plain_words(QUOTED.sub(" ", sentence))):
                yield Violation("neutral", turn.turn, sentence, f"{reason}: {found}")


def bank_words(s: SessionView, turn: Turn) -> Iterator[str]:
    """What the bank says in the question of a turn, and the candidate's words said back in it."""
    question, move = s.question(turn), s.moves[turn.turn]
    yield from speakable(question)
    yield from (fact.say for fact in question.facts)
    yield from (str(move.get(name) or "") for name in ("hook", "before"))
