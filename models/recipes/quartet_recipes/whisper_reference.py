"""Whisper in float32 with numpy: what the graphs are compared with. Slow and plain.

Source: openai/whisper, whisper/model.py.
"""

import numpy as np

from .whisper_weights import WhisperWeights


def _erf(x: np.ndarray) -> np.ndarray:
    """Abramowitz and Stegun 7.1.26, within 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - series * np.exp(-x * x))


def _gelu(x: np.ndarray) -> np.ndarray:
    return (x * 0.5 * (1 + _erf(x / np.sqrt(2)))).astype(np.float32)


def _softmax(x: np.ndarray) -> np.ndarray:
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


class Reference:
    def __init__(self, weights: WhisperWeights):
        self._weights, self._config = weights, weights.config

    def encode(self, mel: np.ndarray) -> np.ndarray:
        """Log mel `[mels, frames]` to hidden states `[frames / 2, width]`."""
        x = _gelu(self._convolve(mel, "conv1", 1))
        x = _gelu(self._convolve(x, "conv2", 2)).T
        x = x + self._weights["encoder.positions"][: len(x)]
        for index in range(self._config.encoder_layers):
            x = self._block(x, f"encoder.{index}")
        return self._norm(x, "encoder.norm")

    def cross(self, encoded: np.ndarray, layer: int, part: str) -> np.ndarray:
        """A decoder layer's keys ("k") or values ("v"): `[heads, positions, head size]`."""
        return self._heads(self._linear(encoded, f"decoder.{layer}.cross.{part}"))

    def logits(self, encoded: np.ndarray, ids: list[int]) -> np.ndarray:
        """`[len(ids), vocabulary]`."""
        x = self._weights["tokens"][ids] + self._weights["decoder.positions"][: len(ids)]
        for index in range(self._config.decoder_layers):
            x = self._block(x, f"decoder.{index}", encoded)
        return self._norm(x, "decoder.norm") @ self._weights["tokens"].T

    def _block(self, x: np.ndarray, layer: str, encoded: np.ndarray | None = None) -> np.ndarray:
        normed = self._norm(x, f"{layer}.self_norm")
        x = x + self._attention(normed, normed, f"{layer}.self", causal=encoded is not None)
        if encoded is not None:
            x = x + self._attention(self._norm(x, f"{layer}.cross_norm"), encoded, f"{layer}.cross")
        up = _gelu(self._linear(self._norm(x, f"{layer}.mlp_norm"), f"{layer}.up"))
        return x + self._linear(up, f"{layer}.down")

    def _attention(self, x: np.ndarray, source: np.ndarray, name: str, causal: bool = False) -> np.ndarray:
        query = self._heads(self._linear(x, f"{name}.q"))
        key, value = (self._heads(self._linear(source, f"{name}.{part}")) for part in "kv")
        scores = query @ key.swapaxes(1, 2) / np.float32(np.sqrt(self._config.head_size))
        if causal:
            scores = np.where(np.tri(len(x), dtype=bool), scores, np.float32(-1e30))
        mixed = (_softmax(scores) @ value).swapaxes(0, 1).reshape(len(x), -1)
        return self._linear(mixed, f"{name}.o")

    def _heads(self, x: np.ndarray) -> np.ndarray:
        return x.reshape(len(x), self._config.heads, -1).swapaxes(0, 1)

    def _linear(self, x: np.ndarray, name: str) -> np.ndarray:
        bias = self._weights.bias(name)
        product = x @ self._weights[name].T
        return product if bias is None else product + bias

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scale, shift = self._weights[f"{name}.scale"], self._weights[f"{name}.shift"]
        return centred / np.sqrt(np.square(centred).mean(-1, keepdims=True) + np.float32(1e-5)) * scale + shift

    def _convolve(self, x: np.ndarray, name: str, stride: int) -> np.ndarray:
        """Three taps, padded by one on each side."""
        kernel, padded = self._weights[name], np.pad(x, ((0, 0), (1, 1)))
        taps = (kernel[:, :, tap] @ padded[:, tap : tap + x.shape[1]] for tap in range(3))
        return (sum(taps) + self._weights[f"{name}.bias"][:, None])[:, ::stride]
