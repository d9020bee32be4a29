"""Judges the graph on held-out clips beside blending and beside ffmpeg's `minterpolate`.

    python -m inbetween.judge ../inbetween [--clips N] [--side 256]      (in models/recipes)

Every second, fourth or eighth frame of a clip is kept and those between are made again: at half time
(`gap 2`), at quarters, at eighths. Windows in which next to nothing moves are passed over. Writes
`figures.json` (means of PSNR, SSIM, MS-SSIM and GMSD, see measures.py) and `sheet.png` (kept frame, ours,
blending, truth, flow) into the folder of the graph. With `--side`, the clips are unpacked again at
another size, and nothing is written but what is printed. Where ffmpeg is not installed, its row is
missing.
"""

import argparse
import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from glyph.graphs import new_session

from .data import LONGEST, SIDE, animations, folder, frames_of, is_held_out
from .measures import MEASURES

GAPS = (2, 4, 8)
# Of each clip and gap.
MOST_WINDOWS = 3
# Mean difference of the two kept frames, of 255.
STILL = 1.0
SHEET_ROWS = 12
TILE = 128


@dataclass
class Frame:
    """A frame to be made again, and those it is made from; all f32 [3, h, w] in 0..1."""

    clip: str
    gap: int
    first: np.ndarray
    second: np.ndarray
    wanted: np.ndarray
    time: float
    # By ffmpeg, where it made one.
    interpolated: np.ndarray | None


def held_out_clips(limit: int | None, side: int) -> Iterator[tuple[str, np.ndarray]]:
    """Names and frames (uint8 [F, 3, side, side])."""
    if side == SIDE:
        frames = np.load(folder() / "frames.npy", mmap_mode="r")
        clips = [clip for clip in json.loads((folder() / "clips.json").read_text()) if clip["held_out"]]
        for clip in clips[:limit]:
            yield clip["name"], frames[clip["first"] : clip["first"] + clip["count"]]
        return
    chance, given = random.Random(0), 0
    for name, file in animations(None):
        if given == limit:
            return
        if is_held_out(name) and (unpacked := frames_of(file, chance, LONGEST, side)):
            given += 1
            yield name, unpacked[0]


def minterpolate(frames: np.ndarray, times: int) -> dict[tuple[int, int], np.ndarray]:
    """ffmpeg's frames between `frames` (uint8 [F, 3, h, w]), `times` as many: by kept frame and part."""
    if not shutil.which("ffmpeg") or len(frames) < 4:
        return {}
    count, _, height, width = frames.shape
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
    # Full range and full chroma, so that going through YUV costs it next to nothing.
    filters = (f"scale=in_range=full:out_range=full,format=yuv444p,minterpolate=fps={10 * times}:mi_mode=mci:"
               "mc_mode=aobmc:me_mode=bidir:vsbmc=1:scd=none,scale=in_range=full:out_range=full,format=rgb24")
    made = subprocess.run(
        ["ffmpeg", "-v", "error", "-s", f"{width}x{height}", "-r", "10", *raw, "-i", "-", "-vf", filters,
         "-fps_mode", "passthrough", *raw, "-"],
        input=np.ascontiguousarray(frames.transpose(0, 2, 3, 1)).tobytes(), capture_output=True, check=True).stdout
    made = np.frombuffer(made, np.uint8).reshape(-1, height, width, 3).transpose(0, 3, 1, 2)
    # It keeps some frames at the ends for itself. Where its first one lies is where the kept frames
    # that it passes on fit best.
    def misfit(begin: int) -> float:
        pairs = [(made[at - begin], frames[at // times]) for at in range(0, count * times, times)
                 if 0 <= at - begin < len(made)]
        if len(pairs) < 2:
            return 255.0
        return float(np.mean([np.abs(one.astype(np.int16) - two).mean() for one, two in pairs]))

    begin = min(range(2 * times + 1), key=misfit)
    return {divmod(index + begin, times): frame for index, frame in enumerate(made)}


def frames_to_make(clips: Iterator[tuple[str, np.ndarray]], gaps: tuple[int, ...]) -> Iterator[Frame]:
    for name, frames in clips:
        for gap in gaps:
            kept = np.ascontiguousarray(frames[::gap])
            moving = [index for index in range(len(kept) - 1)
                      if np.abs(kept[index].astype(np.int16) - kept[index + 1]).mean() > STILL]
            if not moving:
                continue
            theirs = minterpolate(kept, gap)
            # Spread over the clip.
            chosen = sorted({moving[place] for place in np.linspace(0, len(moving) - 1, MOST_WINDOWS).round().astype(int)})
            for index in chosen:
                for part in range(1, gap):
                    between = theirs.get((index, part))
                    yield Frame(name, gap, *(value.astype(np.float32) / 255 for value in
                                             (kept[index], kept[index + 1], frames[index * gap + part])),
                                part / gap, None if between is None else between.astype(np.float32) / 255)


def means(rows: list[dict[str, dict[str, float]]], who: list[str]) -> dict:
    """Over the frames that all of `who` made."""
    complete = [row for row in rows if all(name in row for name in who)]
    if not complete:
        return {"frames": 0}
    return {"frames": len(complete)} | {
        name: {measure: round(float(np.mean([row[name][measure] for row in complete])), 4) for measure in MEASURES}
        for name in who}


def colours(flow: np.ndarray) -> np.ndarray:
    """A flow [2, h, w] as a picture: its direction is the hue, its length the strength, white is none."""
    length, angle = np.hypot(*flow), np.arctan2(flow[1], flow[0])
    strength = np.clip(length / max(float(np.quantile(length, 0.99)), 1.0), 0, 1)
    hues = np.stack([angle, angle - 2 * np.pi / 3, angle + 2 * np.pi / 3])
    return 1 - strength * (0.5 - 0.5 * np.cos(hues))


def sheet(rows: list[tuple[str, list[np.ndarray]]], headings: list[str]) -> Image.Image:
    """Pictures f32 [3, h, w] side by side, each row under the clip's name."""
    line = 14
    page = Image.new("RGB", (len(headings) * (TILE + 4), line + len(rows) * (TILE + line)), "white")
    draw = ImageDraw.Draw(page)
    for column, heading in enumerate(headings):
        draw.text((column * (TILE + 4) + 2, 1), heading, fill="black")
    for row, (name, pictures) in enumerate(rows):
        top = line + row * (TILE + line)
        draw.text((2, top + 1), name, fill="grey")
        for column, picture in enumerate(pictures):
            values = (np.clip(picture, 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
            tile = Image.fromarray(values).resize((TILE, TILE), Image.LANCZOS)
            page.paste(tile, (column * (TILE + 4), top + line))
    return page


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--clips", type=int)
    parser.add_argument("--side", type=int, default=SIDE)
    parser.add_argument("--gaps", type=int, nargs="+", default=list(GAPS))
    options = parser.parse_args()
    session = new_session(options.model / "inbetween.onnx")
    rows, shown, names = {gap: [] for gap in options.gaps}, [], set()
    for frame in frames_to_make(held_out_clips(options.clips, options.side), tuple(options.gaps)):
        inputs = {"in0": frame.first[None], "in1": frame.second[None],
                  "in2": np.full((1, 1, 1, 1), frame.time, np.float32)}
        ours, flow = (output[0] for output in session.run(["out0", "flow"], inputs))
        blend = frame.first * (1 - frame.time) + frame.second * frame.time
        made = {"ours": ours, "blending": blend}
        if frame.interpolated is not None:
            made["minterpolate"] = frame.interpolated
        rows[frame.gap].append({name: {measure: of(picture, frame.wanted) for measure, of in MEASURES.items()}
                                for name, picture in made.items()})
        # One row of a clip, where blending is plainly seen to blend; the network has no say in it.
        if frame.clip not in names and frame.time == 0.5 and frame.gap >= 4 and MEASURES["psnr"](blend, frame.wanted) < 27:
            names.add(frame.clip)
            shown.append((f"{frame.clip}, t = 1/2 of {frame.gap} frames",
                          [frame.first, ours, blend, frame.wanted, colours(flow[:2]), frame.second]))
    figures = {f"gap {gap}": {"beside blending": means(found, ["ours", "blending"]),
                              "beside minterpolate": means(found, ["ours", "blending", "minterpolate"])}
               for gap, found in rows.items()}
    everything = [row for found in rows.values() for row in found]
    figures["all"] = {"beside blending": means(everything, ["ours", "blending"]),
                      "beside minterpolate": means(everything, ["ours", "blending", "minterpolate"])}
    figures["side"] = options.side
    text = json.dumps(figures, indent=1) + "\n"
    print(text)
    if options.side == SIDE:
        (options.model / "figures.json").write_text(text)
        picked = shown[:: max(1, len(shown) // SHEET_ROWS)][:SHEET_ROWS]
        headings = ["first", "ours", "blending", "truth", "flow to first", "second"]
        sheet(picked, headings).quantize(255).save(options.model / "sheet.png", optimize=True)


if __name__ == "__main__":
    main()
