"""A session folder from a stranger: it cannot reach out of itself, hang, or steer the terminal."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.packs import session_bank
from agent.reporting import write_report
from evaluation.correction import Correction
from evaluation.deletion import delete_session
from evaluation.json_lines import MAX_LINE_BYTES, parse, read_limited
from evaluation.record import MAX_CLOCK_MS, Event, Turn
from evaluation.result import Evaluation
from evaluation.session import SessionFolder, SessionMeta
from evaluation.session_list import list_sessions, recent_questions
from evaluation.transcript import parse_transcript
from prompts.errors import InputFileError, VivaError
from prompts.plain_text import CONTROL

DATA = Path(__file__).parents[1] / "data" / "sessions"
STORED = next(DATA.glob("2026-11-20-*"))
FILES = ("session.json", "turns.jsonl", "events.jsonl", "evaluation.json")
OTHERS = ("corrections.jsonl", "notes.txt", "audio.wav", "checkpoint.sqlite", "report.html")
OUTSIDE = b"what the user wrote\nand a last line without an end"
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MODELS = (Turn, Event, Correction, SessionMeta, Evaluation)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.just(10**400),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["candidate", "senior", "viva-session/1", "scored", "2026-01-01"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([*Turn.model_fields, *SessionMeta.model_fields]), inner),
    ),
    max_leaves=12,
)


def refusal(action: Callable[..., object], *given: Any) -> str:
    """The line that tells a refusal; empty when there was none. Anything else raised is a fault."""
    try:
        action(*given)
    except VivaError as refused:
        return refused.line()
    return ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STORED, tmp_path / "home" / STORED.name))


@pytest.mark.parametrize("name", [*FILES, *OTHERS, ".lock", "turns.jsonl.damaged", "anything"])
def test_a_link_in_the_folder_is_refused_and_what_it_leads_to_stays_as_it_was(
    folder: Path, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(OUTSIDE)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)
    if name == "turns.jsonl.damaged":
        (folder / "turns.jsonl").write_bytes((STORED / "turns.jsonl").read_bytes() + b"{")
    with pytest.raises(InputFileError, match=r"is a link|is not a session|no viva-session"):
        SessionFolder.open(folder)
    (told,) = list_sessions(folder.parent)
    assert told.problem
    assert outside.read_bytes() == OUTSIDE
    if name != ".lock":
        delete_session(folder)
        assert not folder.exists()
    assert outside.read_bytes() == OUTSIDE


@pytest.mark.parametrize("name", [*FILES, *OTHERS])
def test_a_pipe_in_the_folder_is_refused_at_once(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(InputFileError):
        SessionFolder.open(folder)
    list_sessions(folder.parent)
    recent_questions(folder.parent)
    with pytest.raises(InputFileError, match="no plain file"):
        read_limited(folder / name, 10)


def test_what_the_shell_hands_over_is_read_all_the_same() -> None:
    read, write = os.pipe()
    os.write(write, b"{}")
    os.close(write)
    try:
        assert read_limited(Path(f"/dev/fd/{read}"), 10) == b"{}"
    finally:
        os.close(read)


def test_no_text_of_a_session_steers_the_terminal(folder: Path) -> None:
    escapes = "\\u001b]52;c;AAAA\\u0007\\u009b31m"
    for name in FILES:
        text = (folder / name).read_text("utf-8")
        put = text.replace('"text":"', f'"text":"{escapes}').replace(
            '"text": "', f'"text": "{escapes}'
        )
        (folder / name).write_text(put, encoding="utf-8")
    (folder / "notes.txt").write_text("\x1b]0;x\x07", encoding="utf-8")
    from evaluation.notes import stored_notes

    session = SessionFolder.open(folder)
    evaluation = session.evaluation()
    assert evaluation is not None
    texts = [*(turn.text for turn in session.turns()), stored_notes(session)]
    assert "\N{REPLACEMENT CHARACTER}]52;c;AAAA" in texts[0]
    assert not any(map(CONTROL.search, texts))
    assert not CONTROL.search(evaluation.model_dump_json())
    assert not CONTROL.search(InputFileError("\x1b[2Jname", "is none").line())


@pytest.mark.parametrize("name", ["own_questions", "persona_data"])
def test_data_in_session_json_that_is_no_question_or_persona_is_told(
    folder: Path, name: str
) -> None:
    from agent.studio import persona_of

    meta = json.loads((folder / "session.json").read_text())
    meta[name] = {"x": {"id": 1}}
    (folder / "session.json").write_text(json.dumps(meta))
    session = SessionFolder.open(folder)
    read: Callable[..., object] = session_bank if name == "own_questions" else persona_of
    with pytest.raises(InputFileError, match=name):
        read(session.meta)


@pytest.mark.parametrize("name", ["/dev/zero", "../../secret.yaml", "x/y.yaml"])
def test_a_session_names_its_persona_by_id_and_no_file_of_this_machine(
    folder: Path, name: str
) -> None:
    from agent.studio import persona_of

    meta = SessionFolder.open(folder).meta
    with pytest.raises(InputFileError, match="is no id"):
        persona_of(meta.model_copy(update={"persona": name, "persona_data": {}}))


def test_a_time_no_clock_shows_is_damage_and_not_a_report_of_a_million_minutes(
    folder: Path,
) -> None:
    turns = (folder / "turns.jsonl").read_text("utf-8").splitlines()
    last = json.loads(turns[-1])
    last["end_ms"] = MAX_CLOCK_MS * 10**6
    (folder / "turns.jsonl").write_text("\n".join([*turns[:-1], json.dumps(last)]) + "\n")
    session = SessionFolder.open(folder)
    assert any("damaged" in each for each in session.warnings)
    assert len(write_report(session, session_bank(session.meta)).read_text("utf-8")) < 2_000_000


def test_a_line_beyond_the_limit_is_damage(folder: Path) -> None:
    with (folder / "turns.jsonl").open("ab") as file:
        file.write(b'{"text": "' + b"x" * MAX_LINE_BYTES + b'"}\n')
    (warning,) = SessionFolder.open(folder).warnings
    assert "turns.jsonl" in warning


@settings(max_examples=50, deadline=None)
@given(JSON, st.sampled_from(MODELS))
def test_any_json_is_a_line_or_damage(value: Any, model: Any) -> None:
    entry, why = parse(json.dumps(value).encode("utf-8"), model)
    assert (entry is None) == bool(why)


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=200), JSON.map(lambda v: json.dumps({"turns": v}).encode())))
def test_any_bytes_are_a_transcript_or_refused(data: bytes) -> None:
    line = refusal(parse_transcript, data, Path("theirs.json"))
    assert "\n" not in line
    assert not line or line.startswith("theirs.json")


@QUICK
@given(st.data())
def test_a_folder_damaged_anywhere_is_opened_or_refused_and_reported_or_refused(
    tmp_path: Path, data: st.DataObject
) -> None:
    folder = tmp_path / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(STORED, folder)
    path = folder / data.draw(st.sampled_from(FILES))
    whole = path.read_bytes()
    at, cut = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    put = data.draw(
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [b"NaN", b"1e999", b"-1", b"9" * 400, b"\\ud800", b"null", b"\n", b"{}"]
            ),
            st.sampled_from([b"[" * 10_000, b'{"a":' * 10_000, whole[at : at + 500]]),
        )
    )
    path.write_bytes(whole[:at] + put + whole[at + cut :])
    assert "\n" not in refusal(report_of, folder)


def report_of(folder: Path) -> None:
    session = SessionFolder.open(folder)
    write_report(session, session_bank(session.meta), placing="none")
