"""Reads CTranslate2's model.bin, format version 6, without the library.

Layout, little-endian: version u32, specification string, its revision u32, a count of variables;
each a name, a rank u8, sides u32, an element type u8, a byte count u32 and the bytes; then aliases.
Strings are a u16 length and that many bytes, the last of them nought.
Source: python/ctranslate2/specs/model_spec.py, `_serialize`.
"""

import math
import struct
from pathlib import Path

import numpy as np

VERSION = 6
_ELEMENTS = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


class CTranslate2Error(Exception):
    """The file is not one that can be read here."""


class CTranslate2File:
    """The variables by name; numbers are views into the file's bytes."""

    def __init__(self, content: bytes):
        self._content, self._at = memoryview(content), 0
        version = self._number("I")
        if version != VERSION:
            raise CTranslate2Error(f"version {version} of the format, not {VERSION}")
        self.specification = self._string()
        self._number("I")
        self.variables = dict(self._variable() for _ in range(self._number("I")))
        self.aliases = {self._string(): self._string() for _ in range(self._number("I"))}
        if self._at != len(content):
            raise CTranslate2Error(f"{len(content) - self._at} bytes are left over")

    @classmethod
    def open(cls, path: Path) -> "CTranslate2File":
        return cls(path.read_bytes())

    def floats(self, name: str) -> np.ndarray:
        """A variable as float32."""
        name = self.aliases.get(name, name)
        if name not in self.variables:
            raise CTranslate2Error(f"there is no {name}")
        return self.variables[name].astype(np.float32)

    def _variable(self) -> tuple[str, np.ndarray]:
        name = self._string()
        shape = [self._number("I") for _ in range(self._number("B"))]
        kind, size = self._number("B"), self._number("I")
        if kind not in _ELEMENTS:
            raise CTranslate2Error(f"{name} has elements of the unknown type {kind}")
        element = np.dtype(_ELEMENTS[kind])
        if size != math.prod(shape) * element.itemsize:
            raise CTranslate2Error(f"{name} has {size} bytes for the shape {shape}")
        return name, np.frombuffer(self._take(size), element).reshape(shape)

    def _take(self, count: int) -> memoryview:
        end = self._at + count
        if end > len(self._content):
            raise CTranslate2Error("the file ends too early")
        part, self._at = self._content[self._at : end], end
        return part

    def _number(self, form: str) -> int:
        return struct.unpack("<" + form, self._take(struct.calcsize("<" + form)))[0]

    def _string(self) -> str:
        return bytes(self._take(self._number("H"))).rstrip(b"\0").decode()
