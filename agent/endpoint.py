"""The configured endpoint: which model is asked there, and what goes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.models import OPENAI_URL, OpenAIModel
from agent.settings import Settings, shown_address
from prompts.errors import UsageError

if TYPE_CHECKING:
    from agent.model_limits import ModelLimits

OPENAI_MODEL = "gpt-5.4-mini"
"""Taken at OpenAI when VIVA_MODEL names no other."""
LIST_TIMEOUT_S = 5.0
"""Seconds a server has to list its models."""


def wants_endpoint(settings: Settings, choice: str) -> bool:
    """Whether `choice` (auto, offline, openai) means the endpoint here."""
    if choice == "openai" and not settings.has_endpoint:
        raise UsageError(
            "no endpoint is configured",
            todo="Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
        )
    return choice == "openai" or (choice == "auto" and settings.has_endpoint)


def open_model(
    settings: Settings, limits: ModelLimits, budget_s: float | None = None
) -> OpenAIModel:
    """The endpoint's model; nothing is connected yet unless its name has to be asked for.

    Raises UsageError when a server of one's own cannot say which models it has.
    """
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return OpenAIModel(
        model=settings.model or default_model(settings.openai_base_url, key),
        base_url=settings.openai_base_url,
        api_key=key,
        limits=limits,
        budget_s=budget_s,
    )


def default_model(base_url: str, key: str) -> str:
    """OpenAI's small model, or the first that a server of one's own lists."""
    if not base_url or base_url.rstrip("/") == OPENAI_URL:
        return OPENAI_MODEL
    import openai

    try:
        client = openai.OpenAI(
            base_url=base_url, api_key=key or "none", timeout=LIST_TIMEOUT_S, max_retries=0
        )
        with client:
            names = [model.id for model in client.models.list()]
    except (openai.OpenAIError, ValueError) as error:
        raise UsageError(
            f"does not list its models ({type(error).__name__})",
            where=shown_address(base_url),
            todo="Start the server, or name the model with VIVA_MODEL.",
        ) from error
    if not names:
        raise UsageError(
            "lists no model", where=shown_address(base_url), todo="Name one with VIVA_MODEL."
        )
    return names[0]


def endpoint_name(settings: Settings) -> str:
    """Where words go, for the first line of a session."""
    return shown_address(settings.openai_base_url) or "api.openai.com"
