"""From criteria to a verdict: against the level's minimum, per question and for the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluation.result import CriterionResult, QuestionEvaluation, Verdict
from evaluation.scoring_rule import Scoring, reads_as
from prompts.rubric import CRITERIA, Cap, CriterionKey, Level, Rubric

WEAK_EVIDENCE = 0.4
"""Confidence of a question's verdict (0-1) under which it does not bear on the session's. A clear
recording lies around 0.65; half of it is left where a fifth of the words is doubtful."""
FULL_CONFIDENCE_QUESTIONS = 5
"""Scored questions from which a session verdict is as sure as its criteria are."""


def question_verdict(
    criteria: Mapping[CriterionKey, CriterionResult],
    caps: Sequence[Cap],
    level: Level,
    rubric: Rubric,
    scoring: Scoring,
) -> Verdict:
    """`meets`: every required criterion reaches the minimum and no cap fires. `near`: one is short
    by at most one. A required criterion that could not be judged leaves it undetermined.
    """
    required = {key: result for key, result in criteria.items() if result.weight == "required"}
    unjudged = [key for key, result in required.items() if result.status == "could_not_judge"]
    if unjudged or not required:
        reason = required[unjudged[0]].reason if unjudged else "No criterion was required."
        return Verdict(
            result="undetermined", blocking=unjudged[0] if unjudged else None, reason=reason
        )
    scores = {key: result.score or 0.0 for key, result in required.items()}
    verdict = against_minimum(scores, level, rubric, scoring)
    confidence = mean([result.confidence or 0.0 for result in required.values()])
    blocking, reason = verdict.blocking, verdict.reason
    result = verdict.result
    if caps and result == "meets":
        result, blocking, reason = "near", caps[0].criterion, caps[0].text
    return Verdict(result=result, blocking=blocking, reason=reason, confidence=confidence)


def against_minimum(
    scores: Mapping[CriterionKey, float], level: Level, rubric: Rubric, scoring: Scoring
) -> Verdict:
    """Scores against the minimum of the level; the largest shortfall blocks."""
    short = {
        key: rubric.minimum[level][key] - score
        for key, score in scores.items()
        if score < rubric.minimum[level][key]
    }
    if not short:
        return Verdict(result="meets")
    blocking = max(short, key=lambda key: (short[key], -CRITERIA.index(key)))
    name = rubric.criterion(blocking).name
    needed = rubric.minimum[level][blocking]
    reason = f"{name} is at {scores[blocking]:.1f}; {level} needs {needed:.0f}."
    near = len(short) == 1 and short[blocking] <= scoring.near_by
    return Verdict(result="near" if near else "below", blocking=blocking, reason=reason)


def session_verdict(
    questions: Sequence[QuestionEvaluation], level: Level, rubric: Rubric, scoring: Scoring
) -> Verdict:
    """The mean of each required criterion against the minimum, when enough was seen.

    Needs `rubric.verdict_needs_questions` questions with a verdict of their own that rests on more
    than weak evidence, one of them a design; otherwise undetermined, with what is missing. Each
    question keeps its own verdict.
    """
    decided = [q for q in questions if q.verdict.result != "undetermined"]
    judged = [q for q in decided if (q.verdict.confidence or 0.0) >= WEAK_EVIDENCE]
    needed = rubric.verdict_needs_questions
    if len(judged) < needed:
        weak = len(decided) - len(judged)
        reason = f"A verdict needs {needed} scored questions with one design; {len(decided)} scored"
        reason += f", {weak} of them on weak evidence." if weak else "."
        return Verdict(result="undetermined", reason=reason)
    if not any(q.type == "design" for q in judged):
        reason = f"A verdict needs one design question among the {len(judged)} scored."
        return Verdict(result="undetermined", reason=reason)
    gathered: dict[CriterionKey, list[float]] = {}
    for question in judged:
        for key, result in question.criteria.items():
            if result.weight == "required" and result.score is not None:
                gathered.setdefault(key, []).append(result.score)
    scores = {key: mean(values) for key, values in gathered.items()}
    verdict = against_minimum(scores, level, rubric, scoring)
    capped = [cap for question in judged for cap in question.caps]
    if capped and verdict.result == "meets":
        cap = capped[0]
        verdict = Verdict(result="near", blocking=cap.criterion, reason=cap.text)
    seen = min(1.0, len(judged) / FULL_CONFIDENCE_QUESTIONS)
    sure = mean([q.verdict.confidence or 0.0 for q in judged]) * seen
    return verdict.model_copy(update={"confidence": round(sure, 2)})


def read_level(
    criteria: Mapping[CriterionKey, CriterionResult], caps: Sequence[Cap], scoring: Scoring
) -> Level | None:
    """The level the profile reads as; a cap marked so keeps it from senior."""
    scores = {key: r.score for key, r in criteria.items() if r.score is not None}
    light = frozenset(key for key, r in criteria.items() if r.weight == "light")
    level = reads_as(scores, scoring, light)
    if level == "senior" and any(cap.not_senior for cap in caps):
        return "mid"
    return level


def mean(values: Sequence[float]) -> float:
    """The mean, rounded to hundredths; 0 for none."""
    return round(sum(values) / len(values), 2) if values else 0.0
