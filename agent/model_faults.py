"""What can go wrong at an endpoint, told in clear words."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prompts.errors import ModelError, ModelReplyInvalid, ModelUnavailable

if TYPE_CHECKING:
    import httpx2
    import openai

OUT_OF_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
MAX_SERVER_WORDS = 200
"""Characters quoted from a server's own message."""

NO_COMPLETION = "answered with something that is no chat completion"
CHECK_URL = "Check the base URL; it usually ends in /v1."

_STATUS = re.compile(r"^Error code: \d+ - ")
"""The SDK's own preface, which says again what we have said."""
_KEY = re.compile(r"\b(?:sk|pk)-[\w*.-]{6,}|\bbearer [\w*.-]+", re.IGNORECASE)


def failures() -> tuple[type[Exception], ...]:
    """What may be raised for an endpoint's fault; anything else is a mistake of ours, not hidden.

    ValueError is among them because the SDK lets the JSONDecodeError of an HTML body through.
    """
    import httpx2
    import openai

    theirs = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, OSError, ValueError)
    return (ModelError, *theirs)


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure with what follows from it."""

    error: ModelError
    again: bool = False
    """Worth another try within the same call."""
    wait_s: float = 0.0
    """Seconds the server asked to wait (Retry-After); 0 when it did not."""
    rest: Literal["none", "short", "lasting"] = "short"
    """Whether the endpoint is left alone afterwards: not when the request was at fault."""


def fault_of(error: Exception, *, where: str, model: str, secret: str) -> Fault:
    """The fault behind an exception of `failures()`, or behind a ModelError raised on the way.

    `secret` is the key; it is taken out of anything a server says.
    """
    import httpx2
    import openai

    from agent.http_bounds import ReplyTooLong

    if isinstance(error, ModelError):
        at_fault = isinstance(error, ModelReplyInvalid)
        return Fault(error, rest="none" if at_fault else "short")
    too_long = next((e for e in causes(error) if isinstance(e, ReplyTooLong)), None)
    if too_long is not None:
        return Fault(ModelReplyInvalid(str(too_long), where=where), rest="none")
    if isinstance(error, openai.APIStatusError):
        return _status_fault(error, where, model, secret)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | TimeoutError):
        return Fault(ModelUnavailable("did not answer in time", where=where), again=True)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | OSError):
        return Fault(_unreachable(error, where, secret), again=True)
    reported = isinstance(error, openai.APIError)
    words = f"reported an error: {said(str(error), secret)}" if reported else NO_COMPLETION
    todo = "" if reported else CHECK_URL
    return Fault(ModelUnavailable(words, where=where, todo=todo), again=reported)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from, outermost first."""
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def _status_fault(error: openai.APIStatusError, where: str, model: str, secret: str) -> Fault:
    """The fault of a status code."""
    status, code = error.status_code, error.code or ""
    if status in {401, 403}:
        # The server's own message may quote the key, so none of it is repeated.
        words, todo = f"refuses the key (status {status})", "Check OPENAI_API_KEY."
        return Fault(ModelUnavailable(words, where=where, todo=todo), rest="lasting")
    if status == 404:
        known = code == "model_not_found" or "model" in error.message.lower()
        words = f"does not know the model {model!r}" if known else "has no chat completions there"
        todo = "Check the model's name." if known else CHECK_URL
        return Fault(ModelUnavailable(words, where=where, todo=todo), rest="lasting")
    if status == 429 and (code in OUT_OF_QUOTA or error.type in OUT_OF_QUOTA):
        todo = "Check the account's plan and billing."
        return Fault(ModelUnavailable("is out of quota", where=where, todo=todo), rest="lasting")
    if status == 429:
        wait_s = retry_after_s(error.response.headers)
        return Fault(
            ModelUnavailable("asks for fewer requests (status 429)", where=where),
            again=True,
            wait_s=wait_s,
        )
    if status in {408, 409} or status >= 500:
        return Fault(
            ModelUnavailable(f"failed with status {status}", where=where),
            again=True,
            wait_s=retry_after_s(error.response.headers),
        )
    words = f"refused the request (status {status}): {said(error.message, secret)}"
    return Fault(ModelUnavailable(words, where=where), rest="none")


def _unreachable(error: BaseException, where: str, secret: str) -> ModelUnavailable:
    """A connection that failed or broke, with the innermost reason."""
    *_, reason = causes(error)
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes(error)):
        return ModelUnavailable(
            "shows a certificate that this machine does not trust, so nothing was sent",
            where=where,
            todo="If the server is yours, add its authority to those the system trusts.",
        )
    words = said(str(reason) or type(reason).__name__, secret)
    return ModelUnavailable(
        f"the connection failed ({words})",
        where=where,
        todo="Check that the server runs and that the base URL is right.",
    )


def retry_after_s(headers: httpx2.Headers) -> float:
    """The seconds a server asks to wait; 0 when it says nothing usable (dates are ignored)."""
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers.get(name, "")) * factor)
        except ValueError:
            continue
    return 0.0


def said(message: str, secret: str) -> str:
    """A server's words on one short line, without anything that looks like a key."""
    line = _STATUS.sub("", " ".join(message.split()))
    if secret:
        line = line.replace(secret, "[key]")
    return _KEY.sub("[key]", line)[:MAX_SERVER_WORDS]
