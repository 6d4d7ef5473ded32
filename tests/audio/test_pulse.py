"""Which source is recorded from, asked of a real server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sound_card import SoundCard

pytestmark = pytest.mark.realtime

RECORD = """
import os, sys
from audio.microphone import Microphone
from audio.pulse import sources_of
with Microphone(lambda: 0.0):
    print(sources_of(os.getpid()), sources_of(1), flush=True)
    sys.stdin.readline()
    print(sources_of(os.getpid()), flush=True)
"""


@pytest.fixture
def card() -> Iterator[SoundCard]:
    with tempfile.TemporaryDirectory(prefix="viva-") as place, SoundCard(Path(place)) as card:
        yield card


def test_the_source_of_a_process_is_known_and_that_it_was_moved(card: SoundCard) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RECORD],
        env={**card.env, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "['viva_mic'] []\n"
        card.unplug_microphone()
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "['viva_spk.monitor']\n"
    assert child.returncode == 0


def test_with_only_a_monitor_there_is_no_microphone(card: SoundCard) -> None:
    card.unplug_microphone()
    done = subprocess.run(
        [sys.executable, "-c", RECORD],
        env={**card.env, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "there is no microphone" in done.stderr.splitlines()[-1]
