"""A voice as 256 numbers, alike for the same speaker (the encoder of Resemblyzer, Apache-2.0).

Computed with numpy alone: the network is three LSTM layers and one linear layer, and its package
wants a deep-learning framework for them. The weights are read out of the file the package holds.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio.errors import EngineError
from audio.frame import SAMPLE_RATE, Samples

WEIGHTS_FILE = "pretrained.pt"
WINDOW_MS = 1_600
"""What the network was trained on; shorter sound is repeated to fill it."""
LAYERS = 3
MELS = 40
FFT_SAMPLES = 400
HOP_SAMPLES = 160
WINDOW_FRAMES = 160
LEVEL_DBFS = -30.0
"""Softer sound is brought up to this level, as in training."""
BATCH = 48
"""Windows at once: their projections take 31 MB."""
MAGIC = 0x1950A86A20F9469CFC6C
"""First object of the file format, the one before zip archives."""
MOST_TENSORS, MOST_VALUES = 100, 10_000_000

Array = NDArray[np.float32]


class VoiceEncoder:
    """Turns windows of sound into unit vectors; about 10 ms of one core each."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds WEIGHTS_FILE. Raises EngineError when it cannot be read."""
        path = folder / WEIGHTS_FILE
        try:
            weights = read_weights(path)
            self.cells = [
                (
                    weights[f"lstm.weight_ih_l{layer}"].T.copy(),
                    weights[f"lstm.weight_hh_l{layer}"].T.copy(),
                    weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"],
                )
                for layer in range(LAYERS)
            ]
            self.linear = weights["linear.weight"].T.copy(), weights["linear.bias"]
        except (OSError, ValueError, KeyError, EOFError, struct.error, pickle.PickleError) as error:
            raise EngineError(
                f"the voice encoder cannot be read ({error})",
                where=str(path),
                todo="Run `viva models verify` and `viva models get speaker-voices`.",
            ) from error
        self.filters = mel_filters()

    def embed(self, windows: Sequence[Samples]) -> Array:
        """One unit vector for each window (16 kHz mono, any length above zero): shape (n, 256)."""
        from threadpoolctl import threadpool_limits

        if not windows:
            return np.zeros((0, self.linear[1].shape[0]), dtype=np.float32)
        # Many small products: several threads were nine times slower than one on a busy machine.
        with threadpool_limits(1, "blas"):
            parts = [
                self.vectors(np.stack([self.mel(fitted(each)) for each in windows[i : i + BATCH]]))
                for i in range(0, len(windows), BATCH)
            ]
        found: Array = np.concatenate(parts)
        return found

    def mel(self, samples: Samples) -> Array:
        """Power in 40 mel bands, shape (WINDOW_FRAMES, 40); no logarithm, as in training."""
        padded = np.pad(samples, FFT_SAMPLES // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SAMPLES)[::HOP_SAMPLES]
        hann = np.hanning(FFT_SAMPLES + 1)[:-1]
        power = np.abs(np.fft.rfft(frames[:WINDOW_FRAMES] * hann, axis=1)) ** 2
        return (power @ self.filters.T).astype(np.float32)

    def vectors(self, mels: Array) -> Array:
        """The network on a batch, shape (n, frames, 40) → (n, 256)."""
        layer: Array = mels
        for into, onto, bias in self.cells:
            layer = lstm(layer, into, onto, bias)
        weight, offset = self.linear
        raw = np.maximum(layer[:, -1] @ weight + offset, 0)
        length = np.linalg.norm(raw, axis=1, keepdims=True)
        return np.asarray(raw / np.maximum(length, 1e-9), dtype=np.float32)


def lstm(given: Array, into: Array, onto: Array, bias: Array) -> Array:
    """One layer over time; gates in the order input, forget, cell, output."""
    count, frames, _ = given.shape
    units = onto.shape[0]
    projected = given @ into + bias
    hidden = np.zeros((count, units), dtype=np.float32)
    cell = np.zeros((count, units), dtype=np.float32)
    out = np.empty((count, frames, units), dtype=np.float32)
    for frame in range(frames):
        gates = projected[:, frame] + hidden @ onto
        enter, keep, new, leave = np.split(gates, 4, axis=1)
        cell = sigmoid(keep) * cell + sigmoid(enter) * np.tanh(new)
        hidden = sigmoid(leave) * np.tanh(cell)
        out[:, frame] = hidden
    return out


def sigmoid(values: Array) -> Array:
    """1 / (1 + e^-x), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float32)


def fitted(samples: Samples) -> Samples:
    """Exactly one window at the level of training: cut, or repeated where it is shorter."""
    wanted = WINDOW_MS * SAMPLE_RATE // 1000
    whole = np.resize(samples, wanted) if len(samples) < wanted else samples[:wanted]
    loudness = float(np.sqrt(np.mean(np.square(whole, dtype=np.float64))))
    target = 10 ** (LEVEL_DBFS / 20)
    scaled = whole * (target / loudness) if 0 < loudness < target else whole
    return np.asarray(scaled, dtype=np.float32)


def mel_filters() -> NDArray[np.float64]:
    """40 bands over 201 frequencies, with the scale and the norm of training."""
    from faster_whisper.feature_extractor import FeatureExtractor

    found = FeatureExtractor.get_mel_filters(SAMPLE_RATE, FFT_SAMPLES, n_mels=MELS)
    return np.asarray(found, dtype=np.float64)


class _Storage:
    """What the pickle says of a tensor's numbers, before they are read."""

    def __init__(self, key: str, values: int) -> None:
        self.key, self.values = key, values


class _Tensor:
    """A tensor as the pickle describes it."""

    def __init__(self, storage: _Storage, offset: int, shape: Sequence[int]) -> None:
        self.storage, self.offset, self.shape = storage, offset, tuple(shape)


class _Unpickler(pickle.Unpickler):
    """Knows tensors and ordered dictionaries and refuses everything else: a pickle is a program."""

    def find_class(self, module: str, name: str) -> Any:
        from collections import OrderedDict

        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): rebuilt,
            ("torch", "FloatStorage"): "FloatStorage",
            ("torch", "LongStorage"): "LongStorage",
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"it holds {module}.{name}, which is no weight")
        return known[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        """`("storage", kind, key, place, number of values, view)`."""
        return _Storage(str(pid[2]), int(pid[4]))


def rebuilt(storage: _Storage, offset: int, shape: Sequence[int], *_: Any) -> _Tensor:
    """What the pickle calls to make a tensor; rows lie behind each other in this file."""
    return _Tensor(storage, offset, shape)


def read_weights(path: Path) -> dict[str, Array]:
    """Name → array of the network's state. Raises ValueError or OSError when it is no such file."""
    with path.open("rb") as file:
        if _Unpickler(file).load() != MAGIC:
            raise ValueError("it is not a file of weights")
        for _ in ("version", "machine"):
            _Unpickler(file).load()
        state = _Unpickler(file).load()["model_state"]
        keys = _Unpickler(file).load()
        raw = {str(key): read_storage(file) for key in keys[:MOST_TENSORS]}
    found: dict[str, Array] = {}
    for name, tensor in state.items():
        if isinstance(tensor, _Tensor) and tensor.shape:
            count = int(np.prod(tensor.shape))
            first = 4 * tensor.offset
            values = np.frombuffer(raw[tensor.storage.key], "<f4", count=count, offset=first)
            found[name] = values.reshape(tensor.shape)
    return found


def read_storage(file: io.BufferedReader) -> bytes:
    """The numbers of one tensor: how many, then themselves."""
    (count,) = struct.unpack("<q", file.read(8))
    if not 0 <= count <= MOST_VALUES:
        raise ValueError("it tells an impossible size")
    data = file.read(count * 4)
    if len(data) != count * 4:
        raise EOFError("it is cut off")
    return data
