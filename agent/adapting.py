"""The next question of a session: a step harder after a strong answer, easier after a weak one.

1. How the answer went: the share of expected points heard, the hints, the contradictions.
2. The wanted hardness: one step up, one down, or the same; never a jump of two.
3. The planned question if it is that hard, else the one on offer that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.plan import STEP
from agent.situation import Situation
from prompts.conduct import DIFFICULTIES

Outcome = Literal["strong", "fair", "weak"]
STEPS: dict[Outcome, int] = {"strong": 1, "fair": 0, "weak": -1}
STEP_WORDS = {1: "one step harder", 0: "as hard as before", -1: "one step easier"}


@dataclass(frozen=True, slots=True)
class Next:
    """The question that follows, and how it is conducted."""

    question_id: str
    difficulty: int
    reason: str


def outcome_of(s: Situation) -> tuple[Outcome, str]:
    """How the answer to the present question went, with the count it rests on."""
    limits = s.conduct.adapting
    expected = [point.id for point in s.question.expected_points(s.level)]
    heard = sum(point_id in s.covered for point_id in expected)
    hints = s.state.get("hints", 0)
    share = heard / len(expected) if expected else 0.0
    count = f"{heard} of {len(expected)} expected points were heard"
    if hints:
        count += f", after {hints} hint{'s' if hints > 1 else ''}"
    if share >= limits.strong_share and hints <= limits.hints_at_most:
        return "strong", count
    return ("weak" if share <= limits.weak_share else "fair"), count


def next_question(s: Situation) -> Next | None:
    """The question after this one; None when the plan has no more."""
    following = s.state["question_index"] + 1
    if following >= len(s.state["plan"]):
        return None
    planned = s.state["plan"][following]
    outcome, count = outcome_of(s)
    step = STEPS[outcome]
    difficulty = min(max(s.difficulty + step, DIFFICULTIES[0]), DIFFICULTIES[-1])
    chosen, change = nearest(s, planned, following, step)
    said = STEP_WORDS.get(change, "as planned")
    if change != step:
        said = f"{said}, as there is none {STEP_WORDS[step]}"
    reason = f"{count}; the next question is {said}"
    if difficulty != s.difficulty:
        reason += f", difficulty {difficulty} instead of {s.difficulty}"
    return Next(chosen, difficulty, reason)


def nearest(s: Situation, planned: str, following: int, step: int) -> tuple[str, int]:
    """The question for this place that comes nearest to the wanted step, and its step."""
    hardness = s.state.get("hardness", {})
    offers = s.state.get("offers", ())
    ids = [planned, *(offers[following] if following < len(offers) else ())]
    now = hardness.get(s.question.id)
    known = [each for each in ids if each in hardness]
    if now is None or not known:
        return planned, 0
    best = min(
        known,
        key=lambda each: (abs(hardness[each] - now) > STEP, abs(hardness[each] - now - step)),
    )
    return best, hardness[best] - now
