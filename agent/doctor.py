"""Is this machine ready? Every check is tried, whatever the others say.

"failed" means that an offline interview cannot run; what only takes something away (no device, no
endpoint, one voice of two) is a "warning". So the exit code of `viva doctor` is 0 exactly when
nothing failed. The checks of sound and speech stand in
`doctor_speech.py`.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.settings import Settings, load_settings
from agent.weights import MANIFEST, Weights, places, status, verify
from audio.errors import AudioError
from prompts.errors import VivaError

State = Literal["ok", "warning", "failed"]

OLDEST_PYTHON = (3, 11)
DISTRIBUTION = "viva-interview"
PACKAGES = ("agent", "audio", "evaluation", "prompts")
FREE_BYTES = 500_000_000
"""A 45-minute session writes 173 MB of sound (two channels, 16 kHz, 16 bit); room for two."""
ENDPOINT_TIMEOUT_S = 2.0
COLUMNS = 80
"""The terminal view is made for this width."""
TRACING_VARIABLES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    state: State
    found: str
    todo: str = ""
    """What to do about it; empty when there is nothing to do."""


Check = Callable[[], Iterable[Finding]]


def examine(checks: Iterable[tuple[str, Check]]) -> Iterator[Finding]:
    """The findings of all checks; a check that breaks is a finding itself."""
    for name, check in checks:
        try:
            yield from check()
        except (VivaError, AudioError) as error:
            yield Finding(name, "failed", error.what, error.todo)
        except Exception as error:  # noqa: BLE001  # one broken check must not hide the others
            yield Finding(
                name, "failed", f"the check broke ({type(error).__name__}: {error})", "Report this."
            )


def python_version() -> Iterator[Finding]:
    """The running interpreter."""
    found = f"{sys.version.split()[0]} in {sys.prefix}"
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding("python", "ok", found)
    else:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        yield Finding("python", "failed", found, f"Install Python {oldest} or newer.")


def packages_whole() -> Iterator[Finding]:
    """Our four packages are ours: a foreign one of the same name may shadow or overwrite them."""
    home = Path(__file__).resolve().parent.parent
    foreign = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != home:
            foreign.append(f"{name} from {origin or 'nowhere'}")
    foreign.extend(changed_files(home))
    if foreign:
        shown = "; ".join(foreign[:3]) + (f" and {len(foreign) - 3} more" * (len(foreign) > 3))
        yield Finding(
            "packages",
            "failed",
            f"another package is in the way: {shown}",
            f"Install {DISTRIBUTION} into an environment of its own.",
        )
    else:
        yield Finding("packages", "ok", f"all four loaded from {home}")


def changed_files(home: Path) -> list[str]:
    """Installed files of ours whose content is no longer what was installed (by RECORD)."""
    try:
        files = importlib.metadata.distribution(DISTRIBUTION).files or []
    except importlib.metadata.PackageNotFoundError:
        return []
    changed = []
    for file in files:
        if file.hash is None or file.parts[0] not in PACKAGES:
            continue
        path = Path(str(file.locate()))
        if not path.is_relative_to(home):
            continue
        digest = hashlib.new(file.hash.mode, path.read_bytes() if path.exists() else b"").digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            changed.append(f"{file} was changed after installation")
    return changed


def terminal() -> Iterator[Finding]:
    """Encoding and width of the terminal."""
    encoding = (sys.stdout.encoding or "").lower()
    columns = shutil.get_terminal_size().columns
    found = f"{encoding or 'no encoding'}, {columns} columns"
    if "utf" not in encoding:
        yield Finding("terminal", "warning", found, "Set LANG=C.UTF-8 or PYTHONUTF8=1.")
    elif columns < COLUMNS:
        yield Finding("terminal", "warning", found, f"Widen the window to {COLUMNS} columns.")
    else:
        yield Finding("terminal", "ok", found)


def sessions_home() -> Iterator[Finding]:
    """Sessions can be written, and there is room for some."""
    home = load_settings().sessions_home
    todo = "Set VIVA_SESSIONS_HOME to a folder you can write to."
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"viva")
        free = shutil.disk_usage(home).free
    except OSError as error:
        yield Finding("sessions", "failed", f"{home}: {error.strerror or error}", todo)
        return
    found = f"{home}, {free / 1e9:.1f} GB free"
    if free < FREE_BYTES:
        yield Finding("sessions", "warning", found, "Free some space before a long interview.")
    else:
        yield Finding("sessions", "ok", found)


def weights_whole() -> Iterator[Finding]:
    """Every set of weights by its hashes."""
    for weights in MANIFEST:
        yield weights_finding(weights)


def weights_finding(weights: Weights) -> Finding:
    """One set: ready and right, or what is wrong with it."""
    name, state = f"weights {weights.name}", status(weights.name)
    get = f"Run `viva models get {weights.name}`."
    if state == "missing":
        if weights.optional:
            return Finding(name, "ok", f"not here, optional: {weights.purpose}", get)
        return Finding(name, "failed", f"missing: {weights.purpose}", get)
    if problems := verify(weights.name):
        return Finding(name, "warning" if weights.optional else "failed", problems[0], get)
    where = "fetched" if (places(weights)[0]).exists() else "in its package"
    return Finding(name, "ok", f"{weights.size_bytes / 1e6:.0f} MB, {where}")


def tracing() -> Iterator[Finding]:
    """Variables by which the graph library would send inputs and outputs to a service."""
    on = [name for name in TRACING_VARIABLES if os.environ.get(name, "").lower() in {"true", "1"}]
    if on:
        yield Finding(
            "tracing",
            "warning",
            f"{', '.join(on)} is set; Viva switches tracing off for itself",
            f"Unset it if nothing else needs it: `unset {' '.join(on)}`.",
        )
    else:
        yield Finding("tracing", "ok", "off")


def endpoint() -> Iterator[Finding]:
    """Whether the configured endpoint answers; the key is never shown."""
    settings = load_settings()
    if not settings.has_endpoint:
        yield Finding("endpoint", "ok", "none configured: the offline brain and judge are used")
        return
    place = settings.openai_base_url or "the vendor's address"
    problem = ask_endpoint(settings)
    if problem:
        yield Finding(
            "endpoint",
            "warning",
            f"{place}: {problem}; the offline brain will take over",
            "Check OPENAI_BASE_URL and OPENAI_API_KEY, or unset them.",
        )
    else:
        yield Finding("endpoint", "ok", f"{place} answers")


def ask_endpoint(settings: Settings) -> str:
    """List the models once; what went wrong, "" when nothing did.

    Only the kind of error is told: servers repeat parts of the key in their messages.
    """
    import openai

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    try:
        client = openai.OpenAI(
            api_key=key or "none",
            base_url=settings.openai_base_url or None,
            timeout=ENDPOINT_TIMEOUT_S,
            max_retries=0,
        )
        with client:
            client.models.list()
    except openai.AuthenticationError:
        return "the key is refused (401)"
    except openai.APITimeoutError:
        return f"no answer within {ENDPOINT_TIMEOUT_S:.0f} s"
    except openai.APIConnectionError:
        return "cannot be reached"
    except openai.APIStatusError as error:
        return f"answers with status {error.status_code}"
    except (openai.OpenAIError, ValueError) as error:
        return f"cannot be asked ({type(error).__name__})"
    return ""
