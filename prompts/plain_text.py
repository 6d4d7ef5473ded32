"""Text from outside, without the characters that steer a terminal.

A stranger's file that is shown in a terminal could otherwise move the cursor, rename the window or
write to the clipboard.
"""

from __future__ import annotations

import re

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""All C0 and C1 controls but tab, line feed and carriage return."""
IN_JSON = re.compile(
    rb"\\(?:u00(?:0[0-8bcBC]|0[efEF]|1[0-9a-fA-F]|7[fF]|[89][0-9a-fA-F])|[bf])"
    rb"|\\.|\xc2[\x80-\x9f]|\x7f"
)
"""The same as JSON spells them; any other escape is matched too, so that none is cut in two."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def plain_text(text: str) -> str:
    """`text` with every control character replaced."""
    return CONTROL.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(filter(None, (part.strip() for part in plain_text(text).splitlines())))


def plain_json(data: bytes) -> bytes:
    """JSON whose strings hold no control characters; raw ones are left to the parser to refuse."""
    return IN_JSON.sub(_plain, data)


def _plain(found: re.Match[bytes]) -> bytes:
    text = found.group()
    kept = text.startswith(b"\\") and len(text) == 2 and text not in (b"\\b", b"\\f")
    return text if kept else b"\\ufffd"
