"""The dimensions of a causal language model, and where a GGUF file keeps them."""

from dataclasses import dataclass

import numpy as np

from .gguf_file import GgufError, GgufFile

ARCHITECTURES = ("llama", "qwen2")


@dataclass(frozen=True)
class ModelConfig:
    """A decoder-only transformer with RMS norms, rotary positions and a gated MLP."""

    architecture: str  # "llama" or "qwen2"
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    context: int  # positions the model was made for
    rope_theta: float
    norm_epsilon: float
    rope_factors: tuple[float, ...] | None = None  # llama 3: divides each rotary frequency

    @property
    def qkv_bias(self) -> bool:
        return self.architecture == "qwen2"

    def rotary(self, positions: int) -> tuple[np.ndarray, np.ndarray]:
        """Cosines and sines, float32 `[positions, head_size / 2]` (RoFormer, eq. 15)."""
        exponents = np.arange(0, self.head_size, 2, dtype=np.float64) / self.head_size
        frequencies = 1.0 / self.rope_theta**exponents
        if self.rope_factors is not None:
            frequencies = frequencies / np.array(self.rope_factors)
        angles = np.outer(np.arange(positions), frequencies)
        return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def read_config(gguf: GgufFile) -> ModelConfig:
    """The dimensions in the file's metadata; a `GgufError` where they cannot be converted."""
    architecture = gguf.required("general.architecture")
    if architecture not in ARCHITECTURES:
        raise GgufError(f"architecture {architecture} is not handled (known: {', '.join(ARCHITECTURES)})")

    def own(key: str, default=None):
        name = f"{architecture}.{key}"
        return gguf.required(name) if default is None else gguf.field(name, default)

    scaling = gguf.field(f"{architecture}.rope.scaling.type", "none")
    if scaling != "none":
        raise GgufError(f"rotary scaling of type {scaling} is not handled")
    hidden, heads = own("embedding_length"), own("attention.head_count")
    head_size = own("attention.key_length", hidden // heads)
    if own("rope.dimension_count", head_size) != head_size:
        raise GgufError("rotary positions on a part of each head are not handled")
    factors = "rope_freqs.weight"
    return ModelConfig(
        architecture=architecture,
        layers=own("block_count"),
        hidden=hidden,
        intermediate=own("feed_forward_length"),
        heads=heads,
        kv_heads=own("attention.head_count_kv", heads),
        head_size=head_size,
        vocabulary=gguf.shape("token_embd.weight")[0],
        context=own("context_length"),
        rope_theta=float(own("rope.freq_base", 10000.0)),
        norm_epsilon=float(own("attention.layer_norm_rms_epsilon")),
        rope_factors=tuple(map(float, gguf.vector(factors))) if factors in gguf else None,
    )
