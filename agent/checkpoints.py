"""Checkpoints of a session folder, which may come from somebody else: only our own types load.

LangGraph's reader builds what a checkpoint names, so three things are kept out: kinds of value that
Viva never writes (pickle, JSON with constructors), types that are not in the state of the interview
(`agent/__init__.py`), and a state whose fields are not what the code expects.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from agent.state import InterviewState
from prompts.errors import VivaError

if TYPE_CHECKING:
    from langgraph.checkpoint.serde.base import SerializerProtocol
    from langgraph.types import StateSnapshot

KINDS = frozenset({"null", "bytes", "bytearray", "msgpack"})
"""How Viva's values are stored."""


def our_serializer() -> SerializerProtocol:
    """LangGraph's serializer without the kinds that can name any class."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    class OurSerializer(JsonPlusSerializer):
        """Refuses a kind that Viva never writes."""

        def loads_typed(self, data: tuple[str, bytes]) -> Any:
            """The value. Raises ValueError for such a kind."""
            if data[0] not in KINDS:
                raise ValueError(f"a value of the kind {data[0]!r}")
            return super().loads_typed(data)

    return OurSerializer(allowed_msgpack_modules=None)


def stored_state(graph: Any, config: Any, session: Path) -> StateSnapshot:
    """The last state of the interview. Raises VivaError when the checkpoint is damaged or strange.

    A field must be what `InterviewState` says: what was refused comes back as plain data.
    """
    from pydantic import TypeAdapter

    try:
        snapshot: StateSnapshot = graph.get_state(config)
        for name, kind in get_type_hints(InterviewState).items():
            if name in snapshot.values:
                value = snapshot.values[name]
                stored = tuples(value) if get_origin(kind) is tuple else value
                TypeAdapter(kind).validate_python(stored, strict=True)
    except (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError) as error:
        raise VivaError(
            f"has a damaged checkpoint, so it cannot be taken up ({type(error).__name__})",
            where=str(session),
            todo="`viva score` still judges what was said.",
        ) from error
    return snapshot


def tuples(value: Any) -> Any:
    """Lists as the tuples they were before they were stored."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value
