"""`viva … --json` in a process of its own: what it tells, when it told it, and how it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from evaluation.session import SessionFolder

VIVA = Path(sys.executable).with_name("viva")
EVENT_S = 60.0
"""Without any event for this long the program hangs (seconds); listening to silence ends sooner."""
STOP_S = 30.0
POLL_S = 0.02


class Program:
    """The real program; leaving the context ends it."""

    def __init__(self, home: Path, *command: str, env: Mapping[str, str] = os.environ) -> None:
        """`home`: where it keeps its sessions. `command`: words after `viva`."""
        self.home = home
        self.told: list[tuple[float, dict[str, Any]]] = []
        """`time.monotonic()` at which it was told, and the event."""
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - till __exit__
        self.process = subprocess.Popen(
            [str(VIVA), *command, "--json"],
            env={**env, "VIVA_SESSIONS_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, name="events")
        self.reader.start()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.errors.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            for line in out:
                self.told.append((time.monotonic(), json.loads(line)))

    def wait_for(self, *events: str, after_s: float = 0.0) -> tuple[float, dict[str, Any]] | None:
        """The first of `events` told after that moment, with its own; None when it ended before.

        AssertionError when nothing of the kind comes for EVENT_S.
        """
        deadline = time.monotonic() + EVENT_S
        while time.monotonic() < deadline:
            running = self.reader.is_alive()
            for at_s, event in self.told[:]:
                if at_s > after_s and event["event"] in events:
                    return at_s, event
            if not running:
                return None
            time.sleep(POLL_S)
        raise AssertionError(f"no {' or '.join(events)} for {EVENT_S:.0f} s; {self.said()}")

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        """The exit code, when it ends by itself."""
        code = self.process.wait(timeout=STOP_S)
        self.reader.join()
        return code

    def said(self) -> str:
        """Standard error until now."""
        self.errors.seek(0)
        return self.errors.read()

    def cpu_s(self) -> float:
        """CPU seconds so far (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def session(self) -> SessionFolder:
        """The one session under `home`. AssertionError when there is none."""
        folders = [path for path in self.home.glob("*") if path.is_dir()]
        assert len(folders) == 1, f"{len(folders)} sessions; {self.said()}"
        return SessionFolder.open(folders[0])
