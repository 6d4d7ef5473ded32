"""Which rubric points a turn covers, those among them that are covered by asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.clauses import Span
from agent.point_matcher import PointMatcher, clarifies
from agent.reading import FactAsked, PointSeen
from evaluation.encoder import SentenceEncoder
from prompts.question_bank import Point, Question

FRAMING_NEEDS = frozenset({"goal", "cost_of_errors"})
"""Kinds of facts whose request is what framing a problem means."""
FRAMING_NEARNESS = 0.28
"""Mean cosine of a fact's example questions with a framing point's nearest sentences from which the
two are about the same thing (development half: unrelated ones 0.20-0.26, others 0.30-0.48)."""


class CoveredPoints:
    """Points of one question."""

    def __init__(self, encoder: SentenceEncoder, question: Question, matcher: PointMatcher) -> None:
        self.encoder, self.question, self.matcher = encoder, question, matcher
        self._framing: dict[tuple[str, str], bool] = {}

    def points_of(
        self,
        text: str,
        taken: Sequence[Span],
        questions: Sequence[Span],
        known: Mapping[str, FactAsked],
    ) -> tuple[PointSeen, ...]:
        """Points covered; who asks for the goal or the price of errors has covered the framing."""
        seen = {
            p.point_id: PointSeen(point_id=p.point_id, quote=p.unit.text, score=round(p.score, 3))
            for p in self.matcher.match(text, taken, questions)
        }
        asks = [f for f in known.values() if self.question.fact(f.fact_id).need in FRAMING_NEEDS]
        for point in self.question.points if asks else ():
            if point.area == "framing" and clarifies(point) and point.id not in seen:
                first = next((f for f in asks if self._frames(f.fact_id, point)), None)
                if first is None:
                    continue
                seen[point.id] = PointSeen(point_id=point.id, quote=first.quote, score=first.score)
        return tuple(seen[point.id] for point in self.question.points if point.id in seen)

    def _frames(self, fact_id: str, point: Point) -> bool:
        """True when who asks for the fact asks about what the framing point is about."""
        key = (fact_id, point.id)
        if key not in self._framing:
            asks = self.encoder.encode(self.question.fact(fact_id).asks)
            near = (asks @ self.encoder.encode(point.exemplars).T).max(axis=1).mean()
            self._framing[key] = bool(near >= FRAMING_NEARNESS)
        return self._framing[key]
