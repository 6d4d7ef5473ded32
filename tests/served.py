"""`viva serve` in a process of its own, and what the system says of that process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

VIVA = Path(sys.executable).with_name("viva")
LOG_BYTES = 10_000_000
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Served:
    """A `viva serve` of its own; the context ends it as Ctrl-C does."""

    def __init__(self, home: Path, *options: str, env: dict[str, str] | None = None) -> None:
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - till __exit__
        self.process = subprocess.Popen(
            [str(VIVA), "serve", "--port", "0", "--no-open", *options],
            env={
                **os.environ,
                "VIVA_SESSIONS_HOME": str(home),
                "OPENAI_API_KEY": "",
                **(env or {}),
            },
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = next(
            line.split()[-1] for line in self.process.stdout if "Open this address" in line
        )

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=90)
        self.errors.close()

    def logged(self) -> str:
        """What it has written to standard error."""
        # Not read(): the program writes at the same position of the file.
        return os.pread(self.errors.fileno(), LOG_BYTES, 0).decode()

    @property
    def folder(self) -> Path:
        """Of this process in /proc."""
        return Path(f"/proc/{self.process.pid}")

    def rss_mb(self) -> float:
        """Resident memory."""
        return int((self.folder / "statm").read_text().split()[1]) * PAGE_BYTES / 1e6

    def threads(self) -> int:
        """All of its threads, native ones included."""
        return len(list((self.folder / "task").iterdir()))

    def files(self) -> int:
        """Open files and sockets."""
        return len(list((self.folder / "fd").iterdir()))

    def cpu_s(self) -> float:
        """Processor seconds so far."""
        spent = (self.folder / "stat").read_text().rsplit(") ", 1)[1].split()[11:13]
        return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")
