"""The judge that needs no network and no language model: the same words, the same reading.

Per criterion: prepare the answer (what counts as said), run one detector per rubric point, turn
the findings into verbatim quotes. It judges how something is argued - order, reuse of replies,
comparison, cost, condition - and, for questions of the bank, which expected points are covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evaluation import detect_clarification as clarification
from evaluation import detect_clarity as clarity
from evaluation import detect_depth as depth
from evaluation import detect_trade_offs as trade_offs
from evaluation.answer import Answer, prepare, why_unreadable
from evaluation.coverage import Encoder, coverage, question_terms
from evaluation.detectors import CERTAIN, Context, Detector, Finding, absent, by_patterns
from evaluation.judge import CriterionReading, JudgeTask
from evaluation.quoting import verdicts as quoted
from evaluation.record import Turn
from evaluation.result import PointVerdict
from evaluation.sentences import doubtful_spans
from prompts.rubric import CriterionKey, RubricPoint, load_rubric

DETECTORS: dict[tuple[CriterionKey, str], Detector] = {
    ("clarity", "says-something-on-the-question"): clarity.says_something,
    ("clarity", "proposal-can-be-followed"): clarity.can_be_followed,
    ("clarity", "main-claim"): clarity.main_claim,
    ("clarity", "recognisable-order"): clarity.recognisable_order,
    ("clarity", "few-loose-ends"): clarity.few_loose_ends,
    ("clarity", "plan-first"): clarity.plan_first,
    ("clarity", "signposts"): clarity.signposts,
    ("clarity", "closes-parts"): clarity.closes_parts,
    ("clarity", "defines-terms"): clarity.when_followable(by_patterns),
    ("clarity", "adapts-depth"): clarity.adapts_depth,
    ("clarity", "separates-facts"): clarity.when_followable(by_patterns),
    ("clarity", "short-summary"): clarity.short_summary,
    ("requirement_clarification", "asks-something"): clarification.asks_something,
    ("requirement_clarification", "asks-the-goal"): clarification.asks_the_goal,
    ("requirement_clarification", "asks-a-constraint"): clarification.asks_a_constraint,
    ("requirement_clarification", "uses-a-reply"): clarification.uses_a_reply,
    ("requirement_clarification", "asks-broadly"): clarification.asks_broadly,
    ("requirement_clarification", "restates-scope"): clarification.restates_scope,
    ("requirement_clarification", "names-success"): clarification.after_replies,
    ("requirement_clarification", "ties-two-choices"): clarification.ties_two_choices,
    ("requirement_clarification", "exposes-a-conflict"): clarification.exposes_a_conflict,
    ("requirement_clarification", "ranks-needs"): clarification.after_replies,
    ("requirement_clarification", "asks-again"): clarification.asks_again,
    ("trade_offs", "sees-an-alternative"): trade_offs.sees_an_alternative,
    ("trade_offs", "compares-two"): trade_offs.compares_two,
    ("trade_offs", "names-the-axis"): trade_offs.names_the_axis,
    ("trade_offs", "decides"): trade_offs.decides,
    ("trade_offs", "ties-to-constraint"): trade_offs.ties_to_constraint,
    ("trade_offs", "says-what-is-given-up"): trade_offs.gives_up,
    ("trade_offs", "names-the-flip"): trade_offs.names_the_flip,
    ("trade_offs", "second-order"): trade_offs.beside_a_choice,
    ("trade_offs", "reversibility"): trade_offs.beside_a_choice,
    ("trade_offs", "cheapest-test"): trade_offs.beside_a_choice,
    ("trade_offs", "second-decision"): trade_offs.second_decision,
    ("trade_offs", "rough-numbers"): trade_offs.rough_numbers,
    ("production_depth", "names-operation"): depth.implied_by_deeper,
    ("business_alignment", "mentions-users-or-money"): depth.implied_by_deeper,
    ("production_depth", "two-signals"): depth.two_signals,
    ("technical_soundness", "right-words"): depth.right_words,
    ("technical_soundness", "data-issue"): depth.data_issue,
    ("technical_soundness", "mechanism"): depth.mechanism,
    ("technical_soundness", "covers-expected"): depth.covers(depth.SOME_SHARE),
    ("technical_soundness", "covers-most"): depth.covers(depth.MOST_SHARE),
    ("technical_soundness", "holds-under-probe"): depth.holds_under_probe,
    ("technical_soundness", "second-probe"): depth.second_probe,
    ("adaptability", "takes-up"): depth.takes_up,
    ("adaptability", "concrete-change"): depth.concrete_change,
    ("adaptability", "revises-in-order"): depth.revises_in_order,
    **{
        ("adaptability", name): depth.in_reaction
        for name in (
            "changes-something",
            "names-what-falls",
            "keeps-what-survives",
            "cost-of-change",
            "new-risk",
            "migration-step",
        )
    },
}
"""Points with a detector of their own; every other point is read by its patterns."""


MISHEARD = (
    "So many words do not fit together that they were probably misheard. Correct them and score"
    " again."
)
ONLY_ASKED = "Only questions were asked; the answer itself was never begun."


def wants_questions(task: JudgeTask) -> bool:
    """Whether it was a drill that wants no answer, only what is asked before one."""
    return task.record.criteria == ("requirement_clarification",)


class OfflineJudge:
    """Implements the `Judge` port. Deterministic; 45 minutes of talk take well under 5 s."""

    name = "offline"

    def __init__(self, encoder: Encoder | None = None) -> None:
        """`encoder` finds covered points by meaning; without it only by terms."""
        self.encoder = encoder

    def judge(self, task: JudgeTask) -> CriterionReading:
        """The reading of one criterion; `could_not_judge` when the words were not heard."""
        points = asked_points(task)
        unreadable = why_unreadable(task.turns)
        if unreadable:
            return CriterionReading(points=(), could_not_judge=unreadable)
        if answer_of(task).misheard:
            return CriterionReading(points=(), could_not_judge=MISHEARD)
        if answer_of(task).only_asks and not wants_questions(task):
            return CriterionReading(points=(), could_not_judge=ONLY_ASKED)
        if not any(doubtful_spans(turn) for turn in task.turns):
            return CriterionReading(self.verdicts(task, points))
        # Most doubtful words are right, and what they show must not be lost; the others must not
        # hide what the rest shows. So the better reading of each point counts, with and without.
        heard = self.verdicts(as_heard(task), points, task.turns)
        return CriterionReading(tuple(map(better, heard, self.verdicts(task, points))))

    def verdicts(
        self, task: JudgeTask, points: Sequence[RubricPoint], stored: Sequence[Turn] = ()
    ) -> tuple[PointVerdict, ...]:
        """Every point, read once; `stored` are the turns that quotes are taken from, if others."""
        answer = answer_of(task)
        turns = {turn.turn: turn for turn in stored or task.turns}
        if answer.empty and not (answer.only_asks and wants_questions(task)):
            empty = nothing(why_empty(answer))
            return quoted(turns, [(point, empty) for point in points])
        context = self.context(task, answer)
        return quoted(turns, [(point, self.read(context, task, point)) for point in points])

    def context(self, task: JudgeTask, answer: Answer) -> Context:
        """What the detectors of this criterion look at."""
        covered = (
            coverage(answer, task.question, task.level, self.encoder)
            if task.question and task.criterion.key == "technical_soundness"
            else ()
        )
        applies = load_rubric().applicability[task.asked.type][task.criterion.key]
        return Context(
            answer=answer,
            type=task.asked.type,
            light=applies == "light",
            question=task.question,
            covered=tuple(c.point.id for c in covered if c.position is not None),
            uncovered=tuple(c.point.text for c in covered if c.position is None),
            twist_turns=depth.twist_turns(answer, depth.told_twists(task.record)),
            points={point.id: point for point in task.criterion.points},
        )

    def read(self, context: Context, task: JudgeTask, point: RubricPoint) -> Finding:
        """What the detector of one point finds."""
        detect = DETECTORS.get((task.criterion.key, point.id), by_patterns)
        finding = detect(context, point)
        if finding.state == "present" and task.criterion.key in depth.NEED_TO_BE_FOLLOWED:
            finding = depth.if_followable(context, finding, point.anchor)
        return finding


def as_heard(task: JudgeTask) -> JudgeTask:
    """The same task with every word read, however doubtful."""
    turns = tuple(turn.model_copy(update={"words": ()}) for turn in task.record.turns)
    return replace(task, record=replace(task.record, turns=turns))


def better(left: PointVerdict, right: PointVerdict) -> PointVerdict:
    """The one that says more for the candidate; the first where they agree."""
    order = ("absent", "unclear", "present")
    return right if order.index(right.state) > order.index(left.state) else left


def asked_points(task: JudgeTask) -> tuple[RubricPoint, ...]:
    """The rubric points asked of this question type."""
    return tuple(p for p in task.criterion.points if task.asked.type in p.types)


def answer_of(task: JudgeTask) -> Answer:
    """The prepared answer; equal turns are prepared once."""
    return prepare(task.turns, question_terms(task.question) if task.question else ())


def nothing(reason: str) -> Finding:
    """The finding for every point of an empty answer."""
    return absent(reason, CERTAIN)


def why_empty(answer: Answer) -> str:
    """What was wrong with an answer of which nothing counts."""
    reasons = [aside.reason for aside in answer.set_aside]
    if not reasons:
        return "Nothing of substance was said."
    return f"Nothing counts as an answer: what was said {max(set(reasons), key=reasons.count)}."
