"""A question file to change: a shipped question under another id, with what each field means."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from prompts.new_file import spelled_out
from prompts.question_bank import Fact, Point, Probe, Question, Twist
from prompts.rubric import Strict

HEAD = """\
# A question of your own. Change what stands here, then:
#     viva questions lint {path}
#     viva interview --question {path}
# In the interview the prompt is said, a fact when it is asked for, probes, hints and one twist;
# the rest of this file is for the scores and the report.
"""
ENTRIES: dict[str, tuple[type[Strict], ...]] = {
    "facts": (Fact,),
    "points": (Point, Probe),
    "twists": (Twist,),
}
ABOUT = {
    "facts": "What is known and told only when it is asked for. Of each:",
    "points": "What a good answer covers; the scores and the probes come from here. Of each:",
    "hints": "Four rungs, each nearer; the first two must not name the answer.",
    "twists": "A constraint that changes after the design stands. Of each:",
    "red_flags": "What a rater would hold against an answer.",
}
UNWRITTEN = ("was",)
"""Fields of an entry that no file holds."""
WIDTH = 100


def question_text(base: Path, identity: str, name: str, path: Path) -> str:
    """The file of a shipped question with another id and title, commented.

    `base`: the question's file; `path`: where the text will stand, for the commands in its head.
    """
    lines = [*HEAD.format(path=path).splitlines(), ""]
    title = json.dumps(spelled_out(name).capitalize(), ensure_ascii=False)
    replaced = {"id": f"id: {identity}", "title": f"title: {title}"}
    for line in base.read_text(encoding="utf-8").splitlines():
        key = re.match(r"([a-z_]+):", line)
        if key:
            lines += about(key[1])
        lines.append(replaced[key[1]] if key and key[1] in replaced else line)
    return "\n".join(lines) + "\n"


def about(key: str) -> list[str]:
    """Comment lines in front of a field of the question."""
    field = Question.model_fields[key]
    said = ABOUT.get(key) or field.description or ""
    values = allowed(field.annotation)
    text = " ".join(part for part in (said, f"One of {values}." if values else "") if part)
    lines = wrapped(text, "# ") if text else []
    for model in ENTRIES.get(key, ()):
        lines += [line for name in model.model_fields for line in of_entry(model, name)]
    return lines


def of_entry(model: type[Strict], name: str) -> Iterator[str]:
    """Comment lines for one field of a fact, a point, a probe or a twist."""
    field = model.model_fields[name]
    values = allowed(field.annotation)
    values = f"One of {values}." if values else ""
    said = " ".join(part for part in (field.description or "", values) if part)
    if said and name not in UNWRITTEN:
        yield from wrapped(f"{name}: {said}", "#   ")


def allowed(annotation: Any) -> str:
    """The values of a literal, or of a list of them; else nothing."""
    inner = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return ", ".join(map(str, get_args(inner))) if get_origin(inner) is Literal else ""


def wrapped(text: str, mark: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=mark, subsequent_indent=mark + "    ")
