"""Settings, later ones win: defaults < viva.toml < environment < flags.

Imported inside commands only: pydantic-settings alone costs as much as `viva --help` may.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from prompts.errors import InputFileError, UsageError
from prompts.persona import DEFAULT_PERSONA
from prompts.rubric import Level

APP = "viva"


def config_file() -> Path:
    """`viva.toml` in the user's config folder."""
    return Path(platformdirs.user_config_dir(APP)) / "viva.toml"


class Settings(BaseSettings):
    """Everything that can be configured, with its unit."""

    model_config = SettingsConfigDict(
        env_prefix="VIVA_", extra="forbid", toml_file=config_file(), frozen=True
    )

    sessions_home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir(APP)) / "sessions",
        description="Where session folders are kept.",
    )
    brain: Literal["auto", "offline", "openai"] = "auto"
    judge: Literal["auto", "offline", "openai"] = "auto"
    level: Level = "senior"
    persona: str = DEFAULT_PERSONA
    difficulty: int = Field(
        default=3, ge=1, le=5, description="1 gentle to 5 hard: depth, hints, twists, time."
    )
    packs: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Question files or folders beside the shipped ones."
    )
    minutes: float | None = Field(default=None, gt=0, le=180, description="Length of a session.")
    model: str = Field(default="", description="Model at the endpoint; empty = its default.")
    openai_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("OPENAI_API_KEY"), exclude=True, repr=False
    )
    openai_base_url: str = Field(default="", validation_alias=AliasChoices("OPENAI_BASE_URL"))
    turn_budget_s: float = Field(
        default=5.0, gt=0, le=60, description="Seconds the endpoint has for one turn."
    )
    judge_samples: int = Field(default=3, ge=1, le=9)
    judge_budget_s: float = Field(
        default=60.0, gt=0, le=600, description="Seconds the endpoint has for one call of a judge."
    )
    price_in: float | None = Field(
        default=None, ge=0, description="What the endpoint asks for a million tokens it reads."
    )
    price_cached: float | None = Field(
        default=None, ge=0, description="For a million of them from its cache; not set = price_in."
    )
    price_out: float | None = Field(
        default=None, ge=0, description="For a million tokens it writes, in the same money."
    )
    whisper: str = Field(
        default="auto",
        description="Recogniser: weights by name, a CTranslate2 Whisper folder, or auto = the best "
        "that is fast enough on this machine.",
    )
    transcription: Literal["local", "openai"] = Field(
        default="local",
        description="Where sound becomes words; openai = an endpoint, to which the sound goes.",
    )
    transcription_url: str = Field(default="", description="Its address; empty = OPENAI_BASE_URL.")
    transcription_key: SecretStr | None = Field(
        default=None,
        exclude=True,
        repr=False,
        description="Its key; not set = OPENAI_API_KEY, unless the address is another.",
    )
    transcription_model: str = Field(default="whisper-1", description="Model at that address.")
    transcription_budget_s: float = Field(
        default=3.0, gt=0, le=60, description="Seconds the endpoint has for one clause."
    )
    database: SecretStr | None = Field(
        default=None,
        exclude=True,
        repr=False,
        description="postgresql:// address for the state of `viva serve`; not set = files.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        exclude=True,
        repr=False,
        min_length=16,
        description="Lets Prometheus read /metrics of `viva serve`.",
    )
    log_json: bool = Field(
        default=False, description="`viva serve` logs JSON lines on standard error."
    )
    self_rating: bool = Field(
        default=True, description="Ask for one's own 1-5 before the score is shown, at a terminal."
    )
    microphone: str = Field(default="", description="Input device by name; empty = default.")
    speaker: str = Field(default="", description="Output device by name; empty = default.")
    slow_factor: float = Field(
        default=0.8,
        gt=0,
        description="Time to transcribe over length of the speech, above which the machine is too "
        "slow and something is left out.",
    )
    barge_in: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Speaking over the interviewer: auto = with echo cancellation, on = without "
        "(headphones), off = the microphone is not listened to meanwhile.",
    )

    @field_validator("packs", mode="before")
    @classmethod
    def listed(cls, value: Any) -> Any:
        """In a variable: paths with the separator of PATH between them."""
        return (
            [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def has_endpoint(self) -> bool:
        """True when a key or an address of an endpoint is set."""
        return bool(self.openai_api_key or self.openai_base_url)

    def public(self) -> dict[str, Any]:
        """Settings for session.json: everything but keys."""
        shown = self.model_dump(mode="json", exclude={"openai_api_key", "transcription_key"})
        for address in ("openai_base_url", "transcription_url"):
            shown[address] = shown_address(shown[address])
        return {name: value for name, value in shown.items() if value not in (None, "")}


def shown_address(url: str) -> str:
    """An address without user, password and query, which may be secrets."""
    if not url:
        return ""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def load_settings(**flags: Any) -> Settings:
    """Settings with `flags` on top; None means not given.

    Raises InputFileError for a faulty viva.toml, UsageError for a faulty variable or flag.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except tomllib.TOMLDecodeError as error:
        raise InputFileError(config_file(), f"is not valid TOML ({error})") from error
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in fault["loc"])
        raise UsageError(
            f"the setting {name!r}: {fault['msg']}",
            todo=f"Look at the VIVA_* variables and {config_file()}.",
        ) from error
