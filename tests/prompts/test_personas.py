"""Personas: four ship, they differ in manner only, and a file of one's own works by path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from prompts.errors import InputFileError, UsageError
from prompts.lint import lint_personas
from prompts.persona import (
    DEFAULT_PERSONA,
    Persona,
    load_persona,
    load_personas,
    persona_files,
)

SHIPPED = (
    "neutral-professional",
    "sceptical-staff-engineer",
    "terse-bar-raiser",
    "warm-coach",
)


def test_the_four_personas_ship_and_are_named_like_their_files() -> None:
    assert tuple(persona.id for persona in load_personas()) == SHIPPED
    assert tuple(path.stem for path in persona_files()) == SHIPPED


def test_the_default_persona_ships() -> None:
    assert load_persona(DEFAULT_PERSONA).tone == "neutral"


def test_personas_can_be_told_apart() -> None:
    personas = load_personas()
    for attribute in ("name", "title", "tone", "description"):
        assert len({getattr(persona, attribute) for persona in personas}) == len(personas)
    assert len({(p.voice.name, p.voice.words_per_minute) for p in personas}) == len(personas)


def test_the_coach_waits_longest_and_the_bar_raiser_shortest() -> None:
    by_wait = sorted(load_personas(), key=lambda persona: persona.patience.complete_ms)
    assert (by_wait[0].id, by_wait[-1].id) == ("terse-bar-raiser", "warm-coach")


@pytest.mark.parametrize("path", persona_files(), ids=lambda path: path.stem)
def test_a_persona_fits_on_one_screen(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 30


def test_an_unknown_persona_is_refused_with_the_list() -> None:
    with pytest.raises(UsageError) as caught:
        load_persona("grumpy-professor")
    assert "'grumpy-professor'" in caught.value.what
    for name in SHIPPED:
        assert name in caught.value.todo


def test_a_persona_of_ones_own_is_loaded_by_path(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    text = persona_files()[0].read_text(encoding="utf-8")
    own.write_text(text.replace("name: Daniel", "name: Ada", 1), encoding="utf-8")
    assert load_persona(str(own)).name == "Ada"


def test_a_persona_with_less_patience_for_unfinished_words_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "hasty.yaml"
    text = persona_files()[0].read_text(encoding="utf-8")
    own.write_text(text.replace("incomplete_ms: 5000", "incomplete_ms: 1000"), encoding="utf-8")
    with pytest.raises(InputFileError, match="must not fall") as caught:
        load_persona(str(own))
    assert caught.value.line_no > 1


def test_a_persona_path_that_is_not_there_is_an_input_error() -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        load_persona("nowhere/mine.yaml")


def test_shipped_personas_promise_no_praise() -> None:
    assert lint_personas(zip(persona_files(), load_personas(), strict=True)) == []


def test_a_persona_that_announces_praise_and_a_repeated_id_are_found() -> None:
    path = persona_files()[0]
    given = load_persona(str(path))
    praising = Persona.model_validate(given.model_dump() | {"description": "Says: great answer!"})
    findings = lint_personas([(path, given), (path, praising)])
    assert sorted(finding.what.split()[0] for finding in findings) == ["description", "the"]
    assert all(finding.line_no > 0 for finding in findings)


# In a process of its own: espeak-ng is one global object per process and ends it when upset.
ASK_ESPEAK = """
import ctypes, os, sys
import espeakng_loader
os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
library = ctypes.CDLL(espeakng_loader.get_library_path())
assert library.espeak_Initialize(2, 0, None, 0) > 0  # 2 = into memory, no sound device
print(*(library.espeak_SetVoiceByName(name.encode()) for name in sys.argv[1:]))
"""


def test_every_persona_voice_exists_in_espeak_ng() -> None:
    names = [persona.voice.name for persona in load_personas()]
    asked = [sys.executable, "-c", ASK_ESPEAK, *names, "no-such-voice"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)
    *known, unknown = answer.stdout.split()
    assert known == ["0"] * len(names)
    assert unknown != "0"
