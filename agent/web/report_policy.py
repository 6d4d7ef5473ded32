"""What a report may do in the browser: its own style, script and sound, and nothing of this server.

A report is a file in a session folder, and a folder may come from somebody else. So it is shown in
a sandbox: it belongs to no server then, and nothing in it can use the cookie of this one.
"""

from __future__ import annotations

import re

from evaluation.report import digest

SANDBOX = "sandbox allow-scripts allow-modals allow-popups allow-downloads"
"""`allow-modals` is for printing."""
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def report_policy(html: str) -> str:
    """The Content-Security-Policy header for that report."""
    return "; ".join(
        (
            SANDBOX,
            "default-src 'none'",
            f"style-src {hashes(STYLE, html)}",
            f"script-src {hashes(SCRIPT, html)}",
            "media-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def hashes(element: re.Pattern[str], html: str) -> str:
    """The inline elements of that kind by their hashes."""
    return " ".join(f"'{digest(text)}'" for text in element.findall(html)) or "'none'"
