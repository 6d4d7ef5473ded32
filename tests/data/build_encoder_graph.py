"""Build `evaluation/minilm.onnx`: the sentence encoder's graph without its weights.

    python tests/data/build_encoder_graph.py FOLDER [OUTPUT]

FOLDER holds `model.safetensors` of all-MiniLM-L6-v2 (`viva models get minilm-l6-v2` fetches it and
prints where). Every initializer of the graph is *external data*: a name, an offset and a length
inside that very file. So the graph is a few kilobytes, the weights stay where they are, and neither
torch nor a converted copy of the model is needed. The same input gives the same bytes.

The network is BERT with 6 layers, 12 heads and 384 units (Devlin et al. 2019; Wang et al. 2020,
MiniLM), then the mean over the real tokens and L2 normalisation (Reimers and Gurevych 2019).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

LAYERS, HEADS, UNITS = 6, 12, 384
EPSILON = 1e-12  # layer_norm_eps of the model's config.json
MASKED = -1e9  # added to the attention scores of padding
OPSET = 20  # the first with Gelu
WEIGHTS = "model.safetensors"


class GraphBuilder:
    """Collects nodes and initializers; every method returns the name of what it made."""

    def __init__(self, folder: Path) -> None:
        with (folder / WEIGHTS).open("rb") as file:
            self.data_start = 8 + (size := int.from_bytes(file.read(8), "little"))
            self.header: dict[str, Any] = json.loads(file.read(size))
        self.nodes: list[NodeProto] = []
        self.tensors: dict[str, TensorProto] = {}

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def weight(self, name: str) -> str:
        """An initializer that lies in the safetensors file."""
        if name not in self.tensors:
            entry = self.header[name]
            if entry["dtype"] != "F32":
                raise SystemExit(f"{name}: expected F32, found {entry['dtype']}")
            start, end = entry["data_offsets"]
            tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=entry["shape"])
            tensor.data_location = TensorProto.EXTERNAL
            place = {"location": WEIGHTS, "offset": self.data_start + start, "length": end - start}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
            self.tensors[name] = tensor
        return name

    def constant(self, name: str, values: list[Any], kind: int = TensorProto.INT64) -> str:
        """A small initializer inside the graph; a scalar when `values` has one float."""
        if name not in self.tensors:
            dims = [] if kind == TensorProto.FLOAT else [len(values)]
            self.tensors[name] = helper.make_tensor(name, kind, dims, values)
        return name

    def linear(self, x: str, name: str) -> str:
        """`x` (rows, in) times the transposed torch weight, plus bias: (rows, out)."""
        return self.op(
            "Gemm", x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), transB=1
        )

    def norm(self, x: str, name: str) -> str:
        """Layer normalisation over the units."""
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def heads(self, x: str, shape: str, order: list[int]) -> str:
        """(rows, units) as (batch, heads, …) in the given order of axes."""
        return self.op("Transpose", self.op("Reshape", x, shape), perm=order)


def embeddings(b: GraphBuilder) -> tuple[str, str]:
    """Token, position and type embeddings, normalised: (batch * length, units); the 3-D shape."""
    words = b.op("Gather", b.weight("embeddings.word_embeddings.weight"), "input_ids")
    # Slicing the table by a 1-D length keeps onnxruntime's embedding fusion off, which fails on
    # position ids made by Range ("Starts must be a 1-D array").
    length = b.op("Shape", "input_ids", start=1, end=2)
    zero, one = b.constant("zero", [0]), b.constant("one", [1])
    positions = b.op("Slice", b.weight("embeddings.position_embeddings.weight"), zero, length, zero)
    kinds = b.weight("embeddings.token_type_embeddings.weight")
    kind = b.op("Slice", kinds, zero, one, zero)
    total = b.op("Add", b.op("Add", words, positions), kind)
    shape = b.op("Shape", total)
    flat = b.op("Reshape", total, b.constant("rows", [-1, UNITS]))
    return b.norm(flat, "embeddings.LayerNorm"), shape


def layer(b: GraphBuilder, x: str, index: int, split: str, mask: str) -> str:
    """One encoder layer on (batch * length, units)."""
    name = f"encoder.layer.{index}"
    query = b.heads(b.linear(x, f"{name}.attention.self.query"), split, [0, 2, 1, 3])
    key = b.heads(b.linear(x, f"{name}.attention.self.key"), split, [0, 2, 3, 1])
    value = b.heads(b.linear(x, f"{name}.attention.self.value"), split, [0, 2, 1, 3])
    scale = b.constant("scale", [(UNITS // HEADS) ** -0.5], TensorProto.FLOAT)
    scores = b.op("Add", b.op("Mul", b.op("MatMul", query, key), scale), mask)
    mixed = b.op("MatMul", b.op("Softmax", scores, axis=-1), value)
    merged = b.op("Reshape", b.op("Transpose", mixed, perm=[0, 2, 1, 3]), "rows")
    attended = b.linear(merged, f"{name}.attention.output.dense")
    x = b.norm(b.op("Add", attended, x), f"{name}.attention.output.LayerNorm")
    wide = b.op("Gelu", b.linear(x, f"{name}.intermediate.dense"))
    narrow = b.linear(wide, f"{name}.output.dense")
    return b.norm(b.op("Add", narrow, x), f"{name}.output.LayerNorm")


def pooled(b: GraphBuilder, x: str, shape: str, real: str) -> None:
    """Mean over the real tokens, L2-normalised, as the graph's output (batch, units)."""
    states = b.op("Reshape", x, shape)
    weights = b.op("Unsqueeze", real, b.constant("last", [-1]))
    total = b.op("ReduceSum", b.op("Mul", states, weights), "one", keepdims=0)
    mean = b.op("Div", total, b.op("ReduceSum", weights, "one", keepdims=0))
    length = b.op("ReduceL2", mean, "one", keepdims=1)
    b.nodes.append(helper.make_node("Div", [mean, length], ["embedding"]))


def build(folder: Path) -> ModelProto:
    """The whole graph for the weights in `folder`."""
    b = GraphBuilder(folder)
    real = b.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    padding = b.op("Sub", b.constant("unit", [1.0], TensorProto.FLOAT), real)
    blocked = b.op("Mul", padding, b.constant("masked", [MASKED], TensorProto.FLOAT))
    mask = b.op("Unsqueeze", blocked, b.constant("middle", [1, 2]))
    x, shape = embeddings(b)
    batch_and_length = b.op("Shape", "input_ids")
    split = b.op("Concat", batch_and_length, b.constant("split", [HEADS, UNITS // HEADS]), axis=0)
    for index in range(LAYERS):
        x = layer(b, x, index, split, mask)
    pooled(b, x, shape, real)
    graph = helper.make_graph(
        b.nodes,
        "all-MiniLM-L6-v2",
        [tokens("input_ids"), tokens("attention_mask")],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", UNITS])],
        list(b.tensors.values()),
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10, producer_name="viva"
    )


def tokens(name: str) -> ValueInfoProto:
    """A (batch, length) input of integers."""
    return helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])


def main(arguments: list[str]) -> None:
    """Write the graph and say how large it is."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit(__doc__)
    root = Path(__file__).parents[2]
    output = Path(arguments[1]) if len(arguments) == 2 else root / "evaluation" / "minilm.onnx"
    data = build(Path(arguments[0])).SerializeToString(deterministic=True)
    output.write_bytes(data)
    print(f"{output}: {len(data)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
