"""The judge: a small classifier that says which of the concepts a 64x64 picture shows.

Trained on the real pictures without the held-out pairs, so its own accuracy on those is an
honest ceiling for what a drawn picture can reach.
"""

import time

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autoencoder import ResidualBlock
from config import Config
from muon import new_optimisers, set_rate
from training import load_pictures, save_atomically, split, to_unit


class Judge(nn.Module):
    """Pictures [B, 3, 64, 64] in -1..1 -> logits [B, concepts]."""

    def __init__(self, concepts: int, channels: tuple[int, int] = (64, 128)):
        super().__init__()
        a, b = channels
        self.features = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, a, 3, padding=1),
            ResidualBlock(a),
            nn.Conv2d(a, b, 3, stride=2, padding=1),
            ResidualBlock(b),
            nn.GroupNorm(8, b),
            nn.SiLU(),
        )
        # Where something is matters as well as whether: 4x4 regions, not one average.
        self.answer = nn.Linear(b * 16, concepts)

    def forward(self, pictures: Tensor) -> Tensor:
        pooled = F.adaptive_avg_pool2d(self.features(pictures), 4)
        return self.answer(F.dropout(pooled.flatten(1), 0.2, self.training))


def augmented(pictures: Tensor) -> Tensor:
    """Each picture moved by up to three pixels and scaled by up to a tenth, at random."""
    batch = len(pictures)
    scale = 1 + (torch.rand(batch) - 0.5) * 0.2
    move = (torch.rand(batch, 2) - 0.5) * (6 / 32)
    matrix = torch.zeros(batch, 2, 3)
    matrix[:, 0, 0] = matrix[:, 1, 1] = scale
    matrix[:, :, 2] = move
    grid = F.affine_grid(matrix, list(pictures.shape), align_corners=False)
    # grid_sample fills with zeros beyond the edge; white is 1, so 1 - x is filled instead.
    return 1 - F.grid_sample(1 - pictures, grid, align_corners=False)


def train_judge(config: Config, epochs: int = 10, batch: int = 64) -> Judge:
    """Trains the judge, or loads the one trained before."""
    pictures, index = load_pictures(config)
    concept = torch.tensor([picture["concept"] for picture in index["pictures"]])
    judge = Judge(len(index["concepts"]))
    path = config.folder / "judge.pt"
    if path.exists():
        judge.load_state_dict(torch.load(path))
        return judge.eval()
    rows, _ = split(index)
    hidden = [m.weight for m in judge.features.modules() if isinstance(m, nn.Conv2d)]
    optimisers = new_optimisers(judge, hidden, 2e-3, 2e-3, weight_decay=0.02)
    steps = epochs * len(rows) // batch
    start = time.monotonic()
    for step in range(steps):
        set_rate(optimisers, min(1, (step + 1) / 50, 1.2 * (1 - step / steps)))
        drawn = rows[torch.randint(0, len(rows), (batch,))]
        logits = judge(augmented(to_unit(pictures[drawn])))
        loss = F.cross_entropy(logits, concept[drawn], label_smoothing=0.1)
        judge.zero_grad()
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()
        if step % 100 == 99:
            print(f"judge {step + 1}/{steps}: {loss.item():.3f}, "
                  f"{time.monotonic() - start:.0f} s", flush=True)
    save_atomically(judge.state_dict(), path)
    return judge.eval()


@torch.no_grad()
def hits(judge: Judge, pictures: Tensor, concept: Tensor) -> tuple[float, float]:
    """Top-1 and top-5 accuracy for pictures in -1..1."""
    best = torch.cat([judge(part) for part in pictures.split(64)]).topk(5, dim=1).indices
    right = best == concept[:, None]
    return right[:, 0].float().mean().item(), right.any(1).float().mean().item()
