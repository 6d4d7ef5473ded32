"""What the policy looks at: the state of one question with the questions one asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from agent.moves import Move, MoveKind
from agent.reading import Hook, Reading
from agent.state import Answer, InterviewState, Owed
from agent.wording import content_words
from prompts.conduct import Conduct, Phase, PhasePlan
from prompts.persona import Persona
from prompts.question_bank import Area, Point, Question
from prompts.rubric import Level

NOTHING_READ = Reading(act="silence")
ORDINARY = 3
"""Difficulty of a session begun before there was a choice."""


def asks_to_clarify(point: Point) -> bool:
    """Whether a point is about what is settled before anything is built."""
    return point.area == "framing" and point.criterion == "requirement_clarification"


@dataclass(frozen=True)
class Situation:
    """An immutable view of the state; every property is derived, nothing is changed."""

    state: InterviewState
    question: Question
    persona: Persona
    conduct: Conduct

    @property
    def level(self) -> Level:
        """The level the candidate is held against."""
        return self.state["level"]

    @property
    def difficulty(self) -> int:
        """The step of difficulty of this question, 1 to 5."""
        return self.state.get("difficulty", ORDINARY)

    @property
    def reading(self) -> Reading:
        """The last answer, read."""
        return self.state.get("reading", NOTHING_READ)

    @property
    def answer(self) -> Answer:
        """The last answer as it came back."""
        return self.state.get("answer", Answer())

    @property
    def phase(self) -> Phase:
        """Where in the question the interview is."""
        return self.state.get("phase", "open")

    @cached_property
    def moves(self) -> list[Move]:
        """Moves made on this question, oldest first."""
        return [m for m in self.state.get("moves", []) if m.question_id == self.question.id]

    @property
    def last(self) -> Move | None:
        """The move the last answer responds to."""
        return self.moves[-1] if self.moves else None

    def made(self, *kinds: MoveKind, phase: Phase | None = None) -> int:
        """How often moves of `kinds` were made on this question, or in one phase of it."""
        return sum(1 for m in self.moves if m.kind in kinds and phase in (None, m.phase))

    @cached_property
    def covered(self) -> frozenset[str]:
        """Ids of the points heard so far."""
        return frozenset(c.point_id for c in self.state.get("covered", []))

    @cached_property
    def probed(self) -> frozenset[str]:
        """Ids of the points already asked about."""
        return frozenset(m.point_id for m in self.moves if m.point_id)

    def open_points(self, areas: Iterable[Area]) -> list[Point]:
        """Must-haves of this level in `areas`, neither heard nor asked about, areas in order."""
        order = {area: position for position, area in enumerate(areas)}
        points = [
            point
            for point in self.question.expected_points(self.level)
            if point.must_have
            and point.area in order
            and point.id not in self.covered
            and point.id not in self.probed
            and self.trained(point)
            and not (self.has_clarified and asks_to_clarify(point))
        ]
        return sorted(points, key=lambda point: order[point.area])

    @property
    def has_clarified(self) -> bool:
        """Whether so many facts were asked for that nobody asks what one would want to know."""
        released = self.state.get("released", [])
        told = {each.fact_id for each in released if each.question_id == self.question.id}
        return len(told) >= self.conduct.limits.clarified_facts

    @property
    def lead(self) -> tuple[Area, ...]:
        """Areas the candidate has led the talk to."""
        return self.state.get("lead", ())

    def led_points(self) -> list[Point]:
        """What is left to ask where the candidate leads: not heard first, then one level deeper."""
        return self.open_points(self.lead) or self.deeper_points(self.lead)

    def nearest(self, points: Iterable[Point]) -> list[Point]:
        """The points, those in the areas of the last answer first: the talk stays where it is."""
        near = self.areas_heard(self.reading)
        return sorted(points, key=lambda point: point.area not in near)

    def areas_heard(self, reading: Reading) -> set[Area]:
        """The areas an answer was about."""
        heard = {each.point_id for each in reading.points}
        return {point.area for point in self.question.points if point.id in heard}

    def trained(self, point: Point) -> bool:
        """Whether the interview is about this point: always, but for a drill on one criterion."""
        return self.conduct.focus in (None, point.criterion)

    def deeper_points(self, areas: Iterable[Area]) -> list[Point]:
        """Points in `areas` already heard and not asked about yet, the latest heard first."""
        wanted = set(areas)
        heard = [c.point_id for c in self.state.get("covered", [])]
        points = [
            point
            for point in self.question.points
            if point.id in self.covered
            and point.area in wanted
            and point.id not in self.probed
            and self.trained(point)
        ]
        return sorted(points, key=lambda point: -heard.index(point.id))

    def move(
        self, kind: MoveKind, reason: str, *, phase: Phase | None = None, **fields: Any
    ) -> Move:
        """A move on this question, in the current phase unless another is given."""
        return Move(
            kind=kind,
            reason=reason,
            question_id=self.question.id,
            phase=phase or self.phase,
            **fields,
        )

    def fresh(self, hooks: Iterable[Hook]) -> Hook | None:
        """The first hook whose words were not yet said back on this question."""
        used = [set(content_words(move.hook)) for move in self.moves if move.hook]
        terms = ((hook, set(content_words(hook.term))) for hook in hooks)
        # "The OCR for scans" is the "OCR" that was asked about before.
        return next((h for h, term in terms if not any(u <= term or term <= u for u in used)), None)

    @property
    def wants_verdict(self) -> bool:
        """True when the candidate asks how good the answer was, or what we are waiting for."""
        return self.reading.aside in ("verdict", "expectation")

    @property
    def no_verdict(self) -> Literal["no_verdict", "no_expectation"]:
        """The words that meet it, without giving one."""
        return "no_expectation" if self.reading.aside == "expectation" else "no_verdict"

    @property
    def thin(self) -> bool:
        """True when hardly anything was said."""
        return self.reading.words < self.conduct.limits.thin_answer_words

    @property
    def owed(self) -> list[Owed]:
        """Facts that were asked for and not told yet."""
        return self.state.get("owed", [])

    @property
    def told(self) -> frozenset[str]:
        """Ids of the facts told on this question before the last answer."""
        return frozenset(
            each.fact_id
            for each in self.state.get("released", [])
            if each.question_id == self.question.id and each.after_turn != self.answer.turn
        )

    def told_times(self, fact_id: str) -> int:
        """How often a fact was told before this move, on this question."""
        return sum(fact_id in move.tells for move in self.moves[:-1])

    def why(self, *, phase: Phase | None = None) -> Move | None:
        """Ask for the reason of a choice that was stated without one, if there is one."""
        said = self.answer.text.casefold()
        # One of the answer before waits for its turn; who has come back to it may have given one.
        waiting = [h for h in self.state.get("unasked", []) if h.term.casefold() not in said]
        hook = self.fresh([*self.reading.unjustified, *waiting])
        if hook is None:
            return None
        reason = "a choice was stated without a reason"
        return self.move("why", reason, phase=phase, hook=hook.term, trigger=hook.quote)

    def about(self, point: Point, *, phase: Phase | None = None) -> Move:
        """A probe of an unheard point, or one level deeper on a heard one."""
        if point.id not in self.covered:
            reason = f"not heard yet: {point.text}"
            return self.move("probe", reason, phase=phase, point_id=point.id, area=point.area)
        # What was said last on it; an older quote would sound as if nobody had listened since.
        latest = {p.point_id: p.quote for p in self.reading.points}
        first = {c.point_id: c.quote for c in reversed(self.state["covered"])}
        quote = latest.get(point.id, first[point.id])
        return self.move(
            "deeper",
            f"heard, so one level further: {point.text}",
            phase=phase,
            point_id=point.id,
            area=point.area,
            trigger=quote,
        )

    # time ---------------------------------------------------------------------------------------

    @property
    def plans(self) -> tuple[PhasePlan, ...]:
        """The phases of this type of question, in order."""
        return self.conduct.phases[self.question.type]

    @property
    def plan(self) -> PhasePlan:
        """The current phase's plan."""
        return next((p for p in self.plans if p.phase == self.phase), self.plans[0])

    @property
    def following(self) -> tuple[PhasePlan, ...]:
        """The phases after the current one."""
        names = [p.phase for p in self.plans]
        at = names.index(self.phase) if self.phase in names else 0
        return self.plans[at + 1 :]

    @property
    def budget_ms(self) -> float:
        """Time for this question: what was planned, less what the ones before took of it."""
        minutes, index = self.state["minutes"], self.state["question_index"]
        began = self.state.get("question_started_ms", 0) - self.state.get("began_ms", 0)
        return min(minutes[index] * 60_000, max(0.0, sum(minutes[: index + 1]) * 60_000 - began))

    @property
    def elapsed_ms(self) -> int:
        """Time spent on this question."""
        return self.state.get("now_ms", 0) - self.state.get("question_started_ms", 0)

    @property
    def left_ms(self) -> float:
        """Time left for this question before its close must begin."""
        return self.budget_ms - self.elapsed_ms - self.conduct.limits.closing_ms

    @property
    def phase_over(self) -> bool:
        """True when the current phase should have ended by the clock."""
        names = [p.phase for p in self.plans]
        if self.phase not in names:
            return False
        share = sum(p.share for p in self.plans[: names.index(self.phase) + 1])
        return self.elapsed_ms > share * self.budget_ms

    @property
    def time_left(self) -> bool:
        """False when even the time kept for the close is used up."""
        return self.left_ms + self.conduct.limits.closing_ms > 0

    # the session --------------------------------------------------------------------------------

    @property
    def session_left_ms(self) -> float:
        """Time left until the interview must be over; negative when it should be."""
        passed = self.state.get("now_ms", 0) - self.state.get("began_ms", 0)
        return sum(self.state["minutes"]) * 60_000 - passed

    @property
    def overtime(self) -> bool:
        """True when the planned time is used up: nothing but the goodbye is left to say."""
        return self.session_left_ms < 0

    @property
    def room_for_next(self) -> bool:
        """Whether enough of the next question's time is left to put it."""
        minutes, following = self.state["minutes"], self.state["question_index"] + 1
        if following >= len(minutes):
            return False
        passed = self.state.get("now_ms", 0) - self.state.get("began_ms", 0)
        left = sum(minutes[: following + 1]) * 60_000 - passed
        return left >= self.conduct.limits.least_question_share * minutes[following] * 60_000

    @property
    def anchor(self) -> str:
        """A line of the candidate's own material this question can hold on to, or empty."""
        anchors, at = self.state.get("anchors", ()), self.state["question_index"]
        return anchors[at] if at < len(anchors) else ""
