"""Caps: what holds a score down whatever else was said. Read by code, whatever judge scored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from evaluation.answer import Answer
from evaluation.detect_clarification import questions
from evaluation.detectors import Context, point_hits
from evaluation.lexicon import NUMBER, SOLUTION_TERMS
from evaluation.misconceptions import wrong_claim
from evaluation.record import Event
from evaluation.signals import only_algorithms
from prompts.rubric import Cap, QuestionType, Rubric, RubricPoint

TECHNIQUES = 4
"""Distinct techniques from which naming them is a list."""
TECHNIQUE = re.compile(
    SOLUTION_TERMS.pattern
    + r"|\b(?:smote|sampling|thresholds?|precision|recall|f1|auc|roc|dropout|pruning|ensembl\w+"
    r"|cross-?validation|early stopping|weights?)\b"
)
METRICS_BEYOND = re.compile(
    r"\b(?:precision|recall|f1|auc|roc|pr curve|calibrat\w*|money|cost\w*|revenue|complaints?"
    r"|false (?:positives?|negatives?|alarms?)|missed|sensitivity|specificity|lift|losses)\b"
)
ACCURACY = re.compile(r"\baccura(?:cy|te)\b")
NOT_ACCURACY = re.compile(
    r"\b(?:not|never|instead of|rather than|beyond|no)\b.{0,20}\baccuracy\b|\baccuracy\b.{0,40}"
    r"\b(?:mislead\w*|useless|not enough|meaningless|hides?|lies)\b"
)
IMBALANCED = re.compile(r"\b(?:fraud|imbalanc\w*|rare|anomal\w*|churn|click\w*|defects?|abuse)\b")
FROM_THE_FUTURE = re.compile(
    r"\b(?:features?|inputs?|columns?|use)\b.{0,50}\b(?:the (?:chargeback|final outcome|outcome"
    r"|label)|tomorrow's|next (?:day|week|month)'?s?|whether (?:it|they) (?:was|were) later"
    r"|after the (?:fact|purchase|transaction|event))\b"
)
BEFORE_THE_SPLIT = re.compile(
    r"\b(?:smote|oversampl\w*|upsampl\w*|resampl\w*|scal(?:e|ing)|normali[sz]\w*|imput\w*"
    r"|feature selection|augment\w*)\b[^.?!]{0,60}\b"
    r"(?:before (?:i |we |you |the )?(?:train\w*.test )?split\w*"
    r"|(?:and|,) then (?:i |we |you )?split)\b"
)
"""What is fitted on all rows knows the test rows: a feature from beyond the training data."""
NOT_THIS = re.compile(r"\b(?:not|never|wrong|mistake|instead|avoid|leaks?|danger\w*|careful)\b")
REPAIRED = re.compile(
    r"\b(?:leak\w*|not (?:available|known) (?:yet|at|when|then)|drop (?:it|that)|remove (?:it|that)"
    r"|only (?:use )?what is known|point[- ]in[- ]time|can not use|take (?:it|that) back)\b"
)


@dataclass(frozen=True)
class CapFacts:
    """What the caps look at."""

    answer: Answer
    type: QuestionType
    question_text: str
    points: dict[str, RubricPoint]
    events: tuple[Event, ...]

    def hits(self, point_id: str) -> bool:
        """Whether a point's patterns match anywhere."""
        return bool(point_hits(self.answer, self.points[point_id]))

    @property
    def text(self) -> str:
        """Everything that counts, normalised."""
        return " ".join(unit.norm for unit in self.answer.units)


def fired_caps(facts: CapFacts, rubric: Rubric) -> list[Cap]:
    """The caps of the rubric that fire for this answer; none for an answer that says nothing."""
    if facts.answer.empty:
        return []
    return [
        cap
        for cap in rubric.caps
        if facts.type in cap.types and cap.id in RULES and RULES[cap.id](facts)
    ]


def no_clarification(facts: CapFacts) -> bool:
    """Neither a question nor an assumption."""
    return not questions(facts.answer) and not facts.hits("states-an-assumption")


def technique_list(facts: CapFacts) -> bool:
    """Many techniques, nothing that chooses between them, no figure."""
    named = {match.group() for match in TECHNIQUE.finditer(facts.text)}
    chosen = any(
        facts.hits(name) for name in ("compares-two", "says-what-is-given-up", "names-the-flip")
    )
    return len(named) >= TECHNIQUES and not chosen and not NUMBER.search(facts.text)


def accuracy_only(facts: CapFacts) -> bool:
    """Accuracy is praised, no other measure is named, and the problem has a rare class."""
    topic = f"{facts.question_text.lower()} {facts.text}"
    return (
        ACCURACY.search(facts.text) is not None
        and NOT_ACCURACY.search(facts.text) is None
        and METRICS_BEYOND.search(facts.text) is None
        and IMBALANCED.search(topic) is not None
    )


def unavailable_feature(facts: CapFacts) -> bool:
    """A feature from after the prediction, never taken back."""
    units = [unit.norm for unit in facts.answer.units]
    seen = any(FROM_THE_FUTURE.search(u) or leaks_by_order(u) for u in units)
    return seen and REPAIRED.search(facts.text) is None


def leaks_by_order(norm: str) -> bool:
    """Rows are resampled or scaled before the split, and not as a warning against it."""
    found = BEFORE_THE_SPLIT.search(norm)
    return found is not None and not NOT_THIS.search(norm)


def algorithms_only(facts: CapFacts) -> bool:
    """The mistake M1."""
    context = Context(facts.answer, facts.type, light=False, points=facts.points)
    return only_algorithms(context) is not False


def contradiction(facts: CapFacts) -> bool:
    """The interviewer logged a contradiction that was not reconciled, then or later."""
    settled: dict[object, bool] = {}
    for event in facts.events:
        if event.event == "contradiction":
            settled[event.get("before")] = bool(event.get("reconciled", False))
    return not all(settled.values())


def turned_round(facts: CapFacts) -> bool:
    """A claim that is wrong whatever the case, never taken back."""
    return wrong_claim(facts.answer) and not facts.hits("corrects-a-slip")


RULES: dict[str, Callable[[CapFacts], bool]] = {
    "no-clarification": no_clarification,
    "technique-list": technique_list,
    "accuracy-only": accuracy_only,
    "unavailable-feature": unavailable_feature,
    "wrong-claim": turned_round,
    "only-algorithms": algorithms_only,
    "contradiction": contradiction,
    "contradiction-adaptability": contradiction,
}
