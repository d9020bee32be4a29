"""A float32 forward pass in numpy: what a model computes, with no kernel of a runtime.

It reads weights as floats, so that it shares nothing with the encodings that it judges.
Sources: Vaswani 2017 (attention), Zhang and Sennrich 2019 (RMS norm), Su 2021 (rotary
positions, halves form), Shazeer 2020 (SwiGLU), Ainslie 2023 (grouped queries).
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from .config import ModelConfig


class FloatWeights(Protocol):
    """Matrices as float32 `[rows, columns]`, vectors as float32."""

    config: ModelConfig

    def floats(self, name: str) -> np.ndarray: ...
    def vector(self, name: str) -> np.ndarray: ...


def hidden_states(
    weights: FloatWeights, sequences: list[list[int]], on_layer: Callable[[int], None] = lambda done: None
) -> list[np.ndarray]:
    """The normalised output of the last layer for each sequence: float32 `[length, hidden]`.

    Layers are the outer loop, so that each matrix is dequantised once and only one layer is
    held in memory.
    """
    config = weights.config
    embedding = weights.floats("embedding")
    states = [embedding[ids] for ids in sequences]
    del embedding
    rotary = config.rotary(max(map(len, sequences)))
    for layer in range(config.layers):
        step = _Layer(weights, layer)
        states = [step(state, *rotary) for state in states]
        on_layer(layer + 1)
    final = weights.vector("final_norm")
    return [_rms_norm(state, final, config.norm_epsilon) for state in states]


def logits(weights: FloatWeights, ids: list[int]) -> np.ndarray:
    """float32 `[length, vocabulary]`; for small models (the greedy continuation recomputes all)."""
    return hidden_states(weights, [ids])[0] @ weights.floats("head").T


def log_softmax(values: np.ndarray) -> np.ndarray:
    shifted = values - values.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


class _Layer:
    def __init__(self, weights: FloatWeights, layer: int):
        self._config = weights.config
        self._m = {name: weights.floats(f"{layer}.{name}") for name in ("q", "k", "v", "o", "gate", "up", "down")}
        self._bias = {
            name: weights.vector(f"{layer}.{name}_bias") if weights.config.qkv_bias else np.float32(0) for name in "qkv"
        }
        self._norms = [weights.vector(f"{layer}.{name}") for name in ("attention_norm", "mlp_norm")]

    def __call__(self, state: np.ndarray, cosines: np.ndarray, sines: np.ndarray) -> np.ndarray:
        epsilon = self._config.norm_epsilon
        state = state + self._attention(_rms_norm(state, self._norms[0], epsilon), cosines, sines)
        x = _rms_norm(state, self._norms[1], epsilon)
        gate = x @ self._m["gate"].T
        gated = gate / (1 + np.exp(-gate)) * (x @ self._m["up"].T)
        return state + gated @ self._m["down"].T

    def _attention(self, x: np.ndarray, cosines: np.ndarray, sines: np.ndarray) -> np.ndarray:
        config, length = self._config, len(x)

        def heads(name: str, count: int) -> np.ndarray:
            projected = x @ self._m[name].T + self._bias[name]
            return projected.reshape(length, count, config.head_size).swapaxes(0, 1)

        query = _rotate(heads("q", config.heads), cosines[:length], sines[:length])
        key = _rotate(heads("k", config.kv_heads), cosines[:length], sines[:length])
        value = heads("v", config.kv_heads)
        group = config.heads // config.kv_heads
        key, value = np.repeat(key, group, axis=0), np.repeat(value, group, axis=0)
        scores = query @ key.swapaxes(1, 2) * np.float32(config.head_size**-0.5)
        scores = np.where(np.tri(length, dtype=bool), scores, np.float32(-np.inf))
        attended = np.exp(log_softmax(scores)) @ value
        return attended.swapaxes(0, 1).reshape(length, -1) @ self._m["o"].T


def _rms_norm(x: np.ndarray, weight: np.ndarray, epsilon: float) -> np.ndarray:
    return x / np.sqrt(np.square(x).mean(-1, keepdims=True) + np.float32(epsilon)) * weight


def _rotate(x: np.ndarray, cosines: np.ndarray, sines: np.ndarray) -> np.ndarray:
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cosines - second * sines, second * cosines + first * sines], axis=-1)
