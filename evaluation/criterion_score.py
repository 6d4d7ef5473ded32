"""One criterion's reading into its result: quotes checked, points to score, hints, advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evaluation import detect_depth as depth
from evaluation.answer import doubtful_words
from evaluation.evidence import valid_quotes
from evaluation.judge import CriterionReading
from evaluation.record import AskedQuestion, InterviewRecord, Turn
from evaluation.result import CriterionResult, Evidence, PointVerdict
from evaluation.scoring_rule import ANCHORS, LOWEST, Calibration, Scoring, level_score, rounded
from prompts.question_bank import Question
from prompts.rubric import (
    CRITERIA,
    Applicability,
    Cap,
    Criterion,
    CriterionKey,
    Level,
    RubricPoint,
)

MAX_EVIDENCE = 4
MAX_MISSING = 3
UNCLEAR_COST = 0.3
"""How much of the confidence is lost when every point is unclear."""
DAMAGE_COST = 0.4
"""How much is lost when all evidence rests on poorly recognised words."""
DOUBT_COST = 1.6
"""How much is lost per share of doubtful words: where a tenth of an answer's words were replaced,
scores fell by 0.1 on average and by 1 at worst; a quarter is not judged at all."""
LOST_QUOTES = "The words given for it are not in the answer, or already show two other points."
HINT_DEFAULT: CriterionKey = "technical_soundness"
"""The dimension a hint lowers when the event names neither a criterion nor a known point."""


@dataclass(frozen=True)
class Hints:
    """Hints given on one question."""

    at_most: dict[CriterionKey, float] = field(default_factory=dict)
    """The cap the deepest rung leaves on a criterion, 1-5."""
    helped: dict[CriterionKey, frozenset[int]] = field(default_factory=dict)
    """Candidate turns that answer a hint of rung 2 or deeper."""


def hints_of(
    record: InterviewRecord, asked: AskedQuestion, question: Question | None, scoring: Scoring
) -> Hints:
    """The hints on this question: `hint` events with `rung`, and `criterion` or `point`."""
    turns = {turn.turn: turn for turn in record.turns_of(asked.id)}
    at_most: dict[CriterionKey, float] = {}
    helped: dict[CriterionKey, set[int]] = {}
    for event in record.events:
        if event.event != "hint" or (event.turn is not None and event.turn not in turns):
            continue
        if event.turn is None and event.get("question_id", asked.id) != asked.id:
            continue
        limit = scoring.hint_caps.get(int(event.get("rung", 1)))
        if limit is None:
            continue
        criterion = hinted_criterion(event.get("criterion"), event.get("point"), question)
        at_most[criterion] = min(limit, at_most.get(criterion, limit))
        answered = None if event.turn is None else first_answer(turns, event.turn)
        if answered is not None:
            helped.setdefault(criterion, set()).add(answered)
    return Hints(at_most, {key: frozenset(value) for key, value in helped.items()})


def first_answer(turns: Mapping[int, Turn], after: int) -> int | None:
    """The first candidate turn after a hint that says more than "let me think"."""
    for index in sorted(turns):
        turn = turns[index]
        enough = len(turn.text.split()) >= depth.ANSWER_WORDS
        if index > after and turn.speaker == "candidate" and enough:
            return index
    return None


def hinted_criterion(named: object, point: object, question: Question | None) -> CriterionKey:
    """The dimension a hint helps: the one named, else the one of the question's point."""
    for key in CRITERIA:
        if key == named:
            return key
    for candidate in question.points if question else ():
        if candidate.id == point:
            return candidate.criterion
    return HINT_DEFAULT


def score_criterion(
    reading: CriterionReading,
    criterion: Criterion,
    turns: Sequence[Turn],
    scoring: Scoring,
    *,
    weight: Applicability,
    caps: Sequence[Cap],
    hints: Hints,
    level: Level,
) -> CriterionResult:
    """The result of one criterion that applies and was read."""
    points = checked(reading.points, turns)
    if undecided(points):
        reason = "The judge could not decide on any point of it, so there is nothing to go by."
        return CriterionResult(status="could_not_judge", reason=reason, weight=weight)
    calibration = scoring.criteria[criterion.key]
    score = after_hints(points, criterion.key, calibration, hints, level)
    for limit in [cap.at_most for cap in caps]:
        score = min(score, limit)
    score = rounded(score, scoring.step)
    evidence = best_evidence(points)
    missing = missing_points(points, criterion)
    return CriterionResult(
        status="scored",
        score=score,
        confidence=confidence_of(points, evidence, doubtful_share(turns)),
        evidence=evidence,
        missing=missing_texts(score, missing, criterion),
        advice=missing[0][0].advice if missing else "",
        weight=weight,
        points=points,
    )


def undecided(points: Sequence[PointVerdict]) -> bool:
    """Nothing was seen, and most of it not even denied: a middle score would be made of doubt."""
    unclear = sum(point.state == "unclear" for point in points)
    return unclear * 2 > len(points) and not any(point.quotes for point in points)


def checked(points: Sequence[PointVerdict], turns: Sequence[Turn]) -> tuple[PointVerdict, ...]:
    """Points whose quotes hold; a presence that loses every quote is not confirmed.

    One call for all points of the criterion, so that no quote stands for more than two of them;
    points with few quotes choose first, so that a rich sentence is not used up by the others.
    """
    claimed = [
        point.quotes[nth].model_copy(update={"point": point.point})
        for nth in range(max((len(p.quotes) for p in points), default=0))
        for point in sorted(points, key=lambda p: len(p.quotes))
        if point.state != "absent" and nth < len(point.quotes)
    ]
    held = valid_quotes(claimed, turns)
    result = []
    for point in points:
        quotes = tuple(quote for quote in held if quote.point == point.point)
        # "Unclear" without any words stands; with words that do not hold it was never seen.
        wordless = point.state == "unclear" and not point.quotes
        if point.state == "absent" or quotes or wordless:
            kept = quotes if point.state != "absent" else ()
            result.append(point.model_copy(update={"quotes": kept}))
            continue
        lost = {"state": "absent", "quotes": (), "reason": LOST_QUOTES}
        result.append(point.model_copy(update=lost))
    return tuple(result)


def after_hints(
    points: Sequence[PointVerdict],
    key: CriterionKey,
    calibration: Calibration,
    hints: Hints,
    level: Level,
) -> float:
    """The score after hints: the rung's cap, and at senior hinted points one anchor lower.

    Taking a point to a lower anchor can fill a gap there, so the lower of both scores counts.
    """
    score = level_score(points, calibration)
    helped = hints.helped.get(key, frozenset())
    if level == "senior" and helped:
        moved = [lowered(point) if all_in(point.quotes, helped) else point for point in points]
        score = min(score, level_score(moved, calibration))
    return min(score, hints.at_most.get(key, score))


def all_in(quotes: Sequence[Evidence], turns: frozenset[int]) -> bool:
    """True when every quote stands in one of the turns."""
    return bool(quotes) and all(quote.turn in turns for quote in quotes)


def lowered(point: PointVerdict) -> PointVerdict:
    """A point counted one anchor lower; at the lowest it does not count."""
    if point.anchor == ANCHORS[0]:
        return point.model_copy(update={"state": "absent"})
    return point.model_copy(update={"anchor": point.anchor - 1})


def best_evidence(points: Sequence[PointVerdict]) -> tuple[Evidence, ...]:
    """Quotes of the highest anchors first, each text once."""
    found: list[Evidence] = []
    for point in sorted(points, key=lambda p: (p.state != "present", -p.anchor)):
        for quote in point.quotes:
            if all((quote.turn, quote.quote) != (other.turn, other.quote) for other in found):
                found.append(quote)
    return tuple(found[:MAX_EVIDENCE])


def missing_points(
    points: Sequence[PointVerdict], criterion: Criterion
) -> list[tuple[RubricPoint, PointVerdict]]:
    """Points not met, the lowest anchor first: what stands nearest above what was reached."""
    by_id = {point.id: point for point in criterion.points}
    unmet = [p for p in points if p.state != "present" and p.point in by_id]
    unmet.sort(key=lambda p: (p.anchor, p.state == "unclear"))
    return [(by_id[p.point], p) for p in unmet]


def missing_texts(
    score: float, missing: list[tuple[RubricPoint, PointVerdict]], criterion: Criterion
) -> tuple[str, ...]:
    """The named absence for a 1, then the nearest unmet points with what the judge noted."""
    texts = [criterion.absence] if score <= LOWEST else []
    for point, verdict in missing[:MAX_MISSING]:
        texts.append(f"{point.text} {verdict.reason}".strip())
    return tuple(texts)


def doubtful_share(turns: Sequence[Turn]) -> float:
    """Share of the candidate's words that the recogniser was not sure of, 0-1."""
    doubtful, words = doubtful_words(turns)
    return doubtful / words if words else 0.0


def confidence_of(
    points: Sequence[PointVerdict], evidence: Sequence[Evidence], doubt: float = 0.0
) -> float:
    """Mean confidence of the points, less for unclear ones and for what was heard badly, 0-1.

    `doubt`: share of the answer's words that are doubtful. What they hid cannot be known, so it
    makes the score less certain, not lower.
    """
    if not points:
        return 0.0
    mean = sum(point.confidence for point in points) / len(points)
    unclear = sum(point.state == "unclear" for point in points) / len(points)
    damaged = sum(q.low_confidence for q in evidence) / len(evidence) if evidence else 0.0
    heard = (1 - DAMAGE_COST * damaged) * max(0.0, 1 - DOUBT_COST * doubt)
    return round(mean * (1 - UNCLEAR_COST * unclear) * heard, 2)
