"""Measures the trained model: can the judge tell what it has drawn?

    python evaluate.py small.toml figures.json

Four sets, each judged by top-1 and top-5 among all concepts: English labels of the training
pictures, held-out concept x style pairs, Chinese labels, and the real held-out pictures (the
judge's ceiling), these also after the autoencoder.
"""

import json
import sys
from pathlib import Path

import torch
from torch import Tensor

from config import Config, load_config
from export import load_models
from judge import hits, train_judge
from prompts import TextEncoder
from sample import draw
from training import load_index, load_pictures, split, to_unit

DRAWN = 192


def evaluate(config: Config) -> dict:
    """All figures; deterministic for given weights."""
    autoencoder, transformer = load_models(config)
    judge = train_judge(config)
    pictures, _ = load_pictures(config)
    index = load_index(config)
    concept = torch.tensor([picture["concept"] for picture in index["pictures"]])
    style = torch.tensor([picture["style"] for picture in index["pictures"]])
    training_rows, held_rows = split(index)
    encoder = TextEncoder(config.data_folder)
    order = torch.randperm(len(training_rows), generator=torch.Generator().manual_seed(3))
    seen = training_rows[order[:DRAWN]]

    def drawn(rows: Tensor, label: str) -> dict:
        texts = [index["concepts"][c][label] or index["concepts"][c]["label"]
                 for c in concept[rows].tolist()]
        text = torch.from_numpy(encoder.encode(texts))
        found = torch.cat([
            to_unit(draw(autoencoder, transformer, t, s, seed).permute(0, 3, 1, 2))
            for seed, (t, s) in enumerate(zip(text.split(64), style[rows].split(64)))
        ])
        return figures(found, rows)

    def figures(found: Tensor, rows: Tensor) -> dict:
        first, fifth = hits(judge, found, concept[rows])
        return {"top1": round(first, 3), "top5": round(fifth, 3), "pictures": len(rows)}

    real = to_unit(pictures[held_rows])
    with torch.no_grad():
        rebuilt = torch.cat([autoencoder.decode(autoencoder.encode(part)).clamp(-1, 1)
                             for part in real.split(64)])
    error = ((rebuilt - real) / 2).square().mean((1, 2, 3))
    return {
        "concepts": len(index["concepts"]),
        "english_training_labels": drawn(seen, "label"),
        "chinese_training_labels": drawn(seen, "label_zh"),
        "held_out_pairs": drawn(held_rows, "label"),
        "real_held_out_pictures": figures(real, held_rows),
        "rebuilt_held_out_pictures": figures(rebuilt, held_rows)
        | {"psnr_db": round((-10 * error.log10()).mean().item(), 2)},
    }


if __name__ == "__main__":
    configuration = load_config(Path(sys.argv[1]))
    torch.set_num_threads(configuration.threads)
    result = json.dumps(evaluate(configuration), indent=1)
    Path(sys.argv[2]).write_text(result + "\n")
    print(result)
