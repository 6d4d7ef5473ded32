"""A checkpoint from a stranger builds nothing but the types of our own state."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import ormsgpack
import pytest

from agent.checkpoints import our_serializer, stored_state
from agent.graph import build_graph, open_checkpoints
from prompts.errors import VivaError

CONFIG: Any = {"configurable": {"thread_id": "1", "checkpoint_ns": ""}}
SINGLE, POSITIONAL, KEYWORDS, METHOD = 0, 1, 2, 3
"""LangGraph's ways to name a class or a function in msgpack."""


class Toucher:
    """Unpickled, it runs a command."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def packed(kind: int, *parts: Any) -> Any:
    return ormsgpack.Ext(kind, ormsgpack.packb(parts))


def payloads(file: Path) -> list[tuple[str, bytes]]:
    """Values that would make `file` if what they name were called."""
    command = f"touch {file}"
    named = [
        packed(SINGLE, "os", "system", command),
        packed(POSITIONAL, "os", "system", (command,)),
        packed(POSITIONAL, "subprocess", "getoutput", (command,)),
        packed(KEYWORDS, "builtins", "open", {"file": str(file), "mode": "w"}),
        packed(METHOD, "pathlib", "Path", str(file), "touch"),
        packed(METHOD, "builtins", "eval", f"open({str(file)!r}, 'w')", "__call__"),
    ]
    constructor = {"lc": 2, "type": "constructor", "id": ["os", "system"], "args": [command]}
    return [
        *(("msgpack", ormsgpack.packb({"version": each})) for each in named),
        ("pickle", pickle.dumps(Toucher(file))),
        ("json", json.dumps(constructor).encode()),
    ]


def put(saver: Any, kind: str, value: bytes) -> None:
    """A checkpoint whose state is that value, as it would lie in a stranger's folder."""
    saver.setup()
    row = ("1", "", "1", kind, value, b"{}")
    columns = "thread_id, checkpoint_ns, checkpoint_id, type, checkpoint, metadata"
    saver.conn.execute(f"insert or replace into checkpoints ({columns}) values (?,?,?,?,?,?)", row)


@pytest.mark.parametrize("number", range(8))
def test_what_a_checkpoint_names_is_not_called(tmp_path: Path, number: int) -> None:
    file = tmp_path / "touched"
    kind, value = payloads(file)[number]
    with open_checkpoints(tmp_path / "checkpoint.sqlite") as saver:
        graph = build_graph(saver)
        put(saver, kind, value)
        with pytest.raises(VivaError, match="damaged checkpoint"):
            stored_state(graph, CONFIG, tmp_path)
    assert not file.exists()


def test_the_payloads_are_live_where_nothing_stops_them(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    trusting = JsonPlusSerializer(pickle_fallback=True, allowed_msgpack_modules=True)
    for number in (0, 1, 2, 6):
        file = tmp_path / str(number)
        trusting.loads_typed(payloads(file)[number])
        assert file.exists()


def test_a_field_of_the_state_that_is_something_else_is_told_before_anything_runs(
    tmp_path: Path,
) -> None:
    from langgraph.checkpoint.base import empty_checkpoint

    from agent.state import STATE_VERSION

    with open_checkpoints(tmp_path / "checkpoint.sqlite") as saver:
        graph = build_graph(saver)
        values = {"version": STATE_VERSION, "plan": ["a"], "move": {"kind": "ask"}}
        state = {**empty_checkpoint(), "channel_values": values}
        put(saver, "msgpack", ormsgpack.packb(state))
        with pytest.raises(VivaError, match="ValidationError"):
            stored_state(graph, CONFIG, tmp_path)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.sqlite").write_bytes(b"no database" * 100)
    with (
        open_checkpoints(tmp_path / "checkpoint.sqlite") as saver,
        pytest.raises(VivaError, match="damaged checkpoint"),
    ):
        stored_state(build_graph(saver), CONFIG, tmp_path)


@pytest.mark.parametrize("value", [None, b"x", {"a": [1, "b", (2.5, None)]}])
def test_what_viva_writes_is_read_back(value: Any) -> None:
    serializer = our_serializer()
    read = serializer.loads_typed(serializer.dumps_typed(value))
    assert json.dumps(read, default=repr) == json.dumps(value, default=repr)
