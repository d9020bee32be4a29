"""Makes mel.f32: what faster-whisper's feature extractor makes of a sweep with steps in it.

    pip install faster-whisper==1.2.1
    python make_mel.py

80 bands of 200 frames of 1.5 s of sound, then silence.
"""

from pathlib import Path

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

SAMPLES, FRAMES = 24_000, 200


def sweep():
    """From 0 to 8,000 Hz, loud and soft by turns; `tests/listening.rs` makes the same."""
    place = np.arange(SAMPLES, dtype=np.float64)
    level = np.where(place.astype(np.int64) // 3000 % 2 == 0, 0.5, 0.05)
    return (level * np.sin(np.pi * place * place / (2 * SAMPLES))).astype(np.float32)


if __name__ == "__main__":
    sound = np.pad(sweep(), (0, FRAMES * 160 - SAMPLES))
    mel = FeatureExtractor()(sound, padding=0)[:, :FRAMES]
    assert mel.shape == (80, FRAMES), mel.shape
    mel.astype("<f4").tofile(Path(__file__).parent / "mel.f32")
