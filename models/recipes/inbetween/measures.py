"""How like two pictures are, by three measures that need no weights; numpy alone.

Pictures are f32 [3, h, w] in 0..1. PSNR sees every pixel's error alike. MS-SSIM (Wang et al., 2003)
and GMSD (Xue et al., 2014) follow what people see: structure on several scales, and edges that are
missing, doubled or soft. LPIPS is not used: its weights are in no package.
"""

import numpy as np

# The first three of the five weights of the paper, made to add up to one: after three scales, frames
# of 128 pixels are as small as the window.
SCALES = np.array([0.0448, 0.2856, 0.3001]) / 0.6305
GREY = np.array([0.299, 0.587, 0.114], np.float32)
# Above this, nobody sees a difference, and a few still clips would make up the mean.
BEST_PSNR = 60.0


def psnr(found: np.ndarray, wanted: np.ndarray) -> float:
    error = float(((found.astype(np.float64) - wanted) ** 2).mean())
    return min(BEST_PSNR, -10 * float(np.log10(max(error, 1e-12))))


def grey(picture: np.ndarray) -> np.ndarray:
    return np.tensordot(GREY, picture, 1)


def halved(plane: np.ndarray) -> np.ndarray:
    height, width = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    return plane[:height, :width].reshape(height // 2, 2, width // 2, 2).mean((1, 3))


def smooth(plane: np.ndarray, size: int = 11, spread: float = 1.5) -> np.ndarray:
    """Under a Gaussian window; only where all of it lies inside."""
    at = np.arange(size) - size // 2
    window = np.exp(-(at**2) / (2 * spread**2))
    window = (window / window.sum()).astype(plane.dtype)
    rows = sum(weight * plane[y : plane.shape[0] - size + 1 + y] for y, weight in enumerate(window))
    return sum(weight * rows[:, x : plane.shape[1] - size + 1 + x] for x, weight in enumerate(window))


def similarity(found: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    """Of two grey planes: SSIM, and its part without brightness."""
    mean, wanted_mean = smooth(found), smooth(wanted)
    variance, wanted_variance = smooth(found**2) - mean**2, smooth(wanted**2) - wanted_mean**2
    together = smooth(found * wanted) - mean * wanted_mean
    structure = (2 * together + 0.03**2) / (variance + wanted_variance + 0.03**2)
    light = (2 * mean * wanted_mean + 0.01**2) / (mean**2 + wanted_mean**2 + 0.01**2)
    return float((light * structure).mean()), float(structure.mean())


def ssim(found: np.ndarray, wanted: np.ndarray) -> float:
    return similarity(grey(found), grey(wanted))[0]


def ms_ssim(found: np.ndarray, wanted: np.ndarray) -> float:
    """1 is the same."""
    ours, theirs, product = grey(found), grey(wanted), 1.0
    for scale, weight in enumerate(SCALES):
        whole, structure = similarity(ours, theirs)
        last = scale == len(SCALES) - 1
        product *= max(whole if last else structure, 0.0) ** weight
        ours, theirs = halved(ours), halved(theirs)
    return product


def edges(plane: np.ndarray) -> np.ndarray:
    """Prewitt's gradient, its length; on 0..1."""
    rows = (plane[:-2] + plane[1:-1] + plane[2:]) / 3
    columns = (plane[:, :-2] + plane[:, 1:-1] + plane[:, 2:]) / 3
    return np.hypot(rows[:, 2:] - rows[:, :-2], columns[2:] - columns[:-2])


def gmsd(found: np.ndarray, wanted: np.ndarray) -> float:
    """Gradient magnitude similarity deviation: 0 is the same, a ghost's doubled edges cost most."""
    ours, theirs = edges(halved(grey(found))), edges(halved(grey(wanted)))
    # The paper's constant for values in 0..255.
    small = 170 / 255**2
    return float(((2 * ours * theirs + small) / (ours**2 + theirs**2 + small)).std())


MEASURES = {"psnr": psnr, "ssim": ssim, "ms_ssim": ms_ssim, "gmsd": gmsd}
