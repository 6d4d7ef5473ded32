"""Scoring on a Dask cluster that is already there: the same function, each worker's models once.

The extra `distributed` brings Dask. Inputs are named by their path, so the workers have to see the
same folders; Dask has no protection of its own, so the cluster has to be one's own.
"""

from __future__ import annotations

import importlib
import socket
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agent.many.job import Job, Outcome, score_input, scorer_of
from evaluation.result import Evaluation
from prompts.errors import UsageError, VivaError

CONNECT_S = 10
RETRIES = 1
"""As often is an input tried again that raised where no fault is expected."""


def plugin(job: Job) -> Any:
    """Loads bank and judge once in every worker, also in one that joins later."""
    from distributed import WorkerPlugin

    class LoadedScorer(WorkerPlugin):
        name = "viva-scorer"

        def setup(self, worker: Any) -> None:
            scorer, _ = scorer_of(job)
            assert scorer.judge

    return LoadedScorer()


def score_on_dask(job: Job, paths: Iterable[Path], address: str) -> Iterator[Outcome]:
    """Outcomes as they are ready, in no order; closing the generator withdraws what is waiting.

    Raises UsageError when the extra is missing, VivaError when no scheduler answers at `address`
    (`tcp://host:port`).
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "Dask is not installed", todo="pip install 'viva-interview[distributed]'"
        ) from error
    try:
        knock(address)
        client = distributed.Client(address, timeout=CONNECT_S, name="viva")
    except (OSError, ValueError, TimeoutError) as error:
        raise VivaError(
            "no Dask scheduler answers there",
            where=address,
            todo="Start one with `dask scheduler`, and workers with `dask worker`.",
        ) from error
    with client:
        client.register_plugin(plugin(job))
        futures = {
            client.submit(score_input, job, path.absolute(), retries=RETRIES, pure=False): path
            for path in paths
        }
        for future in distributed.as_completed(futures):
            yield outcome_of(future, futures[future])


def knock(address: str) -> None:
    """OSError where nothing listens: Dask would go on trying until its time is over."""
    parts = urlsplit(address)
    if parts.scheme in {"tcp", "tls"} and parts.hostname and parts.port:
        socket.create_connection((parts.hostname, parts.port), CONNECT_S).close()


def outcome_of(future: Any, path: Path) -> Outcome:
    """Its outcome, with the path as it was given."""
    if future.status == "finished":
        found: Outcome = future.result()
        if not found.evaluation:
            return replace(found, path=path)
        evaluation = Evaluation.model_validate_json(found.evaluation)
        given = evaluation.model_copy(update={"source": str(path)})
        return replace(found, path=path, evaluation=given.to_json())
    error = future.exception()
    return Outcome(path, problem=f"{path}: the worker that scored it failed ({error}).")
