"""Which Whisper hears the candidate: measured once on this machine, or named."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.doctor_recogniser import choice_finding, recogniser_chosen, recogniser_hears
from agent.recogniser import CLAUSE_BUDGET_S, Choice, best, check, choose, recogniser_name
from agent.recogniser_speed import Speed, engine, hash_of, known_speeds, machine, speeds_file, store
from agent.settings import load_settings
from agent.weights import folder
from audio.errors import EngineError
from prompts.errors import UsageError

BEST, SMALLEST = "whisper-base", "whisper-tiny.en"
RANKED = (BEST, SMALLEST)
"""As if the larger one were the better one."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured yet, and nothing is fetched."""
    monkeypatch.setenv("VIVA_MODELS_HOME", str(tmp_path / "models"))
    monkeypatch.delenv("VIVA_WHISPER", raising=False)


def speed(name: str, took_s: float, **changed: str) -> Speed:
    """A measurement of this machine."""
    here = {"sha256": hash_of(name), "machine": machine(), "engine": engine()}
    today = datetime.date(2026, 11, 25)
    return Speed(model=name, clip_s=4.0, took_s=took_s, measured=today, **{**here, **changed})


def speeds(**took_s: float) -> Mapping[str, Speed]:
    """Measurements by the beginning of the model's last word."""
    names = {"tiny": "whisper-tiny.en", "base": "whisper-base"}
    return {names[key]: speed(names[key], value) for key, value in took_s.items()}


def test_the_best_model_within_the_budget_is_taken_and_the_quickest_where_none_is() -> None:
    fast, slow = CLAUSE_BUDGET_S - 0.1, CLAUSE_BUDGET_S + 0.1
    assert best(RANKED, speeds(base=fast, tiny=0.2)).name == BEST
    assert best(RANKED, speeds(base=slow, tiny=0.2)).name == SMALLEST
    both_slow = best(RANKED, speeds(base=slow + 1, tiny=slow))
    assert both_slow.name == SMALLEST
    assert "none reads a clause" in both_slow.why
    unmeasured = best(RANKED, {})
    assert unmeasured.name == SMALLEST
    assert "viva doctor" in unmeasured.why
    assert best([SMALLEST], {}) == Choice(SMALLEST, "the only one here")


def test_the_speed_is_measured_once_and_kept_until_the_machine_changes() -> None:
    (first,) = recogniser_chosen()
    assert first.state in {"ok", "warning"}  # a busy machine may well be too slow
    assert "whisper-tiny.en is taken: the only one here" in first.found
    assert "reads 4 s of speech in" in first.found
    kept = speeds_file().read_bytes()
    measured = known_speeds()["whisper-tiny.en"]
    assert 0 < measured.took_s < 20
    (second,) = recogniser_chosen()
    assert second == first
    assert speeds_file().read_bytes() == kept


@pytest.mark.parametrize(
    "changed", [{"machine": "another"}, {"engine": "ctranslate2 1.0"}, {"sha256": "0" * 64}]
)
def test_what_was_measured_elsewhere_does_not_count(changed: dict[str, str]) -> None:
    store({SMALLEST: speed(SMALLEST, 0.1)})
    assert list(known_speeds()) == [SMALLEST]
    store({SMALLEST: speed(SMALLEST, 0.1, **changed)})
    assert known_speeds() == {}


@pytest.mark.parametrize("content", ["", "{", '{"speeds": [{"model": "whisper-tiny.en"}]}'])
def test_a_damaged_file_of_speeds_is_no_measurement(content: str) -> None:
    store({})
    speeds_file().write_text(content)
    assert known_speeds() == {}
    assert choose(load_settings()).name == SMALLEST


def test_a_folder_named_in_the_settings_is_taken_and_heard_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "my whisper"
    shutil.copytree(folder("whisper-tiny.en"), mine)
    monkeypatch.setenv("VIVA_WHISPER", str(mine))
    check(load_settings())
    (finding,) = recogniser_hears()
    assert finding.state != "failed"
    assert str(mine) in finding.found
    assert recogniser_name(load_settings()) == str(mine)


def test_a_folder_without_a_whisper_and_an_unknown_name_are_told_clearly(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no CTranslate2 Whisper model in") as missing:
        check(load_settings(whisper=str(tmp_path)))
    assert str(tmp_path) in missing.value.what
    with pytest.raises(UsageError, match="neither weights of that name nor a folder"):
        check(load_settings(whisper="whisper-enormous"))


def test_the_doctor_names_the_remedy_for_a_model_that_is_too_slow() -> None:
    slow = CLAUSE_BUDGET_S + 0.2
    named = choice_finding("s", Choice("whisper-base", "named"), speeds(base=slow, tiny=0.2))
    assert (named.state, named.todo) == (
        "warning",
        "Replies will be late: set VIVA_WHISPER=auto.",
    )
    tiny = choice_finding("s", Choice(SMALLEST, "the only one"), speeds(tiny=slow))
    assert tiny.state == "warning"
    assert "measure again" in tiny.todo
    mine = choice_finding("s", Choice("/my/own", "named"), speeds(base=slow, tiny=0.6))
    assert (mine.state, mine.todo) == ("ok", "")
