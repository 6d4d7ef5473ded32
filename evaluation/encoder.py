"""Sentence embeddings without torch: all-MiniLM-L6-v2 by onnxruntime, weights read in place.

`minilm.onnx` beside this file holds only the graph; its initializers point into the
`model.safetensors` that the encoder is given (built by `tests/data/build_encoder_graph.py`).
The offline judge uses the model as it was published. The agent's reader adds corrections to its
last two layers, learned to tell whether two wordings ask for the same fact or make the same point
(`reader_encoder.npz`, made by `tests/benchmarks/encoder_fit.py`).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prompts.errors import VivaError

DIMENSIONS = 384
MAX_TOKENS = 256
"""Tokens of a text that are read; the rest is cut (max_seq_length of the model's own config)."""
BATCH_TOKENS = 2048
"""Tokens of one run, padding included: bounds the memory; more is not faster on one core."""
PADDING_TOKENS = 32
"""Padding put on the texts before, in tokens, from which a run of their own is cheaper."""
CACHED_TEXTS = 8192
"""Embeddings kept, 1.5 KB each: a bank's exemplars and a long interview fit in 13 MB."""
READER_CORRECTIONS = Path(__file__).with_name("reader_encoder.npz")
"""What the offline reader's encoder adds to the weights."""
WEIGHTS_BYTES = 90_868_376
HEADER_SHA256 = "2291ac9b8d5083595cd6a1787e01d694a893af92bc706faf1511231affe822e8"
Corrections = dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""By the name of a matrix two factors, (in, rank) and (rank, out): their product is added to it."""
GET = "Run `viva models get minilm-l6-v2`."


class SentenceEncoder:
    """Texts to unit vectors, cached by text; safe to share between threads.

    `folder` holds `model.safetensors` and `tokenizer.json`. Nothing is loaded before the first
    `encode` (about 0.3 s then). One thread by default: beside speech recognition a second one
    spins more than it helps on a two-core machine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        threads: int = 1,
        cached_texts: int = CACHED_TEXTS,
        corrections: Path | None = None,
    ) -> None:
        """`corrections`: what is added to the weights in `folder`; None = nothing."""
        self.folder, self.threads, self.cached_texts = Path(folder), threads, cached_texts
        self.corrections = corrections
        self._reading: SentenceEncoder | None = None
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of `texts`: float32 (len(texts), 384); cosine is the dot product.

        The mean over the real tokens of the last layer, L2-normalised. The same text gives the
        same vector, up to 1e-6 between batches of different shape.
        Raises VivaError when the weights are missing or are not the ones the graph was built for.
        """
        result = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        with self._lock:
            known = {text: self._cache[text] for text in texts if text in self._cache}
            new = [text for text in dict.fromkeys(texts) if text not in known]
            known.update(self._compute(new))
            for row, text in enumerate(texts):
                result[row] = known[text]
            for text, vector in known.items():
                self._cache[text] = vector
                self._cache.move_to_end(text)
            while len(self._cache) > self.cached_texts:
                self._cache.popitem(last=False)
        return result

    def for_reading(self) -> SentenceEncoder:
        """The encoder with the reader's corrections: itself, or one that is kept beside this one.

        Both read the same file; the second holds some 40 MB more once both were used.
        """
        if self.corrections is not None:
            return self
        with self._lock:
            if self._reading is None:
                self._reading = SentenceEncoder(
                    self.folder,
                    threads=self.threads,
                    cached_texts=self.cached_texts,
                    corrections=READER_CORRECTIONS,
                )
            return self._reading

    def pieces(self, text: str) -> int:
        """Word pieces of `text` in the model's English vocabulary, up to MAX_TOKENS.

        Words it does not know fall into many pieces, which tells another language or gibberish.
        """
        with self._lock:
            if self._session is None:
                self._load()
            return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _compute(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors of texts that are not cached."""
        if not texts:
            return {}
        if self._session is None:
            self._load()
        encodings = self._tokenizer.encode_batch(list(texts))
        by_length = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        vectors: dict[str, NDArray[np.float32]] = {}
        for batch in batches([len(encodings[i].ids) for i in by_length]):
            rows = [by_length[place] for place in batch]
            longest = len(encodings[rows[-1]].ids)
            ids = np.zeros((len(rows), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, i in enumerate(rows):
                length = len(encodings[i].ids)
                ids[row, :length] = encodings[i].ids
                mask[row, :length] = 1
            (output,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            vectors.update((texts[i], output[row]) for row, i in enumerate(rows))
        return vectors

    def _load(self) -> None:
        """Tokenizer and graph; checks first that the weights are the right ones."""
        check_weights(self.folder)
        import onnxruntime
        from tokenizers import Tokenizer

        tokenizer_file = self.folder / "tokenizer.json"
        try:
            tokenizer = Tokenizer.from_file(str(tokenizer_file))
        except Exception as error:  # tokenizers raises no narrower class
            raise VivaError(
                f"cannot be read as a tokenizer ({error})", where=str(tokenizer_file), todo=GET
            ) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", str(self.folder.resolve())
        )
        if self.corrections is not None:
            changed = corrected(self.folder / "model.safetensors", self.corrections)
            values = map(onnxruntime.OrtValue.ortvalue_from_numpy, changed.values())
            options.add_external_initializers(list(changed), list(values))
        graph = resources.files("evaluation").joinpath("minilm.onnx").read_bytes()
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = tokenizer


def batches(lengths: Sequence[int]) -> list[range]:
    """Consecutive places of ascending `lengths` (tokens) in batches of at most BATCH_TOKENS.

    A batch also ends where padding would cost more tokens than a run of its own is worth.
    """
    found: list[range] = []
    start = 0
    for place, longest in enumerate(lengths):
        before = place - start
        padding = before * (longest - lengths[place - 1]) if before else 0
        if before and ((before + 1) * longest > BATCH_TOKENS or padding > PADDING_TOKENS):
            found.append(range(start, place))
            start = place
    if lengths:
        found.append(range(start, len(lengths)))
    return found


def check_weights(folder: Path) -> None:
    """Raise VivaError unless `folder` holds the weights whose offsets are in the graph.

    Size and header decide where every tensor lies; hashing all 91 MB is the download's duty.
    """
    path = folder / "model.safetensors"
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            header = start + file.read(min(int.from_bytes(start, "little"), size))
    except OSError as error:
        what = f"the sentence encoder's weights cannot be read ({error.strerror})"
        raise VivaError(what, where=str(path), todo=GET) from error
    if size != WEIGHTS_BYTES or hashlib.sha256(header).hexdigest() != HEADER_SHA256:
        raise VivaError(
            f"not the weights of all-MiniLM-L6-v2 ({size} bytes, expected {WEIGHTS_BYTES})",
            where=str(path),
            todo=GET,
        )


def save_corrections(path: Path, factors: Corrections) -> None:
    """Store corrections in half precision."""
    arrays = {f"{name}.{i}": part for name, pair in factors.items() for i, part in enumerate(pair)}
    np.savez_compressed(
        path, allow_pickle=False, **{k: part.astype(np.float16) for k, part in arrays.items()}
    )


def corrected(weights: Path, corrections: Path) -> dict[str, NDArray[np.float32]]:
    """The matrices of `weights` (safetensors) that `corrections` changes: (out, in) each."""
    with weights.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    found: dict[str, NDArray[np.float32]] = {}
    with np.load(corrections) as stored:
        for name in sorted({key.rsplit(".", 1)[0] for key in stored.files}):
            entry = header[f"{name}.weight"]
            begin = 8 + size + entry["data_offsets"][0]
            shape = tuple(entry["shape"])
            matrix = np.memmap(weights, np.float32, mode="r", offset=begin, shape=shape)
            inner, outer = (stored[f"{name}.{i}"].astype(np.float32) for i in range(2))
            found[f"{name}.weight"] = np.ascontiguousarray(matrix + (inner @ outer).T)
    return found
