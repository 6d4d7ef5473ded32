"""What a report may do in the browser: its own style, script and sound, and nothing of this server.

A report is a file in a session folder, and a folder may come from somebody else. So one is shown
only when it is what Viva would write, and in a sandbox: it belongs to no server then, and nothing
in it can use the cookie of this one.
"""

from __future__ import annotations

import re

from evaluation.report import digest, part

SANDBOX = "sandbox allow-scripts allow-modals allow-popups allow-downloads"
"""`allow-modals` is for printing."""
SOUND = re.compile("data:audio/mpeg;base64,[A-Za-z0-9+/=]*")


def same_page(one: str, other: str) -> bool:
    """Whether two reports differ in nothing but their sound."""
    return SOUND.sub("", one) == SOUND.sub("", other)


def report_policy() -> str:
    """The Content-Security-Policy of a report: Viva's own style and script run, no other."""
    return "; ".join(
        (
            SANDBOX,
            "default-src 'none'",
            f"style-src '{digest(part('report.css'))}'",
            f"script-src '{digest(part('report.js'))}'",
            "media-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
