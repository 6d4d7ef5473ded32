"""Faults in hand-written files are told with the line a person has to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from prompts.errors import InputFileError
from prompts.persona import Persona, persona_files
from prompts.question_bank import Question, bank_folder, load_question
from prompts.yaml_file import MAX_YAML_BYTES, load_yaml

FRAUD = bank_folder() / "fraud-detection.yaml"


class Small(BaseModel):
    """Enough of a model for the faults that do not depend on questions."""

    model_config = ConfigDict(extra="forbid")
    name: str
    parts: tuple[int, ...] = ()


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "given.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, start: str) -> int:
    """The first line, from 1, that begins with `start` after its indent."""
    lines = enumerate(text.splitlines(), start=1)
    return next(number for number, line in lines if line.strip().startswith(start))


def fault(path: Path) -> InputFileError:
    with pytest.raises(InputFileError) as caught:
        load_question(path)
    return caught.value


def test_a_misspelt_key_of_a_question_is_reported_at_its_own_line(tmp_path: Path) -> None:
    text = FRAUD.read_text(encoding="utf-8").replace(
        "    criterion: trade_offs", "    criterium: x", 1
    )
    error = fault(written(tmp_path, text))
    assert error.line_no in {line_of(text, "criterium:"), line_of(text, "- id: two-stages")}
    assert "criteri" in error.what
    assert error.exit_code == 2


def test_a_key_that_stands_twice_is_reported_at_its_second_line(tmp_path: Path) -> None:
    text = FRAUD.read_text(encoding="utf-8") + 'reflect: "Once more?"\n'
    error = fault(written(tmp_path, text))
    assert error.line_no == len(text.splitlines())
    assert "'reflect' stands twice" in error.what


def test_a_value_of_the_wrong_type_is_reported_at_its_line(tmp_path: Path) -> None:
    text = FRAUD.read_text(encoding="utf-8").replace("    severity: 4", "    severity: very", 1)
    error = fault(written(tmp_path, text))
    assert error.line_no == line_of(text, "severity: very")
    assert "twists.0.severity" in error.what


def test_an_unquoted_yaml_no_where_text_belongs_is_reported_at_its_line(tmp_path: Path) -> None:
    text = FRAUD.read_text(encoding="utf-8").replace('reflect: "', "reflect: no #", 1)
    error = fault(written(tmp_path, text))
    assert error.line_no == line_of(text, "reflect:")


def test_a_missing_field_names_the_field_and_how_many_faults_follow(tmp_path: Path) -> None:
    error = fault(written(tmp_path, "id: only-this\n"))
    assert error.what.startswith("title: Field required (and ")
    assert error.line_no == 1


def test_an_id_given_to_two_facts_is_refused(tmp_path: Path) -> None:
    text = FRAUD.read_text(encoding="utf-8").replace("- id: volume", "- id: goal", 1)
    assert "the id 'goal' stands twice" in fault(written(tmp_path, text)).what


def test_broken_syntax_is_reported_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        load_yaml(written(tmp_path, "name: x\nparts: [1, 2\nmore: 3\n"), Small)
    assert caught.value.line_no >= 2
    assert caught.value.column >= 1


def test_a_fault_inside_a_list_is_reported_at_the_item(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        load_yaml(written(tmp_path, "name: x\nparts:\n  - 1\n  - two\n"), Small)
    assert (caught.value.line_no, caught.value.column) == (4, 5)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"# nothing but a comment\n", "is empty"),
        (b"name: caf\xe9\n", "is not UTF-8 text"),
        (b"- a\n- list\n", "valid dictionary"),
        (b"name: x\nname: y\n", "stands twice"),
        (b"name: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        (b"x" * (MAX_YAML_BYTES + 1), "larger than"),
    ],
    ids=["empty", "comment", "latin-1", "list", "duplicate", "code", "huge"],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "given.yaml"
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=complaint):
        load_yaml(path, Small)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        load_yaml(tmp_path / "gone.yaml", Small)
    assert str(tmp_path / "gone.yaml") in caught.value.line()
    assert "cannot be read" in caught.value.line()


@pytest.mark.parametrize(
    ("path", "model", "spoil"),
    [
        (FRAUD, Question, lambda text: "unheard_of: 1\n" + text),
        (persona_files()[0], Persona, lambda text: "unheard_of: 1\n" + text),
    ],
    ids=["question", "persona"],
)
def test_an_unknown_key_at_the_top_is_refused_by_every_kind_of_file(
    tmp_path: Path, path: Path, model: type[BaseModel], spoil: Callable[[str], str]
) -> None:
    text = spoil(path.read_text(encoding="utf-8"))
    with pytest.raises(InputFileError) as caught:
        load_yaml(written(tmp_path, text), model)
    assert caught.value.line_no == 1
    assert "unheard_of" in caught.value.what
