"""What must hold of the judge behind a model, whatever the model: the code around it, not its wits.

The model here sees a point in a sentence wherever that sentence stands, and gladly in any sentence
that asks for it. So whatever moves a score was moved by the numbering, the quotes or the rule.
"""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import metamorphic as suite

from evaluation.evidence import tokens
from evaluation.llm_judge import LLMJudge
from evaluation.record import InterviewRecord
from evaluation.result import QuestionEvaluation
from evaluation.score import evaluate
from evaluation.tampering import is_addressed_to_grader
from prompts.prompt import Prompt, R, Usage
from prompts.question_bank import load_bank
from prompts.replies import Completion, CriterionReply, JudgedPointReply

SENIORS = [triple[2] for triple in suite.triples()]
LINE = re.compile(r"^\[(\d+)\] (candidate|interviewer): (.*)$", re.MULTILINE)
POINT = re.compile(r"^- ([a-z0-9-]+): ", re.MULTILINE)


class SwayedReader:
    """Sees the points that the offline judge quoted for this answer, and what it is told to see."""

    name = "swayed"

    def __init__(self, found: QuestionEvaluation) -> None:
        self.shown = {
            point.point: [words(quote.quote) for quote in point.quotes]
            for result in found.criteria.values()
            for point in result.points
        }

    def ask(self, prompt: Prompt[R]) -> Completion[R]:
        """Every point with the sentences that hold its words, or that talk to the grader."""
        lines = [
            (int(number), words(text), is_addressed_to_grader(text))
            for number, who, text in LINE.findall(prompt.user)
            if who == "candidate"
        ]
        assert lines
        points = []
        for point in POINT.findall(prompt.user.split("Its points:")[1]):
            shown = self.shown.get(point, [])
            numbers = [
                number
                for number, said, pleads in lines
                if pleads or any(quote in said for quote in shown)
            ]
            state = "present" if numbers else "absent"
            points.append(
                JudgedPointReply(point=point, state=state, sentences=numbers, reason="seen")  # type: ignore[arg-type]
            )
        reply = CriterionReply(points=points)
        value = prompt.reply.model_validate_json(reply.model_dump_json())
        return Completion(value, reply.model_dump_json(), Usage())


def words(text: str) -> str:
    """The words alone, each between spaces."""
    return " " + " ".join(token.norm for token in tokens(text)) + " "


def read(record: InterviewRecord, reader: SwayedReader) -> QuestionEvaluation:
    """The evaluation by the judge behind this reader."""
    return evaluate(record, LLMJudge(reader, samples=1), bank=load_bank()).questions[0]


@pytest.mark.parametrize("nth", range(0, 12, 2), ids=[r.questions[0].id for r in SENIORS[:12:2]])
def test_what_changes_no_sentence_of_substance_changes_no_score(nth: int) -> None:
    record = SENIORS[nth]
    reader = SwayedReader(suite.judged(record))
    before = suite.scores(read(record, reader))
    assert anything_to_move(before)
    for change in (
        suite.padded(1.0),
        suite.with_last(suite.PRAISE[0]),
        suite.with_last(suite.MODEST[1]),
        suite.with_last(suite.ORDERS[0]),
        suite.with_last(suite.ORDERS[1]),
        suite.politer,
        lambda same, chance: same,
    ):
        changed = change(record, random.Random(3))
        found = read(changed, reader)
        assert suite.scores(found) == before
        for result in found.criteria.values():
            for point in result.points:
                for quote in point.quotes:
                    assert quote.quote in changed.turns[quote.turn].text


def anything_to_move(scores: dict[str, float]) -> bool:
    """Whether there is anything to be moved."""
    return max(scores.values()) > 2


@pytest.mark.parametrize(
    "change",
    [suite.instead(""), suite.instead(suite.SALAD), suite.instead(suite.ORDERS[0]), suite.shuffled],
    ids=["echo", "salad", "order", "shuffled"],
)
def test_what_is_no_answer_is_a_one_without_asking_the_model(change: suite.Change) -> None:
    for record in SENIORS[1:12:3]:
        reader = SwayedReader(suite.judged(record))
        found = read(change(record, random.Random(3)), reader)
        assert set(suite.scores(found).values()) == {1.0}
