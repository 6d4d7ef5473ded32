"""A filled prompt with the type of its reply, and the port of a language model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Prompt(Generic[R]):
    """What is sent: a system text that never changes within a session, then the user text.

    The unchanging part stands first so that the endpoint's prefix cache can be used.
    """

    name: str
    """Template name; the scripted model and the record of calls refer to it."""
    system: str
    user: str
    reply: type[R]
    """The pydantic model a structured reply must validate as."""
    template_hash: str
    """SHA-256 (first 12 hex digits) of the template file; stored in the session."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call as the endpoint counted them; 0 where it did not say."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


class LanguageModel(Protocol):
    """Anything that answers prompts.

    Both methods raise ModelUnavailable or ModelReplyInvalid (`prompts/errors.py`) and nothing else.
    """

    name: str

    def complete(self, prompt: Prompt[R]) -> R:
        """The structured reply to `prompt`."""
        ...

    def stream(self, prompt: Prompt[R]) -> Iterator[str]:
        """The reply as plain text, piece by piece as it is produced."""
        ...
