"""A language model's replies kept in a file, and a model that plays them back without a network.

One line of JSON for a call: the template's name, texts that the prompt must contain, and the reply
exactly as the endpoint sent it, unparsable ones included. So a real run can be judged again, and
the path from a raw reply to a score is tested as it is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.models import bare_json
from prompts.errors import InputFileError, ModelReplyInvalid, ModelUnavailable
from prompts.prompt import Prompt, R, Usage
from prompts.replies import Completion, RecordingModel


class RecordedReply(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str = Field(description="Name of the template.")
    contains: tuple[str, ...] = Field(default=(), description="Texts the user part must contain.")
    raw: str = Field(description="The reply as it came.")
    input_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)


class RecordedModel:
    """Answers each call with the first reply not yet used that belongs to its prompt.

    The order of calls does not matter, so it may be asked from several threads. A prompt without a
    reply raises ModelUnavailable, as an endpoint would; `left` are the replies nobody asked for.
    """

    def __init__(self, replies: Sequence[RecordedReply], *, name: str = "recorded") -> None:
        self.name = name
        self.left = list(replies)
        self._lock = threading.Lock()

    @classmethod
    def from_file(cls, path: Path) -> RecordedModel:
        """The replies of a JSON Lines file; InputFileError with the line that is wrong."""
        replies = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                replies.append(RecordedReply.model_validate_json(line))
            except ValidationError as error:
                what = f"is no recorded reply: {error.errors()[0]['msg']}"
                raise InputFileError(path, what, line_no=number) from None
        return cls(replies, name=f"recorded:{path.stem}")

    def ask(self, prompt: Prompt[R]) -> Completion[R]:
        """The recorded reply, read as one that has just come."""
        with self._lock:
            found = next((r for r in self.left if belongs(r, prompt)), None)
            if found is None:
                raise ModelUnavailable(f"no reply to {prompt.name!r} is recorded", where=self.name)
            self.left.remove(found)
        try:
            value = prompt.reply.model_validate_json(bare_json(found.raw))
        except ValidationError:
            what = f"the reply to {prompt.name!r} is not what was asked for"
            raise ModelReplyInvalid(what, raw=found.raw, where=self.name) from None
        usage = Usage(
            input_tokens=found.input_tokens,
            cached_tokens=found.cached_tokens,
            output_tokens=found.output_tokens,
        )
        return Completion(value, found.raw, usage)


class Recorder:
    """Passes calls on to a model and writes each reply down."""

    def __init__(self, model: RecordingModel, path: Path, *, marks: Sequence[str] = ()) -> None:
        """`marks`: texts of which each recorded reply keeps those its prompt contained."""
        self.model, self.path, self.marks = model, path, tuple(marks)
        self.name = model.name
        self._lock = threading.Lock()

    def ask(self, prompt: Prompt[R]) -> Completion[R]:
        """The model's reply, written before it is returned; an unparsable one is kept as well."""
        try:
            completion = self.model.ask(prompt)
        except ModelReplyInvalid as error:
            if error.raw:
                self._write(prompt, error.raw, Usage())
            raise
        self._write(prompt, completion.raw, completion.usage)
        return completion

    def _write(self, prompt: Prompt[R], raw: str, usage: Usage) -> None:
        reply = RecordedReply(
            prompt=prompt.name,
            contains=tuple(mark for mark in self.marks if mark in prompt.user),
            raw=raw,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
        )
        line = json.dumps(reply.model_dump(mode="json"), ensure_ascii=False)
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def belongs(reply: RecordedReply, prompt: Prompt[R]) -> bool:
    """Whether a recorded reply answers this prompt."""
    return reply.prompt == prompt.name and all(text in prompt.user for text in reply.contains)
