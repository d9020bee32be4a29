"""Measures the trained model: can one tell what it has drawn?

    python evaluate.py small.toml figures.json [--drawn 192] [--judge]

Draws English and Chinese labels of training pictures, of everyday things alone, and held-out
concept x style pairs. A drawing counts as right when the nearest real picture of its style
(squared error at 16x16 pixels) shows the same thing: top-1 and top-5 among some thousand things,
where chance is 0.001 and 0.005. With --judge a trained classifier (judge.py) answers as well, and
the real held-out pictures tell how often it is right at best.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from config import Config, load_config
from export import load_models
from judge import Judge, hits, train_judge
from prompts import TextEncoder
from references import References
from sample import draw
from train_flow import common_weights
from training import load_pictures, split, to_unit

SIDE = 16


class Evaluation:
    """The real pictures, the models and the ways to compare."""

    def __init__(self, config: Config, judge: Judge | None):
        self.config, self.judge = config, judge
        self.autoencoder, self.transformer = load_models(config)
        self.encoder = TextEncoder(config.data_folder)
        self.known = References.load(config, torch.device("cpu"))
        stored, self.index = load_pictures(config)
        self.pictures = stored
        self.reduced = F.avg_pool2d(to_unit(stored), 64 // SIDE).flatten(1)
        self.concept = torch.tensor([p["concept"] for p in self.index["pictures"]])
        self.style = torch.tensor([p["style"] for p in self.index["pictures"]])

    def nearest(self, found: Tensor, rows: Tensor) -> tuple[float, float]:
        """Top-1 and top-5 of the nearest real pictures in the style of each row."""
        distance = torch.cdist(F.avg_pool2d(found, 64 // SIDE).flatten(1), self.reduced)
        distance[self.style[rows][:, None] != self.style[None]] = torch.inf
        best = distance.topk(5, largest=False).indices
        right = self.concept[best] == self.concept[rows][:, None]
        return right[:, 0].float().mean().item(), right.any(1).float().mean().item()

    def figures(self, found: Tensor, rows: Tensor) -> dict:
        """All accuracies of pictures in -1..1 that should show what the rows show."""
        ways = {"nearest": self.nearest(found, rows)}
        if self.judge is not None:
            ways["judge"] = hits(self.judge, found, self.concept[rows])
        result: dict = {"pictures": len(rows)}
        for way, (first, fifth) in ways.items():
            result |= {f"{way}_top1": round(first, 3), f"{way}_top5": round(fifth, 3)}
        return result

    def drawn(self, rows: Tensor, label: str) -> dict:
        """Draws each row's label in its style, and judges the drawings."""
        concepts = [self.index["concepts"][c] for c in self.concept[rows].tolist()]
        text = torch.from_numpy(self.encoder.encode([c[label] or c["label"] for c in concepts]))
        found = torch.cat([
            to_unit(draw(self.autoencoder, self.transformer, self.known, t, s, seed)
                    .permute(0, 3, 1, 2))
            for seed, (t, s) in enumerate(zip(text.split(64), self.style[rows].split(64)))
        ])
        return self.figures(found, rows)

    @torch.no_grad()
    def rebuilt(self, rows: Tensor) -> dict:
        """The autoencoder alone."""
        real = to_unit(self.pictures[rows])
        found = torch.cat([self.autoencoder.decode(self.autoencoder.encode(part))
                           for part in real.split(64)]).clamp(-1, 1)
        error = ((found - real) / 2).square().mean((1, 2, 3))
        psnr = (-10 * error.log10()).mean().item()
        return self.figures(found, rows) | {"psnr_db": round(psnr, 2)}


def evaluate(config: Config, drawn: int, with_judge: bool) -> dict:
    """All figures; the same again for the same weights."""
    evaluation = Evaluation(config, train_judge(config) if with_judge else None)
    training_rows, held_rows = split(evaluation.index)
    common = common_weights(config, evaluation.index)[training_rows] > 1

    def some(rows: Tensor) -> Tensor:
        return rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(3))[:drawn]]

    result = {
        "concepts": len(evaluation.index["concepts"]),
        "english_labels": evaluation.drawn(some(training_rows), "label"),
        "english_labels_of_everyday_things": evaluation.drawn(
            some(training_rows[common]), "label"),
        "chinese_labels_of_everyday_things": evaluation.drawn(
            some(training_rows[common]), "label_zh"),
        "held_out_pairs": evaluation.drawn(some(held_rows), "label"),
        "rebuilt_held_out_pictures": evaluation.rebuilt(held_rows),
    }
    if evaluation.judge is not None:
        real = to_unit(evaluation.pictures[held_rows])
        result["real_held_out_pictures"] = evaluation.figures(real, held_rows)
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--drawn", type=int, default=192, help="pictures in each set")
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    configuration = load_config(options.config)
    torch.set_num_threads(configuration.threads)
    text = json.dumps(evaluate(configuration, options.drawn, options.judge), indent=1)
    options.out.write_text(text + "\n")
    print(text)
