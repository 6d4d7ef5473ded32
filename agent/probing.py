"""What to ask about: what was said, what was not, how deep, and the hints that help on."""

from __future__ import annotations

from typing import get_args

from agent.moves import Lead, Move
from agent.phases import advance
from agent.situation import Situation
from prompts.conduct import Phase
from prompts.question_bank import Area

CHALLENGES_FROM = 0.4
"""Pushback (0-1) from which a persona challenges a choice that was given a reason."""
TOO_FAST_SHARE = 0.6
"""Share of a question's time before which a complete answer was too fast."""
CHALLENGED: frozenset[Phase] = frozenset({"data_and_model", "deep_dive"})
"""Phases in which a choice is challenged: before them nothing stands yet."""
ALL_AREAS = get_args(Area)


def untold(s: Situation) -> bool:
    """Whether a story has not been asked about yet: whose it is comes before its details."""
    return s.question.type == "behavioural" and not s.made("probe", "deeper")


def unjustified(s: Situation) -> Move | None:
    """A choice or a list without a reason: why this, what did you reject."""
    if untold(s) or s.made("why", phase=s.phase) >= s.conduct.limits.why_per_phase:
        return None
    return s.why()


def unquantified(s: Situation) -> Move | None:
    """A claim without number or mechanism: how much, how exactly."""
    if s.made("how_much", phase=s.phase) >= s.conduct.limits.how_much_per_phase:
        return None
    hook = s.fresh(s.reading.unquantified)
    if hook is None:
        return None
    reason = "a claim came without number or mechanism"
    return s.move("how_much", reason, hook=hook.term, trigger=hook.quote)


def contradicting(s: Situation) -> Move | None:
    """Two statements that cannot both hold: quote both, ask to reconcile.

    Also those that came up earlier, when something else had to be asked first. What is ascribed to
    us and was never told has no other side; that is said once a question.
    """
    for found in s.state.get("contradictions", []):
        used = any(m.kind == "reconcile" and m.before == found.before for m in s.moves)
        if not used:
            return s.move(
                "reconcile",
                "this does not fit what was said before"
                if found.before
                else "we have not said this",
                hook=found.now,
                before=found.before,
                trigger=found.now,
                fact_ids=(found.fact_id,) if found.fact_id else (),
            )
    return None


def challenge(s: Situation) -> Move | None:
    """Challenge once even a right choice: one that came with its reason, if the persona pushes.

    Never the one whose reason was asked for: that is two questions for one answer.
    """
    if s.made("challenge") or s.persona.pushback < CHALLENGES_FROM or s.phase not in CHALLENGED:
        return None
    hook = s.fresh(s.reading.justified)
    if hook is None:
        return None
    reason = "one choice is challenged, right or not"
    return s.move("challenge", reason, hook=hook.term, trigger=hook.quote)


def stalled(s: Situation) -> Move | None:
    """Two probes on one thread without gain: help if the persona does, else move on."""
    if s.state.get("fruitless", 0) < s.conduct.limits.fruitless_probes:
        return None
    if offers_hint(s, 0.7):
        return hint(s, "two probes brought nothing", s.answer.text)
    reason = "two probes on one thread brought nothing new"
    thread = s.last.area if s.last else None
    others = [p for p in s.open_points(s.plan.areas) if p.area != thread]
    if others and s.made("probe", "deeper", phase=s.phase) < s.plan.probes:
        move = s.about(others[0])
        return move.model_copy(update={"reason": f"{reason}; {move.reason}"})
    return advance(s, reason, lead="bridge")


def uncovered(s: Situation) -> Move | None:
    """An uncovered must-have of this level: an open question that never names the answer."""
    if s.made("probe", "deeper", phase=s.phase) >= s.plan.probes:
        return None
    points = s.led_points() or s.nearest(s.open_points(s.plan.areas))
    return s.about(points[0]) if points else None


def depth(s: Situation) -> Move | None:
    """All covered: challenge one choice, else go one level deeper, while the phase has time."""
    if s.phase in {"framing", "outline", "twist"}:
        return None
    if s.made("probe", "deeper", phase=s.phase) >= s.plan.probes:
        return None
    points = s.deeper_points(s.plan.areas)
    return s.about(points[0]) if points else None


def too_fast(s: Situation) -> Move | None:
    """Everything was covered with time to spare: make the problem ten times larger, once."""
    grows = s.question.type in {"design", "operations", "decision"}
    if s.phase != "deep_dive" or s.made("scale_up") or not grows:
        return None
    if s.elapsed_ms > TOO_FAST_SHARE * s.budget_ms or s.open_points(ALL_AREAS):
        return None
    hooks = [move.hook for move in s.moves if move.kind in {"why", "challenge"}]
    if not hooks:
        return None
    reason = "everything expected was covered early, so the problem grows"
    return s.move("scale_up", reason, hook=hooks[-1])


def follow(s: Situation, reason: str, *, lead: Lead = "") -> Move:
    """Leave the thread: another open point of this phase, else the next phase."""
    rule_move = uncovered(s)
    if rule_move is not None:
        return rule_move.model_copy(
            update={"lead": lead, "reason": f"{reason}; {rule_move.reason}"}
        )
    return advance(s, reason, lead=lead)


def hint(s: Situation, reason: str, trigger: str = "") -> Move:
    """The next rung of the ladder; when all four are used, the thread is left."""
    rung = s.state.get("hints", 0) + 1
    if rung > len(s.question.hints):
        return follow(s, f"{reason}; all hints are used", lead="no_answer_move_on")
    return s.move(
        "hint",
        f"{reason} (rung {rung})",
        trigger=trigger,
        hint_rung=rung,
        area=s.last.area if s.last else None,
        point_id=s.last.point_id if s.last else "",
    )


def offers_hint(s: Situation, generosity: float) -> bool:
    """Whether this persona helps unasked: with the first rung only, the one that costs nothing.

    Deeper rungs cap the score, so they are the candidate's to ask for, whoever interviews.
    """
    return s.persona.hint_generosity >= generosity and s.state.get("hints", 0) == 0
