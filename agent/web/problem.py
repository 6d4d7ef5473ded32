"""Errors as they are told: JSON for a program, a page for a person."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse

if TYPE_CHECKING:
    from starlette.responses import Response

PROGRAMS = ("/api/", "/ws/", "/static/")
"""Paths that a program asks for."""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Viva: {what}</title>
<link rel="icon" href="/static/viva.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/viva.css">
</head>
<body>
<header class="top"><a class="name" href="/">Viva</a></header>
<main id="content">
<div class="intro"><h1>{what}</h1><p class="lead">{todo}</p></div>
<p><a href="/sessions">Your sessions</a> · <a href="/">Start an interview</a></p>
</main>
</body>
</html>
"""


def problem(
    status: int, error: str, what: str, todo: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    """An error as PROTOCOL.md describes it."""
    body = {"error": error, "what": sentence(what), "todo": todo}
    return JSONResponse(body, status_code=status, headers=headers)


def problem_at(path: str, status: int, error: str, what: str, todo: str = "") -> Response:
    """The same at an address that a person may have opened: as a page."""
    if path.startswith(PROGRAMS):
        return problem(status, error, what, todo)
    return HTMLResponse(PAGE.format(what=escape(sentence(what)), todo=escape(todo)), status)


def sentence(what: str) -> str:
    """What is wrong, as a sentence."""
    return f"{what[:1].upper()}{what[1:].rstrip('.')}."
