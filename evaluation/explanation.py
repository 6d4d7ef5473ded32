"""What a coach would say about each criterion: what was earned, what was short, what to say.

Per criterion: the anchor reached with the words that earned it, the nearest higher anchor with what
is missing for it, one thing to say differently with an example sentence made from the candidate's
own answer, and the place to listen to. No example is used for two criteria of a question, and
nothing is advised that was done.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from evaluation.answer import Answer
from evaluation.coaching_words import CoachingWords, tidy
from evaluation.criterion_score import LOST_QUOTES
from evaluation.detect_depth import told_twists, twist_turns
from evaluation.detectors import Context
from evaluation.evidence import find_quote
from evaluation.record import AskedQuestion, InterviewRecord
from evaluation.result import (
    CriterionResult,
    Earned,
    Evidence,
    Explanation,
    LevelLens,
    PointVerdict,
    VerdictResult,
)
from evaluation.scoring_rule import Scoring
from evaluation.verdict import question_verdict
from prompts.coaching import Coaching, Place, PointCoaching, load_coaching
from prompts.question_bank import Question
from prompts.rubric import LEVELS, Cap, Criterion, CriterionKey, Level, Rubric, RubricPoint

HIGHEST_ANCHOR = 5
MOST_EARNED = 3
MOST_MISSING = 2
METHOD_NAMED = "right-words"
"""The point that a named method shows even where the terms of the field are few."""
OWN_SLIP = "corrects-a-slip"
"""Asked for after everything else: who made no slip has none to put right."""
SOME_AREAS, MOST_AREAS = "covers-expected", "covers-most"
"""Where some of the expected areas are missing, that most are missing need not be said as well."""
PLACE_WORDS = 18
"""Words of the candidate's sentence quoted before an example; most are shorter and stand whole."""
ALL_THERE = "Nothing that was looked for is missing."
SLOT = re.compile(r"\{(\w+)\}")
LEADS: dict[Place, str] = {
    "opening": "Instead of opening with “{quote}”, say: “{example}”",
    "claim": "Before “{quote}”, say: “{example}”",
    "ending": "After your last words, “{quote}”, add: “{example}”",
    "unclear": "Instead of “{quote}”, say: “{example}”",
    "loose": "Where you said “{quote}”, say: “{example}”",
    "probe": "To the follow-up you said “{quote}”. Add: “{example}”",
    "twist": "To the new fact you said “{quote}”. Say: “{example}”",
}
"""How the sentence of the answer leads to the example; elsewhere it follows it."""
LENS: dict[VerdictResult, str] = {
    "meets": "As a {level} answer it passes.",
    "near": "As a {level} answer it is one step short: {short}.",
    "below": "As a {level} answer it falls short in {short}.",
    "undetermined": "As a {level} answer it cannot be judged.",
}
FOLLOWS = "After “{quote}”, go on: “{example}”"


def explain(
    answer: Answer,
    asked: AskedQuestion,
    record: InterviewRecord,
    criteria: Mapping[CriterionKey, CriterionResult],
    *,
    question: Question | None,
    rubric: Rubric,
) -> dict[CriterionKey, CriterionResult]:
    """The criteria with their explanation and advice; those without a score stay as they are."""
    coaching = load_coaching()
    words = CoachingWords(
        Context(
            answer,
            asked.type,
            light=False,
            question=question,
            twist_turns=twist_turns(answer, told_twists(record)),
            points={p.id: p for c in rubric.criteria for p in c.points},
        ),
        coaching,
        record.level,
        own_scenario=bool(record.events),
    )
    used: set[str] = set()
    explained = dict(criteria)
    for criterion in rubric.criteria:
        result = criteria[criterion.key]
        if result.score is None:
            continue
        made = explain_criterion(criterion, result, words, coaching, used)
        advice = f"{made.say} {made.example}".strip()
        explained[criterion.key] = result.model_copy(update={"explanation": made, "advice": advice})
    return explained


def explain_criterion(
    criterion: Criterion,
    result: CriterionResult,
    words: CoachingWords,
    coaching: Coaching,
    used: set[str],
) -> Explanation:
    """The explanation of one scored criterion; `used` holds the examples already given."""
    assert result.score is not None
    anchor = math.floor(result.score + 1e-9)
    earned = earned_lines(result.points, coaching)
    missing = missing_for(criterion, result.points, anchor, named=words.method is not None)
    if not missing or result.score >= HIGHEST_ANCHOR:
        return Explanation(
            anchor=anchor, reached=criterion.anchors[anchor], earned=earned, why_not=ALL_THERE
        )
    goal = min(HIGHEST_ANCHOR, max(anchor + 1, missing[0].anchor))
    whys = [coaching.points[p.id].why for p in missing[:MOST_MISSING] if p.id in coaching.points]
    point, example, listen = advise(missing, words, coaching, used)
    return Explanation(
        anchor=anchor,
        reached=criterion.anchors[anchor],
        earned=earned,
        next_anchor=goal,
        next=criterion.anchors[goal],
        why_not=f"Still missing for {goal}: {'; '.join(whys)}.",
        missing=tuple(whys),
        say=point.advice,
        example=example,
        listen=listen,
    )


def earned_lines(points: Sequence[PointVerdict], coaching: Coaching) -> tuple[Earned, ...]:
    """What was shown, the highest anchors first, each with other words."""
    found: list[Earned] = []
    shown: set[tuple[int, str]] = set()
    for point in sorted(points, key=lambda p: -p.anchor):
        remark = coaching.points.get(point.point)
        quote = next((q for q in point.quotes if (q.turn, q.quote) not in shown), None)
        if point.state == "present" and remark and quote:
            shown.add((quote.turn, quote.quote))
            found.append(Earned(says=remark.earned, evidence=quote))
    return tuple(found[:MOST_EARNED])


def missing_for(
    criterion: Criterion, points: Sequence[PointVerdict], anchor: int, *, named: bool
) -> list[RubricPoint]:
    """The points that keep the score from the next anchor, the lowest first.

    What was said but stands as evidence elsewhere is not asked for again; nor is a method, where
    one was `named`.
    """
    by_id = {point.id: point for point in criterion.points}
    unmet = [
        p
        for p in points
        if p.state != "present"
        and p.point in by_id
        and p.reason != LOST_QUOTES
        and not (named and p.point == METHOD_NAMED)
    ]
    unmet.sort(key=lambda p: (p.anchor, p.point == OWN_SLIP, p.state == "unclear"))
    near = [p for p in unmet if p.anchor <= anchor + 1] or unmet
    if any(p.point == SOME_AREAS for p in near):
        near = [p for p in near if p.point != MOST_AREAS]
    return [by_id[p.point] for p in near]


def advise(
    missing: Sequence[RubricPoint], words: CoachingWords, coaching: Coaching, used: set[str]
) -> tuple[RubricPoint, str, Evidence | None]:
    """The point to work on first, with an example that no other criterion got, and its place.

    The first missing point for which the answer fills an example without a blank is taken, else
    the first of all.
    """
    options = []
    for point in missing:
        remark = coaching.points.get(point.id)
        example = filled(remark, words, used) if remark else ""
        options.append((point, remark, example))
    whole = next((o for o in options[:MOST_MISSING] if o[2] and "[" not in o[2]), options[0])
    point, remark, example = whole
    if remark is None or not example:
        return point, "", None
    used.add(example)
    position = words.place(remark.at)
    listen = None if position is None else place_of(position, words)
    if position is None or listen is None:
        return point, f"For example: “{example}”", None
    lead = LEADS.get(remark.at, FOLLOWS)
    sentence = words.answer.units[position].text
    quote = tidy(sentence, PLACE_WORDS, tail=remark.at == "ending")
    return point, lead.format(quote=quote, example=example), listen


def filled(remark: PointCoaching, words: CoachingWords, used: set[str]) -> str:
    """The first example whose slots the answer fills and that was not used; empty when none."""
    slots = words.slots_at(remark.at)
    for template in remark.examples(words.context.type):
        if all(slot in slots for slot in SLOT.findall(template)):
            text = SLOT.sub(lambda match: slots[match.group(1)], template)
            if text not in used:
                return text
    return ""


def place_of(position: int, words: CoachingWords) -> Evidence | None:
    """The sentence at that place of the answer, with its time."""
    unit = words.answer.units[position]
    turn = words.answer.by_turn[unit.turn]
    start, end = unit.quote()
    return find_quote(turn, turn.text[start:end])


def read_lens(
    criteria: Mapping[CriterionKey, CriterionResult],
    caps: Sequence[Cap],
    rubric: Rubric,
    scoring: Scoring,
) -> dict[Level, LevelLens]:
    """The same answer held against each level, with what an interviewer would miss first."""
    found: dict[Level, LevelLens] = {}
    for level in LEVELS:
        verdict = question_verdict(criteria, caps, level, rubric, scoring)
        text = LENS[verdict.result].format(
            level=level, short=shortfalls(criteria, level, rubric) or caps_said(caps)
        )
        blocking = verdict.blocking and criteria[verdict.blocking].explanation
        if verdict.result in {"near", "below"} and blocking and blocking.missing:
            text += f" What a {level} interviewer would miss first: {blocking.missing[0]}."
        if verdict.result == "undetermined":
            text = f"{text} {verdict.reason}".strip()
        found[level] = LevelLens(result=verdict.result, text=text)
    return found


def shortfalls(
    criteria: Mapping[CriterionKey, CriterionResult], level: Level, rubric: Rubric
) -> str:
    """The required criteria under the level's minimum, the furthest first."""
    minimum = rubric.minimum[level]
    short = [
        (minimum[key] - result.score, key, result.score)
        for key, result in criteria.items()
        if result.weight == "required" and result.score is not None and result.score < minimum[key]
    ]
    short.sort(key=lambda each: -each[0])
    return ", ".join(
        f"{rubric.criterion(key).name.lower()} ({score:.1f}, bar {minimum[key]:g})"
        for _, key, score in short
    )


def caps_said(caps: Sequence[Cap]) -> str:
    """The caps as the tail of a sentence."""
    texts = [cap.text.rstrip(".") for cap in caps]
    return ", ".join(text[:1].lower() + text[1:] for text in texts)
