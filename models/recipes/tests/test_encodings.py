"""Unpacking against gguf's own dequantiser, and how near each encoding stays to it."""

import unittest

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize

from quartet_recipes.blocks import unpack
from quartet_recipes.encodings import can_concatenate, concatenate, encode_blocks, encode_floats

KINDS = (Kind.Q4_0, Kind.Q4_1, Kind.Q4_K, Kind.Q5_0, Kind.Q5_1, Kind.Q5_K, Kind.Q6_K, Kind.Q8_0)
EXACT_IN_8_BITS = (Kind.Q4_0, Kind.Q5_0, Kind.Q6_K, Kind.Q8_0)
# Where the half-precision scales lie in a block: d, then m or dmin where there is one.
SCALES = {
    Kind.Q4_0: (0,), Kind.Q4_1: (0, 2), Kind.Q4_K: (0, 2), Kind.Q5_0: (0,), Kind.Q5_1: (0, 2),
    Kind.Q5_K: (0, 2), Kind.Q6_K: (208,), Kind.Q8_0: (0,),
}  # fmt: skip


def stored(kind: Kind, rows: int = 12, columns: int = 512) -> np.ndarray:
    """Random blocks: every bit pattern of the integers, sensible scales, offsets below 0."""
    generator = np.random.default_rng(int(kind))
    values, size = GGML_QUANT_SIZES[kind]
    raw = generator.integers(0, 256, (rows, columns // values, size), dtype=np.uint8)
    scale = generator.uniform(0.002, 0.02, raw.shape[:2])
    for place, at in enumerate(SCALES[kind]):
        halves = scale if place == 0 else _offset(kind, scale, generator)
        raw[..., at : at + 2] = halves.astype(np.float16)[..., None].view(np.uint8)
    return raw.reshape(rows, -1)


def _offset(kind, scale, generator):
    if kind in (Kind.Q4_K, Kind.Q5_K):
        return scale * generator.uniform(2, 12, scale.shape)  # dmin: the offset is -dmin * minimum
    return -scale * generator.uniform(3, 12, scale.shape)


def relative_mse(actual: np.ndarray, expected: np.ndarray) -> float:
    return float(np.square(actual - expected).mean() / np.square(expected).mean())


class Unpacking(unittest.TestCase):
    def test_every_kind_equals_gguf(self):
        for kind in KINDS:
            with self.subTest(kind=kind.name):
                raw = stored(kind)
                np.testing.assert_allclose(unpack(raw, kind).dequantize(), dequantize(raw, kind), rtol=1e-6, atol=1e-7)


class Encodings(unittest.TestCase):
    def test_kinds_without_an_offset_are_exact_in_8_bits(self):
        for kind in EXACT_IN_8_BITS:
            with self.subTest(kind=kind.name):
                raw = stored(kind)
                encoded = encode_blocks(unpack(raw, kind), "u8")
                np.testing.assert_allclose(encoded.dequantize(), dequantize(raw, kind), rtol=1e-6, atol=1e-7)

    def test_kinds_with_an_offset_are_near_lossless_in_8_bits(self):
        for kind, limit in ((Kind.Q4_1, 1e-5), (Kind.Q4_K, 1e-5), (Kind.Q5_1, 1e-4), (Kind.Q5_K, 1e-4)):
            with self.subTest(kind=kind.name):
                raw = stored(kind)
                encoded = encode_blocks(unpack(raw, kind), "u8")
                self.assertLess(relative_mse(encoded.dequantize(), dequantize(raw, kind)), limit)

    def test_four_bits_are_lossless(self):
        for kind in (Kind.Q4_0, Kind.Q4_1, Kind.Q4_K):
            with self.subTest(kind=kind.name):
                raw = stored(kind)
                encoded = encode_blocks(unpack(raw, kind), "u4")
                self.assertEqual(encoded.bits, 4)
                np.testing.assert_allclose(encoded.dequantize(), dequantize(raw, kind), rtol=1e-5, atol=1e-6)

    def test_wider_kinds_stay_at_8_bits_under_u4(self):
        self.assertEqual(encode_blocks(unpack(stored(Kind.Q6_K), Kind.Q6_K), "u4").bits, 8)

    def test_blocks_on_one_side_of_zero_and_constant_blocks_are_fitted(self):
        raw = stored(Kind.Q4_1).reshape(12, -1, 20)
        raw[0, :, 2:4] = np.float16([0.5]).view(np.uint8)  # m > 0: no zero point fits
        raw[1, :, 0:2] = 0  # d = 0: every value is m
        raw[2, :, 2:4] = np.float16([-9.0]).view(np.uint8)  # far below 0: z would pass 255
        raw = raw.reshape(12, -1)
        encoded = encode_blocks(unpack(raw, Kind.Q4_1), "u8").dequantize()
        expected = dequantize(raw, Kind.Q4_1)
        for row in range(3):
            self.assertLess(relative_mse(encoded[row], expected[row]), 1e-4)

    def test_floats(self):
        weights = np.random.default_rng(1).normal(0, 0.05, (8, 128)).astype(np.float16)
        self.assertLess(relative_mse(encode_floats(weights).dequantize(), weights.astype(np.float32)), 5e-5)

    def test_matrices_of_one_block_are_joined_and_others_refused(self):
        five, eight = (encode_blocks(unpack(stored(kind), kind), "u8") for kind in (Kind.Q5_0, Kind.Q8_0))
        self.assertTrue(can_concatenate(five, eight))
        joined = concatenate([five, eight])
        np.testing.assert_array_equal(joined.dequantize(), np.concatenate([five.dequantize(), eight.dequantize()]))
        six = encode_blocks(unpack(stored(Kind.Q6_K), Kind.Q6_K), "u8")
        self.assertFalse(can_concatenate(five, six))


if __name__ == "__main__":
    unittest.main()
