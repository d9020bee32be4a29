"""Made-up motion: layers cut from the free pictures, moving, turning, growing and hiding each other.

Real animations move little from frame to frame and mostly in one way; here every motion is known for
every time, and large ones are as common as small ones.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def poses(generator: torch.Generator, count: int, layers: int) -> Tensor:
    """How each layer lies at the first frame and how it changes: [count, layers, 2, 4] of
    (right, down, turn, size's logarithm); places in -1..1."""

    def random(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    begin = torch.stack([random(count, layers) * 0.35, random(count, layers) * 0.35,
                         random(count, layers) * 0.4, random(count, layers) * 0.3 - 0.5], -1)
    strength = torch.rand(count, 1, 1, generator=generator) ** 1.5
    # Up to a third of the picture and a fifth of a turn between the two frames.
    change = torch.stack([random(count, layers) * 0.22, random(count, layers) * 0.22,
                          random(count, layers) * 0.25, random(count, layers) * 0.12], -1) * strength
    return torch.stack([begin, change], 2)


def lay(sprites: Tensor, paper: Tensor, pose: Tensor) -> Tensor:
    """Sprites [B, L, 4, S, S] (colour and opacity, 0..1) on paper [B, 3, H, W], back to front."""
    picture = paper
    for layer in range(sprites.shape[1]):
        right, down, turn, size = pose[:, layer].unbind(-1)
        scale = torch.exp(-size)
        cosine, sine = torch.cos(turn) * scale, torch.sin(turn) * scale
        # From places of the picture to places of the sprite.
        across = -(cosine * right + sine * down)
        along = sine * right - cosine * down
        matrix = torch.stack([cosine, sine, across, -sine, cosine, along], -1).view(-1, 2, 3)
        grid = F.affine_grid(matrix, [*paper.shape], align_corners=False)
        seen = F.grid_sample(sprites[:, layer], grid, align_corners=False)
        # Colours were multiplied by opacity before, so that edges do not darken.
        picture = picture * (1 - seen[:, 3:]) + seen[:, :3]
    return picture


def papers(generator: torch.Generator, count: int, side: int) -> Tensor:
    """Backgrounds: white half the time, else two colours running into each other."""
    ends = torch.rand(count, 2, 3, 1, 1, generator=generator) * 0.7 + 0.3
    angle = torch.rand(count, 1, 1, generator=generator) * 2 * math.pi
    place = torch.linspace(-1, 1, side)
    ramp = (torch.cos(angle) * place.view(1, 1, -1) + torch.sin(angle) * place.view(1, -1, 1)) / 2.9 + 0.5
    mixed = ends[:, 0] * ramp[:, None] + ends[:, 1] * (1 - ramp[:, None])
    white = (torch.rand(count, 1, 1, 1, generator=generator) < 0.5).float()
    return white + (1 - white) * mixed


def batch(sprites: Tensor, generator: torch.Generator, count: int, side: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """First, second and wanted frames [count, 3, side, side] and their times [count, 1, 1, 1]."""
    layers = int(torch.randint(1, 4, (1,), generator=generator))
    rows = torch.randint(0, len(sprites), (count, layers), generator=generator)
    cut = sprites[rows].float() / 255
    cut = torch.cat([cut[:, :, :3] * cut[:, :, 3:], cut[:, :, 3:]], 2)
    pose, paper = poses(generator, count, layers), papers(generator, count, side)
    # The paper moves along with nothing, or with the camera: all layers share a part of the motion.
    time = torch.rand(count, 1, 1, generator=generator) * 0.9 + 0.05
    frames = [lay(cut, paper, pose[:, :, 0] + pose[:, :, 1] * share) for share in (0.0, 1.0, time)]
    return frames[0], frames[1], frames[2], time[..., None]
