"""Builds Glyph's training set: 64x64 pictures in five styles, captions in English and Chinese.

    python data.py small.toml

writes three files into the cache; the other steps read only these:

    pictures.npz   uint8 [N, 64, 64, 3] on white, and opacity [N, 64, 64]
    captions.npz   text vectors, and which concept has which, how often
    index.json     what each picture shows; concepts, captions, styles, the split
"""

import io
import json
import random
import sys
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

from composites import Composer, compose_all
from config import Config, load_config
from packages import fetch, pinned_packages, read_json, read_members
from prompts import TextEncoder

SIZE = 64
# SVG is drawn at twice the size and reduced: smoother edges than the renderer's own at 64.
DRAWN_SIZE = 128
STYLES = ("3d", "flat", "noto", "twemoji", "blob")
# emojibase groups. 2 holds components (skin tones, hair), 9 flags: no pictures of things.
SMILEYS, PEOPLE, ANIMALS, FOOD, TRAVEL, ACTIVITIES, OBJECTS, SYMBOLS = 0, 1, 3, 4, 5, 6, 7, 8


# uint8 [64, 64, 3] on white, and uint8 [64, 64] opacity.
Drawing = tuple[np.ndarray, np.ndarray]


def code_key(code: str) -> str:
    """A code point sequence in one spelling: lower case, '-' between, variation selector out."""
    parts = code.lower().replace("_", "-").replace(" ", "-").split("-")
    return "-".join(part for part in parts if part != "fe0f")


def is_clock_time(label: str) -> bool:
    """The 24 clock faces: they differ only in two thin hands that 64 pixels do not show."""
    return label.endswith("o’clock") or label.endswith("-thirty")


def read_concepts(archives: dict[str, Path], groups: tuple[int, ...]) -> dict[str, dict]:
    """What there is to draw, by code key: English and Chinese label, and tags in each."""
    emojibase = archives["emojibase-data"]
    chinese = {code_key(e["hexcode"]): e for e in read_json(emojibase, "zh/data.json")}
    keywords = {
        code_key("-".join(f"{ord(c):x}" for c in emoji)): words
        for emoji, words in read_json(archives["emojilib"], "dist/emoji-en-US.json").items()
    }
    concepts = {}
    for entry in read_json(emojibase, "en/data.json"):
        key, label = code_key(entry["hexcode"]), entry["label"]
        if entry.get("group") not in groups or is_clock_time(label):
            continue
        translated = chinese.get(key, {})
        words = entry.get("tags", []) + [w.replace("_", " ") for w in keywords.get(key, [])]
        concepts[key] = {
            "label": label,
            "label_zh": translated.get("label", ""),
            "tags": list(dict.fromkeys(w for w in words if w.isascii() and w != label)),
            "tags_zh": translated.get("tags", []),
            "group": entry["group"],
        }
    return concepts


def captions_of(concept: dict) -> list[tuple[str, float]]:
    """The captions a picture is trained with, each with its weight; weights sum to 1.

    Labels carry most of it: single tags are shared by many things ('red', 'food'), which
    teaches words people type, but not which thing they mean.
    """
    label, chinese = concept["label"], concept["label_zh"] or concept["label"]
    article = "an" if label[0].lower() in "aeiou" else "a"
    kinds = [
        ([label], 0.36),
        ([f"{article} {label}"], 0.10),
        ([" ".join(concept["tags"][:3]) or label], 0.06),
        (concept["tags"][:5] or [label], 0.10),
        ([chinese], 0.26),
        ([f"一个{chinese}"], 0.04),
        (concept["tags_zh"][:4] or [chinese], 0.08),
    ]
    return [(text, weight / len(texts)) for texts, weight in kinds for text in texts]


def on_white(image: Image.Image) -> Drawing:
    """A picture with transparency, reduced: its colours on white, and its opacity."""
    image = image.convert("RGBA")
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image)
    colours, opacity = (
        np.asarray(part.resize((SIZE, SIZE), Image.Resampling.LANCZOS))
        for part in (ground.convert("RGB"), image.getchannel("A"))
    )
    return colours, opacity


def draw_svg(icon: dict, defaults: dict) -> Drawing:
    """One Iconify icon; its view box is in the icon or in the set."""
    left, top = icon.get("left", 0), icon.get("top", 0)
    width = icon.get("width", defaults.get("width", 16))
    height = icon.get("height", defaults.get("height", 16))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {width} {height}" width="{DRAWN_SIZE}" height="{DRAWN_SIZE}">'
        f'{icon["body"]}</svg>'
    )
    return on_white(Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))))


def pictures_3d(archive: Path, concepts: dict) -> dict[str, Drawing]:
    """The WebP pictures of the 3D set, by code key."""
    pictures = {}
    for path, content in sorted(read_members(archive, ".webp").items()):
        key = code_key(Path(path).stem)
        if key in concepts:
            pictures[key] = on_white(Image.open(io.BytesIO(content)))
    return pictures


def pictures_svg(archive: Path, concepts: dict, names: dict[str, str]) -> dict[str, Drawing]:
    """The pictures of one Iconify set, by code key; `names` maps code keys to icon names."""
    icons = read_json(archive, "icons.json")
    pictures = {}
    for key in concepts:
        name = names.get(key)
        name = icons.get("aliases", {}).get(name, {}).get("parent", name)
        if name in icons["icons"]:
            pictures[key] = draw_svg(icons["icons"][name], icons)
    return pictures


def icon_names(archive: Path) -> dict[str, str]:
    """Icon names by code key, from the set's chars.json (empty for noto-v1)."""
    return {code_key(k): name for k, name in read_json(archive, "chars.json").items()}


def draw_all(archives: dict[str, Path], concepts: dict) -> dict[tuple[str, str], Drawing]:
    """Every picture there is, by (code key, style)."""
    packages = {p.style: p for p in pinned_packages() if p.style}
    # noto-v1 names its icons as noto does and lists no code points.
    noto_names = icon_names(archives[packages["noto"].name])
    pictures = {}
    for style in STYLES:
        archive = archives[packages[style].name]
        if style == "3d":
            drawn = pictures_3d(archive, concepts)
        else:
            drawn = pictures_svg(archive, concepts, icon_names(archive) or noto_names)
        pictures |= {(key, style): picture for key, picture in drawn.items()}
    return pictures


def held_out_pairs(pairs: list[tuple[str, str]], share: float, seed: int) -> set:
    """Concept x style pairs kept out of training, of concepts that keep at least two styles.

    They ask: can it draw in this style a thing it has only seen in other styles?
    """
    styles_of: dict[str, list[str]] = {}
    for key, style in pairs:
        styles_of.setdefault(key, []).append(style)
    candidates = [pair for pair in pairs if len(styles_of[pair[0]]) >= 3]
    chosen, taken = set(), set()
    for key, style in random.Random(seed).sample(candidates, len(candidates)):
        if len(chosen) >= share * len(pairs):
            break
        if key not in taken:
            taken.add(key)
            chosen.add((key, style))
    return chosen


def build_composites(config: Config, drawings: list[Drawing], index: dict,
                     encoder: TextEncoder) -> None:
    """Writes `composites.npz`: scenes made of the training pictures, with caption vectors."""
    colours, opacity = (np.stack(part) for part in zip(*drawings))
    composer = Composer(colours, opacity, index, config.seed)
    scenes, styles, captions = compose_all(composer, config.data.composites)
    np.savez(config.data_folder / "composites.npz", pictures=scenes, style=styles,
             vectors=encoder.encode(captions))


def build(config: Config) -> None:
    """Fetches, draws, splits, and encodes the captions; writes the three files."""
    archives = {p.name: fetch(p, config.downloads) for p in pinned_packages()}
    concepts = read_concepts(archives, tuple(config.data.groups))
    pictures = draw_all(archives, concepts)
    shown = {key for key, _ in pictures}
    concepts = {key: concept for key, concept in concepts.items() if key in shown}
    keys = list(concepts)
    pairs = sorted(pictures, key=lambda pair: (keys.index(pair[0]), STYLES.index(pair[1])))
    held = held_out_pairs(pairs, config.data.held_out_share, config.seed)

    captions = [captions_of(concepts[key]) for key in keys]
    width = max(len(c) for c in captions)
    texts = sorted({text for caption in captions for text, _ in caption})
    rows = {text: row for row, text in enumerate(texts)}
    # Padded tables [concepts, captions]: a row of `vectors`, and its probability (0 = padding).
    caption_row = np.zeros((len(keys), width), np.int32)
    caption_weight = np.zeros((len(keys), width), np.float32)
    for i, caption in enumerate(captions):
        for j, (text, weight) in enumerate(caption):
            caption_row[i, j], caption_weight[i, j] = rows[text], weight

    folder = config.data_folder
    folder.mkdir(parents=True, exist_ok=True)
    encoder = TextEncoder(folder)
    np.savez(
        folder / "captions.npz",
        vectors=encoder.encode(texts),
        row=caption_row,
        weight=caption_weight,
    )
    np.savez_compressed(
        folder / "pictures.npz",
        pictures=np.stack([pictures[pair][0] for pair in pairs]),
        opacity=np.stack([pictures[pair][1] for pair in pairs]),
    )
    index = {
        "styles": STYLES,
        "concepts": [{"key": key} | concepts[key] for key in keys],
        "pictures": [
            {"concept": keys.index(k), "style": STYLES.index(s), "held_out": (k, s) in held}
            for k, s in pairs
        ],
        "texts": texts,
    }
    if config.data.composites:
        build_composites(config, [pictures[pair] for pair in pairs], index, encoder)
    # Written last: that it is there says that the other files are whole.
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=1))
    print(f"{len(keys)} concepts, {len(pairs)} pictures ({len(held)} held out), "
          f"{len(texts)} captions")


if __name__ == "__main__":
    build(load_config(Path(sys.argv[1])))
