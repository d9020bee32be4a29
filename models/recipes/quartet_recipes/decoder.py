"""Builds the decoder graph that Quartet ships: quantised, with grouped-query attention.

    embedding -> layers x (norm, QKV, attention, output, norm, gated MLP) -> norm -> head

Inputs and outputs are named as the community's exports name them: input_ids,
attention_mask, past_key_values.N.key/value, num_logits_to_keep -> logits,
present.N.key/value. There is no position_ids: GroupQueryAttention counts positions from the
mask. `past` and `present` may be ONE buffer of the longest length wanted, which saves
copying the cache for every token.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from .config import ModelConfig
from .encodings import Encoded, can_concatenate, concatenate
from .graph import CONTRIB, GraphBuilder
from .weights import Weights


@dataclass(frozen=True)
class DecoderOptions:
    """How the graph is cut.

    max_context: positions that the rotary tables hold; more than these cannot be run.
    half_cache: keys and values as float16 instead of float32.
    keep_logits: take num_logits_to_keep; otherwise logits of all positions are returned.
    accuracy: MatMulNBits' accuracy_level (4: int8 activations, 1: float32).
    """

    max_context: int
    half_cache: bool = False
    keep_logits: bool = True
    accuracy: int = 4


class DecoderBuilder:
    """Writes one model's graph into a `GraphBuilder`."""

    def __init__(self, graph: GraphBuilder, weights: Weights, options: DecoderOptions):
        self._graph = graph
        self._weights = weights
        self._config: ModelConfig = weights.config
        self._options = options

    def build(self, on_layer: Callable[[int], None] = lambda done: None) -> None:
        """`on_layer` is told how many layers are done."""
        graph, config = self._graph, self._config
        graph.input("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"])
        graph.input("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"])
        length = "logits_length" if self._options.keep_logits else "sequence_length"
        graph.output("logits", TensorProto.FLOAT, ["batch_size", length, config.vocabulary])
        declare_cache(graph, config, TensorProto.FLOAT16 if self._options.half_cache else TensorProto.FLOAT)
        self._lengths_and_rotary()
        head = self._weights.matrix("head")
        hidden = self._embed(head)
        residual = None
        for layer in range(config.layers):
            hidden, residual = self._layer(layer, hidden, residual)
            on_layer(layer + 1)
        final, _ = self._norm("final_norm", residual, hidden, self._weights.vector("final_norm"), last=True)
        if self._options.keep_logits:
            final = keep_last(graph, final)
        graph.linear(final, "head", head, "logits", accuracy=self._options.accuracy)

    def _lengths_and_rotary(self) -> None:
        """What GroupQueryAttention needs: each row's last position, and the longest length."""
        graph = self._graph
        summed = graph.node("ReduceSum", ["attention_mask", graph.integers(1)], "mask_sum", keepdims=0)
        last = graph.node("Sub", [summed, graph.integers(1)], "last_position")
        graph.node("Cast", [last], "seqlens_k", to=TensorProto.INT32)
        shape = graph.node("Shape", ["attention_mask"], "mask_shape")
        total = graph.node("Gather", [shape, graph.constant("one", np.array(1, np.int64))], "total_length", axis=0)
        graph.node("Cast", [total], "total_sequence_length_i32", to=TensorProto.INT32)
        for name, table in zip(("cos_cache", "sin_cache"), self._config.rotary(self._options.max_context)):
            graph.constant(name, table.astype(np.float16) if self._options.half_cache else table)

    def _embed(self, head: Encoded) -> str:
        if self._weights.tied:
            return self._graph.gather("head", head, "input_ids", "embedded")
        return self._graph.gather("embedding", self._weights.matrix("embedding"), "input_ids", "embedded")

    def _layer(self, layer: int, hidden: str, residual: str | None) -> tuple[str, str]:
        """Returns the MLP's output and the residual it is to be added to: the next norm adds."""
        graph, weights, p = self._graph, self._weights, f"layers.{layer}"
        accuracy = self._options.accuracy
        x, residual = self._norm(f"{p}.attention_norm", residual, hidden, weights.vector(f"{layer}.attention_norm"))
        attended = self._attention(layer, x)
        output = graph.linear(attended, f"{p}.o", weights.matrix(f"{layer}.o"), f"{p}.o.out", accuracy=accuracy)
        x, residual = self._norm(f"{p}.mlp_norm", residual, output, weights.vector(f"{layer}.mlp_norm"))
        gate = graph.linear(x, f"{p}.gate", weights.matrix(f"{layer}.gate"), f"{p}.gate.out", accuracy=accuracy)
        up = graph.linear(x, f"{p}.up", weights.matrix(f"{layer}.up"), f"{p}.up.out", accuracy=accuracy)
        # SiLU is QuickGelu with alpha 1: one kernel instead of a sigmoid and a product.
        active = graph.node("QuickGelu", [gate], f"{p}.silu", CONTRIB, alpha=1.0)
        gated = graph.node("Mul", [active, up], f"{p}.gated")
        down = graph.linear(gated, f"{p}.down", weights.matrix(f"{layer}.down"), f"{p}.down.out", accuracy=accuracy)
        return down, residual

    def _attention(self, layer: int, x: str) -> str:
        graph, config, p = self._graph, self._config, f"layers.{layer}"
        qkv = self._qkv(layer, x)
        half = self._options.half_cache
        if half:
            qkv = graph.node("Cast", [qkv], f"{p}.qkv.half", to=TensorProto.FLOAT16)
        caches = [f"past_key_values.{layer}.key", f"past_key_values.{layer}.value"]
        lengths = ["seqlens_k", "total_sequence_length_i32", "cos_cache", "sin_cache"]
        attended = f"{p}.attended"
        graph.node(
            "GroupQueryAttention",
            [qkv, "", "", *caches, *lengths],
            [f"{attended}.half" if half else attended, f"present.{layer}.key", f"present.{layer}.value"],
            CONTRIB,
            num_heads=config.heads,
            kv_num_heads=config.kv_heads,
            do_rotary=1,
            rotary_interleaved=0,
            scale=float(config.head_size**-0.5),
            local_window_size=-1,
            softcap=0.0,
        )
        return graph.node("Cast", [f"{attended}.half"], attended, to=TensorProto.FLOAT) if half else attended

    def _qkv(self, layer: int, x: str) -> str:
        """Query, key and value in one product, or in as few as their encodings allow."""
        weights, p = self._weights, f"layers.{layer}"
        groups: list[tuple[str, list[Encoded], list[np.ndarray]]] = []
        for part in "qkv":
            matrix = weights.matrix(f"{layer}.{part}")
            bias = [weights.vector(f"{layer}.{part}_bias")] if self._config.qkv_bias else []
            if groups and can_concatenate(groups[-1][1][0], matrix):
                name, matrices, biases = groups[-1]
                groups[-1] = (name + part, [*matrices, matrix], biases + bias)
            else:
                groups.append((part, [matrix], bias))
        products = [
            self._graph.linear(
                x,
                f"{p}.{name}",
                concatenate(matrices),
                f"{p}.{name}.out",
                np.concatenate(biases) if biases else None,
                self._options.accuracy,
            )
            for name, matrices, biases in groups
        ]
        return products[0] if len(products) == 1 else self._graph.node("Concat", products, f"{p}.qkv.out", axis=-1)

    def _norm(self, name: str, residual: str | None, hidden: str, weight: np.ndarray, last: bool = False) -> tuple[str, str]:
        """Adds `hidden` to the residual and normalises the sum: (normalised, sum)."""
        graph, epsilon = self._graph, self._config.norm_epsilon
        scale = graph.constant(f"{name}.weight", weight)
        if residual is None:
            graph.node("SimplifiedLayerNormalization", [hidden, scale], name, axis=-1, epsilon=epsilon, stash_type=1)
            return name, hidden
        outputs = [name] if last else [name, "", "", f"{name}.sum"]
        graph.node("SkipSimplifiedLayerNormalization", [residual, hidden, scale], outputs, CONTRIB, epsilon=epsilon)
        return name, f"{name}.sum"


def declare_cache(graph: GraphBuilder, config: ModelConfig, element: int) -> None:
    """past_key_values.N.key/value and present.N.key/value, `[batch, kv heads, length, head size]`."""
    for layer in range(config.layers):
        for part in ("key", "value"):
            shape = ["batch_size", config.kv_heads, "past_sequence_length", config.head_size]
            graph.input(f"past_key_values.{layer}.{part}", element, shape)
            shape = ["batch_size", config.kv_heads, "present_sequence_length", config.head_size]
            graph.output(f"present.{layer}.{part}", element, shape)


def keep_last(graph: GraphBuilder, hidden: str) -> str:
    """The last `num_logits_to_keep` positions: a prompt's other logits are never needed."""
    graph.input("num_logits_to_keep", TensorProto.INT64, [])
    negative = graph.node("Neg", ["num_logits_to_keep"], "keep_negative")
    start = graph.node("Unsqueeze", [negative, graph.integers(0)], "keep_from")
    return graph.node("Slice", [hidden, start, graph.integers(2**62), graph.integers(1)], "kept")
