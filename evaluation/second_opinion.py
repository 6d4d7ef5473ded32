"""Two judges on the same words: a model leads, the offline judge stands beside it.

The offline judge is asked first (it takes a moment and cannot fail). Where the model cannot read a
criterion, the offline reading is taken instead and says so; where both read it, the second score
is kept beside the first, so that a reader sees when the two are far apart.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evaluation.judge import CriterionReading, Judge, JudgeTask

TAKEN_OVER = "The model did not answer, so the {judge} judge scored instead ({why})."


class JudgePair:
    """Implements the `Judge` port with a leading judge and one that stands beside it.

    Safe to use from several threads when both are.
    """

    def __init__(self, lead: Judge, beside: Judge) -> None:
        self.lead, self.beside = lead, beside
        self.name = lead.name

    def judge(self, task: JudgeTask) -> CriterionReading:
        """The lead's reading with the other beside it, or the other's alone."""
        second = self.beside.judge(task)
        first = self.lead.judge(task)
        if not first.could_not_judge:
            return replace(first, beside=second, beside_judge=self.beside.name)
        why = first.could_not_judge.rstrip(".")
        if second.could_not_judge:
            return replace(first, could_not_judge=second.could_not_judge)
        # The same sentence for every criterion, so that the evaluation holds it once.
        note = TAKEN_OVER.format(judge=self.beside.name, why=plain(why))
        return replace(
            second,
            judged_by=self.beside.name,
            usage=first.usage,
            raw=first.raw,
            notes=(*second.notes, note),
        )


def plain(why: str) -> str:
    """Why the lead failed, without what changes from call to call (how long it is left alone)."""
    told = why.removeprefix("The model could not judge it: ")
    told = re.sub(r"^\S+: ", "", told)
    return "the endpoint " + told.split("because before it ", 1)[-1].removeprefix("the endpoint ")
