"""A question file to begin with: whole, commented, and never over another file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from prompts.errors import UsageError
from prompts.lint import lint
from prompts.new_file import identity_of, write_new
from prompts.question_bank import Fact, bank_folder, load_bank, load_question
from prompts.question_file import question_text

BASES = ("fraud-detection", "improved-a-model", "bias-variance")


@pytest.mark.parametrize("base", BASES)
def test_a_new_question_is_the_shipped_one_under_another_id(base: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    write_new(path, question_text(bank_folder() / f"{base}.yaml", "mine", "my own-one", path))
    mine, shipped = load_question(path), load_bank().get(base)
    assert (mine.id, mine.title) == ("mine", "My own one")
    assert mine.model_copy(update={"id": base, "title": shipped.title}) == shipped
    assert not [found for found in lint([(path, mine)]) if found.severity == "error"]


def test_each_field_is_explained_where_it_stands() -> None:
    file = bank_folder() / "fraud-detection.yaml"
    text = question_text(file, "mine", "mine", Path("mine.yaml"))
    lines = text.splitlines()
    for key in yaml.safe_load(text):
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
        assert key in ("id", "title") or lines[at - 1].startswith("#"), key
    for field in ("weight", "need", "asks", "uses", "shift"):
        assert f"#   {field}: " in text
        assert field in Fact.model_fields
    assert "One of goal, scale, latency" in text
    assert "#   was:" not in text
    assert max(len(line) for line in lines if line.startswith("#")) <= 100


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    write_new(path, "first")
    with pytest.raises(UsageError, match="is there already"):
        write_new(path, "second")
    assert path.read_text() == "first"
    with pytest.raises(UsageError, match="cannot be written"):
        write_new(tmp_path / "nowhere" / "mine.yaml", "text")


def test_an_id_keeps_letters_and_digits_of_any_name() -> None:
    assert identity_of("Élan  Ranking_2") == "elan-ranking-2"
    with pytest.raises(UsageError, match="no letter"):
        identity_of("???")
