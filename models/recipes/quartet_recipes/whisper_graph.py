"""Whisper as two ONNX graphs, an encoder and a decoder with its past.

    encoder  input_features f32 [1, mels, frames] -> encoder.N.key|value f32 [1, heads, positions, head size]
    decoder  input_ids i64 [1, length], past_key_values.N.decoder.key|value f32 [1, heads, past, head size],
             past_key_values.N.encoder.key|value -> logits f32 [1, 1, vocabulary] of the last token,
             present.N.decoder.key|value

The names are those of transformers.js' merged decoders but for what differs: the encoder gives
each decoder layer's cross-attention keys and values at once instead of hidden states that the
first step projects, and it takes any even number of frames up to its own, not that number alone.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto

from .encodings import encode_floats
from .graph import CONTRIB, GraphBuilder
from .whisper_weights import WhisperWeights

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
_EPSILON = 1e-5
# Smaller constants are stored as they are.
_LEAST_STORED = 4096


class WhisperGraph(GraphBuilder):
    """Whisper's parts, their matrices in one of three ways.

    "rows": 8 bits with a step a row, activations in 8 bits with a step a run: the fastest for a
    second of sound at once. "blocks": 8 bits with a step a block of 32, which the embedding shares
    with the head: a third less to read for a token. "half": float16, computed in float32.
    """

    def __init__(self, weights: WhisperWeights, matrices: str, data_path: Path | None = None):
        super().__init__(data_path)
        self.weights, self.matrices = weights, matrices
        self.config = weights.config

    def stored(self, name: str, value: np.ndarray) -> str:
        """A float constant, in half precision where it is large: folded when the model loads."""
        if value.size < _LEAST_STORED:
            return self.constant(name, value.astype(np.float32))
        if name not in self._constants:
            self.constant(name, value.astype(np.float16))
            self.node("Cast", [name], f"{name}.wide", to=FLOAT)
        return f"{name}.wide"

    def product(self, x: str, name: str, output: str) -> str:
        """`x @ W.T + b`; what has no bias has noughts for one in some files."""
        matrix, bias = self.weights[name], self.weights.bias(name)
        if self.matrices == "blocks":
            return self.linear(x, name, encode_floats(matrix), output, bias)
        if self.matrices == "rows":
            step = np.maximum(np.abs(matrix).max(1), np.float32(1e-30)) / np.float32(127)
            quants = np.round(matrix / step[:, None]).astype(np.int8)
            inputs = [x, self.constant(f"{name}.quants", quants.T), self.constant(f"{name}.steps", step), ""]
            inputs += [] if bias is None else [self.constant(f"{name}.bias", bias)]
            return self.node("DynamicQuantizeMatMul", inputs, output, CONTRIB)
        inputs = [x, self.stored(name, matrix.T)]
        if bias is None:
            return self.node("MatMul", inputs, output)
        self.node("MatMul", inputs, f"{output}.product")
        return self.added(f"{output}.product", self.constant(f"{name}.bias", bias), output)

    def norm(self, x: str, name: str, output: str) -> str:
        parts = [self.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("scale", "shift")]
        return self.node("LayerNormalization", [x, *parts], output, axis=-1, epsilon=_EPSILON)

    def heads(self, x: str, output: str) -> str:
        """`[1, T, width]` as `[1, heads, T, head size]`."""
        shape = self.integers(0, -1, self.config.heads, self.config.head_size)
        self.node("Reshape", [x, shape], f"{output}.split")
        return self.node("Transpose", [f"{output}.split"], output, perm=[0, 2, 1, 3])

    def attention(self, query: str, key: str, value: str, output: str, past: tuple = (), present: tuple = (), causal=False) -> str:
        """Softmax attention: keys as `[1, T, width]`, or by head where they come from outside."""
        inputs = [query, key, value]
        if past:
            inputs += ["", "", "", *past]
        attributes = dict(num_heads=self.config.heads, unidirectional=int(causal))
        return self.node("MultiHeadAttention", inputs, [output, *present], CONTRIB, **attributes)

    def added(self, x: str, y: str, output: str) -> str:
        return self.node("Add", [x, y], output)

    def mlp(self, x: str, layer: str) -> str:
        name = f"{layer}.mlp"
        self.norm(x, f"{layer}.mlp_norm", f"{name}.normed")
        self.product(f"{name}.normed", f"{layer}.up", f"{name}.wide")
        self.node("Gelu", [f"{name}.wide"], f"{name}.gelu")
        self.product(f"{name}.gelu", f"{layer}.down", f"{name}.narrow")
        return self.added(x, f"{name}.narrow", f"{name}.out")

    def self_attention(self, x: str, layer: str, past: tuple = (), present: tuple = ()) -> str:
        name = f"{layer}.attention"
        self.norm(x, f"{layer}.self_norm", f"{name}.normed")
        parts = [self.product(f"{name}.normed", f"{layer}.self.{part}", f"{name}.{part}") for part in "qkv"]
        self.attention(*parts, f"{name}.mixed", past, present, causal=bool(past))
        self.product(f"{name}.mixed", f"{layer}.self.o", f"{name}.projected")
        return self.added(x, f"{name}.projected", f"{name}.out")

    def positions(self, name: str, start: str, end: str, output: str) -> str:
        return self.node("Slice", [self.stored(name, self.weights[name]), start, end, self.integers(0)], output)


def encoder(weights: WhisperWeights, half: bool) -> WhisperGraph:
    graph, config = WhisperGraph(weights, "half" if half else "rows"), weights.config
    x = graph.input("input_features", FLOAT, [1, config.mels, "frames"])
    for name, stride in (("conv1", 1), ("conv2", 2)):
        inputs = [x, graph.stored(name, weights[name]), graph.constant(f"{name}.bias", weights[f"{name}.bias"])]
        graph.node("Conv", inputs, f"{name}.out", kernel_shape=[3], pads=[1, 1], strides=[stride])
        x = graph.node("Gelu", [f"{name}.out"], f"{name}.gelu")
    x = graph.node("Transpose", [x], "frames.out", perm=[0, 2, 1])
    length = graph.node("Shape", [x], "length", start=1, end=2)
    x = graph.added(x, graph.positions("encoder.positions", graph.integers(0), length, "places"), "embedded")
    for index in range(config.encoder_layers):
        x = graph.mlp(graph.self_attention(x, f"encoder.{index}"), f"encoder.{index}")
    x = graph.norm(x, "encoder.norm", "encoded")
    for index in range(config.decoder_layers):
        for part, letter in (("key", "k"), ("value", "v")):
            name = f"encoder.{index}.{part}"
            graph.product(x, f"decoder.{index}.cross.{letter}", f"{name}.flat")
            graph.output(graph.heads(f"{name}.flat", name), FLOAT, [1, config.heads, "positions", config.head_size])
    return graph


def decoder(weights: WhisperWeights, half: bool, data_path: Path | None = None) -> WhisperGraph:
    graph, config = WhisperGraph(weights, "half" if half else "blocks", data_path), weights.config
    ids = graph.input("input_ids", INT64, [1, "length"])
    pasts, presents = [], []
    for index in range(config.decoder_layers):
        names = [f"past_key_values.{index}.{side}.{part}" for side in ("decoder", "encoder") for part in ("key", "value")]
        for name in names:
            side = "past" if ".decoder." in name else "positions"
            graph.input(name, FLOAT, [1, config.heads, side, config.head_size])
        pasts.append(names)
        presents.append(tuple(f"present.{index}.decoder.{part}" for part in ("key", "value")))
    graph.output("logits", FLOAT, [1, 1, config.vocabulary])
    for name in (name for pair in presents for name in pair):
        graph.output(name, FLOAT, [1, config.heads, "total", config.head_size])

    x = _embedded(graph, ids)
    before = graph.node("Shape", [pasts[0][0]], "before", start=2, end=3)
    length = graph.node("Shape", [ids], "length", start=1, end=2)
    after = graph.added(before, length, "after")
    x = graph.added(x, graph.positions("decoder.positions", before, after, "places"), "embedded")
    for index, (key, value, cross_key, cross_value) in enumerate(pasts):
        layer = f"decoder.{index}"
        x = graph.self_attention(x, layer, (key, value), presents[index])
        graph.norm(x, f"{layer}.cross_norm", f"{layer}.cross.normed")
        graph.product(f"{layer}.cross.normed", f"{layer}.cross.q", f"{layer}.cross.query")
        graph.attention(f"{layer}.cross.query", cross_key, cross_value, f"{layer}.cross.mixed")
        graph.product(f"{layer}.cross.mixed", f"{layer}.cross.o", f"{layer}.cross.projected")
        x = graph.mlp(graph.added(x, f"{layer}.cross.projected", f"{layer}.cross.out"), layer)
    x = graph.node("Slice", [x, graph.integers(-1), graph.integers(2**31 - 1), graph.integers(1)], "last")
    x = graph.norm(x, "decoder.norm", "decoded")
    if half:
        # The embedding serves as the head: a second, turned copy would double its memory.
        graph.node("Reshape", [x, graph.integers(1, config.width)], "row")
        graph.node("Gemm", ["row", graph.stored("tokens", weights["tokens"])], "row.logits", transB=1)
        graph.node("Reshape", ["row.logits", graph.integers(1, 1, config.vocabulary)], "logits")
    else:
        graph.product(x, "tokens", "logits")
    return graph


def _embedded(graph: WhisperGraph, ids: str) -> str:
    """Rows of the embedding."""
    tokens = graph.weights["tokens"]
    if graph.matrices == "half":
        return graph.node("Gather", [graph.stored("tokens", tokens), ids], "rows")
    # The head packs the embedding anew; the rows that are looked up stay in the file.
    return graph.gather("tokens", encode_floats(tokens), ids, "rows", mapped=graph.has_data_file)
