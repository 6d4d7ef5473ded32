"""YAML from a stranger: read as data or refused with its place, in little time and memory."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from prompts.errors import InputFileError, VivaError
from prompts.persona import Persona
from prompts.plain_text import CONTROL, plain_json, plain_text
from prompts.yaml_file import MAX_YAML_BYTES, load_yaml, parse_yaml

PERSONA = min((Path(__file__).parents[2] / "prompts" / "personas").glob("*.yaml"))
QUICK = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Anything(BaseModel):
    """Takes any mapping."""

    a: Any = None


def doubled(levels: int, item: str) -> str:
    """`levels` lines, each of which holds the one before nine times."""
    lines = [f"a0: &a0 {item}"]
    lines += [f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]" for i in range(levels)]
    return "\n".join(lines)


REFUSED = {
    "aliases that stand for 9^9 values": doubled(9, "[x]"),
    "merges of merges": "a: &a {k: 1}\nb: &b {<<: [*a, *a]}\n",
    "a list that holds itself": "a: &a [*a]",
    "a mapping that holds itself": "&a\n<<: *a\nx: 1",
    "10,000 levels": "a: " + "[" * 10_000 + "]" * 10_000,
    "a number of 5,000 digits": "a: " + "9" * 5_000,
    "a date that is none": "a: 2026-13-45",
    "a time that is none": "a: 2026-11-26T99:99:99Z",
    "a number without digits": "a: 0b_",
    "words under the tag of a number": "a: !!int many",
    "words under the tag of a truth value": "a: !!bool maybe",
    "nothing under the tag of a number": "a: !!int ''",
    "words under the tag of a time": "a: !!timestamp soon",
    "a list for a key": "? [a]\n: b",
    "a call": "a: !!python/object/apply:os.system [exit]",
    "a module": "a: !!python/module:antigravity",
    "an escape that steers the terminal": 'a: "\\e]52;c;AAAA\\a"',
    "the same in a key": '"\\x9b31m": a',
    "a control character as it is": "a: b\x00c",
    "two documents": "a: 1\n---\na: 2",
}


def refusal(action: Callable[..., object], *given: Any) -> str:
    """The line that tells a refusal; empty when there was none. Anything else raised is a fault."""
    try:
        action(*given)
    except VivaError as refused:
        return refused.line()
    return ""


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_no_file_of_a_person_holds_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(InputFileError) as refused:
        parse_yaml(REFUSED[name], Path("theirs.yaml"), Anything)
    line = refused.value.line()
    assert line.startswith("theirs.yaml")
    assert "\n" not in line
    assert not CONTROL.search(line)


def test_a_pipe_a_device_and_a_large_file_are_refused_without_reading_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    (tmp_path / "large.yaml").write_bytes(b"#" * (MAX_YAML_BYTES + 1))
    for name, what in (("pipe", "no plain"), ("endless", "no plain"), ("large", "larger than")):
        with pytest.raises(InputFileError, match=what):
            load_yaml(tmp_path / f"{name}.yaml", Anything)


@QUICK
@given(st.data())
def test_a_persona_damaged_anywhere_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    whole = PERSONA.read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from([b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"*a", b"&a ", b"!!int ", b"? "]),
            st.sampled_from([b"[" * 2_000, b"{a: " * 2_000, b"9" * 5_000, b"- " * 2_000, b".nan"]),
        )
    )
    damaged = tmp_path / "damaged.yaml"
    damaged.write_bytes(whole[:at] + put + whole[at + cut :])
    line = refusal(load_yaml, damaged, Persona)
    assert not line or line.startswith(str(damaged))
    assert "\n" not in line


@QUICK
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    line = refusal(parse_yaml, text, Path("x.yaml"), Anything)
    assert not line or line.startswith("x.yaml")
    assert "\n" not in line


@QUICK
@given(st.text(alphabet=st.characters(max_codepoint=0x2FF), max_size=60))
def test_text_reads_the_same_but_for_its_control_characters_however_json_spells_it(
    text: str,
) -> None:
    import json

    for spelt in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        assert json.loads(plain_json(spelt.encode())) == plain_text(text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", plain_text(text))
