"""Names a GGUF file's tensors by what they are for, encoded or as floats.

Both the graph builder and the float32 reference read through the same small interface:
`matrix(name)`, `vector(name)`, with names such as "0.q" (layer 0's query projection),
"embedding", "head", "final_norm".
"""

from typing import Protocol

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf.quants import dequantize

from .blocks import unpack
from .config import ModelConfig
from .encodings import Encoded, encode_blocks, encode_floats
from .gguf_file import GgufFile

_LAYER_NAMES = {
    "q": "attn_q.weight",
    "k": "attn_k.weight",
    "v": "attn_v.weight",
    "o": "attn_output.weight",
    "gate": "ffn_gate.weight",
    "up": "ffn_up.weight",
    "down": "ffn_down.weight",
    "q_bias": "attn_q.bias",
    "k_bias": "attn_k.bias",
    "v_bias": "attn_v.bias",
    "attention_norm": "attn_norm.weight",
    "mlp_norm": "ffn_norm.weight",
}
_NAMES = {"embedding": "token_embd.weight", "head": "output.weight", "final_norm": "output_norm.weight"}
_FLOATS = (Kind.F16, Kind.F32)

# Two quantisations of one matrix differ by well under 1 % of its power, two matrices by 200 %.
_TIED_BELOW = 0.05


class Weights(Protocol):
    """What a graph is built from."""

    config: ModelConfig
    tied: bool  # the embedding and the head are one matrix: "head"

    def matrix(self, name: str) -> Encoded: ...
    def vector(self, name: str) -> np.ndarray: ...


class GgufWeights:
    """A model's weights in a GGUF file, encoded as "u8" or "u4" when they are read."""

    def __init__(self, gguf: GgufFile, config: ModelConfig, encoding: str = "u8"):
        self.config = config
        self._gguf = gguf
        self._encoding = encoding
        self._separate_head = _NAMES["head"] in gguf
        self.tied = not self._separate_head or self._same_matrix(_NAMES["head"], _NAMES["embedding"])

    def matrix(self, name: str) -> Encoded:
        """The matrix as MatMulNBits takes it. The head keeps 8 bits under both encodings."""
        tensor = self._tensor(name)
        kind, rows = self._gguf.kind(tensor), self._row_order(name)
        if kind in _FLOATS:
            data = self._gguf.stored(tensor)
            return encode_floats(data if rows is None else data[rows])
        blocks = unpack(self._gguf.stored(tensor), kind)
        encoding = "u8" if name in _NAMES else self._encoding
        return encode_blocks(blocks if rows is None else blocks.rows(rows), encoding)

    def floats(self, name: str) -> np.ndarray:
        """The matrix as gguf's own dequantiser has it: float32 `[rows, columns]`."""
        tensor = self._tensor(name)
        weights = dequantize(self._gguf.stored(tensor), self._gguf.kind(tensor)).astype(np.float32)
        rows = self._row_order(name)
        return weights if rows is None else weights[rows]

    def vector(self, name: str) -> np.ndarray:
        return self._gguf.vector(self._tensor(name))

    def _tensor(self, name: str) -> str:
        if name == "head" and not self._separate_head:
            name = "embedding"
        elif name == "embedding" and self.tied and self._separate_head:
            # Some files store a tied matrix twice, the head with more bits: it serves as both.
            name = "head"
        if name in _NAMES:
            return _NAMES[name]
        layer, part = name.split(".")
        return f"blk.{layer}.{_LAYER_NAMES[part]}"

    def _row_order(self, name: str) -> np.ndarray | None:
        """llama.cpp interleaves the two halves of each query and key head for its own rotary
        kernel, for llama but not for qwen2; this is the way back to halves."""
        part = name.rpartition(".")[2]
        if self.config.architecture != "llama" or part not in ("q", "k"):
            return None
        heads = self.config.heads if part == "q" else self.config.kv_heads
        rows = np.arange(heads * self.config.head_size)
        return rows.reshape(heads, self.config.head_size // 2, 2).swapaxes(1, 2).reshape(-1)

    def _same_matrix(self, a: str, b: str) -> bool:
        if self._gguf.shape(a) != self._gguf.shape(b):
            return False
        sample = slice(None, None, max(1, self._gguf.shape(a)[0] // 256))
        left, right = (dequantize(self._gguf.stored(name)[sample], self._gguf.kind(name)) for name in (a, b))
        return float(np.square(left - right).mean() / np.square(left).mean()) < _TIED_BELOW
