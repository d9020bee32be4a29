"""The network: from two frames and a time between them to the frame at that time.

Motion is found by matching, not learned by heart, and as seen from the frame that is to be made: both
frames become features on three scales; on the coarser two, from the coarsest on, each place of the new
frame asks for every motion within reach whether what would then have come from the first frame looks
like what would then arrive in the second (bilateral matching; Park et al., BMBC, 2020), and a few
convolutions read from the answers how the motion found so far must change. On the last scale motion
need not be straight and both frames get flows of their own. The new frame is made of both frames moved
to the time, mixed by a mask that knows what is hidden (as in Super SloMo, Jiang et al., 2018), and a
small correction.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Channels of the features at 1/2, 1/4, 1/8 and 1/16.
WIDTHS = (16, 24, 40, 56)
# Of each scale's estimator, coarsest first, with how far its comparison looks, in its own pixels.
ESTIMATORS = ((64, 3), (56, 3), (40, 2))
# So many of the features' channels are compared.
MATCHED = 16
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


def shifts(length: int, offsets: Tensor) -> Tensor:
    """Matrices [B, K, length, length] that move a row by `offsets` [B, K], which need not be whole:
    out[i] = in[i + offset], interpolated; beyond the end, the end."""
    place = torch.arange(length, dtype=offsets.dtype, device=offsets.device)
    source = (place.view(1, 1, -1) + offsets.unsqueeze(-1)).clamp(min=0).clamp(max=length - 1)
    return F.relu(1 - (source.unsqueeze(-1) - place).abs())


def alike_on_the_way(first: Tensor, second: Tensor, time: Tensor, reach: int) -> Tensor:
    """For each place of the new frame and each motion (right, down) within `reach` from the first frame
    to the second: how alike (the features' mean product) are the place of the first frame it would come
    from and the place of the second it would go to. [B, (2 reach + 1)^2, H, W], rows of `down`."""
    batch, channels, height, width = first.shape
    motions = torch.arange(-reach, reach + 1, dtype=first.dtype, device=first.device).view(1, -1)
    at, count = time.view(-1, 1), 2 * reach + 1

    def moved(features: Tensor, offsets: Tensor) -> Tensor:
        """[B, C, down, right, H, W]."""
        offsets = offsets.expand(batch, count)
        across = shifts(width, offsets).transpose(2, 3).unsqueeze(1)
        wide = features.unsqueeze(2) @ across
        along = shifts(height, offsets).view(batch, 1, count, 1, height, height)
        return along @ wide.unsqueeze(2)

    product = moved(first, -motions * at) * moved(second, motions * (1 - at))
    return product.mean(1).view(batch, count * count, height, width)


def alike_nearby(first: Tensor, second: Tensor, reach: int) -> Tensor:
    """How alike each place of `first` is to the places of `second` within `reach`: the cheaper
    question, for where little motion is left."""
    height, width = first.shape[2], first.shape[3]
    padded = F.pad(second, (reach, reach, reach, reach))
    steps = range(2 * reach + 1)
    return torch.cat([(first * padded[:, :, y : y + height, x : x + width]).mean(1, keepdim=True)
                      for y in steps for x in steps], 1)


def likeliest(alike: Tensor, reach: int, sharpness: Tensor) -> Tensor:
    """The mean motion [B, 2, H, W], weighted by how well each matches."""
    motions = torch.arange(-reach, reach + 1, dtype=alike.dtype, device=alike.device)
    count = 2 * reach + 1
    right = motions.view(1, count).expand(count, count).reshape(1, -1, 1, 1)
    down = motions.view(count, 1).expand(count, count).reshape(1, -1, 1, 1)
    weight = torch.softmax(alike * sharpness, 1)
    return torch.cat([(weight * right).sum(1, keepdim=True), (weight * down).sum(1, keepdim=True)], 1)


def flows(motion: Tensor, time: Tensor) -> Tensor:
    """Where things on straight ways lie in both frames: [B, 4, H, W] of `motion` [B, 2, H, W]."""
    return torch.cat([-motion * time, motion * (1 - time)], 1)


def convolution(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1), nn.LeakyReLU(0.1))


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """A layer that begins by changing nothing."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def twice(values: Tensor) -> Tensor:
    return F.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)


def contrasted(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Features whose products say how alike places are: without what all places of both frames share
    (else everything is alike; Jonschkowski et al., UFlow, 2020), and none louder than another."""
    mean = (first.mean((2, 3), keepdim=True) + second.mean((2, 3), keepdim=True)) / 2
    first, second = first - mean, second - mean
    power = ((first * first).mean((1, 2, 3), keepdim=True) + (second * second).mean((1, 2, 3), keepdim=True)) / 2

    def even(features: Tensor) -> Tensor:
        # A place that is near the mean of all has little to say.
        return features * torch.rsqrt((features * features).mean(1, keepdim=True) + 0.05 * power + 1e-8)

    return even(first), even(second)


class Features(nn.Module):
    """A frame in 0..1 -> features at 1/4, 1/8 and 1/16."""

    def __init__(self):
        super().__init__()
        self.halved = convolution(3, WIDTHS[0], 2)
        self.quarter = nn.Sequential(convolution(WIDTHS[0], WIDTHS[1], 2), nn.Conv2d(WIDTHS[1], WIDTHS[1], 3, 1, 1))
        self.eighth = nn.Sequential(nn.LeakyReLU(0.1), nn.Conv2d(WIDTHS[1], WIDTHS[2], 3, 2, 1))
        self.sixteenth = nn.Sequential(nn.LeakyReLU(0.1), nn.Conv2d(WIDTHS[2], WIDTHS[3], 3, 2, 1))

    def forward(self, frame: Tensor) -> list[Tensor]:
        quarter = self.quarter(self.halved(frame - 0.5))
        eighth = self.eighth(quarter)
        return [quarter, eighth, self.sixteenth(eighth)]


class Estimator(nn.Module):
    """How the motion found so far must change on one scale."""

    def __init__(self, features: int, hidden_before: int, width: int, reach: int, last: bool):
        super().__init__()
        self.reach, self.last = reach, last
        comparison = (2 * reach + 1) ** 2
        seen = 2 * features + comparison + 2 + 1 + 1 + (0 if last else 2)
        self.body = nn.Sequential(convolution(seen + hidden_before, width), convolution(width, width),
                                  convolution(width, width))
        # The motion and the mask; at the last scale also the ways' bends, for each of 2 x 2 pixels.
        self.answer = zeroed(nn.Conv2d(width, 28 if last else 3, 3, 1, 1))
        if not last:
            self.sharpness = nn.Parameter(torch.tensor(8.0))

    def forward(self, first: Tensor, second: Tensor, motion: Tensor, mask: Tensor, time: Tensor,
                hidden: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """`motion` [B, 2, h, w] in pixels of this scale; -> the new motion, the flows, the mask, and what
        was thought."""
        flow = flows(motion, time)
        moved = [warp(first, flow[:, :2]), warp(second, flow[:, 2:])] if hidden is not None else [first, second]
        seen = [*moved, motion / 8, mask, time.expand_as(mask)]
        matched = contrasted(*(features[:, :MATCHED] for features in moved))
        if self.last:
            seen.append(alike_nearby(*matched, self.reach))
        else:
            alike = alike_on_the_way(*matched, time, self.reach)
            seen += [alike, likeliest(alike, self.reach, self.sharpness)]
        thought = self.body(torch.cat(seen if hidden is None else [*seen, hidden], 1))
        change = self.answer(thought)
        if self.last:
            change = F.pixel_shuffle(change, 2)
            motion, mask = twice(motion) * 2 + change[:, :2] * 2, twice(mask) + change[:, 2:3]
            flow = flows(motion, time) + change[:, 3:] * 2
            return motion, twice(flow) * 2, twice(mask), thought
        motion, mask = motion + change[:, :2], mask + change[:, 2:]
        return motion, flows(motion, time), mask, thought


class Correction(nn.Module):
    """What moving cannot make, from both moved frames and their mixture; computed at half the size."""

    def __init__(self, hidden: int, width: int = 16):
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
        motion = first.new_zeros(1, 2, 1, 1).expand(batch, 2, height, width)
        # Where nothing is known, the nearer frame counts more.
        mask = torch.logit(1 - time, eps=1e-3).expand(batch, 1, height, width)
        hidden, coarse = None, []
        for index, estimator in enumerate(self.estimators):
            if index > 0:
                motion, mask, hidden = twice(motion) * 2, twice(mask), twice(hidden)
            level = 2 - index
            motion, flow, mask, hidden = estimator(one[level], two[level], motion, mask, time, hidden)
            coarse.append((flow, mask))
        moved = [warp(first, flow[:, :2]), warp(second, flow[:, 2:])]
        share = torch.sigmoid(mask)
        mixture = moved[0] * share + moved[1] * (1 - share)
        correction = self.correction(torch.cat([*moved, mixture], 1), hidden)
        return {"frame": mixture + correction, "flow": flow, "mask": share, "mixture": mixture,
                "coarse": coarse[:2]}
