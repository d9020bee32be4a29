"""Whisper's log-mel spectrogram in numpy, for checks; the product computes its own.

Source: openai/whisper, whisper/audio.py; the filters are librosa's (Slaney's scale and norm).
"""

import numpy as np

SAMPLE_RATE, WINDOW, HOP = 16_000, 400, 160


def filters(mels: int) -> np.ndarray:
    """`[mels, 201]`."""
    def from_hertz(f):
        return np.where(f < 1000, f * 3 / 200, 15 + np.log(np.maximum(f, 1e-9) / 1000) / (np.log(6.4) / 27))

    def to_hertz(m):
        return np.where(m < 15, m * 200 / 3, 1000 * np.exp((m - 15) * np.log(6.4) / 27))

    corners = to_hertz(np.linspace(from_hertz(np.array(0.0)), from_hertz(np.array(SAMPLE_RATE / 2)), mels + 2))
    widths, ramps = np.diff(corners), corners[:, None] - np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    triangles = np.minimum(-ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None])
    return (np.maximum(0, triangles) * (2 / (corners[2:] - corners[:-2]))[:, None]).astype(np.float32)


def log_mel(samples: np.ndarray, frames: int, mels: int = 80) -> np.ndarray:
    """float32 `[mels, frames]` of mono samples, silence after their end."""
    length = frames * HOP
    padded = np.pad(np.pad(samples[:length], (0, max(0, length - len(samples)))), WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frames]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW + 1)[:-1], axis=1)) ** 2
    levels = np.log10(np.maximum(filters(mels) @ power.T, 1e-10))
    return ((np.maximum(levels, levels.max() - 8) + 4) / 4).astype(np.float32)
