"""What training holds against a frame."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import warp


def charbonnier(difference: Tensor) -> Tensor:
    """|x|, smooth at nought."""
    return torch.sqrt(difference * difference + 1e-6).mean()


def importance(first: Tensor, second: Tensor, wanted: Tensor, time: Tensor) -> Tensor:
    """How much each frame counts, [B, 1, 1, 1]: the less, the worse blending is at it. Decibels count
    ratios, and the few frames that nothing can make would else drown the many that can be made well."""
    blend = (first * (1 - time) + second * time - wanted).abs().mean((1, 2, 3), keepdim=True)
    return 0.03 / (blend + 0.01)


def laplacian(difference: Tensor, levels: int = 3) -> Tensor:
    """Differences of the detail on each of some scales (Bojanowski et al., 2017): edges in the right
    place count on every scale."""
    total = difference.new_zeros(())
    for level in range(levels):
        small = F.avg_pool2d(difference, 2)
        detail = difference - F.interpolate(small, scale_factor=2.0, mode="bilinear", align_corners=False)
        total = total + detail.abs().mean() * 2**level
        difference = small
    return total + difference.abs().mean() * 2**levels / 2


def wrong_way(found: Tensor, wanted: Tensor) -> Tensor:
    """How many pixels the flows [B, 4, h, w] go wrong, on flows `wanted` of the full size."""
    scale = wanted.shape[2] // found.shape[2]
    if scale > 1:
        wanted = F.avg_pool2d(wanted, scale)
    gap = (found * scale - wanted) ** 2
    return torch.sqrt(torch.stack([gap[:, :2].sum(1), gap[:, 2:].sum(1)], 1) + 0.01).mean()


def total(made: dict, first: Tensor, second: Tensor, wanted: Tensor, time: Tensor,
          ways: Tensor | None = None) -> Tensor:
    """The frame and its parts: the correction must not do the motion's work, nor the last scale that
    of the coarser ones. The last of the batch have known `ways` ([n, 4, H, W], of made-up motion)."""
    counts = importance(first, second, wanted, time)
    loss = charbonnier((made["frame"] - wanted) * counts) + 0.4 * laplacian((made["frame"] - wanted) * counts)
    loss = loss + 0.5 * charbonnier((made["mixture"] - wanted) * counts)
    for (flow, mask), weight in zip(made["coarse"], (0.15, 0.3)):
        scale = wanted.shape[2] // flow.shape[2]
        small = [F.avg_pool2d(frame, scale) for frame in (first, second, wanted)]
        share = torch.sigmoid(mask)
        moved = warp(small[0], flow[:, :2]) * share + warp(small[1], flow[:, 2:]) * (1 - share)
        loss = loss + weight * charbonnier((moved - small[2]) * counts)
    if ways is not None:
        for flow, weight in zip((*(flow for flow, _ in made["coarse"]), made["flow"]), (0.02, 0.02, 0.02)):
            loss = loss + weight * wrong_way(flow[-len(ways) :], ways)
    # Motion that nothing asks for stays small and smooth.
    flow = made["flow"]
    return loss + 1e-4 * ((flow[:, :, 1:] - flow[:, :, :-1]).abs().mean() + (flow[..., 1:] - flow[..., :-1]).abs().mean())
