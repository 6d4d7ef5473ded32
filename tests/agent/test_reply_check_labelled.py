"""The check of a model's wordings against labelled ones, over several questions.

A good wording that is refused costs a stiffer sentence, a bad one that is spoken spoils the
interview; so recall counts for more. The held-out blocks had precision 0.952 and recall 0.909 when
they were first read; two faults they showed were mended afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.reply_check import CheckContext, faults_of, lacks_question, missing_parts
from agent.telling_terms import telling_terms
from prompts.question_bank import load_bank

REPLIES = Path(__file__).parents[1] / "data" / "replies" / "replies.yaml"
BANK = load_bank()


@dataclass(frozen=True)
class Labelled:
    """One wording, what it is held against, and whether it may be spoken."""

    text: str
    why: str
    """Why it may not be spoken; empty when it may."""
    split: str
    context: CheckContext

    @property
    def refused(self) -> bool:
        """Whether the check keeps it from being spoken as it is."""
        faults = faults_of(self.text, self.context)
        left_out = missing_parts(self.text, self.context)
        return bool(faults or left_out or lacks_question(self.text, self.context))


def context_of(block: dict[str, Any]) -> CheckContext:
    """The moment of the interview that a block of the file describes."""
    question = BANK.get(block["question"])
    return CheckContext(
        safe_text=block["safe"],
        must_contain=tuple(block.get("must", ())),
        hidden=tuple(fact.say for fact in question.facts if fact.id not in block["told"]),
        question=question.prompt,
        told=tuple(fact.say for fact in question.facts if fact.id in block["told"]),
        forbidden=telling_terms(question, block["covered"]),
        recent=tuple(block["candidate"]),
        spoken=tuple(block["spoken"]),
    )


def labelled() -> list[Labelled]:
    """All of the file."""
    found = []
    for block in yaml.safe_load(REPLIES.read_text(encoding="utf-8")):
        context, split = context_of(block), block["split"]
        found += [Labelled(text, "", split, context) for text in block["good"]]
        found += [Labelled(bad["text"], bad["why"], split, context) for bad in block["bad"]]
    return found


SET = labelled()


@pytest.mark.parametrize(("split", "least"), [("dev", (0.95, 0.97)), ("held-out", (0.95, 0.9))])
def test_what_may_not_be_spoken_is_refused_and_what_may_is_let_through(
    split: str, least: tuple[float, float]
) -> None:
    mine = [each for each in SET if each.split == split]
    refused = [each for each in mine if each.refused]
    right = [each for each in refused if each.why]
    precision = len(right) / len(refused)
    recall = len(right) / sum(bool(each.why) for each in mine)
    wrong = [(each.why or "good", each.text) for each in mine if each.refused != bool(each.why)]
    told = f"precision {precision:.3f}, recall {recall:.3f}: {wrong}"
    assert precision >= least[0], told
    assert recall >= least[1], told


def test_the_set_is_large_and_knows_every_kind_of_fault() -> None:
    assert len(SET) >= 250
    assert len({each.context.safe_text for each in SET}) >= 11
    kinds = {"praise", "summary", "leak", "hidden fact", "two questions", "length", "planted"}
    assert kinds <= {each.why for each in SET}
