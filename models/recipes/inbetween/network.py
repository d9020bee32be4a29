"""The network: from two frames and a time between them to the frame at that time.

Motion is found by matching, not learned by heart: both frames become features on three scales; from
the coarsest on, the features are moved by the motion found so far and compared with each other's
neighbourhood (the cost volume of PWC-Net, Sun et al., 2018), and a few convolutions read from the
comparison how the motion must change. The frame is made of both frames moved to the time, mixed by a
mask that knows what is hidden (as in Super SloMo, Jiang et al., 2018, and RIFE, Huang et al., 2020),
and a small correction.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Channels of the features at 1/2, 1/4, 1/8 and 1/16.
WIDTHS = (16, 32, 48, 64)
# Of each scale's estimator, coarsest first, with how far its comparison looks, in its own pixels.
ESTIMATORS = ((96, 3), (80, 3), (48, 2))
# Frames must be multiples of this.
SIDE = 16


def warp(picture: Tensor, flow: Tensor) -> Tensor:
    """`picture` [B, C, H, W] as seen through `flow` [B, 2, H, W]: each place shows what lies `flow`
    (right, down, in pixels) away from it; beyond the edge, the edge."""
    height, width = picture.shape[2], picture.shape[3]
    down = torch.arange(height, dtype=flow.dtype, device=flow.device).view(1, -1, 1)
    right = torch.arange(width, dtype=flow.dtype, device=flow.device).view(1, 1, -1)
    grid = torch.stack([(right + flow[:, 0]) * (2 / (width - 1)) - 1,
                        (down + flow[:, 1]) * (2 / (height - 1)) - 1], -1)
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode="border", align_corners=True)


def compare(first: Tensor, second: Tensor, reach: int) -> Tensor:
    """How alike each place of `first` is to the places of `second` within `reach`: their features'
    product, one channel for each of the (2 reach + 1)^2 offsets."""
    height, width = first.shape[2], first.shape[3]
    padded = F.pad(second, (reach, reach, reach, reach))
    steps = range(2 * reach + 1)
    return torch.cat([(first * padded[:, :, y : y + height, x : x + width]).mean(1, keepdim=True)
                      for y in steps for x in steps], 1)


def convolution(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1), nn.LeakyReLU(0.1))


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """A layer that begins by changing nothing."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def twice(values: Tensor) -> Tensor:
    return F.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)


class Features(nn.Module):
    """A frame in 0..1 -> features at 1/4, 1/8 and 1/16."""

    def __init__(self):
        super().__init__()
        self.halved = convolution(3, WIDTHS[0], 2)
        self.quarter = nn.Sequential(convolution(WIDTHS[0], WIDTHS[1], 2), convolution(WIDTHS[1], WIDTHS[1]))
        self.eighth = convolution(WIDTHS[1], WIDTHS[2], 2)
        self.sixteenth = convolution(WIDTHS[2], WIDTHS[3], 2)

    def forward(self, frame: Tensor) -> list[Tensor]:
        quarter = self.quarter(self.halved(frame - 0.5))
        eighth = self.eighth(quarter)
        return [quarter, eighth, self.sixteenth(eighth)]


class Estimator(nn.Module):
    """How the motion found so far must change on one scale; the last scale answers for every pixel."""

    def __init__(self, features: int, hidden_before: int, width: int, reach: int, last: bool):
        super().__init__()
        self.reach, self.last = reach, last
        comparison = (2 * reach + 1) ** 2
        self.body = nn.Sequential(
            convolution(2 * features + comparison + 6 + hidden_before, width),
            convolution(width, width), convolution(width, width))
        # Two motions and the mask; at the last scale for each of 4 x 4 pixels.
        self.answer = zeroed(nn.Conv2d(width, 5 * (16 if last else 1), 3, 1, 1))

    def forward(self, first: Tensor, second: Tensor, flow: Tensor, mask: Tensor, time: Tensor,
                hidden: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """`flow` [B, 4, h, w] in pixels of this scale; -> the new flow and mask, and what was thought."""
        moved = [warp(first, flow[:, :2]), warp(second, flow[:, 2:])]
        seen = [*moved, compare(*moved, self.reach), flow / 8, mask, time.expand_as(mask)]
        thought = self.body(torch.cat(seen if hidden is None else [*seen, hidden], 1))
        change = self.answer(thought)
        if self.last:
            change = F.pixel_shuffle(change, 4)
            flow = F.interpolate(flow * 4, scale_factor=4.0, mode="bilinear", align_corners=False)
            mask = F.interpolate(mask, scale_factor=4.0, mode="bilinear", align_corners=False)
            return flow + change[:, :4] * 4, mask + change[:, 4:], thought
        return flow + change[:, :4], mask + change[:, 4:], thought


class Correction(nn.Module):
    """What moving cannot make, from both moved frames and their mixture; computed at half the size."""

    def __init__(self, hidden: int, width: int = 24):
        super().__init__()
        self.down = convolution(9, width, 2)
        self.body = nn.Sequential(convolution(width + hidden // 4, width), convolution(width, width))
        self.answer = zeroed(nn.Conv2d(width, 12, 3, 1, 1))

    def forward(self, moved: Tensor, thought: Tensor) -> Tensor:
        # The last estimator thought at a quarter of the size: four channels are one at half.
        seen = torch.cat([self.down(moved - 0.5), F.pixel_shuffle(thought, 2)], 1)
        return F.pixel_shuffle(self.answer(self.body(seen)), 2)


class Inbetween(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = Features()
        widths = (0, ESTIMATORS[0][0], ESTIMATORS[1][0])
        self.estimators = nn.ModuleList(
            Estimator(WIDTHS[3 - index], widths[index], width, reach, index == 2)
            for index, (width, reach) in enumerate(ESTIMATORS))
        self.correction = Correction(ESTIMATORS[2][0])

    def forward(self, first: Tensor, second: Tensor, time: Tensor) -> dict[str, object]:
        """Frames [B, 3, H, W] in 0..1, `time` [B, 1, 1, 1] in 0..1.

        `frame` [B, 3, H, W] may leave 0..1 a little; `flow` [B, 4, H, W] says where each pixel of it
        lies in the first frame and in the second (right, down; right, down); `mixture` is the frame
        before the correction; `coarse` are flow and mask as the coarser scales believed them.
        """
        one, two = self.features(first), self.features(second)
        batch, _, height, width = one[2].shape
        flow = first.new_zeros(1, 4, 1, 1).expand(batch, 4, height, width)
        # Where nothing is known, the nearer frame counts more.
        mask = torch.logit(1 - time, eps=1e-3).expand(batch, 1, height, width)
        hidden, coarse = None, []
        for index, estimator in enumerate(self.estimators):
            if index > 0:
                flow, mask, hidden = twice(flow) * 2, twice(mask), twice(hidden)
            level = 2 - index
            flow, mask, hidden = estimator(one[level], two[level], flow, mask, time, hidden)
            coarse.append((flow, mask))
        moved = [warp(first, flow[:, :2]), warp(second, flow[:, 2:])]
        share = torch.sigmoid(mask)
        mixture = moved[0] * share + moved[1] * (1 - share)
        correction = self.correction(torch.cat([*moved, mixture], 1), hidden)
        return {"frame": mixture + correction, "flow": flow, "mask": share, "mixture": mixture,
                "coarse": coarse[:2]}
