"""Encodes matrices for ONNX Runtime's MatMulNBits, without requantising what GGUF stores.

MatMulNBits computes `w = scale * (q - zero)` with an INTEGER zero point a block (float zero
points have no packed kernel and are many times slower), so a GGUF kind with an offset of its
own, `w = d * q + m`, has to be fitted:

- `u8` widens it to 8 bits: with scale `d / r` the values are `r * q`, exact, and only the
  offset is rounded, to the nearest multiple of `d / r`. The `r` that rounds best is taken.
- `u4` keeps 4 bits, zero point 8, exact, and hands what is left, `(m + 8 d) * sum(x)` a
  block, to a small matrix product beside it (`correction`).

Kinds without an offset (Q4_0, Q5_0, Q6_K, Q8_0) are exact in 8 bits as they are.
"""

from dataclasses import dataclass

import numpy as np

from .blocks import Blocks

FLOAT_BLOCK = 32


@dataclass(frozen=True)
class Encoded:
    """A matrix `[rows, columns]` as the inputs of MatMulNBits.

    quants: uint8 `[rows, blocks, block * bits / 8]`, the low nibble first for 4 bits.
    scales: float32 `[rows, blocks]`.
    zeros: uint8 `[rows, blocks]`, or None for the default (128, or 8 for 4 bits).
    correction: float32 `[blocks, rows]` to be multiplied with the block sums of the input.
    """

    bits: int
    block: int
    quants: np.ndarray
    scales: np.ndarray
    zeros: np.ndarray | None = None
    correction: np.ndarray | None = None

    @property
    def rows(self) -> int:
        return self.quants.shape[0]

    @property
    def columns(self) -> int:
        return self.quants.shape[1] * self.block

    def dequantize(self) -> np.ndarray:
        """float32 `[rows, columns]`: what the graph computes with."""
        values = self.quants
        if self.bits == 4:
            values = np.stack([values & 15, values >> 4], axis=-1).reshape(*values.shape[:2], self.block)
        zeros = np.float32(1 << (self.bits - 1)) if self.zeros is None else self.zeros[..., None].astype(np.float32)
        weights = self.scales[..., None] * (values - zeros)
        if self.correction is not None:
            weights = weights + self.correction.T[..., None]
        return weights.reshape(self.rows, -1)


def encode_blocks(blocks: Blocks, encoding: str) -> Encoded:
    """`encoding` is "u8" or "u4"; a kind of more than 4 bits stays at 8 under both."""
    if encoding == "u4" and (blocks.zero == 8 or (blocks.zero is None and blocks.q.max(initial=0) <= 15)):
        return _four_bits(blocks)
    if blocks.zero is not None:
        return _eight_bits(blocks.q, blocks.scale, np.full(blocks.scale.shape, blocks.zero, np.uint8))
    return _widened(blocks)


def encode_floats(weights: np.ndarray) -> Encoded:
    """Plain 8-bit affine blocks for matrices that are stored as floats."""
    values = weights.astype(np.float32).reshape(weights.shape[0], -1, FLOAT_BLOCK)
    return _eight_bits(*_affine(values))


def concatenate(parts: list[Encoded]) -> Encoded:
    """Matrices of one shape of block, one below the other."""
    first = parts[0]
    zeros = None
    if any(part.zeros is not None for part in parts):
        default = 1 << (first.bits - 1)
        zeros = np.concatenate(
            [np.full(part.scales.shape, default, np.uint8) if part.zeros is None else part.zeros for part in parts]
        )
    corrections = [part.correction for part in parts]
    return Encoded(
        first.bits,
        first.block,
        np.concatenate([part.quants for part in parts]),
        np.concatenate([part.scales for part in parts]),
        zeros,
        None if first.correction is None else np.concatenate(corrections, axis=1),
    )


def can_concatenate(a: Encoded, b: Encoded) -> bool:
    """Whether two matrices can share one MatMulNBits."""
    return (a.bits, a.block, a.correction is None) == (b.bits, b.block, b.correction is None)


def _eight_bits(q: np.ndarray, scale: np.ndarray, zeros: np.ndarray) -> Encoded:
    stored = None if (zeros == 128).all() else zeros.astype(np.uint8)
    return Encoded(8, q.shape[2], q.astype(np.uint8), scale.astype(np.float32), stored)


def _four_bits(blocks: Blocks) -> Encoded:
    packed = blocks.q[..., 0::2] | blocks.q[..., 1::2] << 4
    correction = None
    if blocks.zero is None:
        correction = np.ascontiguousarray((blocks.offset + 8 * blocks.scale).T)
    return Encoded(4, blocks.size, packed, blocks.scale, None, correction)


def _widened(blocks: Blocks) -> Encoded:
    """`w = d q + m` as `d / r * (r q - z)`, with the `r` whose integer `z` lies nearest."""
    widest = int(blocks.q.max(initial=1)) or 1
    # A block without a step (d = 0) is constant; the affine fallback below takes it.
    step = np.where(blocks.scale == 0, np.float32(1), blocks.scale)
    best = np.full(step.shape, np.inf, np.float32)
    factor = np.ones(step.shape, np.uint8)
    zeros = np.zeros(step.shape, np.uint8)
    for candidate in range(255 // widest, 0, -1):
        zero = np.round(-blocks.offset * candidate / step)
        error = np.abs(zero * step / candidate + blocks.offset)
        better = (zero >= 0) & (zero <= 255) & (blocks.scale != 0) & (error < best)
        best = np.where(better, error, best)
        factor = np.where(better, candidate, factor).astype(np.uint8)
        zeros = np.where(better, zero, zeros).astype(np.uint8)
    q = blocks.q * factor[..., None]
    scale = step / factor
    outside = ~np.isfinite(best)
    if outside.any():
        # No integer zero point fits (the block lies on one side of 0): fit the values instead.
        values = blocks.scale[outside][:, None] * blocks.q[outside] + blocks.offset[outside][:, None]
        fitted, fitted_scale, fitted_zeros = _affine(values[None])
        q[outside], scale[outside], zeros[outside] = fitted[0], fitted_scale[0], fitted_zeros[0]
    return _eight_bits(q, scale, zeros)


def _affine(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The least 8-bit range that holds a block's values and 0."""
    low = np.minimum(values.min(-1), 0)
    high = np.maximum(values.max(-1), 0)
    scale = np.maximum(high - low, np.float32(1e-30)) / np.float32(255)
    zeros = np.clip(np.round(-low / scale), 0, 255)
    q = np.clip(np.round(values / scale[..., None]) + zeros[..., None], 0, 255)
    return q.astype(np.uint8), scale.astype(np.float32), zeros.astype(np.uint8)
