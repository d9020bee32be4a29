"""ncnn networks as ONNX graphs: each layer against its definition, and what is refused."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from quartet_recipes.graph import GraphBuilder
from quartet_recipes.ncnn import FLOAT16, FLOAT32, NcnnError, read_layers, to_onnx
from quartet_recipes.realesrgan import margin
from quartet_recipes.session import open_session

SMALL = """7767517
7 8
Input        in    0 1 data
Split        copy  1 2 data a b
Convolution  conv  1 1 b c 0=12 1=3 4=1 5=1 6=324
PReLU        relu  1 1 c d 0=12
PixelShuffle up    1 1 d e 0=2
Interp       big   1 1 a f 0=1 1=2.0 2=2.0
BinaryOp     sum   2 1 e f out
"""


def stored(mark: int, values: np.ndarray) -> bytes:
    body = values.astype("<f2" if mark == FLOAT16 else "<f4").tobytes()
    return np.uint32(mark).tobytes() + body + bytes(-len(body) % 4)


def run(param: str, weights: bytes, picture: np.ndarray) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        graph = GraphBuilder()
        to_onnx(param, weights, graph)
        graph.save(Path(folder) / "m.onnx", "test", {})
        return open_session(Path(folder) / "m.onnx", 1).run(None, {"input": picture})[0]


class Ncnn(unittest.TestCase):
    def setUp(self):
        random = np.random.default_rng(5)
        self.kernel = random.normal(0, 0.2, (12, 3, 3, 3)).astype(np.float16).astype(np.float32)
        self.bias, self.slope = random.normal(0, 1, (2, 12)).astype(np.float32)
        self.picture = random.random((1, 3, 5, 4), np.float32)

    def weights(self, mark: int) -> bytes:
        return stored(mark, self.kernel) + self.bias.tobytes() + self.slope.tobytes()

    def test_a_network_computes_what_its_layers_say(self):
        padded = np.pad(self.picture[0], ((0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
        convolved = np.einsum("chwij,ocij->ohw", windows, self.kernel) + self.bias[:, None, None]
        bent = np.where(convolved > 0, convolved, convolved * self.slope[:, None, None])
        shuffled = bent.reshape(3, 2, 2, 5, 4).transpose(0, 3, 1, 4, 2).reshape(3, 10, 8)
        expected = shuffled + self.picture[0].repeat(2, 1).repeat(2, 2)
        for mark in (FLOAT32, FLOAT16):
            found = run(SMALL, self.weights(mark), self.picture)[0]
            np.testing.assert_allclose(found, expected, atol=1e-5)

    def test_what_is_not_known_is_refused(self):
        good = self.weights(FLOAT32)
        for param, weights in (
            (SMALL.replace("PReLU ", "Mystery "), good),
            (SMALL.replace("6=324", "6=324 7=2"), good),
            (SMALL, good[:-1]),
            (SMALL, good + bytes(4)),
            (SMALL, b"\1\0\0\0" + good[4:]),
            (SMALL.replace("7767517", "1"), good),
        ):
            with self.assertRaises(NcnnError):
                to_onnx(param, weights, GraphBuilder())

    def test_the_margin_covers_what_an_output_pixel_sees(self):
        self.assertEqual(margin(SMALL), 3)
        self.assertEqual([layer.kind for layer in read_layers(SMALL)][0], "Input")


if __name__ == "__main__":
    unittest.main()
