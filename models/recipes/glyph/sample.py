"""Draws prompts with the newest checkpoint and puts them on a contact sheet.

    python sample.py small.toml sheet.png            the 48 prompts of sheet.toml
    python sample.py small.toml sheet.png "red apple" "一只猫"
"""

import argparse
import tomllib
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from autoencoder import Autoencoder
from config import load_config
from data import STYLES
from export import load_models
from flow import GUIDANCE, sample
from prompts import TextEncoder
from references import References
from transformer import Transformer

SHEET = Path(__file__).with_name("sheet.toml")
SHOWN_SIZE = 96


@torch.no_grad()
def draw(autoencoder: Autoencoder, transformer: Transformer, known: References, text: Tensor,
         style: Tensor, seed: int, steps: int = 20, guidance: float = GUIDANCE) -> Tensor:
    """Pictures for text vectors [B, 512] and styles [B]: uint8 [B, 64, 64, 3]."""
    generator = torch.Generator().manual_seed(seed)
    channels = autoencoder.decoder[0].in_channels
    noise = torch.randn(len(text), channels, 8, 8, generator=generator)
    references = known.shown(known.nearest(text), style)
    latents = sample(transformer, noise, text, style, references, transformer.any_style, steps,
                     guidance)
    pictures = (autoencoder.decode(latents).clamp(-1, 1) + 1) * 127.5
    return pictures.round().byte().permute(0, 2, 3, 1)


def contact_sheet(rows: list[tuple[str, list[Tensor]]], columns: int) -> Image.Image:
    """Groups of pictures with their prompt below, `columns` groups a row."""
    each = len(rows[0][1])
    width, height = each * (SHOWN_SIZE + 2) + 8, SHOWN_SIZE + 18
    lines = -(-len(rows) // columns)
    sheet = Image.new("RGB", (columns * width, lines * height), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (label, pictures) in enumerate(rows):
        left, top = number % columns * width, number // columns * height
        for column, picture in enumerate(pictures):
            shown = Image.fromarray(picture.numpy()).resize(
                (SHOWN_SIZE, SHOWN_SIZE), Image.Resampling.BICUBIC)
            sheet.paste(shown, (left + column * (SHOWN_SIZE + 2), top))
        # The built-in font has Latin letters only.
        pen.text((left + 2, top + SHOWN_SIZE + 2), label, fill="black")
    return sheet


def sheet_prompts() -> list[tuple[str, str]]:
    """(prompt, label in Latin letters) of the contact sheet's 48 prompts."""
    return [(entry["prompt"], entry.get("label", entry["prompt"]))
            for entry in tomllib.loads(SHEET.read_text())["prompt"]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("prompts", nargs="*")
    parser.add_argument("--styles", nargs="*", default=["3d", "flat", "noto"])
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guidance", type=float, default=GUIDANCE)
    options = parser.parse_args()
    config = load_config(options.config)
    torch.set_num_threads(config.threads)
    wanted = [(p, p) for p in options.prompts] or sheet_prompts()
    vectors = TextEncoder(config.data_folder).encode([prompt for prompt, _ in wanted])
    models = *load_models(config), References.load(config, torch.device("cpu"))
    text = torch.from_numpy(vectors)
    columns = [
        draw(*models, text, torch.full((len(text),), STYLES.index(style)), options.seed,
             guidance=options.guidance)
        for style in options.styles
    ]
    rows = [(label, [column[i] for column in columns]) for i, (_, label) in enumerate(wanted)]
    contact_sheet(rows, options.columns).save(options.out)


if __name__ == "__main__":
    main()
