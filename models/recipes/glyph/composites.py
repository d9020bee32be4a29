"""Composes small scenes out of single pictures: one to three things, places, grounds, colours.

Gives captions such as "a red apple to the left of a cat on grass at night" and their Chinese
twins. The pictures lie on white with a separate opacity, so a thing is put on a ground g by
adding (1 - opacity)(g - white): no colour has to be recovered from a blended edge.
"""

import random
from dataclasses import dataclass

import numpy as np
from PIL import Image

SIZE = 64


@dataclass(frozen=True)
class Ground:
    """A background: colours at the top, above the horizon, below it and at the bottom."""

    english: str
    chinese: str
    colours: tuple[tuple[int, int, int], ...]
    horizon: float


GROUNDS = (
    Ground("", "", ((255, 255, 255),) * 4, 1.0),
    Ground("in the sky", "在天空中", ((120, 185, 250), (205, 232, 255)) * 2, 1.0),
    Ground("on grass", "在草地上", ((150, 205, 252), (215, 238, 255), (122, 198, 84),
                                (88, 165, 60)), 0.62),
    Ground("on the sea", "在海上", ((150, 205, 252), (222, 240, 255), (58, 148, 214),
                                 (24, 96, 170)), 0.58),
    Ground("on sand", "在沙滩上", ((150, 205, 252), (222, 240, 255), (240, 214, 150),
                               (222, 188, 118)), 0.62),
    Ground("at night", "在夜里", ((14, 18, 52), (44, 52, 108)) * 2, 1.0),
)
# English, Chinese, hue in degrees.
COLOURS = (("red", "红色的", 0), ("orange", "橙色的", 28), ("yellow", "黄色的", 52),
           ("green", "绿色的", 120), ("blue", "蓝色的", 215), ("purple", "紫色的", 275),
           ("pink", "粉色的", 325))
# English, Chinese (of the second thing), and the centres of the first and second thing.
RELATIONS = (
    ("to the left of {}", "在{}左边", (0.28, 0.55), (0.72, 0.55)),
    ("to the right of {}", "在{}右边", (0.72, 0.55), (0.28, 0.55)),
    ("above {}", "在{}上方", (0.5, 0.27), (0.5, 0.74)),
    ("under {}", "在{}下方", (0.5, 0.74), (0.5, 0.27)),
)
THREE = ((0.22, 0.36), (0.72, 0.3), (0.5, 0.74))


def paint_ground(ground: Ground) -> np.ndarray:
    """float32 [64, 64, 3]: two vertical gradients that meet at the horizon."""
    rows = np.linspace(0, 1, SIZE)[:, None]
    top, above, below, bottom = (np.array(colour, np.float32) for colour in ground.colours)
    share = np.clip(rows / ground.horizon, 0, 1)
    sky = top + (above - top) * share
    land = below + (bottom - below) * np.clip(
        (rows - ground.horizon) / max(1 - ground.horizon, 1e-3), 0, 1)
    return np.repeat(np.where(rows < ground.horizon, sky, land)[:, None], SIZE, axis=1)


def tinted(picture: np.ndarray, hue: int) -> np.ndarray:
    """The picture with every colour turned to one hue; greys stay grey, outlines stay dark."""
    channels = np.asarray(Image.fromarray(picture).convert("HSV")).copy()
    channels[..., 0] = round(hue * 255 / 360)
    channels[..., 1] = np.where(channels[..., 1] > 24, np.maximum(channels[..., 1], 150), 0)
    return np.asarray(Image.fromarray(channels, "HSV").convert("RGB"))


def put(canvas: np.ndarray, picture: np.ndarray, opacity: np.ndarray, centre: tuple[float, float],
        size: int) -> None:
    """Draws a thing, reduced to `size`, around `centre` (shares of the width and height)."""
    colours = np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.LANCZOS))
    cover = np.asarray(Image.fromarray(opacity).resize((size, size), Image.Resampling.LANCZOS))
    cover = cover[..., None] / np.float32(255)
    left, top = (min(max(round(c * SIZE - size / 2), 0), SIZE - size) for c in centre)
    region = canvas[top : top + size, left : left + size]
    region += colours - 255 * (1 - cover) - cover * region


class Composer:
    """Draws random scenes from the training pictures of data.py."""

    def __init__(self, pictures: np.ndarray, opacity: np.ndarray, index: dict, seed: int):
        self.pictures, self.opacity, self.index = pictures, opacity, index
        self.random = random.Random(seed)
        self.by_style: dict[int, list[int]] = {}
        for row, picture in enumerate(index["pictures"]):
            if not picture["held_out"]:
                self.by_style.setdefault(picture["style"], []).append(row)

    def thing(self, row: int) -> tuple[np.ndarray, str, str]:
        """A picture, sometimes in another colour, with its English and Chinese name."""
        concept = self.index["concepts"][self.index["pictures"][row]["concept"]]
        english, chinese = concept["label"], concept["label_zh"] or concept["label"]
        picture = self.pictures[row]
        if self.random.random() < 0.3:
            word, word_chinese, hue = self.random.choice(COLOURS)
            return tinted(picture, hue), f"{word} {english}", f"{word_chinese}{chinese}"
        return picture, english, chinese

    def scene(self) -> tuple[np.ndarray, int, str]:
        """One scene: uint8 [64, 64, 3], its style, its caption (English or Chinese)."""
        style = self.random.choice(list(self.by_style))
        count = self.random.choices((1, 2, 3), (0.5, 0.4, 0.1))[0]
        rows = self.random.sample(self.by_style[style], count)
        things = [self.thing(row) for row in rows]
        ground = self.random.choice(GROUNDS)
        canvas = paint_ground(ground)
        if count == 1:
            size = self.random.randint(40, 60)
            places, sizes = [(0.5, 0.55)], [size]
            english, chinese = things[0][1], things[0][2]
        elif count == 2:
            after, after_chinese, *places = self.random.choice(RELATIONS)
            sizes = [self.random.randint(28, 32) for _ in things]
            english = f"{things[0][1]} {after.format(things[1][1])}"
            chinese = f"{things[0][2]}{after_chinese.format(things[1][2])}"
        else:
            places, sizes = THREE, [27] * 3
            english = f"{things[0][1]}, {things[1][1]} and {things[2][1]}"
            chinese = f"{things[0][2]}、{things[1][2]}和{things[2][2]}"
        for (picture, _, _), row, centre, size in zip(things, rows, places, sizes):
            put(canvas, picture, self.opacity[row], centre, size)
        picture = canvas.clip(0, 255).round().astype(np.uint8)
        if self.random.random() < 0.35:
            return picture, style, chinese + (f"，{ground.chinese}" if ground.chinese else "")
        return picture, style, f"{english} {ground.english}".strip()


def compose_all(composer: Composer, count: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """`count` scenes: pictures uint8 [count, 64, 64, 3], styles int64 [count], captions."""
    pictures = np.empty((count, SIZE, SIZE, 3), np.uint8)
    styles, captions = np.empty(count, np.int64), []
    for number in range(count):
        pictures[number], styles[number], caption = composer.scene()
        captions.append(caption)
    return pictures, styles, captions
