"""Choosing the next move: deterministic, readable, and logged with its reason.

`next_move` asks the rules in order; the first that has something to say decides. No rule looks at
anything but the `Situation`, so the same words at the same time always lead to the same move.
The order is that of good interviewing: what the candidate wants (end, commands, questions), then
whether we understood, then the clock, then what was said (a choice without a reason, a claim
without a number, a contradiction), then what was not said, then depth, then the next phase.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.moves import BRIDGES, FLOOR_KINDS, Lead, Move
from agent.on_request import asked, command, dont_know, promised, with_owed
from agent.pacing import after_floor, framing, phase_clock, rambling, silence
from agent.phases import advance, also_asked, closing, leave_question, only_handed, to_question
from agent.probing import (
    challenge,
    contradicting,
    depth,
    follow,
    stalled,
    too_fast,
    uncovered,
    unjustified,
    unquantified,
)
from agent.situation import Situation

HEARD_SHARE = 0.6
"""Of the words of a question: with less of it heard, nobody can answer it."""

Rule = Callable[[Situation], Move | None]


def next_move(situation: Situation) -> Move:
    """The next move; always one, from every state."""
    for rule in RULES:
        move = rule(situation)
        if move is not None:
            return with_reply(situation, with_owed(situation, move))
    last = advance(situation, "nothing is left to ask in this phase")
    return with_reply(situation, with_owed(situation, last))


def with_reply(s: Situation, move: Move) -> Move:
    """A question that is not answered is not passed over: a word on it goes first.

    That is one that comes when the close is due, and one for a verdict or about the job at the end
    of an answer.
    """
    closes = move.phase == "close" or move.kind == "next_question"
    if move.kind in FLOOR_KINDS or move.lead not in BRIDGES | {""}:
        return move
    at_end = s.reading.about_job or s.wants_verdict
    reply = to_question(s) if closes else about_us(s) if at_end else ""
    if not reply:
        return move
    return move.model_copy(update={"lead": reply, "beside": also_asked(s, reply)})


def about_us(s: Situation) -> Lead:
    """The words on a question about ourselves: none is answered, each in its way."""
    return "answer_candidate_question" if s.reading.about_job else s.no_verdict


def opening(s: Situation) -> Move | None:
    """Nothing has been said on this question yet: read the prompt."""
    if s.moves:
        return None
    return s.move("prompt", "the question is put once, deliberately vague", phase="open")


def ending(s: Situation) -> Move | None:
    """The candidate stops or is gone, or the time for this question is up."""
    if s.reading.act == "stop" or s.answer.command == "stop":
        return s.move("stopped", "the candidate ended the interview", trigger=s.answer.text)
    if s.answer.left:
        return s.move("close", "the candidate's recording has ended", phase="close")
    if (s.left_ms <= 0 or s.overtime) and s.phase != "close":
        return leave_question(s, "the time for this question is up", lead="bridge")
    return None


def unheard(s: Situation) -> Move | None:
    """The candidate spoke over the question before most of it had been said: put it again."""
    told = s.answer.told
    if not told or s.last is None or s.last.kind not in {"prompt", "next_question"}:
        return None
    prompt = s.question.prompt.split()
    heard = sum(" ".join(prompt[:count]) in told for count in range(1, len(prompt) + 1))
    if heard >= HEARD_SHARE * len(prompt) or s.reading.facts_asked:
        return None
    return s.move("repeat", "the candidate spoke before the question had been said")


def not_understood(s: Situation) -> Move | None:
    """Ask again, at most a few times in a row; then go on."""
    other = s.answer.other_language
    if not other and s.reading.act != "unintelligible":
        return None
    if s.phase == "close" and not s.time_left:
        return None
    if s.state.get("unclear", 0) > s.conduct.limits.unclear_in_a_row:
        return follow(s, "several turns could not be understood", lead="no_answer_move_on")
    if other:
        return s.move("other_language", "the answer was not in English", trigger=s.answer.text)
    return s.move("unintelligible", "no usable words were heard", trigger=s.answer.text)


def in_close(s: Situation) -> Move | None:
    """The look back is answered, or the candidate has no more questions.

    While there is time, what the sheet knows is still told; it is short.
    """
    if s.phase != "close":
        return None
    if not s.time_left:
        return closing(s)
    if s.made("candidate_questions") and not s.reading.facts_asked:
        return promised(s) or closing(s)
    # A decision is no longer handed back: the design is over.
    return (None if only_handed(s) else asked(s)) or promised(s) or closing(s)


RULES: tuple[Rule, ...] = (
    opening,
    ending,
    command,
    unheard,
    not_understood,
    in_close,
    promised,
    silence,
    asked,
    dont_know,
    phase_clock,
    rambling,
    framing,
    after_floor,
    unjustified,
    unquantified,
    contradicting,
    challenge,
    stalled,
    uncovered,
    depth,
    too_fast,
)
