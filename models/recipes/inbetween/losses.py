"""What training holds against a frame."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import warp


def charbonnier(difference: Tensor) -> Tensor:
    """|x|, smooth at nought."""
    return torch.sqrt(difference * difference + 1e-6).mean()


def laplacian(found: Tensor, wanted: Tensor, levels: int = 3) -> Tensor:
    """Differences of the detail on each of some scales (Bojanowski et al., 2017): edges in the right
    place count on every scale."""
    difference, total = found - wanted, found.new_zeros(())
    for level in range(levels):
        small = F.avg_pool2d(difference, 2)
        detail = difference - F.interpolate(small, scale_factor=2.0, mode="bilinear", align_corners=False)
        total = total + detail.abs().mean() * 2**level
        difference = small
    return total + difference.abs().mean() * 2**levels / 2


def census(found: Tensor, wanted: Tensor) -> Tensor:
    """Whether each pixel is lighter or darker than its neighbours (Meister et al., 2018): blind to
    brightness, strict about shapes; a ghost is a shape that is not there."""

    def pattern(frame: Tensor) -> Tensor:
        grey = frame.mean(1, keepdim=True)
        height, width = grey.shape[2:]
        around = F.pad(grey, (1, 1, 1, 1), mode="replicate")
        near = [around[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3) if (y, x) != (1, 1)]
        difference = torch.cat(near, 1) - grey
        return difference / torch.sqrt(0.0081 + difference * difference)

    gap = (pattern(found) - pattern(wanted)) ** 2
    return (gap / (0.1 + gap)).mean()


def total(made: dict, first: Tensor, second: Tensor, wanted: Tensor) -> Tensor:
    """The frame and its parts: the correction must not do the motion's work, nor the last scale that
    of the coarser ones."""
    loss = charbonnier(made["frame"] - wanted) + 0.4 * laplacian(made["frame"], wanted)
    loss = loss + 0.5 * charbonnier(made["mixture"] - wanted) + 0.1 * census(made["mixture"], wanted)
    for (flow, mask), weight in zip(made["coarse"], (0.15, 0.3)):
        scale = wanted.shape[2] // flow.shape[2]
        small = [F.avg_pool2d(frame, scale) for frame in (first, second, wanted)]
        share = torch.sigmoid(mask)
        moved = warp(small[0], flow[:, :2]) * share + warp(small[1], flow[:, 2:]) * (1 - share)
        loss = loss + weight * charbonnier(moved - small[2])
    # Motion that nothing asks for stays small and smooth.
    flow = made["flow"]
    return loss + 1e-4 * ((flow[:, :, 1:] - flow[:, :, :-1]).abs().mean() + (flow[..., 1:] - flow[..., :-1]).abs().mean())
