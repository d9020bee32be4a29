"""The in-betweens: the measures that judge them, the tracked graph, and the network where torch is."""

import importlib.util
import unittest
from pathlib import Path

import numpy as np
import onnxruntime

from inbetween.measures import gmsd, ms_ssim, psnr, ssim

GRAPH = Path(__file__).parents[2] / "inbetween" / "inbetween.onnx"
SIDE = 96


def disc(right: float, down: float = 48, side: int = SIDE) -> np.ndarray:
    """A ball with a stripe on a pale ramp, f32 [3, side, side]; `right` and `down` are its middle."""
    y, x = np.mgrid[:side, :side].astype(np.float32) + 0.5
    inside = np.clip(18.5 - np.hypot(x - right, y - down), 0, 1)
    stripe = np.clip(4.5 - np.abs(y - down - (x - right) / 2), 0, 1)
    ball = np.stack([0.85 - 0.6 * stripe, 0.25 + 0.5 * stripe, 0.2 + x * 0])
    paper = np.stack([0.95 - x * 0, 0.9 + x / side * 0.1, 1 - y / side * 0.1])
    return (paper * (1 - inside) + ball * inside).astype(np.float32)


class Measures(unittest.TestCase):
    def test_the_same_picture_is_best(self):
        picture = disc(40)
        self.assertEqual(psnr(picture, picture), 60)
        self.assertAlmostEqual(ssim(picture, picture), 1, places=5)
        self.assertAlmostEqual(ms_ssim(picture, picture), 1, places=5)
        self.assertAlmostEqual(gmsd(picture, picture), 0, places=5)

    def test_an_error_of_a_tenth_is_twenty_decibels(self):
        flat = np.full((3, 32, 32), 0.5, np.float32)
        self.assertAlmostEqual(psnr(flat, flat + np.float32(0.1)), 20, places=3)

    def test_a_ghost_is_worse_than_a_little_shift(self):
        wanted, shifted, ghost = disc(48), disc(48.5), (disc(40) + disc(56)) / 2
        for better_is, of in ((1, psnr), (1, ssim), (1, ms_ssim), (-1, gmsd)):
            self.assertGreater(better_is * of(shifted, wanted), better_is * of(ghost, wanted), of.__name__)


@unittest.skipUnless(GRAPH.is_file(), "no weights of the in-betweens are tracked")
class Graph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = onnxruntime.InferenceSession(str(GRAPH), providers=["CPUExecutionProvider"])

    def between(self, first: np.ndarray, second: np.ndarray, time: float) -> tuple[np.ndarray, np.ndarray]:
        inputs = {"in0": first[None], "in1": second[None], "in2": np.full((1, 1, 1, 1), time, np.float32)}
        return tuple(output[0] for output in self.session.run(["out0", "flow"], inputs))

    def test_between_equal_frames_lies_the_same_frame(self):
        picture = disc(40)
        for time in (0.1, 0.5, 0.8):
            self.assertGreater(psnr(self.between(picture, picture, time)[0], picture), 40)

    def test_what_moves_is_moved_and_not_seen_twice(self):
        first, second = disc(43), disc(53)
        for time in (0.25, 0.5, 0.75):
            wanted = disc(43 + 10 * time)
            made, flow = self.between(first, second, time)
            blend = first * (1 - time) + second * time
            self.assertGreater(psnr(made, wanted), psnr(blend, wanted) + 3)
            self.assertLess(gmsd(made, wanted), gmsd(blend, wanted))
            # In the ball's middle: to the left in the first frame, to the right in the second.
            there = flow[:, 44:52, round(43 + 10 * time) - 4 : round(43 + 10 * time) + 4].mean((1, 2))
            np.testing.assert_allclose(there, [-10 * time, 0, 10 * (1 - time), 0], atol=1.5)

    def test_frames_are_of_any_size_that_blocks_make_up(self):
        picture = np.full((3, 32, 176), 0.3, np.float32)
        made, flow = self.between(picture, picture, 0.5)
        self.assertEqual((made.shape, flow.shape), ((3, 32, 176), (4, 32, 176)))


class Network(unittest.TestCase):
    @unittest.skipUnless(importlib.util.find_spec("torch"),
                         "the tests of the network need torch: run them in its recipe's environment (its README)")
    def test_the_tests_of_the_network_pass(self):
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromName("inbetween.tests.test_inbetween").run(result)
        self.assertTrue(result.wasSuccessful(), [text for _, text in result.errors + result.failures])


if __name__ == "__main__":
    unittest.main()
