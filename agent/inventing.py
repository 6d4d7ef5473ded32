"""A detail the sheet does not hold, made up once by a model; code decides whether it may be told.

The persona has no part in it: whoever interviews, the same question gets the same kind of detail.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.reading import Invented, Reading
from agent.reply_check import CheckContext, faults_of
from agent.situation import Situation
from agent.telling_terms import telling_terms
from evaluation.encoder import SentenceEncoder
from prompts.errors import ModelReplyInvalid
from prompts.prompt import LanguageModel
from prompts.question_bank import Question
from prompts.replies import InventedReply
from prompts.templates import render

MAX_WORDS = 25
"""Longest detail; it is told inside a sentence."""
SAME_DETAIL = 0.72
"""Cosine of two questions from which they ask for the same detail."""


class Inventor:
    """Makes details up with a language model."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model

    def invent(
        self,
        asked: str,
        question: Question,
        *,
        covered: Collection[str],
        told: Collection[str],
        earlier: Sequence[str],
    ) -> str:
        """The detail that answers `asked`, or "" when there is none to tell.

        `covered` are ids of points heard, `told` ids of facts released, `earlier` the details made
        up so far. Raises ModelError: ModelReplyInvalid for one that would give something away.
        """
        prompt = render(
            "invent", InventedReply, question=question, earlier=list(earlier), asked=asked
        )
        reply = self.model.complete(prompt)
        say = " ".join(reply.say.split())
        if not (reply.invents and say):
            return ""
        context = CheckContext(
            safe_text="",
            hidden=tuple(fact.say for fact in question.facts if fact.id not in told),
            forbidden=telling_terms(question, covered),
            recent=(asked,),
            max_words=MAX_WORDS,
            tells=True,
        )
        faults = faults_of(say, context)
        if faults:
            raise ModelReplyInvalid(f"a made-up detail was refused: {'; '.join(faults)}", raw=say)
        return say if say.endswith((".", "!")) else f"{say}."


def recalled(reading: Reading, s: Situation, encoder: SentenceEncoder) -> Reading:
    """`reading` with the detail that was made up for this question before, if it was."""
    known = [r for r in s.state.get("released", []) if r.asked and r.question_id == s.question.id]
    if not (known and reading.unknown_questions):
        return reading
    asked = reading.unknown_questions[0]
    vectors = encoder.encode([asked, *(each.asked for each in known)])
    near = vectors[1:] @ vectors[0]
    best = int(near.argmax())
    if near[best] < SAME_DETAIL:
        return reading
    detail = Invented(question=asked, say=known[best].say)
    return reading.model_copy(update={"invented": detail})
