"""Runs a decoder folder in ONNX Runtime as Quartet does: one buffer for past and present.

For checks and references only; the product runs models from Rust.
"""

from pathlib import Path

import numpy as np
import onnxruntime

_CACHE_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class Decoder:
    """A conversation with a graph whose cache may be shared; positions only ever grow."""

    def __init__(self, path: Path, context: int = 2048, threads: int = 2):
        self._session = open_session(path, threads)
        self._inputs = {value.name: value for value in self._session.get_inputs()}
        self._binding = self._session.io_binding()
        self._mask = np.ones((1, context), np.int64)
        self._context = context
        self.length = 0
        for name, value in self._inputs.items():
            if name.startswith("past_key_values."):
                _, heads, _, size = value.shape
                zeros = np.zeros((1, heads, context, size), _CACHE_TYPES[value.type])
                cache = onnxruntime.OrtValue.ortvalue_from_numpy(zeros)
                self._binding.bind_ortvalue_input(name, cache)
                self._binding.bind_ortvalue_output(name.replace("past_key_values", "present"), cache)

    def run(self, ids: list[int] | np.ndarray, keep: int = 1) -> np.ndarray:
        """Logits of the last `keep` of `ids`: float32 `[keep, vocabulary]`."""
        ids = np.asarray(ids, np.int64).reshape(1, -1)
        self.length += ids.shape[1]
        if self.length > self._context:
            raise ValueError(f"{self.length} positions do not fit the cache of {self._context}")
        self._binding.bind_cpu_input("input_ids", ids)
        self._binding.bind_cpu_input("attention_mask", np.ascontiguousarray(self._mask[:, : self.length]))
        if "num_logits_to_keep" in self._inputs:
            self._binding.bind_cpu_input("num_logits_to_keep", np.array(keep, np.int64))
        self._binding.bind_output("logits")
        self._session.run_with_iobinding(self._binding)
        logits = self._binding.get_outputs()[-1].numpy()
        return logits[0, -keep:]

    def truncate(self, length: int) -> None:
        """Forgets the positions from `length` on."""
        self.length = length

    def greedy(self, ids: list[int], count: int, ends: tuple[int, ...] = ()) -> list[int]:
        """The `count` likeliest tokens one after the other, fewer where one of `ends` comes."""
        answer = [int(self.run(ids)[-1].argmax())]
        while len(answer) < count and answer[-1] not in ends:
            answer.append(int(self.run(answer[-1:])[-1].argmax()))
        return answer
