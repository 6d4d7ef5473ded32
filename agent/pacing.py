"""The interviewer's patience: silence, the clock of a phase, monologues, and time for framing."""

from __future__ import annotations

from agent.moves import FLOOR_KINDS, Lead, Move
from agent.phases import advance
from agent.probing import follow, hint
from agent.situation import Situation


def silence(s: Situation) -> Move | None:
    """The silence ladder: take your time, what are you weighing, a hint, then move on."""
    if s.reading.act != "silence":
        return None
    rung = s.state.get("silence_rung", 0)
    waited = f"{s.answer.silent_ms / 1000:.0f} s of silence"
    if rung == 0 and not s.made("take_your_time") and not s.state.get("waiting"):
        return s.move("take_your_time", waited)
    if rung <= 1:
        return s.move("what_weighing", waited)
    if rung == 2 and s.state.get("hints", 0) == 0 and s.persona.hint_generosity > 0:
        return hint(s, waited)
    return follow(s, f"{waited} after a nudge", lead="no_answer_move_on")


def silence_limit(s: Situation, move: Move) -> int:
    """Milliseconds of silence after `move` until the ladder's next rung is due."""
    return max(s.conduct.limits.last_word_ms, min(rung_ms(s, move), round(s.session_left_ms)))


def rung_ms(s: Situation, move: Move) -> int:
    """The ladder's own limit, when there is time enough."""
    ladder = s.conduct.silence
    if move.kind == "wait_ok":
        return ladder.after_wait_ms
    if move.kind == "take_your_time":
        return ladder.what_weighing_ms - ladder.take_your_time_ms
    if move.kind == "what_weighing":
        return ladder.rung_one_ms - ladder.what_weighing_ms
    return ladder.what_weighing_ms if s.made("take_your_time") else ladder.take_your_time_ms


def phase_clock(s: Situation) -> Move | None:
    """Phases are left on time, with a spoken bridge."""
    if s.phase_over:
        lead: Lead = "ramble_bridge" if s.answer.cut_in else "bridge"
        move = advance(s, f"the time for {s.phase.replace('_', ' ')} is up", lead=lead)
        # Who is asked on about the same is not told that we go on to something else.
        return move.model_copy(update={"lead": ""}) if move.area in s.lead else move
    return None


def rambling(s: Situation) -> Move | None:
    """Long and without a signpost: a soft steer, the second time with the clock."""
    limits = s.conduct.limits
    if s.state.get("astray_ms", 0) >= limits.off_topic_ms:
        return steer(s, f"{s.state['astray_ms'] / 1000:.0f} s beside the problem")
    most = limits.ramble_design_words if lays_out(s) else limits.ramble_concept_words
    if not s.persona.interrupts_ramblers:
        most *= 2
    if not s.answer.cut_in and (s.reading.words <= most or s.reading.signposted):
        return None
    reason = f"{s.reading.words} words without a signpost"
    if s.answer.cut_in:
        reason = f"{reason}, and no end in sight"
    return steer(s, reason)


def steer(s: Situation, reason: str) -> Move | None:
    """Softly, the second time with the clock, then no more."""
    if not s.made("ramble_soft"):
        return s.move("ramble_soft", reason)
    return s.move("ramble_clock", reason) if not s.made("ramble_clock") else None


def lays_out(s: Situation) -> bool:
    """Whether the question asks for a design, which takes longer."""
    return s.question.type in {"design", "operations"}


def monologue_limit(s: Situation) -> int:
    """Milliseconds of speech without a signpost that are cut in on.

    That is the persona's patience, and for all of them the end of the interview.
    """
    limits = s.conduct.limits
    until_end = max(limits.last_word_ms, round(s.session_left_ms))
    if not s.persona.interrupts_ramblers:
        return until_end
    if s.persona.monologue_s is not None:
        return min(until_end, s.persona.monologue_s * 1_000)
    return min(until_end, limits.ramble_design_ms if lays_out(s) else limits.ramble_concept_ms)


def framing(s: Situation) -> Move | None:
    """Framing belongs to the candidate's questions; solving without any gets one nudge.

    It is let run first: for two minutes, or for one more turn, unless all of it was said at once.
    """
    if s.phase != "framing" or s.state.get("asked_something"):
        return None
    if not s.reading.solving:
        return None if s.made("go_on") else s.move("go_on", "nothing was asked or proposed yet")
    if s.question.type != "design" or s.made("nudge_framing"):
        return None
    began = s.state.get("solving_since_ms", -1)
    solving_ms = s.state.get("now_ms", 0) - began if began >= 0 else 0
    reason = f"{solving_ms / 1000:.0f} s of solving without a question"
    if solving_ms >= s.conduct.limits.nudge_after_ms or s.made("go_on") or proposes(s):
        return s.move("nudge_framing", reason)
    noted = solving_ms >= s.conduct.limits.solving_without_question_ms
    return s.move("go_on", f"{reason}{', noted' if noted else ''}; it may run for now")


def proposes(s: Situation) -> bool:
    """Whether the answer was a proposal, not the beginning of one: nobody waits for more of it."""
    long = s.reading.words >= s.conduct.limits.proposal_words
    return long or s.reading.handed_over or len(s.reading.points) > 1


def after_floor(s: Situation) -> Move | None:
    """Facts were given and the candidate added nothing to act on: leave the floor once more."""
    last = s.last
    if last is None or last.kind not in FLOOR_KINDS or last.kind == "go_on":
        return None
    thin = s.reading.words < s.conduct.limits.thin_answer_words and not s.reading.points
    return s.move("go_on", "nothing to follow up on yet") if thin else None
