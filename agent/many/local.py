"""Scoring on this machine's cores: processes that are watched, so that a dead one costs one input.

Not `concurrent.futures`: its pool is broken as a whole when one process is killed, as the kernel
does to who takes too much memory.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path

from agent.many.job import Job, Outcome, score_input

TRIES = 2
"""An input whose process died is given to another one once: the fault may not have been its own."""
END_S = 5.0
"""A process has so long to end when nothing is left for it (seconds)."""
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def work(job: Job, pipe: Connection) -> None:
    """A worker: inputs in, outcomes out, until the pipe is closed."""
    # Ctrl-C is the parent's matter: what is being written here is written to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(score_input(job, pipe.recv()))


class Worker:
    """One process and what it is at."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")  # threads and a fork do not mix
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(job, theirs), name="scorer", daemon=True)
        self.process.start()
        theirs.close()
        self.at: tuple[Path, int] | None = None
        """Its input, and how often that was begun."""

    def give(self, path: Path, tries: int) -> None:
        """Score this."""
        self.at = path, tries
        with suppress(OSError):  # it has died: `taken` finds that
            self.pipe.send(path)

    def taken(self) -> Outcome | None:
        """The outcome that has come, None when the process has died."""
        try:
            outcome: Outcome = self.pipe.recv()
        except (EOFError, OSError):
            return None
        self.at = None
        return outcome

    def end(self) -> str:
        """Stop it; how it ended."""
        self.pipe.close()
        self.process.join(END_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def score_locally(job: Job, paths: Iterable[Path], workers: int) -> Iterator[Outcome]:
    """Outcomes as they are ready, in no order; closing the generator stops the processes.

    `workers`: processes, from 1 on. Each loads its models once and takes its share of the cores.
    """
    waiting = deque((path, 0) for path in paths)
    with_share_of_cores(workers)
    crew = [Worker(job) for _ in range(min(workers, len(waiting)))]
    try:
        while waiting or any(worker.at for worker in crew):
            for worker in crew:
                if worker.at is None and waiting:
                    path, tries = waiting.popleft()
                    worker.give(path, tries + 1)
            busy = {worker.pipe: worker for worker in crew if worker.at is not None}
            for pipe in wait(list(busy)):
                worker = busy[pipe]  # type: ignore[index]
                outcome = worker.taken()
                if outcome is not None:
                    yield outcome
                    continue
                assert worker.at is not None
                path, tries = worker.at
                how = worker.end()
                crew[crew.index(worker)] = Worker(job)
                if tries < TRIES:
                    waiting.append((path, tries))
                else:
                    yield Outcome(path, problem=f"{path}: the process that scored it died ({how}).")
    finally:
        for worker in crew:
            if worker.at is not None:
                worker.process.terminate()
            worker.end()


def with_share_of_cores(workers: int) -> None:
    """What the numerical libraries of the workers read when they are loaded."""
    share = str(max(1, (os.cpu_count() or 1) // workers))
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, share)
