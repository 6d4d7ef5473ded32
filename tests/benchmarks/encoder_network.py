"""The sentence encoder in jax, with low-rank corrections in its last layers: for training only.

The same network as `tests/data/build_encoder_graph.py`. The layers below FIRST are never changed,
so their output is computed once for every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, HEADS, UNITS = 6, 12, 384
FIRST = 4
"""The first layer with corrections (0-5)."""
LINEAR = {
    "attention.self.query": (UNITS, UNITS),
    "attention.self.key": (UNITS, UNITS),
    "attention.self.value": (UNITS, UNITS),
    "attention.output.dense": (UNITS, UNITS),
    "intermediate.dense": (UNITS, 4 * UNITS),
    "output.dense": (4 * UNITS, UNITS),
}
"""The matrices of a layer: units in, units out."""
LENGTHS = (8, 12, 16, 24, 32, 48)
"""Tokens to which texts are padded; longer texts are cut."""
END = 102
"""The token that closes a text."""
Factors = dict[str, tuple[Any, Any]]
"""By the name of a matrix: (in, rank) and (rank, out); their product is added to it."""


class Network:
    """The encoder's fixed weights and the texts that went through its lower layers."""

    def __init__(self, folder: Path, texts: Sequence[str]) -> None:
        stored = load_file(folder / "model.safetensors")
        self.weights = {k: jnp.asarray(v) for k, v in stored.items() if v.dtype == np.float32}
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LENGTHS[-1])
        unique = list(dict.fromkeys(texts))
        encodings = tokenizer.encode_batch(unique)
        self.tokens = {text: e.ids for text, e in zip(unique, encodings, strict=True)}
        self.states: dict[str, NDArray[np.float16]] = {}
        for length, group in by_length(self.tokens).items():
            for begin in range(0, len(group), 256):
                self._lower(group[begin : begin + 256], length)

    def _lower(self, texts: list[str], length: int) -> None:
        """Keep the state of the layers below FIRST for texts of up to `length` tokens."""
        ids = np.zeros((256, length), np.int32)
        mask = np.zeros((256, length), np.float32)
        mask[:, 0] = 1
        for row, text in enumerate(texts):
            own = self.tokens[text]
            ids[row, : len(own)], mask[row, : len(own)] = own, 1
        out = np.asarray(lower(self.weights, ids, mask)).astype(np.float16)
        for row, text in enumerate(texts):
            self.states[text] = out[row, : len(self.tokens[text])]

    def padded(
        self, texts: Sequence[str], rows: int, length: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """States (rows, length, units) and mask (rows, length); the rest is padding."""
        x = np.zeros((rows, length, UNITS), np.float32)
        mask = np.zeros((rows, length), np.float32)
        mask[:, 0] = 1
        for row, text in enumerate(texts):
            state = self.states[text][:length]
            x[row, : len(state)], mask[row, : len(state)] = state, 1
        return x, mask

    def encode(self, factors: Factors) -> dict[str, NDArray[np.float32]]:
        """Unit vectors of all texts with the corrections."""
        vectors: dict[str, NDArray[np.float32]] = {}
        for length, group in by_length(self.tokens).items():
            for begin in range(0, len(group), 256):
                part = group[begin : begin + 256]
                out = np.asarray(upper_once(self.weights, *self.padded(part, 256, length), factors))
                vectors.update(zip(part, out, strict=False))
        return vectors


def by_length(tokens: dict[str, list[int]]) -> dict[int, list[str]]:
    """Texts by the number of tokens they are padded to."""
    groups: dict[int, list[str]] = {}
    for text, ids in tokens.items():
        groups.setdefault(next(n for n in LENGTHS if n >= len(ids)), []).append(text)
    return groups


def start(rank: int, seed: int) -> Factors:
    """Corrections that change nothing yet."""
    key = jax.random.PRNGKey(seed)
    factors: Factors = {}
    for index in range(FIRST, LAYERS):
        for name, (inner, outer) in LINEAR.items():
            key, own = jax.random.split(key)
            drawn = jax.random.normal(own, (inner, rank)) / np.sqrt(inner)
            factors[f"encoder.layer.{index}.{name}"] = (drawn, jnp.zeros((rank, outer)))
    return factors


def norm(w: dict[str, Any], x: Any, name: str) -> Any:
    """Layer normalisation."""
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(spread + 1e-12) * w[f"{name}.weight"] + w[f"{name}.bias"]


def linear(w: dict[str, Any], x: Any, name: str, factors: Factors) -> Any:
    """One matrix with its correction."""
    y = x @ w[f"{name}.weight"].T + w[f"{name}.bias"]
    if name in factors:
        inner, outer = factors[name]
        y = y + (x @ inner) @ outer
    return y


def layer(w: dict[str, Any], x: Any, mask: Any, index: int, factors: Factors) -> Any:
    """One encoder layer: (rows, tokens, units)."""
    name = f"encoder.layer.{index}"
    rows, tokens, _ = x.shape

    def heads(part: str) -> Any:
        y = linear(w, x, f"{name}.attention.self.{part}", factors)
        return y.reshape(rows, tokens, HEADS, UNITS // HEADS).transpose(0, 2, 1, 3)

    scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) * (UNITS // HEADS) ** -0.5
    scores = scores + (mask[:, None, None, :] - 1) * 1e9
    mixed = (jax.nn.softmax(scores, -1) @ heads("value")).transpose(0, 2, 1, 3).reshape(x.shape)
    attended = linear(w, mixed, f"{name}.attention.output.dense", factors)
    x = norm(w, attended + x, f"{name}.attention.output.LayerNorm")
    wide = jax.nn.gelu(linear(w, x, f"{name}.intermediate.dense", factors), approximate=False)
    return norm(w, linear(w, wide, f"{name}.output.dense", factors) + x, f"{name}.output.LayerNorm")


@jax.jit
def lower(w: dict[str, Any], ids: Any, mask: Any) -> Any:
    """Embeddings and the layers below FIRST."""
    places = w["embeddings.position_embeddings.weight"][: ids.shape[1]]
    kind = w["embeddings.token_type_embeddings.weight"][0]
    x = norm(w, w["embeddings.word_embeddings.weight"][ids] + places + kind, "embeddings.LayerNorm")
    for index in range(FIRST):
        x = layer(w, x, mask, index, {})
    return x


def upper(w: dict[str, Any], x: Any, mask: Any, factors: Factors) -> Any:
    """The other layers, the mean over real tokens, unit length: (rows, units)."""
    for index in range(FIRST, LAYERS):
        x = layer(w, x, mask, index, factors)
    mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / jnp.linalg.norm(mean, axis=-1, keepdims=True)


upper_once = partial(jax.jit)(upper)
