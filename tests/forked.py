"""The program in a fork of the process that drives it: many starts, one import."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import IO

BLOCKED = (signal.SIGINT, signal.SIGTERM)
POLL_S = 0.002
END_S = 60.0


class Forked:
    """The program from `agent.cli.main` on, in a fork of this process, which has its libraries in
    memory already: that saves two seconds of imports for each kill."""

    def __init__(
        self, words: Sequence[str], env: Mapping[str, str], streams: Sequence[IO[str]]
    ) -> None:
        self.returncode: int | None = None
        # A signal may come before the child has left the lines of its parent.
        signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
        self.pid = os.fork()
        if self.pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
            return
        try:
            for number, stream in enumerate(streams):
                os.dup2(stream.fileno(), number)
            sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
            os.environ.clear()
            os.environ.update(env)
            sys.argv = ["viva", *words]
            os._exit(become_program())
        finally:
            # Whatever happened: this is not the process that drives.
            os._exit(70)

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *raised: object) -> None:
        if self.poll() is None:
            self.send_signal(signal.SIGKILL)
        self.wait(END_S)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float) -> int:
        """The exit code. Raises subprocess.TimeoutExpired after so many seconds."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("viva", timeout)
            time.sleep(POLL_S)
        return code

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def become_program() -> int:
    """What the console script and the interpreter after it do; the exit code."""
    from agent.cli import main

    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
        threading._shutdown()  # type: ignore[attr-defined]
    except KeyboardInterrupt:
        # Before the first line of ours: the interpreter ends itself by the signal.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except Exception:  # noqa: BLE001 - told as the interpreter would
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def load_libraries() -> None:
    """Import what an interview needs, so that forks have it; nothing may start a thread."""
    for name in (
        "agent.commands.interview agent.commands.resume agent.commands.running agent.nodes "
        "agent.keyboard_channel agent.offline_brain agent.reporting agent.summary agent.packs "
        "agent.planning agent.settings agent.studio agent.view agent.material evaluation.report "
        "evaluation.offline_judge langgraph.graph langgraph.types langgraph.checkpoint.sqlite "
        "onnxruntime tokenizers rich.console rich.table filelock"
    ).split():
        importlib.import_module(name)
    assert threading.active_count() == 1, threading.enumerate()
