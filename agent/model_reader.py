"""A model reads a turn more deeply, beside the conversation; code keeps the last word.

What it finds is added to the offline reading, never taken away from it. Every id and number is
checked and every quote is a verbatim part of the turn; a reply that names something that does not
exist is refused as a whole. A model that follows an instruction planted in the answer can neither
release facts nor start a command: facts need a sentence that asks, commands need the offline rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agent.earlier_words import Statement, earlier_words
from agent.reader import ReadingContext
from agent.reading import Contradiction, DialogueAct, FactAsked, Hook, PointSeen, Reading
from evaluation.evidence import (
    MAX_POINTS_PER_QUOTE,
    MIN_QUOTE_WORDS,
    split_sentences,
    tokens,
    verbatim_part,
)
from evaluation.tampering import is_addressed_to_grader
from prompts.errors import ModelReplyInvalid
from prompts.prompt import LanguageModel
from prompts.question_bank import Question
from prompts.replies import TurnReply
from prompts.templates import render

MODEL_SCORE = 0.7
"""Score (0-1) given to what only the model has seen; a starting value, below a clear rule match."""
MAX_FACTS_PER_SENTENCE = 3
"""Nobody asks for more in one sentence; more means that the model lists the sheet."""
MAX_TERM_WORDS = 8

FREE_ACTS: frozenset[DialogueAct] = frozenset({"answer", "question", "dont_know", "done"})
"""Acts between which the model may move a turn."""
COMMANDS: frozenset[DialogueAct] = frozenset({"repeat", "rephrase", "wait", "hint", "skip", "stop"})
"""Acts that the model may take back, never give."""

_ASKS = re.compile(
    r"\?|^\W*(?:so |and |okay |ok |well |um |uh )*(?:what|which|how|who|when|where|why|is|are|do|"
    r"does|did|can|could|should|would|will|have|has|may)\b|\b(?:tell me|wonder|ask|asking|know|"
    r"clarify|curious|question)\b"
)
"""What a sentence that asks looks like in speech, with or without a question mark."""


class ModelReader:
    """Reads turns with a language model."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model

    def read(
        self, text: str, offline: Reading, question: Question, context: ReadingContext
    ) -> Reading:
        """`offline` with what the model has found besides.

        Raises ModelUnavailable, or ModelReplyInvalid when the reply does not fit the turn.
        """
        sentences = split_sentences(text)
        if not sentences or offline.act in {"silence", "unintelligible"}:
            return offline
        earlier = earlier_words(context.earlier)
        prompt = render(
            "read",
            TurnReply,
            question=question,
            earlier=[statement.text for statement in earlier],
            released=[{"id": id_, "say": say} for id_, say in context.released.items()],
            sentences=sentences,
        )
        reply = self.model.complete(prompt)
        _check(reply, question, context, len(sentences), len(earlier))
        return _merged(offline, reply, sentences, earlier, context)


def _check(
    reply: TurnReply, question: Question, context: ReadingContext, sentences: int, earlier: int
) -> None:
    """Refuse a reply that names an id or a number that does not exist."""
    named = [
        *(fact.sentence for fact in reply.facts_asked),
        *(point.sentence for point in reply.points_covered),
        *(choice.sentence for choice in reply.unjustified),
        *(found.sentence for found in reply.contradictions),
    ]
    wrong: list[object] = [number for number in named if not 1 <= number <= sentences]
    wrong += [c.earlier for c in reply.contradictions if not 0 <= c.earlier <= earlier]
    facts, points = {fact.id for fact in question.facts}, {point.id for point in question.points}
    wrong += [f.fact_id for f in reply.facts_asked if f.fact_id not in facts]
    wrong += [p.point_id for p in reply.points_covered if p.point_id not in points]
    wrong += [
        c.fact_id for c in reply.contradictions if c.fact_id and c.fact_id not in context.released
    ]
    if wrong:
        raise ModelReplyInvalid(
            f"the reading names what does not exist: {', '.join(map(repr, wrong))}",
            raw=reply.model_dump_json(),
        )


def _merged(
    offline: Reading,
    reply: TurnReply,
    sentences: tuple[str, ...],
    earlier: list[Statement],
    context: ReadingContext,
) -> Reading:
    """The union of both readings, each thing once, the offline one first."""
    facts = (*offline.facts_asked, *_facts(offline, reply, sentences))
    answered = {fact.quote for fact in facts}
    return offline.model_copy(
        update={
            "act": _act(offline.act, reply.act),
            "facts_asked": facts,
            "unknown_questions": tuple(
                q for q in offline.unknown_questions if not _overlaps(q, answered)
            ),
            "points": (*offline.points, *_points(offline, reply, sentences)),
            "unjustified": (*offline.unjustified, *_unjustified(offline, reply, sentences)),
            "contradictions": (
                *offline.contradictions,
                *_contradictions(offline, reply, sentences, earlier, context),
            ),
        }
    )


def _act(offline: DialogueAct, read: DialogueAct) -> DialogueAct:
    """The model may move a turn between free acts, and take back a command."""
    if read in FREE_ACTS and (offline in FREE_ACTS or offline in COMMANDS):
        return read
    return offline


def _facts(offline: Reading, reply: TurnReply, sentences: tuple[str, ...]) -> Iterator[FactAsked]:
    seen = {fact.fact_id for fact in offline.facts_asked}
    per_sentence: dict[int, int] = {}
    for asked in reply.facts_asked:
        sentence = sentences[asked.sentence - 1]
        count = per_sentence.get(asked.sentence, 0)
        if (
            asked.fact_id in seen
            or count >= MAX_FACTS_PER_SENTENCE
            or not _ASKS.search(sentence.casefold())
            or is_addressed_to_grader(sentence)
        ):
            continue
        per_sentence[asked.sentence] = count + 1
        seen.add(asked.fact_id)
        yield FactAsked(fact_id=asked.fact_id, quote=sentence, score=MODEL_SCORE)


def _points(offline: Reading, reply: TurnReply, sentences: tuple[str, ...]) -> Iterator[PointSeen]:
    seen = {point.point_id for point in offline.points}
    per_sentence: dict[int, int] = {}
    for covered in reply.points_covered:
        sentence = sentences[covered.sentence - 1]
        count = per_sentence.get(covered.sentence, 0)
        if (
            covered.point_id in seen
            or count >= MAX_POINTS_PER_QUOTE
            or len(tokens(sentence)) < MIN_QUOTE_WORDS
            or is_addressed_to_grader(sentence)
        ):
            continue
        per_sentence[covered.sentence] = count + 1
        seen.add(covered.point_id)
        yield PointSeen(point_id=covered.point_id, quote=sentence, score=MODEL_SCORE)


def _unjustified(offline: Reading, reply: TurnReply, sentences: tuple[str, ...]) -> Iterator[Hook]:
    seen = {hook.quote for hook in offline.unjustified}
    for choice in reply.unjustified:
        sentence = sentences[choice.sentence - 1]
        term = verbatim_part(sentence, choice.term)
        if (
            term is None
            or len(term.split()) > MAX_TERM_WORDS
            or _overlaps(sentence, seen)
            or is_addressed_to_grader(sentence)
        ):
            continue
        seen.add(sentence)
        yield Hook(quote=sentence, term=term)


def _contradictions(
    offline: Reading,
    reply: TurnReply,
    sentences: tuple[str, ...],
    earlier: list[Statement],
    context: ReadingContext,
) -> Iterator[Contradiction]:
    seen = {found.now for found in offline.contradictions}
    for found in reply.contradictions:
        now = sentences[found.sentence - 1]
        if _overlaps(now, seen) or is_addressed_to_grader(now):
            continue
        if found.fact_id:
            seen.add(now)
            before = context.released[found.fact_id]
            yield Contradiction(now=now, before=before, fact_id=found.fact_id)
        elif found.earlier:
            seen.add(now)
            statement = earlier[found.earlier - 1]
            yield Contradiction(now=now, before=statement.text, before_turn=statement.turn)


def _overlaps(text: str, others: Iterable[str]) -> bool:
    """Whether `text` is a part of one of `others`, or the other way round."""
    return any(text in other or other in text for other in others)
