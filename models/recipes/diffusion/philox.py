"""The noise a seed means in Quartet: `torch.randn` of a CUDA generator, in numpy.

Philox 4x32-10 with the seed as the key and the counter (request, 0, element, 0); the sine half of
Box and Muller's method on its first two words.
"""

import numpy as np
import torch

MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)


def words(request, length, seed):
    counter = [np.zeros(length, np.uint32) for _ in range(4)]
    counter[0] += np.uint32(request)
    counter[2] = np.arange(length, dtype=np.uint32)
    key = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        first = counter[0].astype(np.uint64) * MULTIPLIERS[0]
        second = counter[2].astype(np.uint64) * MULTIPLIERS[1]
        high, low = (second >> np.uint64(32)).astype(np.uint32), second.astype(np.uint32)
        other_high, other_low = (first >> np.uint64(32)).astype(np.uint32), first.astype(np.uint32)
        counter = [
            high ^ counter[1] ^ np.uint32(key[0]),
            low,
            other_high ^ counter[3] ^ np.uint32(key[1]),
            other_low,
        ]
        key = [(part + step) & 0xFFFFFFFF for part, step in zip(key, KEY_STEPS)]
    return counter


def normal(request, length, seed):
    radius, angle, _, _ = words(request, length, seed)
    step = np.float32(2.0**-32)
    u = radius.astype(np.float32) * step + step / 2
    v = angle.astype(np.float32) * (step * np.float32(2 * np.pi)) + step * np.float32(np.pi)
    return np.sqrt(-2 * np.log(u.astype(np.float64))) * np.sin(v.astype(np.float64))


class Noise:
    """Stands in for diffusers' `randn_tensor`: picture `i` of a batch has the seed plus `i`."""

    def __init__(self, seed):
        self.seed = seed
        self.request = 0

    def __call__(self, shape, generator=None, device=None, dtype=None, layout=None):
        length = int(np.prod(shape[1:]))
        pictures = [normal(self.request, length, self.seed + i) for i in range(shape[0])]
        self.request += 1
        return torch.tensor(np.stack(pictures), dtype=torch.float32).reshape(tuple(shape))
