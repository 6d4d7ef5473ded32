"""Language models: any server that speaks OpenAI's chat completions.

`OpenAIModel` answers prompts within a budget of seconds, tries again when that can help, leaves a
failing endpoint alone for a while, and tells every failure as ModelUnavailable or
ModelReplyInvalid. `agent/scripted_model.py` is its strict fake.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from agent.bounded import BoundedStream
from agent.breaker import CircuitBreaker
from agent.dialect import Dialect
from agent.model_faults import CHECK_URL, NO_COMPLETION, failures, fault_of
from agent.model_limits import ModelLimits, UsageTotal
from prompts.errors import ModelReplyInvalid, ModelUnavailable, UsageError
from prompts.prompt import Prompt, R, Usage
from prompts.replies import Completion

if TYPE_CHECKING:
    import openai
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion

OPENAI_URL = "https://api.openai.com/v1"
NO_TOKENS = Usage()
NO_KEY = "none"
"""Sent where a local server wants no key: the client refuses to be built without one."""
BYTES_PER_CHAR = 40
"""A streamed character may come as one token in an event of some 300 bytes; a token has 4 to 8."""


class OpenAIModel:
    """A model behind an OpenAI-compatible endpoint. Safe to use from several threads.

    Nothing is imported, built or connected before the first call.
    """

    def __init__(
        self,
        *,
        model: str,
        base_url: str = "",
        api_key: str = "",
        limits: ModelLimits | None = None,
        budget_s: float | None = None,
        seed: int | None = None,
    ) -> None:
        """`base_url` empty = OpenAI's own; `api_key` empty = a server that wants none.

        `budget_s` overrides the budget of `limits` (default: those of an interviewer).
        Raises UsageError when the address or the model's name cannot be used.
        """
        address = base_url.strip() or OPENAI_URL
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(
                "the endpoint's address must begin with http:// or https://",
                todo="Set it like http://localhost:11434/v1.",
            )
        if not model.strip():
            raise UsageError("no model is named", todo="Name the model the endpoint should use.")
        self.name = model.strip()
        limits = limits or ModelLimits()
        self.limits = limits if budget_s is None else replace(limits, budget_s=budget_s)
        host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
        port = f":{parts.port}" if parts.port else ""
        self.where = f"{parts.scheme}://{host}{port}{parts.path}"
        self.breaker = CircuitBreaker(
            self.where,
            failures_to_rest=self.limits.failures_to_rest,
            rest_s=self.limits.rest_s,
            longest_rest_s=self.limits.longest_rest_s,
        )
        self._address, self._key, self._seed = address, api_key.strip() or NO_KEY, seed
        self._dialect, self._total = Dialect(), UsageTotal()
        self._lock = threading.Lock()
        self._built: openai.OpenAI | None = None
        # Jitter keeps several conversations from knocking in step; no result depends on it.
        self._jitter = random.Random()

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r} at {self.where})"

    def __enter__(self) -> OpenAIModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a call that still runs ends with an error. May be used again."""
        with self._lock:
            built, self._built = self._built, None
        if built is not None:
            built.close()

    @property
    def usage(self) -> UsageTotal:
        """Calls and tokens so far, as the endpoint counted them."""
        with self._lock:
            return self._total

    def warm(self) -> None:
        """Import and build the client ahead (about a second, once); nothing is sent."""
        self._client(self.limits.stall_s).chat.completions  # noqa: B018 resources load lazily

    def complete(self, prompt: Prompt[R]) -> R:
        """The structured reply to `prompt`, validated here whatever the server promises."""
        return self.ask(prompt).value

    def ask(self, prompt: Prompt[R]) -> Completion[R]:
        """Like `complete`, with the raw reply and the tokens of this call."""
        used: list[Usage] = []
        raw = "".join(self._start(prompt, used, structured=True))
        try:
            value = prompt.reply.model_validate_json(bare_json(raw))
        except ValidationError as error:
            self._show_schema()
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            what = f"the reply to {prompt.name!r} is not what was asked for: "
            what += f"{place}: {first['msg']}" if place else first["msg"]
            raise ModelReplyInvalid(what, raw=raw, where=self.where) from None
        return Completion(value, raw, used[-1] if used else Usage())

    def stream(self, prompt: Prompt[R]) -> BoundedStream:
        """The reply as plain text, piece by piece; its `stop()` may be called from any thread.

        Failures are raised while iterating, a reply that breaks off included.
        """
        return self._start(prompt, [], structured=False)

    def _start(self, prompt: Prompt[R], used: list[Usage], *, structured: bool) -> BoundedStream:
        self.breaker.check()
        deadline = time.monotonic() + self.limits.budget_s
        return BoundedStream(
            partial(self._tries, prompt, used, structured, deadline),
            budget_s=self.limits.budget_s,
            where=self.where,
            on_late=lambda error: self.breaker.failed(error.what),
        )

    def _tries(
        self,
        prompt: Prompt[R],
        used: list[Usage],
        structured: bool,
        deadline: float,
        cancelled: threading.Event,
    ) -> Iterator[str]:
        """The pieces of the first try that succeeds; nothing is tried again once a piece is out."""
        secret = "" if self._key == NO_KEY else self._key
        yielded = False
        for attempt in range(1, self.limits.tries + 1):
            try:
                for piece in self._once(prompt, used, structured, cancelled):
                    yielded = True
                    yield piece
                self.breaker.succeeded()
                return
            except failures() as error:
                fault = fault_of(error, where=self.where, model=self.name, secret=secret)
            wait_s = fault.wait_s + self.limits.wait_s(attempt, self._jitter)
            late = time.monotonic() + wait_s >= deadline
            if yielded or not fault.again or attempt == self.limits.tries or late:
                if fault.rest != "none" and not cancelled.is_set():
                    lasting = fault.rest == "lasting"
                    self.breaker.failed(fault.error.what, lasting=lasting, asked_s=fault.wait_s)
                # Raised outside the handler: a chained exception would carry the request along.
                raise fault.error
            if cancelled.wait(wait_s):
                return

    def _once(
        self, prompt: Prompt[R], used: list[Usage], structured: bool, cancelled: threading.Event
    ) -> Iterator[str]:
        """One try: the whole reply as one piece when structured, else as it is streamed."""
        reply = self._create(prompt, structured)
        self._add(calls=1)
        if structured:
            yield self._content(reply, used)
            return
        with closing(reply):
            yield from self._streamed(reply, used, cancelled)

    def _create(self, prompt: Prompt[R], structured: bool) -> Any:
        """The SDK's reply object; the dialect gets simpler while the server refuses its words."""
        import openai

        dialect = self._dialect
        while True:
            body = dialect.request(
                prompt,
                structured=structured,
                max_tokens=self.limits.max_output_tokens,
                temperature=self.limits.temperature,
                seed=self._seed,
            )
            read_s = self.limits.budget_s if structured else self.limits.stall_s
            try:
                reply = self._client(read_s).chat.completions.create(model=self.name, **body)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                simpler = dialect.simpler(error.message, structured=structured)
                if simpler is None:
                    raise
                dialect = simpler
                continue
            with self._lock:
                self._dialect = dialect
            return reply

    def _client(self, read_s: float) -> openai.OpenAI:
        """The SDK's client, built at the first call; its own retries are off, ours are counted."""
        import httpx2
        import openai

        from agent.http_bounds import BoundedClient

        limits = self.limits
        with self._lock:
            if self._built is None:
                self._built = openai.OpenAI(
                    base_url=self._address,
                    api_key=self._key,
                    max_retries=0,
                    http_client=BoundedClient(
                        self._address,
                        max_bytes=limits.max_output_chars * BYTES_PER_CHAR,
                        max_s=limits.budget_s,
                    ),
                )
            built = self._built
        connect_s = min(limits.connect_s, limits.budget_s)
        return built.with_options(timeout=httpx2.Timeout(read_s, connect=connect_s))

    def _content(self, reply: ChatCompletion, used: list[Usage]) -> str:
        """The text of a whole reply; ModelReplyInvalid when it is cut, refused or empty."""
        try:
            choice = reply.choices[0]
            refusal, content = choice.message.refusal, choice.message.content
            finish, usage = choice.finish_reason, reply.usage
        except (AttributeError, TypeError, IndexError):
            raise ModelUnavailable(NO_COMPLETION, where=self.where, todo=CHECK_URL) from None
        self._count(usage, used)
        if refusal:
            raise ModelReplyInvalid("the model refused to answer", raw=refusal, where=self.where)
        self._check_finish(finish, content or "")
        if not content or not content.strip():
            raise ModelReplyInvalid("the reply is empty", where=self.where)
        self._check_length(len(content), content)
        return content

    def _streamed(self, reply: Any, used: list[Usage], cancelled: threading.Event) -> Iterator[str]:
        """The pieces of a streamed reply; a stream that just stops is a failure, not an answer."""
        finish, text, refused, chosen = "", "", "", False
        for chunk in reply:
            if cancelled.is_set():
                return
            self._count(getattr(chunk, "usage", None), used)
            for choice in (getattr(chunk, "choices", None) or [])[:1]:
                chosen = True
                finish = choice.finish_reason or finish
                piece = getattr(choice.delta, "content", None) or ""
                refused += getattr(choice.delta, "refusal", None) or ""
                text += piece
                self._check_length(len(text), text)
                if piece:
                    yield piece
        if refused:
            raise ModelReplyInvalid("the model refused to answer", raw=refused, where=self.where)
        if not chosen:
            raise ModelUnavailable(NO_COMPLETION, where=self.where, todo=CHECK_URL)
        if not finish:
            raise ModelUnavailable("broke off in the middle of its reply", where=self.where)
        self._check_finish(finish, text)
        if not text.strip():
            raise ModelReplyInvalid("the reply is empty", where=self.where)

    def _check_finish(self, finish: str | None, raw: str) -> None:
        faults = {
            "length": f"the reply was cut at {self.limits.max_output_tokens} tokens",
            "content_filter": "the reply was withheld by the endpoint's filter",
        }
        if finish in faults:
            raise ModelReplyInvalid(faults[finish], raw=raw, where=self.where)

    def _check_length(self, chars: int, raw: str) -> None:
        if chars > self.limits.max_output_chars:
            what = f"the reply is longer than {self.limits.max_output_chars} characters"
            raise ModelReplyInvalid(what, raw=raw[:1_000], where=self.where)

    def _show_schema(self) -> None:
        """A server that let an unfitting reply through enforces no schema: say it in words."""
        with self._lock:
            self._dialect = replace(self._dialect, shown=True)

    def _count(self, usage: CompletionUsage | None, used: list[Usage]) -> None:
        """Add the tokens of one reply; local servers leave out some or all of them."""
        if usage is None:
            return
        details = getattr(usage, "prompt_tokens_details", None)
        tokens = Usage(
            input_tokens=getattr(usage, "prompt_tokens", None) or 0,
            cached_tokens=getattr(details, "cached_tokens", None) or 0,
            output_tokens=getattr(usage, "completion_tokens", None) or 0,
        )
        used.append(tokens)
        self._add(tokens)

    def _add(self, tokens: Usage = NO_TOKENS, *, calls: int = 0) -> None:
        with self._lock:
            self._total = UsageTotal(
                self._total.calls + calls,
                self._total.input_tokens + tokens.input_tokens,
                self._total.cached_tokens + tokens.cached_tokens,
                self._total.output_tokens + tokens.output_tokens,
            )


def bare_json(raw: str) -> str:
    """The JSON object in a reply that may be fenced, introduced, or preceded by thinking aloud."""
    text = raw.rsplit("</think>", maxsplit=1)[-1]
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text
