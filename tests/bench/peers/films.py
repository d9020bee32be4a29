"""Held-out clips for frames in between: cut into what is given and what is to be found, and judged.

    films.py prepare FOLDER COUNT    (in models/recipes; needs what `python -m inbetween.data` unpacks)
    films.py judge FOLDER

`prepare` writes for each clip `in/000.png`, … (every second frame) and `truth/000.png`, … (those
between). `judge` reads `quartet.png` (an APNG) and `ffmpeg/*.png` beside them and prints the mean PSNR of
each and of blending, over all frames, as JSON.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from inbetween.data import folder as data_folder


def prepare(out: Path, count: int) -> None:
    data = data_folder()
    clips = [clip for clip in json.loads((data / "clips.json").read_text()) if clip["held_out"] and clip["count"] >= 9]
    frames = np.load(data / "frames.npy", mmap_mode="r")
    # Spread over all of them, and the same ones every time.
    for number, clip in enumerate(clips[:: max(1, len(clips) // count)][:count]):
        taken = frames[clip["first"] : clip["first"] + clip["count"]]
        taken = taken[: len(taken) - (len(taken) + 1) % 2]
        for name, part in (("in", taken[::2]), ("truth", taken[1::2])):
            to = out / f"{number:02}" / name
            to.mkdir(parents=True, exist_ok=True)
            for index, frame in enumerate(part):
                Image.fromarray(np.ascontiguousarray(frame.transpose(1, 2, 0))).save(to / f"{index:03}.png")


def read(paths: list[Path]) -> list[np.ndarray]:
    return [np.asarray(Image.open(path).convert("RGB"), np.float64) for path in paths]


def animation(path: Path, step: float) -> list[np.ndarray]:
    """Its frames, one every `step` milliseconds: one that is shown longer comes several times."""
    film = Image.open(path)
    frames, due, now = [], 0.0, 0.0
    for index in range(film.n_frames):
        film.seek(index)
        picture = np.asarray(film.convert("RGB"), np.float64)
        now += film.info.get("duration", step)
        while due + step / 2 < now:
            frames.append(picture)
            due += step
    return frames


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / max(np.mean((a - b) ** 2), 1e-3)))


def aligned(made: list[np.ndarray], given: list[np.ndarray]) -> list[np.ndarray]:
    """The frames between the given ones, wherever the film begins."""

    def near(shift: int) -> float:
        pairs = [(made[2 * i + shift], frame) for i, frame in enumerate(given) if 0 <= 2 * i + shift < len(made)]
        return sum(psnr(a, b) for a, b in pairs) / max(len(pairs), 1)

    shift = max((-2, -1, 0, 1, 2), key=near)
    count = len(given) - 1
    return [made[min(max(2 * i + 1 + shift, 0), len(made) - 1)] for i in range(count)]


def judge(out: Path) -> None:
    found: dict[str, list[float]] = {"blending": [], "ffmpeg": [], "quartet": []}
    for clip in sorted(path for path in out.iterdir() if path.is_dir()):
        given, truth = read(sorted((clip / "in").glob("*.png"))), read(sorted((clip / "truth").glob("*.png")))
        made = {
            "blending": [(a + b) / 2 for a, b in zip(given, given[1:])],
            "ffmpeg": aligned(read(sorted((clip / "ffmpeg").glob("*.png"))), given),
            "quartet": aligned(animation(clip / "quartet.png", 1000 / 24), given),
        }
        for name, frames in made.items():
            found[name] += [psnr(a, b) for a, b in zip(frames, truth)]
    print(json.dumps([{"name": name, "psnr": float(np.mean(values))} for name, values in found.items()]))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", out, count]:
            prepare(Path(out), int(count))
        case ["judge", out]:
            judge(Path(out))
        case _:
            sys.exit(__doc__)
