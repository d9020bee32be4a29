"""Builds a decoder graph of standard operators only, as optimum exports people's models.

For tests: it has what Quartet's own graphs have not, and what must run all the same:
position_ids, a cache that is returned longer than it was given, logits of every position and,
in the merged form, use_cache_branch.
"""

import numpy as np
from onnx import TensorProto, helper

from .decoder import declare_cache
from .graph import GraphBuilder
from .reference import FloatWeights

_MASKED = np.float32(-1e9)


class PlainBuilder:
    """Writes one model's graph into a `GraphBuilder`, its weights as float32."""

    def __init__(self, graph: GraphBuilder, weights: FloatWeights, max_context: int, merged: bool):
        self._graph = graph
        self._weights = weights
        self._config = weights.config
        self._max_context = max_context
        self._merged = merged

    def build(self) -> None:
        graph, config = self._graph, self._config
        graph.input("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"])
        graph.input("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"])
        graph.input("position_ids", TensorProto.INT64, ["batch_size", "sequence_length"])
        graph.output("logits", TensorProto.FLOAT, ["batch_size", "sequence_length", config.vocabulary])
        declare_cache(graph, config, TensorProto.FLOAT)
        if self._merged:
            graph.input("use_cache_branch", TensorProto.BOOL, [1])
            self._choose_past()
        for name, table in zip(("cosines", "sines"), config.rotary(self._max_context)):
            rows = graph.node("Gather", [graph.constant(f"{name}.table", table), "position_ids"], f"{name}.rows")
            graph.node("Unsqueeze", [rows, graph.integers(1)], name)
        self._mask()
        embedding = graph.constant("embedding", self._weights.floats("embedding"))
        hidden = graph.node("Gather", [embedding, "input_ids"], "embedded")
        for layer in range(config.layers):
            hidden = self._layer(layer, hidden)
        final = self._norm("final_norm", hidden, self._weights.vector("final_norm"))
        head = graph.node("Transpose", [embedding], "head", perm=[1, 0])
        graph.node("MatMul", [final, head], "logits")

    def _past(self, layer: int, part: str) -> str:
        return f"{'chosen' if self._merged else 'past_key_values'}.{layer}.{part}"

    def _choose_past(self) -> None:
        """Without use_cache_branch the past that is handed in counts for nothing, whatever its length."""
        names = [f"{layer}.{part}" for layer in range(self._config.layers) for part in ("key", "value")]

        def branch(name: str, nodes_of) -> object:
            outputs = [
                helper.make_tensor_value_info(f"{name}.{slot}", TensorProto.FLOAT, [None, self._config.kv_heads, None, self._config.head_size])
                for slot in names
            ]
            return helper.make_graph([nodes_of(slot, f"{name}.{slot}") for slot in names], name, [], outputs)

        nothing, axis = self._graph.integers(0), self._graph.integers(2)
        with_past = branch("with_past", lambda slot, out: helper.make_node("Identity", [f"past_key_values.{slot}"], [out]))
        without = branch(
            "without_past",
            lambda slot, out: helper.make_node("Slice", [f"past_key_values.{slot}", nothing, nothing, axis], [out]),
        )
        chosen = [f"chosen.{slot}" for slot in names]
        self._graph.node("If", ["use_cache_branch"], chosen, then_branch=with_past, else_branch=without)

    def _mask(self) -> None:
        """0 where a key may be seen, -1e9 where it lies ahead or is padding: `[b, 1, 1, s, total]`."""
        graph = self._graph
        scalar = lambda name, value: graph.constant(name, np.array(value, np.int64))  # noqa: E731
        shape = graph.node("Shape", ["attention_mask"], "mask_shape")
        total = graph.node("Gather", [shape, scalar("one", 1)], "total_length")
        keys = graph.node("Range", [scalar("zero", 0), total, scalar("one", 1)], "key_positions")
        queries = graph.node("Unsqueeze", ["position_ids", graph.integers(2)], "query_positions")
        causal = graph.node("LessOrEqual", [keys, queries], "causal")
        present = graph.node("Cast", ["attention_mask"], "present_keys", to=TensorProto.BOOL)
        present = graph.node("Unsqueeze", [present, graph.integers(1)], "present_keys_row")
        visible = graph.node("And", [causal, present], "visible")
        zero, masked = graph.constant("unmasked", np.float32(0)), graph.constant("masked", _MASKED)
        mask = graph.node("Where", [visible, zero, masked], "mask_rows")
        graph.node("Unsqueeze", [mask, graph.integers(1, 2)], "mask")

    def _layer(self, layer: int, hidden: str) -> str:
        graph, weights, p = self._graph, self._weights, f"layers.{layer}"
        x = self._norm(f"{p}.attention_norm", hidden, weights.vector(f"{layer}.attention_norm"))
        hidden = graph.node("Add", [hidden, self._attention(layer, x)], f"{p}.attention_sum")
        x = self._norm(f"{p}.mlp_norm", hidden, weights.vector(f"{layer}.mlp_norm"))
        gate = self._linear(f"{p}.gate", x, weights.floats(f"{layer}.gate"))
        sigmoid = graph.node("Sigmoid", [gate], f"{p}.sigmoid")
        active = graph.node("Mul", [gate, sigmoid], f"{p}.silu")
        gated = graph.node("Mul", [active, self._linear(f"{p}.up", x, weights.floats(f"{layer}.up"))], f"{p}.gated")
        down = self._linear(f"{p}.down", gated, weights.floats(f"{layer}.down"))
        return graph.node("Add", [hidden, down], f"{p}.mlp_sum")

    def _attention(self, layer: int, x: str) -> str:
        graph, config, p = self._graph, self._config, f"layers.{layer}"
        query = self._rotate(f"{p}.q", self._heads(layer, "q", x, config.heads))
        key = self._rotate(f"{p}.k", self._heads(layer, "k", x, config.kv_heads))
        value = self._heads(layer, "v", x, config.kv_heads)
        key = graph.node("Concat", [self._past(layer, "key"), key], f"present.{layer}.key", axis=2)
        value = graph.node("Concat", [self._past(layer, "value"), value], f"present.{layer}.value", axis=2)
        # Queries of one group share a key head: [b, kv heads, group, s, size] against [b, kv heads, 1, ...].
        group = config.heads // config.kv_heads
        shape = graph.integers(0, config.kv_heads, group, -1, config.head_size)
        query = graph.node("Reshape", [query, shape], f"{p}.grouped")
        key = graph.node("Unsqueeze", [key, graph.integers(2)], f"{p}.keys")
        value = graph.node("Unsqueeze", [value, graph.integers(2)], f"{p}.values")
        key = graph.node("Transpose", [key], f"{p}.keys_transposed", perm=[0, 1, 2, 4, 3])
        scale = graph.constant("attention_scale", np.float32(config.head_size**-0.5))
        scores = graph.node("Mul", [graph.node("MatMul", [query, key], f"{p}.products"), scale], f"{p}.scaled")
        scores = graph.node("Add", [scores, "mask"], f"{p}.scores")
        weights = graph.node("Softmax", [scores], f"{p}.weights", axis=-1)
        attended = graph.node("MatMul", [weights, value], f"{p}.mixed")
        attended = graph.node("Transpose", [attended], f"{p}.mixed_transposed", perm=[0, 3, 1, 2, 4])
        attended = graph.node("Reshape", [attended, graph.integers(0, 0, config.heads * config.head_size)], f"{p}.attended")
        return self._linear(f"{p}.o", attended, self._weights.floats(f"{layer}.o"))

    def _heads(self, layer: int, part: str, x: str, count: int) -> str:
        """The projection as `[b, heads, s, head size]`."""
        p = f"layers.{layer}.{part}"
        projected = self._linear(p, x, self._weights.floats(f"{layer}.{part}"))
        if self._config.qkv_bias:
            bias = self._graph.constant(f"{p}.bias", self._weights.vector(f"{layer}.{part}_bias"))
            projected = self._graph.node("Add", [projected, bias], f"{p}.biased")
        shape = self._graph.integers(0, 0, count, self._config.head_size)
        split = self._graph.node("Reshape", [projected, shape], f"{p}.split")
        return self._graph.node("Transpose", [split], f"{p}.heads", perm=[0, 2, 1, 3])

    def _rotate(self, name: str, x: str) -> str:
        graph = self._graph
        first, second = f"{name}.first", f"{name}.second"
        graph.node("Split", [x], [first, second], axis=-1, num_outputs=2)

        def product(a: str, b: str) -> str:
            return graph.node("Mul", [a, b], f"{a}.{b}")

        left = graph.node("Sub", [product(first, "cosines"), product(second, "sines")], f"{name}.left")
        right = graph.node("Add", [product(second, "cosines"), product(first, "sines")], f"{name}.right")
        return graph.node("Concat", [left, right], f"{name}.rotated", axis=-1)

    def _linear(self, name: str, x: str, weight: np.ndarray) -> str:
        return self._graph.node("MatMul", [x, self._graph.constant(f"{name}.weight", weight.T)], f"{name}.out")

    def _norm(self, name: str, x: str, weight: np.ndarray) -> str:
        graph = self._graph
        square = graph.node("Mul", [x, x], f"{name}.square")
        mean = graph.node("ReduceMean", [square, graph.integers(-1)], f"{name}.mean")
        epsilon = graph.constant("epsilon", np.float32(self._config.norm_epsilon))
        root = graph.node("Sqrt", [graph.node("Add", [mean, epsilon], f"{name}.shifted")], f"{name}.root")
        unit = graph.node("Div", [x, root], f"{name}.unit")
        return graph.node("Mul", [unit, graph.constant(f"{name}.weight", weight)], name)
