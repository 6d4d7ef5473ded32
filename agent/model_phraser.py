"""A model words the move that the policy has chosen; code checks every sentence before it is said.

1. Ask the model for the move's wording, as a stream.
2. Let each sentence through when it passes `reply_check`; the first bad one ends the model's part.
3. What is still owed (the fact, the question) is taken from the safe wording.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.reply_check import MAX_WORDS, CheckContext, faults_of, lacks_question, missing_parts
from evaluation.evidence import split_sentences
from prompts.errors import ModelError, ModelReplyInvalid
from prompts.persona import Persona
from prompts.prompt import LanguageModel, Prompt
from prompts.replies import SpokenReply
from prompts.rubric import Level
from prompts.templates import render

RECENT_TURNS = 4
"""Turns shown to the model: what was just said; older ones cost tokens and change nothing."""

_COMPLETE = re.compile(r"(.+?[.!?…]+[\"'”’)]*)\s+(?=\S)", re.DOTALL)
"""A sentence followed by the beginning of the next one: only then is its end sure ("2.5")."""


@dataclass(frozen=True, slots=True)
class PhraseRequest:
    """One move to be worded."""

    move_kind: str
    intent: str
    """What the move must achieve, one sentence; may hold the hook."""
    safe_text: str
    """The offline wording of the same move, always usable."""
    persona: Persona
    level: Level
    question_prompt: str
    must_contain: tuple[str, ...] = ()
    """Parts that must be said word for word, such as a released fact."""
    forbidden: tuple[str, ...] = ()
    """Terms of points not covered yet."""
    told: tuple[str, ...] = ()
    """Facts of the sheet that were released."""
    hidden: tuple[str, ...] = ()
    """Facts of the sheet that were not released."""
    recent: tuple[tuple[str, str], ...] = ()
    """(speaker, text) of the last turns, oldest first; more than RECENT_TURNS are cut."""
    spoken: tuple[str, ...] = ()
    """Every sentence the interviewer has spoken in this session."""
    max_words: int = MAX_WORDS

    @property
    def check_context(self) -> CheckContext:
        """What the wording is held against."""
        return CheckContext(
            safe_text=self.safe_text,
            must_contain=self.must_contain,
            question=self.question_prompt,
            told=self.told,
            hidden=self.hidden,
            forbidden=self.forbidden,
            recent=tuple(text for speaker, text in self.recent if speaker == "candidate"),
            spoken=self.spoken,
            max_words=self.max_words,
        )


class ModelPhraser:
    """Words moves with a language model. `on_rejected` is told of every wording code refused."""

    def __init__(
        self,
        model: LanguageModel,
        *,
        on_rejected: Callable[[str, tuple[str, ...]], None] | None = None,
    ) -> None:
        self.model = model
        self._on_rejected = on_rejected or (lambda text, reasons: None)

    def phrase(self, request: PhraseRequest) -> Iterator[str]:
        """The sentences to speak, each as soon as it is complete and checked.

        Raises ModelError only before the first sentence: then the safe wording is to be used. A
        failure after it is repaired here with what the safe wording still owes.
        """
        context = request.check_context
        said: list[str] = []
        stream = self.model.stream(prompt_for(request))
        try:
            for sentence in sentences_of(stream):
                reasons = tuple(faults_of(" ".join([*said, sentence]), context))
                if reasons:
                    raise self._rejection(sentence, reasons)
                said.append(sentence)
                yield sentence
        except ModelError:
            if not said:
                raise
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
        if not said:
            raise self._rejection("", ("says nothing",))
        yield from owed(" ".join(said), context)

    def _rejection(self, text: str, reasons: tuple[str, ...]) -> ModelReplyInvalid:
        self._on_rejected(text, reasons)
        return ModelReplyInvalid(f"the wording may not be spoken: {'; '.join(reasons)}", raw=text)


def prompt_for(request: PhraseRequest) -> Prompt[SpokenReply]:
    """The filled template: persona and question first, as they stay the same for the question."""
    return render(
        "phrase",
        SpokenReply,
        persona=request.persona,
        level=request.level,
        question=request.question_prompt,
        max_words=request.max_words,
        recent=[f"{speaker}: {text}" for speaker, text in request.recent[-RECENT_TURNS:]],
        move=request.move_kind.replace("_", " "),
        intent=request.intent,
        must_contain=request.must_contain,
        safe_text=request.safe_text,
    )


def sentences_of(pieces: Iterator[str]) -> Iterator[str]:
    """Whole sentences out of streamed pieces; the last one need not end with a stop."""
    pending = ""
    for piece in pieces:
        pending += piece
        while match := _COMPLETE.match(pending):
            pending = pending[match.end() :]
            if match[1].strip():
                yield unquoted(match[1])
    if pending.strip():
        yield unquoted(pending)


def unquoted(sentence: str) -> str:
    """Models like to put an utterance into quotation marks; they are not spoken."""
    return sentence.strip().strip('"“”').strip()


def owed(said: str, context: CheckContext) -> Iterator[str]:
    """What must still be said after `said`: verbatim parts left out, then the safe question."""
    yield from missing_parts(said, context)
    if lacks_question(said, context):
        yield next(s for s in split_sentences(context.safe_text) if "?" in s)
