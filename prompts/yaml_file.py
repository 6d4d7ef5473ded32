"""One reader for every YAML file: validated by pydantic, errors with file, line and column."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from prompts.errors import InputFileError
from prompts.plain_text import CONTROL

M = TypeVar("M", bound=BaseModel)

MAX_YAML_BYTES = 2_000_000
"""A hand-written file is far smaller; a larger one is a mistake or an attack."""

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(path: Path, model: type[M]) -> M:
    """Read `path` and validate it as `model`.

    Raises InputFileError (exit code 2) naming the first fault with its line: unreadable, too large,
    not YAML, a duplicate key, or a value the model refuses. All values refused are in its `faults`.
    """
    return parse_yaml(read_text(path), path, model)


def read_text(path: Path) -> str:
    """The file as UTF-8 text; InputFileError when it cannot be read."""
    try:
        # A pipe or a device has no size, and may have no end.
        if not path.is_relative_to("/dev") and not stat.S_ISREG(path.stat().st_mode):
            raise InputFileError(path, "is a folder" if path.is_dir() else "is no plain file")
        with path.open("rb") as file:
            data = file.read(MAX_YAML_BYTES + 1)
        if len(data) > MAX_YAML_BYTES:
            raise InputFileError(path, f"larger than {MAX_YAML_BYTES} bytes")
        return data.decode("utf-8")
    except OSError as error:
        raise InputFileError(path, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputFileError(path, f"is not UTF-8 text (byte {error.start})") from error


def parse_yaml(text: str, path: Path, model: type[M]) -> M:
    """Validate YAML `text` as `model`; `path` only names the place in errors."""
    try:
        node = yaml.compose(text, Loader=Loader)
        if node is None:
            raise InputFileError(path, "is empty")
        refuse_oddities(node, path)
        # The composed node is built from: parsing the text again would double the time.
        data = built(node, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = error.problem or "not valid YAML"
        raise InputFileError(path, problem, line_no=line, column=column) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InputFileError(path, f"not valid YAML ({error})") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise located(error, node, path) from error


def located(error: ValidationError, node: yaml.Node, path: Path) -> InputFileError:
    """The first validation fault as an InputFileError that points at its line and has them all."""
    faults = []
    for fault in error.errors(include_url=False):
        mark = mark_of(node, fault["loc"])
        name = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        what = f"{name}: {message}" if name else message
        faults.append(InputFileError(path, what, line_no=mark.line + 1, column=mark.column + 1))
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    told = InputFileError(path, f"{first.what}{more}", line_no=first.line_no, column=first.column)
    told.faults = tuple(faults)
    return told


def mark_of(node: yaml.Node, location: Sequence[int | str]) -> yaml.Mark:
    """The start mark of the node at a pydantic error location, or of its nearest ancestor."""
    mark: yaml.Mark = node.start_mark
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                return mark
            key, node = pair
            # A list is shown by its key: its own mark is that of its first item.
            mark = key.start_mark
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                return mark
            node = node.value[part]
            mark = node.start_mark
    return mark


def built(node: yaml.Node, path: Path) -> Any:
    """The plain data of a composed document. Raises InputFileError, yaml.YAMLError."""
    try:
        return Loader("").construct_document(node)
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        # PyYAML lets what `int`, `datetime` and its own tables say about a value through.
        what = f"holds a number, date or tagged value that cannot be read ({error})"
        raise InputFileError(path, what) from error


def refuse_oddities(node: yaml.Node, path: Path) -> None:
    """Two equal keys, of which PyYAML lets the last win silently: a typo must be told. Aliases: a
    few lines of them can stand for gigabytes. Characters that steer the terminal they are shown in.
    """
    stack: list[yaml.Node] = [node]
    seen_nodes: set[int] = set()
    while stack:
        current = stack.pop()
        if id(current) in seen_nodes:
            raise refused(path, current, "an alias (*name) cannot be used here; write it out")
        seen_nodes.add(id(current))
        if isinstance(current, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in current.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        what = f"the key {key.value!r} stands twice in one mapping"
                        raise refused(path, key, what)
                    keys.add(key.value)
                stack += [key, value]
        elif isinstance(current, yaml.SequenceNode):
            stack.extend(current.value)
        elif CONTROL.search(current.value):
            raise refused(path, current, "a control character stands in this text")


def refused(path: Path, node: yaml.Node, what: str) -> InputFileError:
    """The error that points at `node`."""
    mark = node.start_mark
    return InputFileError(path, what, line_no=mark.line + 1, column=mark.column + 1)
