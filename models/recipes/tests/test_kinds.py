"""Every kind that GGUF files store, through the whole conversion, for both architectures.

The files hold random blocks of the kind (every bit pattern of the integers); what the converted
graph computes is judged by a float32 forward pass over what `gguf`'s own dequantiser makes of
the same bytes.
"""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize

from quartet_recipes.reference import logits
from quartet_recipes.session import Decoder
from quartet_recipes.tiny import VARIANTS, TinyWeights
from tests.test_convert import LIMIT, run, write_gguf
from tests.test_encodings import KINDS, SCALES, stored

ALL = (*KINDS, Kind.F16, Kind.F32)
SPREAD = 0.06  # of the weights: with 256 columns a layer neither fades nor saturates


class StoredWeights(TinyWeights):
    """A model whose matrices are stored as one kind."""

    def __init__(self, architecture: str, kind: Kind):
        config = replace(VARIANTS["tiny-llama"].config, architecture=architecture)
        # The K kinds have blocks of 256 columns.
        super().__init__(replace(config, layers=1, hidden=256, intermediate=256, head_size=64), seed=9)
        self.kind = kind
        self._stored = {name: self._store(matrix.rows, matrix.columns) for name, matrix in self._matrices.items()}

    def _store(self, rows: int, columns: int) -> np.ndarray:
        if self.kind in (Kind.F16, Kind.F32):
            values = np.random.default_rng(rows + columns).normal(0, SPREAD, (rows, columns))
            return values.astype(np.float16 if self.kind is Kind.F16 else np.float32)
        raw = stored(self.kind, rows, columns)
        size = GGML_QUANT_SIZES[self.kind][1]
        blocks = raw.reshape(rows, -1, size)
        factor = SPREAD / np.sqrt(np.square(dequantize(raw, self.kind)).mean())
        for at in SCALES[self.kind]:
            halves = np.ascontiguousarray(blocks[..., at : at + 2]).view(np.float16)
            blocks[..., at : at + 2] = (halves * factor).astype(np.float16).view(np.uint8)
        return blocks.reshape(rows, -1)

    def stored(self, name: str) -> np.ndarray:
        return self._stored["head" if name == "embedding" else name]

    def floats(self, name: str) -> np.ndarray:
        return dequantize(self.stored(name), self.kind).astype(np.float32)


class EveryKind(unittest.TestCase):
    def test_the_graph_computes_what_gguf_dequantises(self):
        ids = [1, 286, 13, 40, 41, 42, 2, 13]
        for architecture in ("llama", "qwen2"):
            for kind in ALL:
                for encoding in ("u8", "u4"):
                    with self.subTest(architecture=architecture, kind=kind.name, encoding=encoding):
                        self.assertLess(self.error(architecture, kind, encoding, ids), LIMIT)

    def error(self, architecture: str, kind: Kind, encoding: str, ids: list[int]) -> float:
        """Of the converted graph's logits, relative to their power."""
        weights = StoredWeights(architecture, kind)
        with tempfile.TemporaryDirectory() as root:
            path, out = Path(root, "model.gguf"), Path(root, "model")
            write_gguf(path, weights, kind=kind, stored=weights.stored)
            status, output = run("convert", "--gguf", path, "--out", out, "--encoding", encoding)
            self.assertEqual(status, 0, output)
            actual = Decoder(out / "onnx" / "model.onnx", 64, threads=1).run(ids, keep=len(ids))
        expected = logits(weights, ids)
        return float(np.square(actual - expected).mean() / np.square(expected).mean())


if __name__ == "__main__":
    unittest.main()
