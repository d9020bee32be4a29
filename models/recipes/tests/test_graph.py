"""Each encoding through ONNX Runtime's kernels against a plain matrix product."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind
from onnx import TensorProto

from quartet_recipes.blocks import unpack
from quartet_recipes.encodings import Encoded, encode_blocks
from quartet_recipes.graph import GraphBuilder
from quartet_recipes.session import open_session

from .test_encodings import stored


def run(graph: GraphBuilder, folder: str, **feeds: np.ndarray) -> np.ndarray:
    path = Path(folder) / "model.onnx"
    graph.save(path, "test", {})
    return open_session(path, 1).run(None, feeds)[0]


class Linear(unittest.TestCase):
    def product(self, weight: Encoded, accuracy: int, bias: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """What the graph makes of random input, and what it should be."""
        x = np.random.default_rng(3).normal(0, 1, (1, 5, weight.columns)).astype(np.float32)
        with tempfile.TemporaryDirectory() as folder:
            graph = GraphBuilder(Path(folder) / "model.onnx_data")
            graph.input("x", TensorProto.FLOAT, [1, "length", weight.columns])
            graph.output("y", TensorProto.FLOAT, [1, "length", weight.rows])
            graph.linear("x", "w", weight, "y", bias, accuracy)
            actual = run(graph, folder, x=x)
        expected = x @ weight.dequantize().T
        return actual, expected if bias is None else expected + bias

    def test_every_encoding_with_float_activations(self):
        for kind, encoding in ((Kind.Q8_0, "u8"), (Kind.Q5_0, "u8"), (Kind.Q6_K, "u8"), (Kind.Q4_K, "u8"),
                               (Kind.Q4_0, "u4"), (Kind.Q4_1, "u4"), (Kind.Q4_K, "u4")):  # fmt: skip
            with self.subTest(kind=kind.name, encoding=encoding):
                actual, expected = self.product(encode_blocks(unpack(stored(kind), kind), encoding), accuracy=1)
                np.testing.assert_allclose(actual, expected, atol=2e-3 * np.abs(expected).max())

    def test_every_encoding_with_8_bit_activations(self):
        for kind, encoding in ((Kind.Q8_0, "u8"), (Kind.Q6_K, "u8"), (Kind.Q4_1, "u8"), (Kind.Q4_1, "u4")):
            with self.subTest(kind=kind.name, encoding=encoding):
                actual, expected = self.product(encode_blocks(unpack(stored(kind), kind), encoding), accuracy=4)
                np.testing.assert_allclose(actual, expected, atol=2e-2 * np.abs(expected).max())

    def test_a_bias_is_added(self):
        weight = encode_blocks(unpack(stored(Kind.Q5_0), Kind.Q5_0), "u8")
        bias = np.arange(weight.rows, dtype=np.float32)
        for accuracy in (1, 4):
            actual, expected = self.product(weight, accuracy, bias)
            np.testing.assert_allclose(actual, expected, atol=2e-2 * np.abs(expected).max())


class Gather(unittest.TestCase):
    def test_rows_equal_the_matrix(self):
        for kind in (Kind.Q8_0, Kind.Q6_K, Kind.Q4_1):
            with self.subTest(kind=kind.name), tempfile.TemporaryDirectory() as folder:
                weight = encode_blocks(unpack(stored(kind), kind), "u8")
                graph = GraphBuilder()
                graph.input("ids", TensorProto.INT64, [1, "length"])
                graph.output("rows", TensorProto.FLOAT, [1, "length", weight.columns])
                graph.gather("w", weight, "ids", "rows")
                rows = run(graph, folder, ids=np.array([[3, 0, 11]]))
                np.testing.assert_allclose(rows[0], weight.dequantize()[[3, 0, 11]], rtol=1e-6)


if __name__ == "__main__":
    unittest.main()
