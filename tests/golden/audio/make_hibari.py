"""Makes this folder's references with the Python package, which the product never runs.

    pip install hibari-tts==0.2.1 scipy==1.17.1 onnxruntime==1.27.0
    python make_hibari.py

Writes synthesis.f32 (the synthesis alone, on made-up spectra) and hello.f32 (the whole voice). The
noise comes from a generator of four lines, so that both sides can have the same. The version of
ONNX Runtime must be the product's: a pulse of the voice moves by a sample where the pitch differs in
its last bits, which is not to be heard but is to be measured.
"""

from pathlib import Path

import numpy as np
from hibari import Hibari, dsp

HERE = Path(__file__).parent
BINS, FRAMES = 601, 37
PHONEMES = "həlˈO ðˈɛɹ, wˈɜɹld."


class Counting:
    """Uniform numbers in [-1, 1) from Knuth's 64-bit linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def take(self, count):
        values = np.empty(count, np.float32)
        for index in range(count):
            self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
            values[index] = (self.state >> 40) / 2**23 - 1.0
        return values


class Noise:
    """Stands in for numpy's generator: a frame's bins in turn, real then imaginary."""

    def __init__(self, seed):
        self.source = Counting(seed)

    def standard_normal(self, shape, dtype):
        bins, frames = shape[0], shape[1] // 2
        values = self.source.take(2 * bins * frames).reshape(frames, bins, 2)
        return np.ascontiguousarray(values.transpose(1, 0, 2)).reshape(shape).astype(dtype)


def synthesis():
    numbers = Counting(1)

    def plane(low, high):
        unit = numbers.take(BINS * FRAMES).reshape(BINS, FRAMES)
        return (np.float32(low) + (unit + np.float32(1)) * np.float32((high - low) / 2)).astype(np.float32)

    spectra = [plane(-8, 2), plane(-3, 3), plane(-9, -3), plane(-9, 0), plane(-7, 7)]
    frame = np.arange(FRAMES, dtype=np.float32)
    pitch = np.where(frame % 12 < 8, np.float32(90) + frame * np.float32(7), np.float32(0)).astype(np.float32)
    return dsp.synth(*spectra, pitch, Noise(2))


def hello():
    voice = Hibari()
    return voice.from_ids(voice.ids(PHONEMES), 1.0, Noise(3))


if __name__ == "__main__":
    for name, samples in (("synthesis", synthesis()), ("hello", hello())):
        samples.astype("<f4").tofile(HERE / f"{name}.f32")
        print(name, len(samples), float(np.abs(samples).max()))
