"""A language model that plays a script, strictly: the fake of every test and of offline demos."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from prompts.errors import ModelError
from prompts.prompt import Prompt, R, Usage
from prompts.replies import Completion


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """One expected call and its outcome."""

    prompt: str
    """Name of the template that must be asked."""
    reply: BaseModel | str | ModelError
    """A structured reply, words to stream, or the error to raise."""
    contains: tuple[str, ...] = ()
    """Texts the user part must contain."""


class ScriptedModel:
    """Answers calls in the order of the script.

    AssertionError on a call that was not expected and, from `check_done` or at the end of a `with`
    block, on replies that were never asked for. `prompts` keeps what was asked.
    """

    def __init__(self, script: Sequence[ScriptedReply], *, name: str = "scripted") -> None:
        self.name = name
        self.prompts: list[Prompt[BaseModel]] = []
        self._script, self._lock = list(script), threading.Lock()

    def __enter__(self) -> ScriptedModel:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.check_done()

    def check_done(self) -> None:
        """AssertionError when replies are left over."""
        left = [step.prompt for step in self._script]
        if left:
            raise AssertionError(f"never asked for: {', '.join(left)}")

    def complete(self, prompt: Prompt[R]) -> R:
        """The next reply, which must be of the type the prompt expects."""
        return self.ask(prompt).value

    def ask(self, prompt: Prompt[R]) -> Completion[R]:
        """The next reply with its JSON; words count as tokens."""
        reply = self._next(prompt)
        if not isinstance(reply, prompt.reply):
            raise AssertionError(
                f"{prompt.name!r} expects a {prompt.reply.__name__}, not {reply!r}"
            )
        raw = reply.model_dump_json()
        words = len(prompt.system.split()) + len(prompt.user.split())
        return Completion(reply, raw, Usage(input_tokens=words, output_tokens=len(raw.split())))

    def stream(self, prompt: Prompt[R]) -> Iterator[str]:
        """The next words, a word at a time."""
        reply = self._next(prompt)
        if not isinstance(reply, str):
            raise AssertionError(f"{prompt.name!r} is streamed, the script holds {reply!r}")
        for i, word in enumerate(reply.split(" ")):
            yield word if i == 0 else " " + word

    def _next(self, prompt: Prompt[R]) -> BaseModel | str:
        with self._lock:
            self.prompts.append(
                Prompt(
                    name=prompt.name,
                    system=prompt.system,
                    user=prompt.user,
                    reply=prompt.reply,
                    template_hash=prompt.template_hash,
                )
            )
            if not self._script:
                raise AssertionError(f"{prompt.name!r} was asked after the end of the script")
            step = self._script.pop(0)
        if step.prompt != prompt.name:
            raise AssertionError(f"{prompt.name!r} was asked, {step.prompt!r} was expected")
        missing = [text for text in step.contains if text not in prompt.user]
        if missing:
            raise AssertionError(f"{prompt.name!r} does not contain {missing[0]!r}")
        if isinstance(step.reply, ModelError):
            raise step.reply
        return step.reply
