"""The encoder against a plain numpy forward of the same weights, and against wrong weights."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from agent.weights import folder
from evaluation.encoder import DIMENSIONS, READER_CORRECTIONS, SentenceEncoder, batches
from prompts.errors import VivaError

Floats = NDArray[np.float32]
SENTENCES = [
    "That is a happy person",
    "That is a happy dog",
    "That is a very happy person",
    "Today is a sunny day",
]
ROOT = Path(__file__).parents[2]
erf = np.vectorize(math.erf, otypes=[np.float32])


@pytest.fixture(scope="module")
def weights() -> Path:
    """The folder of the real weights; its error names the command that fetches them."""
    return folder("minilm-l6-v2")


@pytest.fixture(scope="module")
def encoder(weights: Path) -> SentenceEncoder:
    return SentenceEncoder(weights)


def test_cosines_are_those_of_the_published_model(encoder: SentenceEncoder) -> None:
    # 0.6946, 0.9429 and 0.2569 stand on the model's page for these four sentences.
    vectors = encoder.encode(SENTENCES)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, DIMENSIONS)
    assert np.allclose(vectors @ vectors[0], [1, 0.6946, 0.9429, 0.2569], atol=2e-4)


def test_the_graph_computes_what_a_plain_numpy_forward_computes(
    encoder: SentenceEncoder, weights: Path
) -> None:
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_padding()
    texts = [*SENTENCES, "what's the p95 latency budget, and do we have reviewers?", ""]
    for text, vector in zip(texts, encoder.encode(texts), strict=True):
        expected = forward(tensors(weights), tokenizer.encode(text).ids)
        assert np.allclose(vector, expected, atol=1e-5), text


def test_a_text_means_the_same_alone_and_beside_longer_ones(weights: Path) -> None:
    alone = SentenceEncoder(weights).encode(["fraud"])[0]
    beside = SentenceEncoder(weights).encode(["fraud", "and then " * 200, "a b c"])[0]
    assert np.allclose(alone, beside, atol=1e-6)


def test_a_second_encoder_gives_the_same_bits(weights: Path, encoder: SentenceEncoder) -> None:
    other = SentenceEncoder(weights)
    texts = [f"we serve {n} requests per second" for n in range(7)]
    assert np.array_equal(other.encode(texts), SentenceEncoder(weights).encode(texts))


def test_order_and_repetition_of_texts_are_kept(encoder: SentenceEncoder) -> None:
    a, b, again = encoder.encode(["alpha", "a much longer sentence than that", "alpha"])
    assert np.array_equal(a, again)
    assert not np.allclose(a, b)
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_known_texts_are_answered_from_the_cache(encoder: SentenceEncoder) -> None:
    texts = [f"the label delay is {n} weeks" for n in range(64)]
    first = encoder.encode(texts)
    began = time.perf_counter()
    second = encoder.encode(texts)
    assert time.perf_counter() - began < 0.02  # computing them takes some 300 ms
    assert np.array_equal(first, second)


def test_the_cache_forgets_the_text_not_used_for_longest(weights: Path) -> None:
    small = SentenceEncoder(weights, cached_texts=2)
    for text in ("one", "two", "one", "three"):
        small.encode([text])
    assert list(small._cache) == ["one", "three"]


def test_more_texts_than_the_cache_holds_are_all_encoded(weights: Path) -> None:
    small = SentenceEncoder(weights, cached_texts=1)
    assert np.allclose(np.linalg.norm(small.encode(SENTENCES), axis=1), 1, atol=1e-5)


def test_batches_hold_every_place_once_and_stay_small() -> None:
    lengths = sorted([3, 5, 256, 256, 256, 9, 40] * 30)
    found = batches(lengths)
    assert [place for batch in found for place in batch] == list(range(len(lengths)))
    assert all(len(batch) * lengths[batch[-1]] <= 2048 for batch in found)
    assert batches([]) == []


def test_nothing_is_read_before_the_first_text(tmp_path: Path) -> None:
    encoder = SentenceEncoder(tmp_path / "absent")
    with pytest.raises(VivaError, match="viva models get minilm-l6-v2"):
        encoder.encode(["anything"])


def test_the_readers_encoder_computes_with_its_corrections_added(
    encoder: SentenceEncoder, weights: Path
) -> None:
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_padding()
    changed = tensors(weights)
    with np.load(READER_CORRECTIONS) as stored:
        for name in {key.rsplit(".", 1)[0] for key in stored.files}:
            inner, outer = (stored[f"{name}.{i}"].astype(np.float32) for i in range(2))
            changed[f"{name}.weight"] = changed[f"{name}.weight"] + (inner @ outer).T
    text = "how many payments go through at the peak"
    vector = encoder.for_reading().encode([text])[0]
    assert np.allclose(vector, forward(changed, tokenizer.encode(text).ids), atol=1e-5)


def test_the_readers_encoder_leaves_the_published_one_as_it_is(encoder: SentenceEncoder) -> None:
    before = encoder.encode(["how rare is fraud"])
    reading = encoder.for_reading()
    assert reading is encoder.for_reading()
    assert reading is reading.for_reading()
    assert not np.allclose(reading.encode(["how rare is fraud"]), before, atol=0.01)
    assert np.array_equal(SentenceEncoder(encoder.folder).encode(["how rare is fraud"]), before)


def test_the_readers_encoder_brings_wordings_of_one_question_together(
    encoder: SentenceEncoder,
) -> None:
    texts = ["What may it cost?", "is there a ceiling on spending", "How many rows arrive?"]
    plain, reading = (e.encode(texts) for e in (encoder, encoder.for_reading()))
    assert reading[1] @ reading[0] - reading[2] @ reading[0] > 0.1
    assert reading[1] @ reading[0] > plain[1] @ plain[0]


def test_truncated_weights_are_refused(tmp_path: Path, weights: Path) -> None:
    with (weights / "model.safetensors").open("rb") as file:
        (tmp_path / "model.safetensors").write_bytes(file.read(100_000))
    with pytest.raises(VivaError, match="not the weights of all-MiniLM-L6-v2") as caught:
        SentenceEncoder(tmp_path).encode(["anything"])
    assert caught.value.where.endswith("model.safetensors")


def test_a_broken_tokenizer_is_named(tmp_path: Path, weights: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to(weights / "model.safetensors")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(VivaError, match="tokenizer") as caught:
        SentenceEncoder(tmp_path).encode(["anything"])
    assert caught.value.where.endswith("tokenizer.json")


def test_the_committed_graph_is_what_the_builder_builds(tmp_path: Path, weights: Path) -> None:
    output = tmp_path / "built.onnx"
    script = ROOT / "tests" / "data" / "build_encoder_graph.py"
    subprocess.run(
        [sys.executable, str(script), str(weights), str(output)], check=True, capture_output=True
    )
    assert output.read_bytes() == (ROOT / "evaluation" / "minilm.onnx").read_bytes()


def tensors(weights: Path) -> dict[str, Floats]:
    """Every float tensor of the safetensors file, by name."""
    raw = (weights / "model.safetensors").read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    return {
        name: np.frombuffer(raw[start + a : start + b], dtype="<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
        for a, b in [entry["data_offsets"]]
    }


def norm(w: dict[str, Floats], x: Floats, name: str) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return np.asarray(scaled * w[f"{name}.weight"] + w[f"{name}.bias"])


def linear(w: dict[str, Floats], x: Floats, name: str) -> Floats:
    return np.asarray(x @ w[f"{name}.weight"].T + w[f"{name}.bias"])


def forward(w: dict[str, Floats], ids: list[int]) -> Floats:
    """BERT, mean, L2: the sentence vector of one text without padding."""
    x = w["embeddings.word_embeddings.weight"][ids]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(w, x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for index in range(6):
        name = f"encoder.layer.{index}"
        q, k, v = (
            linear(w, x, f"{name}.attention.self.{part}").reshape(-1, 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(32)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True)) @ v
        merged = mixed.transpose(1, 0, 2).reshape(-1, 384)
        attended = linear(w, merged, f"{name}.attention.output.dense")
        x = norm(w, x + attended, f"{name}.attention.output.LayerNorm")
        wide = linear(w, x, f"{name}.intermediate.dense")
        wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        x = norm(w, x + linear(w, wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean))
