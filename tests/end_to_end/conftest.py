"""Conversations in real time: a starved machine gets two more tries."""

from __future__ import annotations

from pathlib import Path

import pytest

TRIED_AGAIN = {"test_barge_in.py", "test_browser.py", "test_sound_trouble.py"}
IN_REAL_TIME = TRIED_AGAIN | {"test_sound_card.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A pause of 0.2 s cannot be told from a machine that was busy elsewhere for 0.2 s. What fails
    three times fails; a second or third try is printed as "R"."""
    for item in items:
        name = Path(item.path).name
        if name in IN_REAL_TIME:
            item.add_marker(pytest.mark.realtime)
        if name in TRIED_AGAIN:
            item.add_marker(pytest.mark.flaky(reruns=2))
