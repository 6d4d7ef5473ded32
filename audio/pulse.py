"""Which source a PulseAudio or PipeWire server really gives us.

When the only microphone is unplugged, the server moves our stream to the monitor of the speaker
without a word: frames go on, and the interviewer would hear itself and take it for the candidate.
Nothing of that is to be seen through PortAudio, so the server's own tool `pactl` is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import IO, Any

PACTL = "pactl"
ANSWER_S = 5.0
"""After so long without an answer the server is taken to have none (seconds)."""
CHOSEN = "PULSE_SOURCE"
"""Environment variable by which a user chooses a source, perhaps a monitor, on purpose."""
MONITOR = ".monitor"
"""What the names of all monitors end with."""


class SourceWatch:
    """Notices when what we record is no microphone any more; knows nothing without `pactl`."""

    def __init__(self) -> None:
        self.lost = threading.Event()
        """Set when our stream is at a speaker's monitor."""
        self._process: subprocess.Popen[str] | None = None

    def open(self) -> None:
        """Look now, and from now on at every change; call it with the stream running."""
        if shutil.which(PACTL) is None or os.environ.get(CHOSEN) or not running():
            return
        self._look()
        if self.lost.is_set():
            return
        try:
            self._process = subprocess.Popen(
                [PACTL, "subscribe"],
                env=plain_english(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,  # a Ctrl-C is not for it
            )
        except OSError:
            return
        assert self._process.stdout is not None
        threading.Thread(
            target=self._read, args=(self._process.stdout,), name="source", daemon=True
        ).start()

    def close(self) -> None:
        """Look no more; closing twice is allowed."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait()

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                if "'change' on source-output" in line:
                    self._look()

    def _look(self) -> None:
        names = sources_of(os.getpid())
        if names and all(name.endswith(MONITOR) for name in names):
            self.lost.set()


def running() -> bool:
    """Whether there is a server: asking for one that is not there may start it."""
    if os.environ.get("PULSE_SERVER"):
        return True
    folders = [os.environ.get("PULSE_RUNTIME_PATH"), os.environ.get("XDG_RUNTIME_DIR")]
    places = [Path(folder) for folder in folders if folder]
    return any((at / name).exists() for at in places for name in ("native", "pulse/native"))


def sources_of(process: int) -> list[str]:
    """Names of the sources that a process records from; empty when that cannot be learned."""
    try:
        streams = json.loads(asked("--format=json", "list", "source-outputs"))
        lines = asked("list", "short", "sources").splitlines()
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    names = {fields[0]: fields[1] for fields in map(str.split, lines) if len(fields) > 1}
    mine = [stream for stream in streams if process_of(stream) == str(process)]
    return [names[key] for key in (str(stream.get("source")) for stream in mine) if key in names]


def process_of(stream: Any) -> str:
    """The process that a stream belongs to, as the server has it."""
    return str(stream.get("properties", {}).get("application.process.id", ""))


def asked(*words: str) -> str:
    """What `pactl` answers. Raises OSError or SubprocessError."""
    return subprocess.run(
        [PACTL, *words],
        env=plain_english(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=ANSWER_S,
        check=True,
    ).stdout


def plain_english() -> dict[str, str]:
    """The environment, with answers that are not translated."""
    return {**os.environ, "LC_ALL": "C"}
