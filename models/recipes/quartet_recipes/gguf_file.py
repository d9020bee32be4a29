"""Reads a GGUF file: its metadata, and its tensors still in their stored blocks.

Nothing here knows what a tensor is for; `weights.py` does.
"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader


class GgufError(ValueError):
    """The file is not one that the recipes can convert; the message says why."""


class GgufFile:
    """A GGUF file, memory-mapped: tensors are read when they are asked for."""

    def __init__(self, path: Path):
        try:
            self._reader = GGUFReader(path)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise GgufError(f"{path} is not a readable GGUF file: {error}") from error
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}

    def field(self, key: str, default=None):
        """The metadata value under `key`, or `default` where the file has none."""
        field = self._reader.fields.get(key)
        return default if field is None else field.contents()

    def required(self, key: str):
        """The metadata value under `key`; a `GgufError` where the file has none."""
        field = self._reader.fields.get(key)
        if field is None:
            raise GgufError(f"the file has no metadata field {key}")
        return field.contents()

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def _tensor(self, name: str):
        if name not in self._tensors:
            raise GgufError(f"the file has no tensor {name}")
        return self._tensors[name]

    def kind(self, name: str) -> GGMLQuantizationType:
        """How the tensor is stored, such as `Q4_K`."""
        return self._tensor(name).tensor_type

    def stored(self, name: str) -> np.ndarray:
        """The stored data: bytes `[rows, bytes per row]`, or floats for F16 and F32."""
        return self._tensor(name).data

    def shape(self, name: str) -> tuple[int, ...]:
        """Rows first, as numpy has it (GGUF writes the fastest dimension first)."""
        return tuple(int(size) for size in reversed(self._tensor(name).shape))

    def vector(self, name: str) -> np.ndarray:
        """A one-dimensional tensor (a norm's weight, a bias) as float32."""
        data = self._tensor(name).data
        if data.dtype not in (np.float16, np.float32):
            raise GgufError(f"{name} is stored as {self.kind(name).name}, not as floats")
        return np.array(data, dtype=np.float32).reshape(-1)
