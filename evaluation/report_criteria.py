"""One criterion as the report shows it, and the places in the recording where to listen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evaluation.record import Turn
from evaluation.result import (
    FAR_APART,
    CriterionResult,
    Evidence,
    Explanation,
    PointVerdict,
    QuestionEvaluation,
)
from prompts.question_bank import Question
from prompts.rubric import Criterion, CriterionKey, Level, Rubric

LEAD_IN_MS = 350
"""Playing begins this much before the first word, so that its onset is heard."""
LEAD_OUT_MS = 300
"""Playing goes on this much after the last word."""
BANDS = ((0.4, 1.0), (0.6, 0.5))
"""(confidence below, half width of the band in points): how far off a score may well be. Starting
values: a judge's mean error is about half a point; below 0.4 hardly more than a guess."""

State = Literal["reached", "short", "unknown", "off"]


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of the recording, milliseconds from its start."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class QuoteView:
    """Words of the candidate with the place where they stand."""

    text: str
    turn: int | None
    clip: Clip | None
    start_ms: int | None
    low_confidence: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """Turns and recording; makes clips that lie inside the recording."""

    turns: Sequence[Turn]
    length_ms: int | None
    """Length of the recording, None without one: then there are no clips."""

    def clip(self, start_ms: int | None, end_ms: int | None) -> Clip | None:
        """From a little before to a little after; None when there is nothing to hear."""
        if self.length_ms is None or start_ms is None or end_ms is None:
            return None
        start = max(0, start_ms - LEAD_IN_MS)
        end = min(self.length_ms, end_ms + LEAD_OUT_MS)
        return Clip(start, end) if start_ms <= end_ms and start < end else None

    def turn_clip(self, turn: Turn | None) -> Clip | None:
        """A whole turn."""
        return self.clip(turn.start_ms, turn.end_ms) if turn else None

    def evidence(self, evidence: Evidence) -> QuoteView:
        """A piece of evidence."""
        known = 0 <= evidence.turn < len(self.turns)
        return QuoteView(
            evidence.quote,
            evidence.turn if known else None,
            self.clip(evidence.start_ms, evidence.end_ms),
            evidence.start_ms,
            evidence.low_confidence,
        )

    def quote(self, text: str, turn: int | None) -> QuoteView:
        """Words of a turn, found again for their times; the whole turn where they are not."""
        from evaluation.evidence import find_quote

        if turn is None or not 0 <= turn < len(self.turns):
            return QuoteView(text, None, None, None)
        found = find_quote(self.turns[turn], text)
        if found:
            return self.evidence(found)
        whole = self.turns[turn]
        return QuoteView(text, turn, self.turn_clip(whole), whole.start_ms)


@dataclass(frozen=True, slots=True)
class PointView:
    """One yes/no observation."""

    text: str
    verdict: PointVerdict
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True, slots=True)
class CoachView:
    """What a coach says about a criterion."""

    earned: tuple[tuple[str, QuoteView], ...]
    """A sentence about what was shown, with the words that show it."""
    why_not: str
    say: str
    example: str
    listen: QuoteView | None


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion of one question."""

    key: CriterionKey
    short: str
    name: str
    anchor_id: str
    """Id of its place in the page."""
    state: State
    score: float | None
    minimum: float
    weight: str
    confidence: float | None
    band: tuple[float, float] | None
    """Where the true score may well lie when the confidence is low."""
    against: str
    """The score against the level's minimum, in words."""
    reached: tuple[int, str] | None
    """The anchor reached with its text."""
    beyond: tuple[int, str] | None
    """The next anchor with its text."""
    quotes: tuple[QuoteView, ...]
    missing: tuple[str, ...]
    advice: str
    reason: str
    caps: tuple[str, ...]
    points: tuple[PointView, ...]
    blocking: bool
    coach: CoachView | None = None
    """None for evaluations stored before there were explanations."""
    beside: str = ""
    """What another judge says about it, a sentence."""


def view_criterion(
    criterion: Criterion,
    question: QuestionEvaluation,
    *,
    number: int,
    level: Level,
    rubric: Rubric,
    known: Question | None,
    sound: Sound,
) -> CriterionView:
    """One criterion of the question with this number, ready to be shown."""
    result = question.criteria[criterion.key]
    minimum = rubric.minimum[level][criterion.key]
    anchor = math.floor(result.score) if result.score is not None else None
    texts = {point.id: point.text for point in criterion.points}
    texts |= {point.id: point.text for point in known.points} if known else {}
    return CriterionView(
        key=criterion.key,
        short=criterion.short,
        name=criterion.name,
        anchor_id=f"q{number}-{criterion.short.lower()}",
        state=state_of(result, minimum),
        score=result.score,
        minimum=minimum,
        weight=result.weight,
        confidence=result.confidence,
        band=band_of(result),
        against=against(result, minimum, level),
        reached=(anchor, criterion.anchors[anchor]) if anchor else None,
        beyond=(anchor + 1, criterion.anchors[anchor + 1]) if anchor and anchor < 5 else None,
        quotes=tuple(sound.evidence(each) for each in result.evidence),
        missing=result.missing,
        advice=result.advice,
        reason=result.reason,
        caps=tuple(cap.text for cap in question.caps if cap.criterion == criterion.key),
        points=tuple(
            PointView(
                texts.get(point.point, point.point.replace("-", " ")),
                point,
                tuple(sound.evidence(each) for each in point.quotes),
            )
            for point in result.points
        ),
        blocking=question.verdict.blocking == criterion.key,
        coach=view_coach(result.explanation, sound) if result.explanation else None,
        beside=beside_words(result),
    )


def view_coach(explanation: Explanation, sound: Sound) -> CoachView:
    """The explanation with its places in the recording."""
    return CoachView(
        earned=tuple((each.says, sound.evidence(each.evidence)) for each in explanation.earned),
        why_not=explanation.why_not,
        say=explanation.say,
        example=explanation.example,
        listen=sound.evidence(explanation.listen) if explanation.listen else None,
    )


def beside_words(result: CriterionResult) -> str:
    """The other judge's score in a sentence; who read it where the judge could not."""
    if result.judged_by:
        return f"Read by the {result.judged_by} judge, because the model did not answer."
    second = result.beside
    if second is None:
        return ""
    if second.score is None:
        return f"The {second.judge} judge could not judge it. {second.reason}".strip()
    said = f"The {second.judge} judge gives {second.score:g}."
    if result.score is not None and abs(result.score - second.score) > FAR_APART:
        said += " The two are more than a point apart: listen to the quotes yourself."
    return said


def state_of(result: CriterionResult, minimum: float) -> State:
    """Where the criterion stands against the level's minimum."""
    if result.status == "not_applicable":
        return "off"
    if result.score is None:
        return "unknown"
    return "reached" if result.score >= minimum else "short"


def band_of(result: CriterionResult) -> tuple[float, float] | None:
    """The range to read a score as when the judge was not sure."""
    if result.score is None or result.confidence is None:
        return None
    for below, half in BANDS:
        if result.confidence < below:
            return max(1.0, result.score - half), min(5.0, result.score + half)
    return None


def against(result: CriterionResult, minimum: float, level: Level) -> str:
    """The score against the minimum of the level in words."""
    if result.score is None:
        return ""
    if result.weight == "light":
        return f"counts half for this kind of question; {level} bar {minimum:g}"
    gap = minimum - result.score
    if gap <= 0:
        return f"reaches the {level} bar of {minimum:g}"
    return f"{gap:g} below the {level} bar of {minimum:g}"
