"""Unpacks the animations: frames of each clip, small and on white, and sprites for made-up motion.

    python -m inbetween.data [--clips N] [--minutes M] [--out FOLDER]      (in models/recipes)

writes `frames.npy` (uint8 [F, 3, 128, 128], all clips one after the other), `clips.json` (name, first
frame, count, held out or not) and `sprites.npy` (uint8 [S, 4, 96, 96], of training clips only) to
$QUARTET_CACHE/training/inbetween, or the folder given. One clip in ten is held out, by a checksum of its name.
"""

import argparse
import io
import json
import os
import random
import time
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from glyph.packages import fetch, pinned_packages, read_members

PINS = Path(__file__).with_name("packages.toml")
SIDE = 128
SPRITE = 96
# Consecutive frames that are taken of a clip, from a random one on.
LONGEST = 24
SKIN_TONES = ("1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff")


def cache() -> Path:
    return Path(os.environ.get("QUARTET_CACHE", Path.home() / ".cache" / "quartet"))


def folder() -> Path:
    return cache() / "training" / "inbetween"


def is_held_out(name: str) -> bool:
    return zlib.crc32(name.encode()) % 10 == 0


def on_white(frame: Image.Image, side: int) -> np.ndarray:
    """uint8 [3, side, side]."""
    small = frame.convert("RGBA").resize((side, side), Image.LANCZOS)
    paper = Image.new("RGBA", small.size, (255, 255, 255, 255))
    paper.alpha_composite(small)
    return np.asarray(paper.convert("RGB")).transpose(2, 0, 1)


def sprite(frame: Image.Image) -> np.ndarray:
    """uint8 [4, SPRITE, SPRITE]."""
    return np.asarray(frame.convert("RGBA").resize((SPRITE, SPRITE), Image.LANCZOS)).transpose(2, 0, 1)


def frames_of(file: bytes, chance: random.Random, longest: int, side: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Consecutive frames of an animation and a sprite of the first of them; None of a still."""
    animation = Image.open(io.BytesIO(file))
    count = getattr(animation, "n_frames", 1)
    if count < 3:
        return None
    begin = chance.randrange(max(1, count - longest + 1))
    frames, cut = [], None
    for index in range(begin, min(count, begin + longest)):
        animation.seek(index)
        cut = sprite(animation) if cut is None else cut
        frames.append(on_white(animation, side))
    return np.stack(frames), cut


def animations(limit: int | None) -> list[tuple[str, bytes]]:
    """Names and files of all animations in an order that does not change; other skin tones of the same
    thing are left out."""
    found = {}
    for package in pinned_packages(PINS):
        for path, file in read_members(fetch(package, cache() / "downloads"), ".webp").items():
            if b"ANMF" in file[:4096] and not any(tone in path for tone in SKIN_TONES):
                found[Path(path).stem] = file
    names = sorted(found, key=lambda name: zlib.crc32(b"order" + name.encode()))
    return [(name, found[name]) for name in names[:limit]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=int)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--out", type=Path, default=folder())
    options = parser.parse_args()
    out, chance, began = options.out, random.Random(0), time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    clips, sprites, frames, total = [], [], [], 0
    for name, file in animations(options.clips):
        if time.monotonic() - began > options.minutes * 60:
            break
        if (unpacked := frames_of(file, chance, LONGEST, SIDE)) is None:
            continue
        held_out = is_held_out(name)
        clips.append({"name": name, "first": total, "count": len(unpacked[0]), "held_out": held_out})
        frames.append(unpacked[0])
        total += len(unpacked[0])
        if not held_out:
            sprites.append(unpacked[1])
        if len(clips) % 25 == 0:
            print(json.dumps({"step": "clips", "done": len(clips), "frames": total}), flush=True)
    np.save(out / "frames.npy", np.concatenate(frames))
    np.save(out / "sprites.npy", np.stack(sprites))
    # Written last: that it is there says that this step is done.
    (out / "clips.json").write_text(json.dumps(clips))


if __name__ == "__main__":
    main()
