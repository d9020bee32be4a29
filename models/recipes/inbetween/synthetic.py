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
    # A third of the pictures have a layer behind that fills them: no paper is left to hold on to.
    begin[:, 0, 3] += (torch.rand(count, generator=generator) < 0.33) * 1.2
    strength = torch.rand(count, 1, 1, generator=generator) ** 1.5
    # Up to a third of the picture and a fifth of a turn between the two frames.
    change = torch.stack([random(count, layers) * 0.22, random(count, layers) * 0.22,
                          random(count, layers) * 0.25, random(count, layers) * 0.12], -1) * strength
    return torch.stack([begin, change], 2)


def matrices(pose: Tensor) -> tuple[Tensor, Tensor]:
    """From places of the picture to places of the sprite: turn and size [B, 2, 2], and where the
    sprite's middle lies [B, 2, 1]."""
    right, down, turn, size = pose.unbind(-1)
    cosine, sine = torch.cos(turn) * torch.exp(-size), torch.sin(turn) * torch.exp(-size)
    turned = torch.stack([torch.stack([cosine, sine], -1), torch.stack([-sine, cosine], -1)], -2)
    return turned, torch.stack([right, down], -1).unsqueeze(-1)


def lay(sprites: Tensor, paper: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
    """Sprites [B, L, 4, S, S] (colour and opacity, 0..1) on paper [B, 3, H, W], back to front; also
    each layer's opacity [B, L, H, W]."""
    picture, opacities = paper, []
    for layer in range(sprites.shape[1]):
        turned, middle = matrices(pose[:, layer])
        grid = F.affine_grid(torch.cat([turned, -turned @ middle], -1), [*paper.shape], align_corners=False)
        seen = F.grid_sample(sprites[:, layer], grid, align_corners=False)
        # Colours were multiplied by opacity before, so that edges do not darken.
        picture = picture * (1 - seen[:, 3:]) + seen[:, :3]
        opacities.append(seen[:, 3])
    return picture, torch.stack(opacities, 1)


def way(opacities: Tensor, here: Tensor, there: Tensor) -> Tensor:
    """How far [B, 2, H, W] (right, down, in pixels) what is seen at each place of the picture with poses
    `here` lies in that with poses `there`. Paper does not move."""
    batch, layers, height, width = opacities.shape
    right = (torch.arange(width) * 2 + 1) / width - 1
    down = (torch.arange(height) * 2 + 1) / height - 1
    places = torch.stack([right.view(1, -1).expand(height, width), down.view(-1, 1).expand(height, width)])
    places, found = places.reshape(1, 2, -1), torch.zeros(batch, 2, height * width)
    for layer in range(layers):
        (turned, middle), (turned_there, middle_there) = matrices(here[:, layer]), matrices(there[:, layer])
        moved = torch.linalg.inv(turned_there) @ (turned @ (places - middle)) + middle_there - places
        found = torch.where(opacities[:, layer].reshape(batch, 1, -1) > 0.5, moved, found)
    return found.view(batch, 2, height, width) * torch.tensor([width / 2, height / 2]).view(1, 2, 1, 1)


def papers(generator: torch.Generator, count: int, side: int) -> Tensor:
    """Backgrounds: white half the time, else two colours running into each other."""
    ends = torch.rand(count, 2, 3, 1, 1, generator=generator) * 0.7 + 0.3
    angle = torch.rand(count, 1, 1, generator=generator) * 2 * math.pi
    place = torch.linspace(-1, 1, side)
    ramp = (torch.cos(angle) * place.view(1, 1, -1) + torch.sin(angle) * place.view(1, -1, 1)) / 2.9 + 0.5
    mixed = ends[:, 0] * ramp[:, None] + ends[:, 1] * (1 - ramp[:, None])
    white = (torch.rand(count, 1, 1, 1, generator=generator) < 0.5).float()
    return white + (1 - white) * mixed


def batch(sprites: Tensor, generator: torch.Generator, count: int, side: int) -> tuple[Tensor, ...]:
    """First, second and wanted frames [count, 3, side, side], their times [count, 1, 1, 1], and where
    each pixel of the wanted ones lies in the first and in the second [count, 4, side, side]."""
    layers = int(torch.randint(1, 4, (1,), generator=generator))
    rows = torch.randint(0, len(sprites), (count, layers), generator=generator)
    cut = sprites[rows].float() / 255
    cut = torch.cat([cut[:, :, :3] * cut[:, :, 3:], cut[:, :, 3:]], 2)
    pose, paper = poses(generator, count, layers), papers(generator, count, side)
    time = torch.rand(count, 1, 1, generator=generator) * 0.9 + 0.05
    all_poses = [pose[:, :, 0] + pose[:, :, 1] * share for share in (0.0, 1.0, time)]
    (first, _), (second, _), (wanted, opacities) = [lay(cut, paper, each) for each in all_poses]
    ways = torch.cat([way(opacities, all_poses[2], there) for there in all_poses[:2]], 1)
    return first, second, wanted, time[..., None], ways
