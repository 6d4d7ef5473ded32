"""What one server understands of the protocol, learnt from what it refuses."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from prompts.prompt import Prompt, R
from prompts.replies import strict_schema


@dataclass(frozen=True, slots=True)
class Dialect:
    """How requests are worded for a server. Starts with the newest form and only gets simpler."""

    structure: Literal["schema", "object", "plain"] = "schema"
    """How a structured reply is asked for: response_format json_schema, json_object, or words."""
    shown: bool = False
    """Also put the schema into the words: some servers accept json_schema without enforcing it."""
    token_limit: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    sampling: bool = True
    """Send temperature and seed; some reasoning models refuse them."""
    stream_usage: bool = True

    def request(
        self,
        prompt: Prompt[R],
        *,
        structured: bool,
        max_tokens: int,
        temperature: float,
        seed: int | None,
    ) -> dict[str, Any]:
        """The body of a chat completion, without the model's name."""
        system = prompt.system
        body: dict[str, Any] = {self.token_limit: max_tokens}
        if structured:
            schema = strict_schema(prompt.reply)
            if self.shown or self.structure != "schema":
                system += "\n\nReply with one JSON object of this schema and nothing else:\n"
                system += json.dumps(schema, separators=(",", ":"))
            if self.structure == "schema":
                named = {"name": prompt.reply.__name__, "schema": schema, "strict": True}
                body["response_format"] = {"type": "json_schema", "json_schema": named}
            elif self.structure == "object":
                body["response_format"] = {"type": "json_object"}
        else:
            body["stream"] = True
            if self.stream_usage:
                body["stream_options"] = {"include_usage": True}
        if self.sampling:
            body["temperature"] = temperature
            if seed is not None:
                body["seed"] = seed
        body["messages"] = [
            {"role": "system", "content": system},
            {"role": "user", "content": prompt.user},
        ]
        return body

    def simpler(self, complaint: str, *, structured: bool) -> Dialect | None:
        """What to try after a 400 with this message; None when nothing simpler is left.

        A complaint that names a parameter gives up that one. One that names none is taken for a
        structured reply the server does not know, as older servers say no more than "bad request".
        """
        words = complaint.lower()
        if "context" in words and ("length" in words or "size" in words):
            return None
        if "max_completion_tokens" in words and self.token_limit == "max_completion_tokens":
            return replace(self, token_limit="max_tokens")
        if self.sampling and ("temperature" in words or "seed" in words):
            return replace(self, sampling=False)
        if not structured:
            without_usage = replace(self, stream_usage=False)
            return without_usage if self.stream_usage and "stream_options" in words else None
        looser: dict[str, Literal["object", "plain"]] = {"schema": "object", "object": "plain"}
        return replace(self, structure=looser[self.structure]) if self.structure in looser else None
