"""The report: one self-contained HTML file that works from disk and asks nobody for anything.

Content of a session is hostile until escaped: every value goes through Jinja2's escaping, control
characters are taken out, and a content security policy allows only the page's own style and script.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from evaluation.record import InterviewRecord
from evaluation.report_picture import profile, timeline
from evaluation.report_view import view_report
from evaluation.report_words import clock, delivery_rows, phase_name, span
from evaluation.result import Evaluation
from evaluation.session import SessionMeta
from prompts.question_bank import QuestionBank
from prompts.rubric import Rubric

if TYPE_CHECKING:
    import jinja2

UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, surrogates and non-characters, which have no place in an HTML file."""


def render(
    record: InterviewRecord,
    evaluation: Evaluation,
    bank: QuestionBank,
    rubric: Rubric,
    meta: SessionMeta | None = None,
    *,
    sound: bytes | None = None,
    sound_file: str = "",
    sound_ms: int | None = None,
) -> str:
    """The report as HTML.

    `sound` is the recording as MP3, put into the page; `sound_file` the name of a file beside it
    that holds it instead. With neither there are no play buttons, and quotes lead to the
    transcript. `sound_ms` is its length; when missing, the end of the last turn counts, and no clip
    goes beyond it.
    """
    last = max((turn.end_ms or 0 for turn in record.turns), default=0)
    source = sound_source(sound, sound_file)
    length = (sound_ms or last) if source else None
    view = view_report(record, evaluation, bank, rubric, meta=meta, sound_ms=length)
    style, script = part("report.css"), part("report.js")
    return (
        environment()
        .get_template("report.html")
        .render(
            view=view,
            rows=profile(view.questions),
            timeline=timeline(view),
            delivery=delivery_rows(view.delivery),
            sound=source,
            style=Markup(style),
            script=Markup(script),
            policy=policy(style, script, beside=bool(sound_file)),
        )
    )


def sound_source(sound: bytes | None, sound_file: str) -> str:
    """The address of the recording; empty without one."""
    if sound:
        return "data:audio/mpeg;base64," + base64.b64encode(sound).decode("ascii")
    return quote(sound_file)


def policy(style: str, script: str, *, beside: bool = False) -> str:
    """Nothing but the style, the script and the sound of the page may be used.

    A page opened from the disk is no origin of its own: a sound file beside it is `file:` there.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{digest(style)}'",
            f"script-src '{digest(script)}'",
            "media-src 'self' file:" if beside else "media-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def digest(text: str) -> str:
    """The hash by which a policy names an inline element."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def part(name: str) -> str:
    """A file of `report_page/`."""
    return resources.files("evaluation").joinpath("report_page", name).read_text(encoding="utf-8")


@functools.cache
def environment() -> jinja2.Environment:
    """Jinja2 with escaping always on and undefined names as errors."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(part),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(clock=clock, span=span, phase=phase_name)
    return made


def harmless(value: Any) -> Any:
    """What a template prints, without characters that break an HTML file."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return UNSAFE.sub("\N{REPLACEMENT CHARACTER}", value)
    return value
