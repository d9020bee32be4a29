"""Unpacks GGUF blocks into integers: every kind is `w = scale * q + offset` per block.

Layouts: ggml's `ggml-common.h` and `ggml-quants.c` (MIT). The integers are kept, not the
floats, because an encoding is exact only if it starts from them.
"""

from dataclasses import dataclass, replace

import numpy as np
from gguf import GGMLQuantizationType as Kind

from .gguf_file import GgufError


@dataclass(frozen=True)
class Blocks:
    """A matrix `[rows, blocks * size]` in blocks along its columns.

    `zero` is set for the kinds without an offset of their own: then
    `w = scale * (q - zero)`, and `offset` is `-scale * zero`.
    """

    q: np.ndarray  # uint8 [rows, blocks, size]
    scale: np.ndarray  # float32 [rows, blocks]
    offset: np.ndarray  # float32 [rows, blocks]
    zero: int | None

    @property
    def size(self) -> int:
        return self.q.shape[2]

    def rows(self, index: np.ndarray) -> "Blocks":
        """The same matrix with its rows taken in the order of `index`."""
        return replace(self, q=self.q[index], scale=self.scale[index], offset=self.offset[index])

    def dequantize(self) -> np.ndarray:
        """float32 `[rows, columns]`."""
        weights = self.scale[..., None] * self.q + self.offset[..., None]
        return weights.reshape(self.q.shape[0], -1)


def unpack(data: np.ndarray, kind: Kind) -> Blocks:
    """`data`: uint8 `[rows, bytes per row]` as a GGUF file stores it."""
    if kind not in _LAYOUTS:
        known = ", ".join(sorted(known.name for known in _LAYOUTS))
        raise GgufError(f"tensors of kind {kind.name} are not handled (known: {known}, F16, F32)")
    block_bytes, unpacker = _LAYOUTS[kind]
    return unpacker(np.ascontiguousarray(data).view(np.uint8).reshape(data.shape[0], -1, block_bytes))


def _symmetric(q: np.ndarray, scale: np.ndarray, zero: int) -> Blocks:
    return Blocks(q, scale, -scale * np.float32(zero), zero)


def _half(raw: np.ndarray, at: int) -> np.ndarray:
    """The float16 at byte `at` of every block, as float32 `[rows, blocks]`."""
    return raw[..., at : at + 2].copy().view(np.float16)[..., 0].astype(np.float32)


def _nibbles(packed: np.ndarray) -> np.ndarray:
    """Low nibbles first, then the high ones: `[..., n]` bytes to `[..., 2 n]` values."""
    return np.concatenate([packed & 15, packed >> 4], axis=-1)


def _fifth_bits(packed: np.ndarray) -> np.ndarray:
    """Four bytes, 32 bits, lowest first, each moved to where it counts 16."""
    return np.unpackbits(packed, axis=-1, bitorder="little") << 4


def _q4_0(raw):
    return _symmetric(_nibbles(raw[..., 2:]), _half(raw, 0), 8)


def _q4_1(raw):
    return Blocks(_nibbles(raw[..., 4:]), _half(raw, 0), _half(raw, 2), None)


def _q5_0(raw):
    return _symmetric(_nibbles(raw[..., 6:]) | _fifth_bits(raw[..., 2:6]), _half(raw, 0), 16)


def _q5_1(raw):
    q = _nibbles(raw[..., 8:]) | _fifth_bits(raw[..., 4:8])
    return Blocks(q, _half(raw, 0), _half(raw, 2), None)


def _q8_0(raw):
    # Adding 128 to a signed byte is flipping its top bit.
    return _symmetric(raw[..., 2:] ^ 128, _half(raw, 0), 128)


def _k_scales(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scales and minima of a super-block: 8 pairs of 6 bits in 12 bytes (`get_scale_min_k4`)."""
    first, second, third = raw[..., 0:4], raw[..., 4:8], raw[..., 8:12]
    scales = np.concatenate([first & 63, (third & 15) | (first >> 6 << 4)], axis=-1)
    minima = np.concatenate([second & 63, (third >> 4) | (second >> 6 << 4)], axis=-1)
    return scales.astype(np.float32), minima.astype(np.float32)


def _k_affine(raw: np.ndarray, q: np.ndarray) -> Blocks:
    """Q4_K and Q5_K: `q` uint8 `[rows, super-blocks, 8, 32]` with scales of scales."""
    scales, minima = _k_scales(raw[..., 4:16])
    scale = _half(raw, 0)[..., None] * scales
    offset = -_half(raw, 2)[..., None] * minima
    rows = raw.shape[0]
    return Blocks(q.reshape(rows, -1, 32), scale.reshape(rows, -1), offset.reshape(rows, -1), None)


def _q4_k(raw):
    # 32 bytes hold two sub-blocks: one in the low nibbles, the next in the high ones.
    pairs = raw[..., 16:].reshape(*raw.shape[:2], 4, 32)
    q = np.stack([pairs & 15, pairs >> 4], axis=3).reshape(*raw.shape[:2], 8, 32)
    return _k_affine(raw, q)


def _q5_k(raw):
    pairs = raw[..., 48:].reshape(*raw.shape[:2], 4, 32)
    low = np.stack([pairs & 15, pairs >> 4], axis=3).reshape(*raw.shape[:2], 8, 32)
    # Bit j of the n-th byte is the fifth bit of the n-th value of sub-block j.
    high = np.unpackbits(raw[..., 16:48, None], axis=-1, bitorder="little").swapaxes(-1, -2)
    return _k_affine(raw, low | high << 4)


def _q6_k(raw):
    low = raw[..., :128].reshape(*raw.shape[:2], 2, 64)
    high = raw[..., 128:192].reshape(*raw.shape[:2], 2, 32)
    low = np.concatenate([low & 15, low >> 4], axis=-1)
    high = np.concatenate([high >> shift & 3 for shift in (0, 2, 4, 6)], axis=-1)
    rows = raw.shape[0]
    scale = _half(raw, 208)[..., None] * raw[..., 192:208].view(np.int8)
    return _symmetric((low | high << 4).reshape(rows, -1, 16), scale.reshape(rows, -1), 32)


_LAYOUTS = {
    Kind.Q4_0: (18, _q4_0),
    Kind.Q4_1: (20, _q4_1),
    Kind.Q5_0: (22, _q5_0),
    Kind.Q5_1: (24, _q5_1),
    Kind.Q8_0: (34, _q8_0),
    Kind.Q4_K: (144, _q4_k),
    Kind.Q5_K: (176, _q5_k),
    Kind.Q6_K: (210, _q6_k),
}
