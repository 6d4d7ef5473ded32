"""Prompt templates: one Markdown file each, filled strictly, hashed, with words kept as data.

A template has exactly two sections, `# System` (never changes within a question, so that prefix
caching works) and `# User`. Everything a person said goes through the `data` filter, which numbers
the lines between two markers and takes the markers' characters out of the words themselves.
"""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from prompts.prompt import Prompt

if TYPE_CHECKING:
    import jinja2

R = TypeVar("R", bound=BaseModel)

HASH_DIGITS = 12
MAX_DATA_LINE_CHARS = 2_000
"""A longer line is cut: nobody speaks a sentence of that length, and a prompt must stay bounded."""

_NEUTRAL = str.maketrans("<>[]{}`#|", "‹›()()'' ")
"""Characters that could end a data block, open one or fake a chat role, and their stand-ins."""


@dataclass(frozen=True, slots=True)
class Template:
    """One parsed template file."""

    name: str
    system: jinja2.Template
    user: jinja2.Template
    needs: frozenset[str]
    """The values `render` must be given: exactly these."""
    digest: str
    """SHA-256 of the file, first 12 hex digits."""


def render(name: str, reply: type[R], **values: object) -> Prompt[R]:
    """The template `name` filled with `values`, expecting a `reply`.

    Raises KeyError when a value is missing or one too many is given, and jinja2.UndefinedError when
    a value lacks an attribute the template reads: both are mistakes of ours, not of the user.
    """
    template = load_template(name)
    if set(values) != template.needs:
        wrong = sorted(template.needs.symmetric_difference(values))
        raise KeyError(f"template {name!r}: missing or unknown values: {', '.join(wrong)}")
    return Prompt(
        name=name,
        system=template.system.render(values).strip(),
        user=template.user.render(values).strip(),
        reply=reply,
        template_hash=template.digest,
    )


@functools.cache
def load_template(name: str) -> Template:
    """The template file `templates/<name>.md`, parsed.

    Raises ValueError when the file does not have its two sections in order.
    """
    import jinja2
    import jinja2.meta

    text = template_path(name).read_text(encoding="utf-8")
    system, user = split_sections(name, text)
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is no HTML; `data` and `line` neutralise instead
    )
    environment.filters["data"] = data_block
    environment.filters["line"] = neutralise
    needs = frozenset(
        variable
        for part in (system, user)
        for variable in jinja2.meta.find_undeclared_variables(environment.parse(part))
    )
    return Template(
        name=name,
        system=environment.from_string(system),
        user=environment.from_string(user),
        needs=needs,
        digest=hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS],
    )


def split_sections(name: str, text: str) -> tuple[str, str]:
    """The two sections of a template's text; split before filling, so no value can add one."""
    lines = text.splitlines()
    heads = [i for i, line in enumerate(lines) if line.startswith("# ")]
    if [lines[i].strip() for i in heads] != ["# System", "# User"] or heads[0] != 0:
        raise ValueError(f"template {name!r} must be '# System', then '# User', and nothing else")
    return "\n".join(lines[1 : heads[1]]), "\n".join(lines[heads[1] + 1 :])


def template_names() -> list[str]:
    """All shipped templates, sorted."""
    return sorted(path.stem for path in template_path("x").parent.glob("*.md"))


def template_hashes() -> dict[str, str]:
    """Template name → hash of its file; stored with every session."""
    return {name: load_template(name).digest for name in template_names()}


def template_path(name: str) -> Path:
    """Where the file of the template `name` lies."""
    return Path(str(resources.files("prompts").joinpath(f"templates/{name}.md")))


def data_block(lines: Iterable[str], label: str) -> str:
    """`lines` as a marked block numbered from 1; the words in it cannot close or fake a block.

    An empty block says so, because an absent one reads as an oversight.
    """
    numbered = [f"[{i}] {neutralise(line)}" for i, line in enumerate(lines, start=1)]
    return "\n".join([f"<<<{label}", *(numbered or ["(nothing)"]), f"{label}>>>"])


def neutralise(text: str) -> str:
    """`text` on one line, without control characters and without the characters of markers."""
    visible = "".join(
        char if unicodedata.category(char)[0] != "C" else " " * (char in "\t\n\r") for char in text
    )
    return " ".join(visible.translate(_NEUTRAL).split())[:MAX_DATA_LINE_CHARS]
